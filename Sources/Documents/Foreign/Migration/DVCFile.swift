/// A `.dvc` file: what DVC has in the place of data.
package struct DVCFile: Hashable, Sendable {
  /// Where imported data came from.
  package struct Source: Hashable, Sendable {
    /// Another repository, or the place of the data.
    package let location: String
    /// The path in that repository.
    package let path: String?
    /// The commit of that repository.
    package let revision: String?
  }

  /// What it stands for: one output, as a rule.
  package let outputs: [DVCOutput]

  /// The directory that the outputs are seen from, as seen from that of the file.
  package let directory: String

  /// Whether it says how its data is made, which is more than where data lies.
  package let isStage: Bool

  /// Where its data was imported from, if it was.
  package let source: Source?

  /// Reads a `.dvc` file.
  package init(reading bytes: [UInt8]) throws(DVCFormatError) {
    let value = try DVCFormatError.yaml(bytes)
    guard case .list(let items) = value["outs"] else { throw .missing("list of outs") }
    outputs = try DVCOutput.list(items)
    directory = value["wdir"]?.plainText ?? "."
    isStage = value["cmd"] != nil
    source = value["deps"]?.items.first.flatMap { Self.source($0) }
  }

  private static func source(_ dependency: DocumentValue) -> Source? {
    guard let path = dependency["path"]?.plainText else { return nil }
    guard let repository = dependency["repo"], let url = repository["url"]?.plainText else {
      return Source(location: path, path: nil, revision: nil)
    }
    let revision = repository["rev_lock"]?.plainText ?? repository["rev"]?.plainText
    return Source(location: url, path: path, revision: revision)
  }
}

/// The outputs of stages, as `dvc.lock` has them.
package struct DVCLockFile: Hashable, Sendable {
  /// A stage that ran.
  package struct Stage: Hashable, Sendable {
    /// The name, with `@` and a key behind it where one declaration stands for several stages.
    package let name: String
    package let outputs: [DVCOutput]
  }

  package let stages: [Stage]

  /// Reads a `dvc.lock`, of either version of its form.
  package init(reading bytes: [UInt8]) throws(DVCFormatError) {
    let value = try DVCFormatError.yaml(bytes)
    // The first version had the stages at the top.
    let table = value["schema"] == nil ? value : value["stages"] ?? .table([])
    var stages: [Stage] = []
    for field in table.fields {
      let outputs = try DVCOutput.list(field.value["outs"]?.items ?? [])
      stages.append(Stage(name: field.key, outputs: outputs))
    }
    self.stages = stages
  }
}

/// What `dvc.yaml` says of outputs, which `dvc.lock` does not.
package struct DVCPipeline: Hashable, Sendable {
  /// What is said of one stage.
  package struct Stage: Hashable, Sendable {
    /// The directory that its paths are seen from, as seen from that of the file.
    package let directory: String
    /// Outputs that git keeps.
    package let uncached: Set<String>
  }

  private let stages: [String: Stage]

  /// Reads a `dvc.yaml`.
  package init(reading bytes: [UInt8]) throws(DVCFormatError) {
    let value = try DVCFormatError.yaml(bytes)
    var stages: [String: Stage] = [:]
    for field in value["stages"]?.fields ?? [] {
      // What is made for each of several values has its declaration one level down.
      let stage = field.value["do"] ?? field.value
      var uncached: Set<String> = []
      for key in ["outs", "metrics", "plots"] {
        for output in stage[key]?.items ?? [] {
          for detail in output.fields where detail.value["cache"] == .boolean(false) {
            uncached.insert(detail.key)
          }
        }
      }
      stages[field.key] = Stage(directory: stage["wdir"]?.plainText ?? ".", uncached: uncached)
    }
    self.stages = stages
  }

  /// What is said of a stage that `dvc.lock` has under a name.
  package func stage(_ name: String) -> Stage? {
    stages[name] ?? name.firstIndex(of: "@").flatMap { stages[String(name[..<$0])] }
  }
}

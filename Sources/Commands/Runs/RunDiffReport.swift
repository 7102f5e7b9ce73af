internal import Arguments
internal import Documents
internal import Lineage
internal import ObjectStore
internal import Primitives
package import Terminal
internal import Workspace

/// What differs between two runs.
package struct RunDiffReport: Report {
  /// One of the runs.
  struct Side {
    let id: ObjectID
    let record: RunRecord

    init(_ id: ObjectID, _ record: RunRecord) {
      self.id = id
      self.record = record
    }
  }

  /// Something with a name that has one value there and another here.
  package struct Fact: Encodable, Sendable {
    let name: String
    let old: String?
    let new: String?
  }

  /// Data that differs.
  package struct Artifact: Encodable, Sendable {
    let path: RepositoryPath
    let oldOID: ObjectID?
    let newOID: ObjectID?

    /// The files that differ, where it is a directory.
    let changes: [StatusCommandReport.Change]

    /// Whether some tree is not in the store, so that not all files are known.
    let isIncomplete: Bool

    /// Whether the files that the runs were seen to read are the same.
    let hasSameReads: Bool
  }

  let old: ObjectID
  let new: ObjectID
  let facts: [Fact]
  let parameters: [ValueChange]
  let metrics: [ValueChange]
  let inputs: [Artifact]
  let outputs: [Artifact]
  let code: Artifact?

  /// How the lines of code differ, as a unified diff; `nil` where nobody asked.
  let patch: [UInt8]?
  let packages: PackageChanges?
  let usesExitCode: Bool

  private enum CodingKeys: CodingKey {
    case old, new, facts, parameters, metrics, inputs, outputs, code, patch, packages
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(old, forKey: .old)
    try container.encode(new, forKey: .new)
    try container.encode(facts, forKey: .facts)
    try container.encode(parameters, forKey: .parameters)
    try container.encode(metrics, forKey: .metrics)
    try container.encode(inputs, forKey: .inputs)
    try container.encode(outputs, forKey: .outputs)
    try container.encodeIfPresent(code, forKey: .code)
    try container.encodeIfPresent(
      patch.map { String(decoding: $0, as: UTF8.self) }, forKey: .patch)
    try container.encodeIfPresent(packages, forKey: .packages)
  }

  /// Whether the runs are alike in all that counts.
  private var isSame: Bool {
    facts.isEmpty && parameters.isEmpty && metrics.isEmpty && inputs.isEmpty && outputs.isEmpty
      && code == nil && packages == nil
  }

  package var status: ExitStatus { usesExitCode && !isSame ? .different : .done }

  // MARK: - For people

  package func write(to text: inout StyledText) {
    text.line("\(old.abbreviated, .objectID) → \(new.abbreviated, .objectID)")
    if isSame { return text.line("No difference.") }
    if !facts.isEmpty {
      var table = Table([.left, .left, .left, .left])
      for fact in facts {
        table.add([
          "\(fact.name, .faint)", Self.shown(fact.old), "→", Self.shown(fact.new),
        ])
      }
      text.table(table, indent: 2)
    }
    Self.write("Parameters", parameters, to: &text)
    Self.write("Metrics", metrics, to: &text)
    Self.write("Inputs", inputs, to: &text)
    Self.write("Outputs", outputs, to: &text)
    if let code {
      text.line("\("Code", .heading)")
      Self.write(files: code, to: &text)
    }
    if let patch {
      // A file's lines may be in any encoding, and none of them commands the terminal.
      text.write(StyledString(String(decoding: patch, as: UTF8.self)))
    }
    packages?.write(to: &text)
  }

  private static func shown(_ value: String?) -> StyledString {
    value.map { StyledString(ByteString($0)) } ?? "\("none", .faint)"
  }

  private static func write(
    _ title: String, _ values: [ValueChange], to text: inout StyledText
  ) {
    if values.isEmpty { return }
    text.line("\(title, .heading)")
    text.table(ValueChangeTable(values).table, indent: 2)
  }

  private static func write(_ title: String, _ artifacts: [Artifact], to text: inout StyledText) {
    if artifacts.isEmpty { return }
    text.line("\(title, .heading)")
    for artifact in artifacts {
      let kind: StyledString =
        artifact.oldOID == nil
        ? "\("added", .added)"
        : artifact.newOID == nil ? "\("removed", .removed)" : "\("differs", .modified)"
      text.line("  \(kind) \(artifact.path, .path)")
      write(files: artifact, to: &text)
      if artifact.hasSameReads { text.line("    what was read in it is the same") }
    }
  }

  private static func write(files artifact: Artifact, to text: inout StyledText) {
    let limit = text.verbosity == .verbose ? artifact.changes.count : 50
    for change in artifact.changes.prefix(limit) {
      text.write("  ")
      change.write(to: &text)
    }
    if artifact.changes.count > limit {
      text.line("    … and \(grouped(artifact.changes.count - limit)) more")
    }
    if artifact.isIncomplete {
      text.line("    which files differ is not known: a tree is not in the store")
    }
  }
}

extension RunDiffReport {
  /// The keys of its JSON.
  static let keys = [
    ResultKey("old", "The id of the one run"), ResultKey("new", "The id of the other"),
    ResultKey(
      "facts", "What differs in how and where they ran",
      each: [
        ResultKey("name", "What it is: `command`, `commit`, `environment.TZ`"),
        ResultKey("old", "What the one has", isOptional: true),
        ResultKey("new", "What the other has", isOptional: true),
      ]),
    ResultKey("parameters", "The parameters that differ", each: ValueChange.keys),
    ResultKey("metrics", "The metrics that differ", each: ValueChange.keys),
    ResultKey("inputs", "The data they read that differs", each: Artifact.keys),
    ResultKey("outputs", "The data they made that differs", each: Artifact.keys),
    ResultKey("code", "Their code, where it differs", isOptional: true, of: Artifact.keys),
    ResultKey("patch", "With `--code`, the lines of code that differ", isOptional: true),
    ResultKey(
      "packages", "Their packages, where they differ", isOptional: true,
      of: [
        ResultKey("removed", "Those that only the one has"),
        ResultKey("added", "Those that only the other has"),
        ResultKey("isIncomplete", "Whether a list is not in the store"),
      ]),
  ]
}

extension RunDiffReport.Artifact {
  /// The keys of its JSON.
  static let keys = [
    ResultKey("path", "Where it lay"),
    ResultKey("oldOID", "What the one had", isOptional: true),
    ResultKey("newOID", "What the other had", isOptional: true),
    ResultKey("changes", "The files that differ", each: StatusCommandReport.Change.keys),
    ResultKey("isIncomplete", "Whether a tree is not in the store"),
    ResultKey("hasSameReads", "Whether what was read in it is the same"),
  ]
}

internal import Primitives

/// What decides that two pieces of data are the same: the oid, wherever it lies.
///
/// Nothing is told by data of no bytes, which many programs write: there the path counts as well.
struct ArtifactKey: Hashable, Sendable {
  let oid: ObjectID
  let path: RepositoryPath?

  init(_ artifact: RunSummary.Artifact) {
    oid = artifact.oid
    path = artifact.size == .zero ? artifact.path : nil
  }
}

/// Data that a run read or made.
struct LineageUse: Sendable {
  /// The position of the run, counted from the oldest.
  let run: Int
  let artifact: RunSummary.Artifact
}

/// All runs, so that those can be found which used or made something.
struct LineageIndex: Sendable {
  /// The oldest first.
  let runs: [RunSummary]
  let inputs: LineageTable
  let outputs: LineageTable

  init(_ runs: [RunSummary]) {
    self.runs = runs
    inputs = LineageTable(runs, \.inputs)
    outputs = LineageTable(runs, \.outputs)
  }

  /// The run before another that was the last to make something at a path.
  ///
  /// - Parameter run: The position of the other run; `nil` for now.
  func lastOutput(at path: RepositoryPath, before run: Int?) -> LineageUse? {
    outputs.uses(at: path).last { $0.run < run ?? .max }
  }
}

/// The inputs of all runs, or their outputs.
struct LineageTable: Sendable {
  private var byKey: [ArtifactKey: [LineageUse]] = [:]
  private var byPath: [RepositoryPath: [LineageUse]] = [:]

  /// All paths, in order: those in one directory are neighbours.
  private let paths: [RepositoryPath]

  init(_ runs: [RunSummary], _ side: (RunSummary) -> [RunSummary.Artifact]) {
    for (position, run) in runs.enumerated() {
      for artifact in side(run) {
        let use = LineageUse(run: position, artifact: artifact)
        byKey[ArtifactKey(artifact), default: []].append(use)
        byPath[artifact.path, default: []].append(use)
      }
    }
    paths = byPath.keys.sorted()
  }

  /// What is the same data, the oldest run first.
  func uses(of key: ArtifactKey) -> [LineageUse] { byKey[key] ?? [] }

  /// What lay at a path, the oldest run first.
  func uses(at path: RepositoryPath) -> [LineageUse] { byPath[path] ?? [] }

  /// Every piece of data, one use of each.
  var distinct: some Sequence<LineageUse> { byKey.values.lazy.compactMap(\.last) }

  /// The paths below a directory.
  func paths(below directory: RepositoryPath) -> ArraySlice<RepositoryPath> {
    if directory.isRoot { return paths.drop { $0.isRoot } }
    // A slash sorts before all that can follow a name, but not before all names: `a-b` < `a/b`.
    let first = ByteString(directory.bytes.bytes + [UInt8(ascii: "/")])
    var range = 0..<paths.count
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      range =
        paths[middle].bytes < first
        ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return paths[range.lowerBound...].prefix { $0.isWithin(directory) }
  }
}

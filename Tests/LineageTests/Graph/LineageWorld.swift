internal import Documents
internal import Lineage
internal import ObjectStore
internal import Primitives

/// Runs and directories for tests of graphs.
final class LineageWorld: LineageObjects {
  private(set) var runs: [RunSummary] = []
  private var trees: [ObjectID: Tree] = [:]
  private var lists: [ObjectID: [UInt8]] = [:]

  /// How often a directory was asked for.
  private(set) var reads = 0

  // MARK: - Making

  /// A file by its path and a word that stands for its content.
  static func file(_ path: String, _ content: String) -> RunArtifact {
    RunArtifact(
      path: SampleRecord.path(path), kind: .file, oid: SampleRecord.id(content),
      size: .bytes(content.utf8.count), origin: .declared, tracked: nil)
  }

  /// A directory that the store has.
  func tree(_ path: String, _ files: [String: String]) throws -> RunArtifact {
    let made = try add(files)
    return RunArtifact(
      path: SampleRecord.path(path), kind: .tree, oid: made.id, size: made.tree.size,
      files: made.tree.files, origin: .declared, tracked: SampleRecord.path(path))
  }

  /// A directory that the store does not have.
  static func unknownTree(_ path: String, _ name: String) -> RunArtifact {
    var artifact = file(path, name)
    artifact.kind = .tree
    return artifact
  }

  private func add(_ files: [String: String]) throws -> (id: ObjectID, tree: Tree) {
    var entries: [TreeEntry] = []
    let groups = Dictionary(grouping: files) { $0.key.split(separator: "/")[0] }
    for (name, group) in groups {
      if let file = group.first(where: { $0.key == name }) {
        entries.append(
          TreeEntry(
            kind: .file, id: SampleRecord.id(file.value), size: .bytes(file.value.utf8.count),
            name: ByteString(String(name))))
        continue
      }
      let inner = group.map { (String($0.key.dropFirst(name.count + 1)), $0.value) }
      let (id, tree) = try add(Dictionary(uniqueKeysWithValues: inner))
      entries.append(
        TreeEntry(
          kind: .directory, id: id, size: tree.size, files: tree.files,
          name: ByteString(String(name))))
    }
    let tree = try Tree(entries)
    let id = SHA256.id(of: tree.encoded().span)
    trees[id] = tree
    return (id, tree)
  }

  /// A list of what was read in a directory.
  func readList(_ paths: [String]) -> RunObject {
    let bytes = Array(paths.map { "\(SampleRecord.id("x"))  \($0)\n" }.joined().utf8)
    let id = SHA256.id(of: bytes.span)
    lists[id] = bytes
    return RunObject(oid: id, size: .bytes(bytes.count))
  }

  @discardableResult
  func run(
    _ name: String, from inputs: [RunArtifact] = [], to outputs: [RunArtifact] = [],
    _ change: (inout RunRecord) -> Void = { _ in }
  ) -> ObjectID {
    var record = SampleRecord.make(lr: 0.5, number: runs.count)
    record.name = name
    record.inputs = inputs
    record.outputs = outputs
    change(&record)
    let id = SampleRecord.id("\(name) \(runs.count)")
    runs.append(RunSummary(record, id: id))
    return id
  }

  // MARK: - Asking

  func tree(_ id: ObjectID) throws(StoreError) -> Tree {
    reads += 1
    guard let tree = trees[id] else { throw .missing(id) }
    return tree
  }

  func contents(of id: ObjectID, limit: ByteCount) throws(StoreError) -> [UInt8] {
    guard let list = lists[id] else { throw .missing(id) }
    return list
  }

  func graph(
    _ direction: LineageGraph.Direction, of artifact: RunArtifact, depth: Int? = nil
  ) -> LineageGraph {
    var record = SampleRecord.make(lr: 0)
    record.inputs = [artifact]
    let summary = RunSummary(record, id: .empty).inputs[0]
    return LineageGraph(
      from: [.artifact(summary)], direction, in: runs, depth: depth, objects: self)
  }

  func graph(_ direction: LineageGraph.Direction, ofRun id: ObjectID) -> LineageGraph {
    LineageGraph(from: [.run(id)], direction, in: runs, objects: self)
  }
}

extension LineageGraph {
  /// The names of the runs in the graph, the oldest first.
  var runNames: [String] { runs.compactMap(\.name) }

  /// The edges between data and runs, readable: `data/a -used-> train`.
  var flow: [String] {
    edges.filter { $0.relation.isFlow }.map {
      "\(name(of: $0.from)) -\($0.relation.rawValue)-> \(name(of: $0.to))"
    }.sorted()
  }

  /// The paths of data that a note is made about.
  func noted(_ note: Note) -> [String] {
    nodes.indices.filter { nodes[$0].notes.contains(note) }.map(name)
  }

  private func name(of position: Int) -> String {
    switch nodes[position].content {
    case .artifact(let artifact): artifact.paths[0].description
    case .run(let run): run.name ?? "?"
    default: nodes[position].id
    }
  }
}

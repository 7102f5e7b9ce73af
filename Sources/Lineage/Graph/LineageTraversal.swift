internal import ObjectStore
package import Primitives

/// What a graph begins with.
package enum LineageStart: Sendable {
  /// Data, wherever it lies now.
  case artifact(RunSummary.Artifact)
  /// A run, by its id.
  case run(ObjectID)
}

extension LineageGraph {
  /// Follows runs from some things to all that they came from, or to all that came of them.
  ///
  /// Only summaries are read, and of the store only directories in which a path has to be looked up.
  ///
  /// - Parameters:
  ///   - starts: Where to begin.
  ///   - direction: Which way to go.
  ///   - runs: All runs, the oldest first.
  ///   - depth: How many runs lie at most between a start and the end; `nil` for no limit.
  ///   - objects: Where directories are looked up; without it paths alone connect what lies in them.
  package init(
    from starts: [LineageStart], _ direction: Direction, in runs: [RunSummary],
    depth: Int? = nil, objects: (any LineageObjects)?
  ) {
    var traversal = LineageTraversal(
      LineageIndex(runs), direction, limit: depth ?? .max, objects: objects)
    self = traversal.graph(from: starts)
  }
}

/// One walk through all runs, breadth first and without recursion: chains may be of any length.
struct LineageTraversal {
  /// Something whose neighbours are still to be found.
  private enum Step {
    /// Data, and the run by which it was reached.
    case artifact(RunSummary.Artifact, by: Int?, depth: Int)
    case run(Int, depth: Int)
  }

  /// How a run's data has to do with other data.
  enum Contact {
    case same
    /// The run's data is a directory that holds the other.
    case whole
    /// The run's data lies in the other.
    case part
  }

  let index: LineageIndex
  let direction: LineageGraph.Direction
  private let limit: Int
  var reader: TreeReader
  var builder: LineageBuilder
  private var steps: [Step] = []

  /// Directories that have something at a place, found once: by their path, then by that of the
  /// place.
  var holders: [RepositoryPath: [RepositoryPath: Holders]] = [:]

  /// Directories that lay at one path, by what they have at one place.
  struct Holders {
    var byID: [ObjectID: [LineageUse]] = [:]

    /// Those that cannot be looked into.
    var unknown: [LineageUse] = []
  }

  /// What was gone through: a directory once for each list of what was read in it.
  private var done: Set<Visit> = []

  private struct Visit: Hashable {
    let key: ArtifactKey
    let read: ObjectID?
    let path: RepositoryPath
  }

  init(
    _ index: LineageIndex, _ direction: LineageGraph.Direction, limit: Int,
    objects: (any LineageObjects)?
  ) {
    self.index = index
    self.direction = direction
    self.limit = limit
    reader = TreeReader(objects)
    builder = LineageBuilder(direction)
  }

  mutating func graph(from starts: [LineageStart]) -> LineageGraph {
    begin(starts)
    var next = 0
    while next < steps.count {
      switch steps[next] {
      case .artifact(let artifact, let run, let depth): expand(artifact, by: run, depth)
      case .run(let number, let depth): expand(number, depth)
      }
      next += 1
    }
    findModels()
    var graph = builder.graph
    graph.markCycles()
    return graph
  }

  private mutating func begin(_ starts: [LineageStart]) {
    let positions = Dictionary(
      index.runs.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    for start in starts {
      switch start {
      case .artifact(let artifact):
        builder.focus(builder.node(of: artifact))
        steps.append(.artifact(artifact, by: nil, depth: 0))
      case .run(let id):
        guard let number = positions[id] else { continue }
        builder.focus(reach(number, depth: 0))
      }
    }
  }

  /// Takes a run into the graph, and notes it for its turn.
  @discardableResult
  private mutating func reach(_ number: Int, depth: Int) -> Int {
    let (position, isNew) = builder.node(of: index.runs[number], at: number)
    if isNew { steps.append(.run(number, depth: depth)) }
    return position
  }

  private mutating func expand(_ number: Int, _ depth: Int) {
    let run = index.runs[number]
    let position = builder.node(of: run, at: number).position
    for artifact in direction == .up ? run.inputs : run.outputs {
      let node = builder.node(of: artifact)
      connect(position, node, direction == .up ? .used : .made)
      steps.append(.artifact(artifact, by: number, depth: depth))
    }
  }

  private mutating func expand(_ artifact: RunSummary.Artifact, by run: Int?, _ depth: Int) {
    let key = ArtifactKey(artifact)
    // Where a directory lies matters for what lies in it, and for what it lies in.
    let visit = Visit(
      key: key, read: direction == .up ? artifact.read : nil, path: artifact.path)
    guard done.insert(visit).inserted else { return }
    let position = builder.node(of: artifact)
    let found = contacts(of: artifact, by: run)
    if found.isEmpty {
      builder.note(direction == .up ? .noMaker : .noUser, at: position)
      return
    }
    guard depth < limit else { return builder.note(.cut, at: position) }
    for (use, contact) in found {
      let neighbour = builder.node(of: use.artifact)
      if neighbour != position { connect(position, neighbour, relation(contact)) }
      let reached = reach(use.run, depth: depth + 1)
      connect(neighbour, reached, direction == .up ? .made : .used)
    }
  }

  /// Connects a node with one that lies further on in the direction of the graph.
  private mutating func connect(_ near: Int, _ far: Int, _ relation: LineageGraph.Relation) {
    if direction == .up {
      builder.connect(far, near, relation)
    } else {
      builder.connect(near, far, relation)
    }
  }

  /// What an edge between data and a run's data says, in the direction of time.
  private func relation(_ contact: Contact) -> LineageGraph.Relation {
    // Of the two the one further on is the part, and comes first in time when going up.
    (contact == .part) == (direction == .up) ? .partOf : .holds
  }

  /// Says which of the data is a model, or was forgotten; directories that were not read by now are read for it.
  private mutating func findModels() {
    for (position, node) in builder.graph.nodes.enumerated() {
      guard case .artifact(let artifact) = node.content else { continue }
      let isModel =
        artifact.isTree
        ? artifact.paths.contains { ModelRule.isModel(directory: $0, holding: []) }
          || ModelRule.isModel(
            directory: artifact.paths[0], holding: reader.tree(artifact.oid)?.fileNames ?? [])
        : artifact.paths.contains { ModelRule.isModel(file: $0) }
      if isModel { builder.setModel(at: position) }
      if !artifact.isTree, reader.isForgotten(artifact.oid) {
        builder.note(.forgotten, at: position)
      }
    }
  }
}

extension Tree {
  /// The names of the files directly in it.
  fileprivate var fileNames: [ByteString] {
    entries.filter { $0.kind == .file || $0.kind == .executable }.map(\.name)
  }
}

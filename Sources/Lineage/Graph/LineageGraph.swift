package import Primitives

/// What was made from what: data, runs, and what each run depended on besides data.
///
/// Edges lead from what was there before to what came of it.
package struct LineageGraph: Sendable {
  /// Data as it was at some moment.
  package struct Artifact: Hashable, Sendable {
    package let oid: ObjectID
    package let isTree: Bool
    package let size: ByteCount

    /// Where it lay, in the order in which that was found out.
    package internal(set) var paths: [RepositoryPath]

    /// Whether it is called a model: see ``ModelRule``.
    package internal(set) var isModel: Bool
  }

  /// The code that a run ran.
  package struct Code: Hashable, Sendable {
    /// In hexadecimal; `nil` where there was none yet.
    package let commit: String?
    package let tree: ObjectID

    /// Whether the code differed from the commit.
    package let isModified: Bool
  }

  /// What a node stands for.
  package enum Content: Sendable {
    case artifact(Artifact)
    case run(RunSummary)
    case code(Code)
    case parameters([RunSummary.Value])
    case metrics([RunSummary.Value])
  }

  /// What is said about a node.
  package enum Note: String, Hashable, Sendable, CaseIterable {
    /// The graph was asked for it.
    case focus
    /// No run is known that made it.
    case noMaker
    /// No run is known that used it.
    case noUser
    /// There is more, deeper than was asked for.
    case cut
    /// The directory is not in the store: what lies in it is taken from paths.
    case notLookedInto
    /// It is among what it was made from: the same content was there before, or a record is wrong.
    case cycle
    /// Its bytes were removed on purpose.
    case forgotten
  }

  /// A node with what is said about it.
  package struct Node: Sendable {
    /// The name of the node, the same in every graph that has it.
    package let id: String
    package internal(set) var content: Content
    package internal(set) var notes: Set<Note> = []
  }

  /// Why one node leads to another.
  package enum Relation: String, Sendable {
    /// A run read data.
    case used
    /// A run made data.
    case made
    /// The first is a part of the second, which is a directory.
    case partOf
    /// The first is a directory that the second lies in.
    case holds
    /// The code of a run.
    case code
    /// The parameters of a run.
    case parameters
    /// The metrics that a run wrote.
    case metrics
  }

  /// An edge between two nodes, by their positions.
  package struct Edge: Hashable, Sendable {
    package let from: Int
    package let to: Int
    package let relation: Relation
  }

  /// Which way a graph was followed.
  package enum Direction: Sendable {
    /// To what something came from.
    case up
    /// To what came of it.
    case down
  }

  package let direction: Direction
  package internal(set) var nodes: [Node] = []
  package internal(set) var edges: [Edge] = []

  /// The positions of the nodes that the graph was asked for.
  package internal(set) var focus: [Int] = []

  init(_ direction: Direction) {
    self.direction = direction
  }
}

extension LineageGraph {
  /// The models in the graph, with their positions.
  package var models: [Artifact] {
    nodes.compactMap { node in
      guard case .artifact(let artifact) = node.content, artifact.isModel else { return nil }
      return artifact
    }
  }

  /// The runs in the graph, the oldest first.
  package var runs: [RunSummary] {
    let runs: [RunSummary] = nodes.compactMap { node in
      guard case .run(let run) = node.content else { return nil }
      return run
    }
    return runs.sorted { ($0.started, $0.id) < ($1.started, $1.id) }
  }

  /// The edges of each node: those that lead on in the direction of the graph.
  package var next: [[Edge]] {
    var next = [[Edge]](repeating: [], count: nodes.count)
    for edge in edges { next[direction == .up ? edge.to : edge.from].append(edge) }
    return next
  }

  /// The node at the far end of an edge, seen in the direction of the graph.
  package func end(of edge: Edge) -> Int { direction == .up ? edge.from : edge.to }
}

extension LineageGraph.Relation {
  /// Whether the edge leads along data and runs, and not to what merely describes a run.
  package var isFlow: Bool {
    switch self {
    case .used, .made, .partOf, .holds: true
    case .code, .parameters, .metrics: false
    }
  }
}

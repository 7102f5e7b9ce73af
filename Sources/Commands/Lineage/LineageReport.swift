package import Arguments
internal import Documents
internal import FoundationEssentials
internal import Git
internal import Lineage
internal import Primitives
package import Terminal

/// What something was made from, or what was made from it.
package struct LineageReport: Report {
  let subject: ByteString
  let kind: LineageSubject.Kind

  /// The graph itself.
  let graph: LineageGraph
  let changes: ParameterChanges

  /// Where git's history has data, by the position of its node.
  let appearances: [Int: PointerAppearances.Appearance]

  /// The file that the graph was written to.
  var output: String?

  /// Whether the graph was written in a format of its own, and nothing more is to be shown.
  var isDocument = false

  init(
    subject: ByteString, kind: LineageSubject.Kind, graph: LineageGraph,
    changes: ParameterChanges, appearances: [Int: PointerAppearances.Appearance]
  ) {
    self.subject = subject
    self.kind = kind
    self.graph = graph
    self.changes = changes
    self.appearances = appearances
  }

  package func write(to text: inout StyledText) {
    if isDocument {
      if let output { text.line("wrote \(output, .path)") }
    } else {
      writeGraph(to: &text)
    }
  }

  /// The graph as lines for people.
  func writeGraph(to text: inout StyledText) { LineageText(self).write(to: &text) }

  /// The result as JSON, without what `--json` puts around it.
  var json: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    } catch {
      preconditionFailure("a graph cannot be encoded: \(error)")
    }
  }
}

// MARK: - JSON

extension LineageReport: Encodable {
  /// The keys of its JSON.
  package static let keys = [
    ResultKey("subject", "What was asked for, as it was given"),
    ResultKey("kind", "What that is: `path`, `object`, `run` or `revision`"),
    ResultKey("direction", "`up` to what it came from, or `down` to what came of it"),
    ResultKey("focus", "The ids of the nodes that were asked for"),
    ResultKey("nodes", "Everything in the graph", each: nodeKeys),
    ResultKey(
      "edges", "What led to what, in the direction of time",
      each: [
        ResultKey("from", "The id of a node"), ResultKey("to", "The id of another"),
        ResultKey(
          "relation",
          "`used`, `made`, `partOf`, `holds`, `code`, `parameters` or `metrics`"),
      ]),
    ResultKey("output", "The file that was written", isOptional: true),
  ]

  private static let nodeKeys = [
    ResultKey("id", "Its name, the same in every graph"),
    ResultKey("kind", "`data`, `model`, `run`, `code`, `parameters` or `metrics`"),
    ResultKey(
      "notes",
      "What is said about it: `focus`, `noMaker`, `noUser`, `cut`, `notLookedInto`, `cycle`, "
        + "`forgotten`"),
    ResultKey("oid", "Of data and code: the SHA-256", isOptional: true),
    ResultKey("paths", "Of data: where it lay", isOptional: true),
    ResultKey("isTree", "Of data: whether it is a directory", isOptional: true),
    ResultKey("size", "Of data: its size in bytes", isOptional: true),
    ResultKey(
      "entered", "Of data: the oldest commit that was found to have it", isOptional: true),
    ResultKey("references", "Of data: branches and tags that have it now", isOptional: true),
    ResultKey("name", "Of a run: what the user called it", isOptional: true),
    ResultKey("state", "Of a run: `succeeded`, `failed` or `interrupted`", isOptional: true),
    ResultKey("command", "Of a run: the program and its arguments", isOptional: true),
    ResultKey("started", "Of a run: when it began, as RFC 3339", isOptional: true),
    ResultKey("seconds", "Of a run: how long it took", isOptional: true),
    ResultKey("commit", "Of code: the commit that it belongs to", isOptional: true),
    ResultKey("isModified", "Of code: whether it differed from the commit", isOptional: true),
    ResultKey(
      "values", "Of parameters and metrics", isOptional: true,
      each: [
        ResultKey("path", "The file"), ResultKey("key", "The place in the file"),
        ResultKey("value", "What stands there"),
      ]),
  ]

  private enum CodingKeys: CodingKey {
    case subject, kind, direction, focus, nodes, edges, output
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(subject, forKey: .subject)
    try container.encode(kind, forKey: .kind)
    try container.encode(graph.direction == .up ? "up" : "down", forKey: .direction)
    try container.encode(graph.focus.map { graph.nodes[$0].id }, forKey: .focus)
    let nodes = graph.nodes.enumerated().map { EncodedNode($1, appearances[$0]) }
    try container.encode(nodes, forKey: .nodes)
    let edges = graph.edges.map { edge in
      EncodedEdge(
        from: graph.nodes[edge.from].id, to: graph.nodes[edge.to].id,
        relation: edge.relation.rawValue)
    }
    try container.encode(edges, forKey: .edges)
    try container.encodeIfPresent(output, forKey: .output)
  }
}

private struct EncodedEdge: Encodable {
  let from: String
  let to: String
  let relation: String
}

private struct EncodedNode: Encodable {
  struct Value: Encodable {
    let path: RepositoryPath
    let key: String
    let value: DocumentValue
  }

  let id: String
  let kind: String
  let notes: [String]
  var oid: ObjectID?
  var paths: [RepositoryPath]?
  var isTree: Bool?
  var size: ByteCount?
  var entered: String?
  var references: [ByteString]?
  var name: String?
  var state: String?
  var command: [ByteString]?
  var started: Timestamp?
  var seconds: Double?
  var commit: String?
  var isModified: Bool?
  var values: [Value]?

  init(_ node: LineageGraph.Node, _ appearance: PointerAppearances.Appearance?) {
    id = node.id
    kind = node.kindName
    notes = node.notes.map(\.rawValue).sorted()
    switch node.content {
    case .artifact(let artifact):
      (oid, paths, isTree, size) = (artifact.oid, artifact.paths, artifact.isTree, artifact.size)
      entered = appearance?.entered?.id.hex
      references = appearance?.references
    case .run(let run):
      (name, state, command) = (run.name, run.state.rawValue, run.command)
      (started, seconds) = (run.started, run.seconds)
    case .code(let code): (oid, commit, isModified) = (code.tree, code.commit, code.isModified)
    case .parameters(let list), .metrics(let list):
      values = list.map { Value(path: $0.path, key: $0.key, value: $0.value) }
    }
  }
}

extension LineageGraph.Node {
  /// What kind of thing it is, in a word.
  var kindName: String {
    switch content {
    case .artifact(let artifact): artifact.isModel ? "model" : "data"
    case .run: "run"
    case .code: "code"
    case .parameters: "parameters"
    case .metrics: "metrics"
    }
  }
}

internal import Figures
internal import Lineage
internal import Primitives

/// Graphs of lineage as figures.
enum LineageFigure {
  /// Draws what a report found.
  static func make(_ report: LineageReport) -> GraphFigure {
    let graph = report.graph
    let title =
      graph.direction == .up
      ? "What \(report.subject) was made from" : "What was made from \(report.subject)"
    return GraphFigure(
      title: title, nodes: graph.nodes.map(node),
      edges: graph.edges.map { edge in
        GraphFigure.Edge(
          from: graph.nodes[edge.from].id, to: graph.nodes[edge.to].id, label: label(edge.relation))
      })
  }

  private static func label(_ relation: LineageGraph.Relation) -> String {
    switch relation {
    case .partOf: "part of"
    case .holds: "holds"
    case .used, .made, .code, .parameters, .metrics: ""
    }
  }

  private static func node(_ node: LineageGraph.Node) -> GraphFigure.Node {
    var marks: Set<GraphFigure.Mark> = []
    if node.notes.contains(.focus) { marks.insert(.focus) }
    if node.notes.contains(.notLookedInto) { marks.insert(.missing) }
    let (kind, title, subtitle, details):
      (GraphFigure.NodeKind, String, String, [GraphFigure.Detail])
    switch node.content {
    case .artifact(let artifact):
      kind = artifact.isModel ? .model : .data
      title = artifact.paths[0].description
      subtitle = "\(artifact.oid.abbreviated), \(artifact.size)"
      details =
        artifact.paths.map { detail("path", $0) }
        + [detail("oid", artifact.oid), detail("size", artifact.size)] + said(of: node)
    case .run(let run):
      kind = .run
      title = run.name ?? run.commandLine
      subtitle = "\(run.id.abbreviated), \(run.started.description.prefix(10))"
      if run.state != .succeeded { marks.insert(.failed) }
      details = Self.details(of: run) + said(of: node)
    case .code(let code):
      kind = .code
      title = code.commit.map { String($0.prefix(10)) } ?? "without a commit"
      subtitle = code.isModified ? "modified" : ""
      details = [detail("commit", code.commit ?? "none"), detail("tree", code.tree)]
    case .parameters(let values):
      (kind, title, subtitle, details) = Self.values(values, .parameters)
    case .metrics(let values):
      (kind, title, subtitle, details) = Self.values(values, .metrics)
    }
    return GraphFigure.Node(
      id: node.id, kind: kind, title: title, subtitle: subtitle, marks: marks, details: details)
  }

  private static func detail(
    _ label: String, _ value: some CustomStringConvertible
  ) -> GraphFigure.Detail {
    GraphFigure.Detail(label: label, value: value.description)
  }

  private static func details(of run: RunSummary) -> [GraphFigure.Detail] {
    var details = [
      detail("run", run.id), detail("command", run.commandLine),
      detail("state", run.state.rawValue), detail("started", run.started),
    ]
    if let seconds = run.seconds { details.append(detail("seconds", seconds)) }
    return details
  }

  private static func said(of node: LineageGraph.Node) -> [GraphFigure.Detail] {
    node.notes.subtracting([.focus]).map(\.words).sorted().map { detail("note", $0) }
  }

  private static func values(
    _ values: [RunSummary.Value], _ kind: GraphFigure.NodeKind
  ) -> (GraphFigure.NodeKind, String, String, [GraphFigure.Detail]) {
    let first = values.prefix(2).map { "\($0.key) \(ValueText.brief.text($0.value))" }
      .joined(separator: ", ")
    return (
      kind, first, values.count > 2 ? "and \(values.count - 2) more" : "",
      values.map { detail("\($0.path) \($0.key)", $0.value) }
    )
  }
}

extension LineageGraph.Note {
  /// What the note says, for people.
  var words: String {
    switch self {
    case .focus: "asked for"
    case .noMaker: "no run is known that made it"
    case .noUser: "no run is known that used it"
    case .cut: "there is more"
    case .notLookedInto: "not looked into, its tree is not here"
    case .cycle: "the same content came before"
    case .forgotten: "forgotten on purpose"
    }
  }
}

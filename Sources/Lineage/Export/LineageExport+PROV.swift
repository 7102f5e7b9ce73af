internal import Documents
internal import Primitives

extension LineageExport {
  /// A graph as PROV-JSON (W3C member submission of 2013-04-24).
  ///
  /// Data, code, parameters and metrics are entities, and runs are activities. A directory and what
  /// lies in it are derived from each other, in the direction in which they came about.
  package static func prov(_ graph: LineageGraph) -> [UInt8] {
    var document = PROVDocument(graph)
    for node in graph.nodes { document.add(node) }
    for edge in graph.edges { document.add(edge) }
    return json(document.value, isIndented: true)
  }
}

/// A document of PROV while it is put together.
private struct PROVDocument {
  private let names: [String]
  private var records: [String: [String: DocumentValue?]] = [:]

  init(_ graph: LineageGraph) {
    names = graph.nodes.map { "shale:\(LineageExport.name(of: $0))" }
  }

  var value: DocumentValue {
    var fields: [String: DocumentValue?] = records.mapValues { .object($0) }
    fields["prefix"] = .object([
      "shale": .text(LineageExport.namespace), "xsd": .text("http://www.w3.org/2001/XMLSchema#"),
    ])
    return .object(fields)
  }

  mutating func add(_ node: LineageGraph.Node) {
    let name = "shale:\(LineageExport.name(of: node))"
    switch node.content {
    case .artifact(let artifact):
      records["entity", default: [:]][name] = .object([
        "prov:label": .text(artifact.paths[0].description),
        "prov:type": type(artifact.isModel ? "model" : "data"),
        "shale:digest": .text(artifact.oid.hex), "shale:size": .integer(artifact.size.bytes),
        "shale:kind": .text(artifact.isTree ? "tree" : "file"),
      ])
    case .run(let run): records["activity", default: [:]][name] = activity(run)
    case .code(let code):
      records["entity", default: [:]][name] = .object([
        "prov:type": type("code"), "shale:commit": code.commit.map { .text($0) },
        "shale:digest": .text(code.tree.hex), "shale:isModified": .boolean(code.isModified),
      ])
    case .parameters(let values): addValues(values, "parameters", name)
    case .metrics(let values): addValues(values, "metrics", name)
    }
  }

  private func activity(_ run: RunSummary) -> DocumentValue {
    .object([
      "prov:label": .text(run.name ?? run.commandLine),
      "prov:startTime": .shown(run.started), "prov:endTime": run.ended.map(DocumentValue.shown),
      "prov:type": type("run"), "shale:command": .text(run.commandLine),
      "shale:state": .text(run.state.rawValue),
    ])
  }

  private mutating func addValues(
    _ values: [RunSummary.Value], _ kind: String, _ name: String
  ) {
    let text = LineageExport.json(values.document, isIndented: false).dropLast()
    records["entity", default: [:]][name] = .object([
      "prov:type": type(kind), "prov:value": .text(String(decoding: text, as: UTF8.self)),
    ])
  }

  private func type(_ word: String) -> DocumentValue {
    .object(["$": .text("shale:\(word)"), "type": .text("prov:QUALIFIED_NAME")])
  }

  mutating func add(_ edge: LineageGraph.Edge) {
    let (from, to): (DocumentValue, DocumentValue) = (
      .text(names[edge.from]), .text(names[edge.to])
    )
    switch edge.relation {
    case .used, .code, .parameters:
      append("used", ["prov:activity": to, "prov:entity": from])
    case .made, .metrics:
      append("wasGeneratedBy", ["prov:activity": from, "prov:entity": to])
    case .partOf, .holds:
      append("wasDerivedFrom", ["prov:generatedEntity": to, "prov:usedEntity": from])
    }
  }

  private mutating func append(_ kind: String, _ fields: [String: DocumentValue?]) {
    let number = records[kind]?.count ?? 0
    records[kind, default: [:]]["_:\(kind)\(number)"] = .object(fields)
  }
}

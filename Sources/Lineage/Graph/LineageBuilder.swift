internal import Primitives

/// Puts a graph together, each node and edge once.
struct LineageBuilder {
  private(set) var graph: LineageGraph
  private var artifacts: [ArtifactKey: Int] = [:]
  private var runs: [Int: Int] = [:]
  private var code: [LineageGraph.Code: Int] = [:]
  private var edges: Set<LineageGraph.Edge> = []

  init(_ direction: LineageGraph.Direction) {
    graph = LineageGraph(direction)
  }

  /// The position of data in the graph, which has it from then on.
  mutating func node(of artifact: RunSummary.Artifact) -> Int {
    let key = ArtifactKey(artifact)
    if let known = artifacts[key] {
      addPath(artifact.path, to: known)
      return known
    }
    let content = LineageGraph.Artifact(
      oid: artifact.oid, isTree: artifact.isTree, size: artifact.size, paths: [artifact.path],
      isModel: false)
    let place = key.path.map { "@\($0)" } ?? ""
    let position = append(
      "\(artifact.isTree ? "tree" : "file"):\(artifact.oid)\(place)", .artifact(content))
    artifacts[key] = position
    return position
  }

  private mutating func addPath(_ path: RepositoryPath, to position: Int) {
    guard case .artifact(var artifact) = graph.nodes[position].content,
      !artifact.paths.contains(path)
    else { return }
    artifact.paths.append(path)
    graph.nodes[position].content = .artifact(artifact)
  }

  /// The position of a run, with what it depended on besides data, and whether it is new.
  mutating func node(of run: RunSummary, at number: Int) -> (position: Int, isNew: Bool) {
    if let known = runs[number] { return (known, false) }
    let position = append("run:\(run.id)", .run(run))
    runs[number] = position
    connect(codeNode(of: run), position, .code)
    if !run.parameters.isEmpty {
      connect(append("parameters:\(run.id)", .parameters(run.parameters)), position, .parameters)
    }
    if !run.metrics.isEmpty {
      connect(position, append("metrics:\(run.id)", .metrics(run.metrics)), .metrics)
    }
    return (position, true)
  }

  private mutating func codeNode(of run: RunSummary) -> Int {
    let content = LineageGraph.Code(
      commit: run.commit, tree: run.codeTree, isModified: run.isCodeModified)
    if let known = code[content] { return known }
    let commit = run.commit.map { "@\($0)" } ?? ""
    let position = append("code:\(run.codeTree)\(commit)", .code(content))
    code[content] = position
    return position
  }

  mutating func connect(_ from: Int, _ to: Int, _ relation: LineageGraph.Relation) {
    let edge = LineageGraph.Edge(from: from, to: to, relation: relation)
    if edges.insert(edge).inserted { graph.edges.append(edge) }
  }

  mutating func note(_ note: LineageGraph.Note, at position: Int) {
    graph.nodes[position].notes.insert(note)
  }

  mutating func focus(_ position: Int) {
    note(.focus, at: position)
    if !graph.focus.contains(position) { graph.focus.append(position) }
  }

  mutating func setModel(at position: Int) {
    guard case .artifact(var artifact) = graph.nodes[position].content else { return }
    artifact.isModel = true
    graph.nodes[position].content = .artifact(artifact)
  }

  private mutating func append(_ id: String, _ content: LineageGraph.Content) -> Int {
    graph.nodes.append(LineageGraph.Node(id: id, content: content))
    return graph.nodes.count - 1
  }
}

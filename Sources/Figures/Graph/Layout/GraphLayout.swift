/// Where the boxes and arrows of a graph are drawn, in pixels from the top left.
///
/// Parts that no edge connects are laid out by themselves and set side by side like words on lines.
/// See `docs/design/0012-figures.md`.
struct GraphLayout: Sendable {
  /// A node's place.
  struct Box: Sendable, Equatable {
    var left: Double
    var top: Double
    let width: Double
    let height: Double

    var right: Double { left + width }
    var bottom: Double { top + height }
    var middle: Double { top + height / 2 }
  }

  /// What is to be laid out.
  struct Request: Sendable {
    /// The width of each node.
    let widths: [Double]

    /// The edges; of those from a node to itself nothing is laid out.
    let edges: [LayoutGraph.Edge]

    /// The room that the label of each edge asks for, 0 without one.
    let labelWidths: [Double]

    /// The nodes whose part comes first.
    let leading: Set<Int>
  }

  /// The height of every box.
  static let nodeHeight = 46.0

  /// The least distances: between boxes of a column, between trunks, and between parts.
  static let rowGap = 18.0
  static let trunkGap = 8.0
  static let partGap = 36.0

  /// The place of each node.
  let boxes: [Box]

  /// The curves that edges consist of.
  let curves: [Curve]

  /// Which curves each edge consists of, or `nil` for one from a node to itself.
  let routes: [Ladder.Route?]

  /// Whether each edge runs from right to left, because the graph has a cycle.
  let isReversed: [Bool]
  let width: Double
  let height: Double

  init(_ request: Request) {
    let kept = request.edges.indices.filter { request.edges[$0].from != request.edges[$0].to }
    let graph = LayoutGraph(count: request.widths.count, edges: kept.map { request.edges[$0] })
    let members = Membership(graph)
    var parts = members.parts.map { PartLayout($0, request, labels: kept) }
    let packing = Packing(
      sizes: parts.map { Packing.Size(width: $0.width, height: $0.height) },
      order: members.order(leading: request.leading), gap: Self.partGap)

    var boxes = request.widths.map { Box(left: 0, top: 0, width: $0, height: Self.nodeHeight) }
    var curves: [Curve] = []
    var routes = [Ladder.Route?](repeating: nil, count: request.edges.count)
    var isReversed = [Bool](repeating: false, count: request.edges.count)
    for (index, part) in members.parts.enumerated() {
      let origin = packing.origins[index]
      parts[index].move(right: origin.left, down: origin.top)
      for (node, box) in zip(part.nodes, parts[index].boxes) { boxes[node] = box }
      for (edge, route) in zip(part.edges, parts[index].routes) {
        let trunk = route.trunk.lowerBound + curves.count..<route.trunk.upperBound + curves.count
        routes[kept[edge]] = Ladder.Route(trunk: trunk, branch: route.branch + curves.count)
        isReversed[kept[edge]] = graph.isReversed[edge]
      }
      curves += parts[index].curves
    }
    self.boxes = boxes
    self.curves = curves
    self.routes = routes
    self.isReversed = isReversed
    width = packing.width
    height = packing.height
  }
}

/// A graph taken apart into what hangs together.
struct Membership: Sendable {
  /// One part, with the numbers that its nodes and edges have in the whole.
  struct Part: Sendable {
    let nodes: [Int]
    let edges: [Int]
    let graph: LayoutGraph
  }

  let parts: [Part]

  init(_ graph: LayoutGraph) {
    let components = graph.components
    var place = [(part: Int, node: Int)](repeating: (0, 0), count: graph.count)
    for (part, nodes) in components.enumerated() {
      for (index, node) in nodes.enumerated() { place[node] = (part, index) }
    }
    var edges = [[Int]](repeating: [], count: components.count)
    for (index, edge) in graph.edges.enumerated() { edges[place[edge.from].part].append(index) }
    parts = zip(components, edges).map { nodes, edges in
      let local = edges.map { index in
        let edge = graph.edges[index]
        return LayoutGraph.Edge(from: place[edge.from].node, to: place[edge.to].node)
      }
      let isReversed = edges.map { graph.isReversed[$0] }
      return Part(
        nodes: nodes, edges: edges,
        graph: LayoutGraph(count: nodes.count, turned: local, isReversed: isReversed))
    }
  }

  /// The parts in the order of reading: those with a leading node, then the larger ones.
  func order(leading: Set<Int>) -> [Int] {
    let keys = parts.enumerated().map { index, part in
      (part.nodes.contains(where: leading.contains) ? 0 : 1, -part.nodes.count, index)
    }
    return parts.indices.sorted { keys[$0] < keys[$1] }
  }
}

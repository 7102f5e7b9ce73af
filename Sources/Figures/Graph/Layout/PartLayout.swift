/// The layout of nodes that hang together.
struct PartLayout: Sendable {
  private(set) var boxes: [GraphLayout.Box]
  private(set) var curves: [Curve]
  let routes: [Ladder.Route]
  let width: Double
  let height: Double

  /// Lays out a part of what was asked for.
  ///
  /// - Parameter labels: Which edge of the request each edge of the whole graph is.
  init(_ part: Membership.Part, _ request: GraphLayout.Request, labels: [Int]) {
    let layering = Layering(part.graph)
    let ladder = Ladder(part.graph, layering)
    let ordering = Ordering(ladder)
    let placement = Placement(ladder, ordering, nodeHeight: GraphLayout.nodeHeight)
    let grid = Grid(
      ladder, layering, widths: part.nodes.map { request.widths[$0] },
      labelWidths: part.edges.map { request.labelWidths[labels[$0]] })

    let nodeMiddles = placement.middles.prefix(part.nodes.count)
    let first = (nodeMiddles.min() ?? 0) - GraphLayout.nodeHeight / 2
    let top = min(first, placement.middles.min() ?? first)
    let boxes = part.nodes.indices.map { node in
      let column = ladder.column[node]
      return GraphLayout.Box(
        left: grid.lefts[column],
        top: (placement.middles[node] - GraphLayout.nodeHeight / 2 - top).rounded(),
        width: grid.widths[column], height: GraphLayout.nodeHeight)
    }
    let middles = ladder.column.indices.map { item in
      ladder.isTrunk(item) ? (placement.middles[item] - top).rounded() : boxes[item].middle
    }
    self.boxes = boxes
    curves = Wiring(part.graph, ladder, grid, middles: middles).curves
    routes = ladder.routes
    width = (grid.lefts.last ?? 0) + (grid.widths.last ?? 0)
    height = max(boxes.map(\.bottom).max() ?? 0, middles.max() ?? 0)
  }

  /// Moves everything.
  mutating func move(right: Double, down: Double) {
    for index in boxes.indices {
      boxes[index].left += right
      boxes[index].top += down
    }
    for index in curves.indices { curves[index].move(right: right, down: down) }
  }
}

/// Where columns begin and how wide they are.
struct Grid: Sendable {
  private(set) var lefts: [Double] = []

  /// The width of each column: all its boxes are as wide as the widest needs to be.
  private(set) var widths: [Double]

  /// Places columns with room between them for labels, and more where many wires run.
  init(_ ladder: Ladder, _ layering: Layering, widths nodeWidths: [Double], labelWidths: [Double]) {
    widths = Array(repeating: 0, count: layering.count)
    for (node, width) in nodeWidths.enumerated() {
      widths[ladder.column[node]] = max(widths[ladder.column[node]], width)
    }
    var wireCounts = [Int](repeating: 0, count: layering.count)
    for wire in ladder.wires { wireCounts[ladder.column[wire.from]] += 1 }
    var labels = [Double](repeating: 0, count: layering.count)
    for (route, width) in zip(ladder.routes, labelWidths) {
      let column = ladder.column[ladder.wires[route.branch].from]
      labels[column] = max(labels[column], width)
    }
    var left = 0.0
    for column in 0..<layering.count {
      lefts.append(left)
      let crowd = min(Double(wireCounts[column]).squareRoot() * 6, 120)
      let room = labels[column] > 0 ? labels[column] + 44 : 0
      left += widths[column] + max(44 + crowd, room).rounded()
    }
  }
}

/// The curves of all wires.
struct Wiring: Sendable {
  let curves: [Curve]

  init(_ graph: LayoutGraph, _ ladder: Ladder, _ grid: Grid, middles: [Double]) {
    let ports = Self.ports(ladder, middles: middles)
    var isReversed = [Bool](repeating: false, count: ladder.wires.count)
    for (edge, route) in ladder.routes.enumerated() where graph.isReversed[edge] {
      isReversed[route.branch] = true
      for wire in route.trunk { isReversed[wire] = true }
    }
    curves = ladder.wires.enumerated().map { index, wire in
      let from = ladder.column[wire.from]
      let to = ladder.column[wire.to]
      let beginsAtNode = !ladder.isTrunk(wire.from)
      let endsAtNode = !ladder.isTrunk(wire.to)
      let head: Curve.Head =
        isReversed[index] ? (beginsAtNode ? .start : .none) : endsAtNode ? .end : .none
      // An arrow that comes back must not hide where others leave.
      let shift = isReversed[index] && beginsAtNode ? 12.0 : 0
      return Curve(
        start: Curve.Point(x: grid.lefts[from] + grid.widths[from], y: middles[wire.from] + shift),
        end: Curve.Point(x: grid.lefts[to], y: middles[wire.to] + ports[index]),
        overrun: endsAtNode ? 0 : grid.widths[to], head: head, isReversed: isReversed[index])
    }
  }

  /// How far from the middle of its box each wire arrives: several are spread by where they come from.
  private static func ports(_ ladder: Ladder, middles: [Double]) -> [Double] {
    var arriving = [[Int]](repeating: [], count: ladder.nodeCount)
    for (index, wire) in ladder.wires.enumerated() where !ladder.isTrunk(wire.to) {
      arriving[wire.to].append(index)
    }
    var ports = [Double](repeating: 0, count: ladder.wires.count)
    for wires in arriving where wires.count > 1 {
      let sorted = wires.sorted {
        (middles[ladder.wires[$0].from], $0) < (middles[ladder.wires[$1].from], $1)
      }
      let step = min(9, 28 / Double(wires.count - 1))
      for (place, wire) in sorted.enumerated() {
        ports[wire] = (Double(place) - Double(wires.count - 1) / 2) * step
      }
    }
    return ports
  }
}

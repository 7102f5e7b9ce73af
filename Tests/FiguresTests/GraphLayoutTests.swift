import TestSupport
import Testing

@testable import Figures

@Suite struct GraphLayoutTests {
  static let seeds: [UInt64] = Array(1...24)

  /// A layout of random boxes and edges: sparse, dense, in one part and in many.
  private static func layout(seed: UInt64) -> (GraphLayout.Request, GraphLayout) {
    var generator = SeededGenerator(seed: seed)
    let count = 1 + Int(generator.next() % 120)
    let edgeCount = Int(generator.next() % UInt64(count * 2))
    let request = GraphLayout.Request(
      widths: (0..<count).map { _ in Double(60 + generator.next() % 180) },
      edges: (0..<edgeCount).map { _ in
        LayoutGraph.Edge(
          from: Int(generator.next() % UInt64(count)), to: Int(generator.next() % UInt64(count)))
      },
      labelWidths: (0..<edgeCount).map { _ in Double(generator.next() % 90) }, leading: [0])
    return (request, GraphLayout(request))
  }

  @Test(arguments: seeds) func `boxes keep a distance and stay within the drawing`(seed: UInt64) {
    let (request, layout) = Self.layout(seed: seed)
    for (index, box) in layout.boxes.enumerated() {
      #expect(box.left >= 0 && box.top >= 0)
      #expect(box.right <= layout.width && box.bottom <= layout.height)
      #expect(box.width >= request.widths[index])
      for other in layout.boxes[..<index] {
        let isApart =
          box.left >= other.right + 30 || other.left >= box.right + 30
          || box.top >= other.bottom + GraphLayout.rowGap - 1
          || other.top >= box.bottom + GraphLayout.rowGap - 1
        #expect(isApart, "\(box) \(other)")
      }
    }
  }

  @Test(arguments: seeds) func `every arrow runs to the right, but those told to be turned`(
    seed: UInt64
  ) {
    let (request, layout) = Self.layout(seed: seed)
    for (index, edge) in request.edges.enumerated() where edge.from != edge.to {
      let from = layout.boxes[edge.from]
      let to = layout.boxes[edge.to]
      #expect(layout.isReversed[index] ? to.right < from.left : from.right < to.left)
    }
  }

  @Test(arguments: seeds) func `the curves of an edge lead from box to box without a gap`(
    seed: UInt64
  ) throws {
    let (request, layout) = Self.layout(seed: seed)
    for (index, edge) in request.edges.enumerated() where edge.from != edge.to {
      let route = try #require(layout.routes[index])
      let isReversed = layout.isReversed[index]
      let from = layout.boxes[isReversed ? edge.to : edge.from]
      let to = layout.boxes[isReversed ? edge.from : edge.to]
      let curves = (Array(route.trunk) + [route.branch]).map { layout.curves[$0] }
      #expect(curves.first?.start.x == from.right)
      #expect(abs((curves.first?.start.y ?? 0) - from.middle) <= 12)
      #expect(curves.last?.end.x == to.left)
      #expect(abs((curves.last?.end.y ?? 0) - to.middle) <= 14)
      #expect(curves.allSatisfy { $0.isReversed == isReversed })
      for (curve, next) in zip(curves, curves.dropFirst()) {
        #expect(curve.end.x + curve.overrun == next.start.x)
        #expect(curve.end.y == next.start.y)
      }
    }
  }

  @Test(arguments: seeds) func `no line runs through a box of a column it passes`(seed: UInt64) {
    let (_, layout) = Self.layout(seed: seed)
    for curve in layout.curves where curve.overrun > 0 {
      for box in layout.boxes where box.left < curve.end.x + 1 && curve.end.x < box.right {
        #expect(curve.end.y <= box.top - 4 || curve.end.y >= box.bottom + 4)
      }
    }
  }

  @Test func `a graph without a cycle is turned nowhere, and one with a cycle once`() {
    let chain = LayoutGraph(count: 3, edges: [.init(from: 2, to: 0), .init(from: 0, to: 1)])
    #expect(chain.isReversed == [false, false])
    let cycle = LayoutGraph(
      count: 3, edges: [.init(from: 0, to: 1), .init(from: 1, to: 2), .init(from: 2, to: 0)])
    #expect(cycle.isReversed == [false, false, true])
  }

  @Test func `a column is the longest way, and a source stands next to its first use`() {
    let graph = LayoutGraph(
      count: 5,
      edges: [
        .init(from: 0, to: 1), .init(from: 1, to: 2), .init(from: 0, to: 2), .init(from: 2, to: 3),
        .init(from: 4, to: 3),
      ])
    #expect(Layering(graph).columns == [0, 1, 2, 3, 2])
  }

  @Test func `a column takes only so many nodes`() {
    let edges = (1...300).map { LayoutGraph.Edge(from: 0, to: $0) }
    let layering = Layering(LayoutGraph(count: 301, edges: edges))
    let sizes = Dictionary(grouping: layering.columns, by: \.self).mapValues(\.count)
    #expect(sizes.values.allSatisfy { $0 <= Layering.capacity(for: 301) })
    #expect(layering.count > 5)
  }

  @Test func `wires that need not cross do not`() {
    // Two ladders, given upside down.
    let graph = LayoutGraph(
      count: 6,
      edges: [
        .init(from: 0, to: 5), .init(from: 1, to: 4), .init(from: 2, to: 3), .init(from: 0, to: 4),
        .init(from: 1, to: 3),
      ])
    let ladder = Ladder(graph, Layering(graph))
    #expect(Ordering(ladder).crossings == 0)
  }

  @Test func `a chain is drawn as a straight line`() {
    let layout = GraphLayout(
      .init(
        widths: Array(repeating: 100, count: 30),
        edges: (1..<30).map { .init(from: $0 - 1, to: $0) },
        labelWidths: Array(repeating: 0, count: 29), leading: []))
    #expect(Set(layout.boxes.map(\.top)) == [0])
    #expect(layout.curves.allSatisfy { $0.start.y == $0.end.y })
  }

  @Test func `a chain as long as the stack is deep is laid out`() {
    let count = 20_000
    let graph = LayoutGraph(count: count, edges: (1..<count).map { .init(from: $0 - 1, to: $0) })
    #expect(Layering(graph).count == count)
  }

  @Test func `the longest edges leap where trunks would be too many`() throws {
    let count = 600
    let chain = (1..<count).map { LayoutGraph.Edge(from: $0 - 1, to: $0) }
    let arcs = (0..<250).map { LayoutGraph.Edge(from: $0, to: count - 1 - $0) }
    let graph = LayoutGraph(count: count, edges: chain + arcs)
    let ladder = Ladder(graph, Layering(graph))
    #expect(ladder.column.count - count <= Ladder.placeLimit)
    let longest = ladder.routes[chain.count]
    #expect(longest.trunk.isEmpty)
    #expect(ladder.wires[longest.branch].from == 0)
    #expect(ladder.wires[longest.branch].to == count - 1)
  }
}

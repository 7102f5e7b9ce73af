/// A layered graph in which every edge leads from one column to the next.
///
/// An edge across several columns gets a place in each. Edges from one node share these places: they
/// run as one trunk from which the targets branch off, so a dataset that a thousand runs read costs
/// one line and not a thousand.
///
/// There are at most ``placeLimit`` places: where edges would ask for more, the longest leap over the
/// columns and under their boxes.
struct Ladder: Sendable {
  /// A piece of an edge between an item and one in the next column.
  struct Wire: Sendable {
    let from: Int
    let to: Int
  }

  /// The wires of an edge, from left to right: those of the trunk it uses, and its own.
  struct Route: Sendable {
    let trunk: Range<Int>
    let branch: Int
  }

  /// The column of each item.
  ///
  /// The first items are the nodes of the graph, the others are places of trunks.
  private(set) var column: [Int]

  /// The number of items that are nodes.
  let nodeCount: Int
  private(set) var wires: [Wire] = []

  /// The routes of the edges of the graph, in their order.
  private(set) var routes: [Route] = []

  /// How many places trunks may have: a drawing of more is no longer read, and takes too long.
  static let placeLimit = 12_000

  init(_ graph: LayoutGraph, _ layering: Layering) {
    column = layering.columns
    nodeCount = graph.count
    // What runs backwards has a trunk of its own: its arrow is at the other end.
    var outgoing = [[Int]](repeating: [], count: graph.count * 2)
    for (index, edge) in graph.edges.enumerated() {
      outgoing[edge.from * 2 + (graph.isReversed[index] ? 1 : 0)].append(index)
    }
    let reach = Self.reach(graph, outgoing, column)
    var routes = [Route?](repeating: nil, count: graph.edges.count)
    for (key, indices) in outgoing.enumerated() where !indices.isEmpty {
      let source = key / 2
      let start = column[source]
      let spans = indices.map { column[graph.edges[$0].to] - start - 1 }
      let firstWire = wires.count
      let firstItem = column.count
      for offset in 0..<(spans.filter { $0 <= reach }.max() ?? 0) {
        wires.append(Wire(from: offset == 0 ? source : column.count - 1, to: column.count))
        column.append(start + 1 + offset)
      }
      for (index, span) in zip(indices, spans) {
        let used = span <= reach ? span : 0
        routes[index] = Route(trunk: firstWire..<firstWire + used, branch: wires.count)
        let from = used == 0 ? source : firstItem + used - 1
        wires.append(Wire(from: from, to: graph.edges[index].to))
      }
    }
    self.routes = routes.compactMap(\.self)
  }

  /// How many columns an edge may cross on a trunk, so that there are not too many places.
  private static func reach(_ graph: LayoutGraph, _ outgoing: [[Int]], _ column: [Int]) -> Int {
    let spans = outgoing.enumerated().map { key, indices in
      indices.map { column[graph.edges[$0].to] - column[key / 2] - 1 }
    }
    func placeCount(_ reach: Int) -> Int {
      spans.reduce(0) { $0 + ($1.filter { $0 <= reach }.max() ?? 0) }
    }
    let longest = column.max() ?? 0
    if placeCount(longest) <= placeLimit { return longest }
    var (fitting, tooLong) = (0, longest)
    while tooLong - fitting > 1 {
      let middle = (fitting + tooLong) / 2
      if placeCount(middle) <= placeLimit { fitting = middle } else { tooLong = middle }
    }
    return fitting
  }

  /// The items that wires connect an item with, in the column before and in the one after.
  ///
  /// What leaps over columns pulls at nothing.
  var neighbours: (left: [[Int]], right: [[Int]]) {
    var left = [[Int]](repeating: [], count: column.count)
    var right = left
    for wire in wires where column[wire.to] == column[wire.from] + 1 {
      right[wire.from].append(wire.to)
      left[wire.to].append(wire.from)
    }
    return (left, right)
  }

  func isTrunk(_ item: Int) -> Bool { item >= nodeCount }
}

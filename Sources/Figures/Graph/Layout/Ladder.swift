/// A layered graph in which every edge leads from one column to the next.
///
/// An edge across several columns gets a place in each. Edges from one node share these places: they
/// run as one trunk from which the targets branch off, so a dataset that a thousand runs read costs
/// one line and not a thousand.
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

  init(_ graph: LayoutGraph, _ layering: Layering) {
    column = layering.columns
    nodeCount = graph.count
    // What runs backwards has a trunk of its own: its arrow is at the other end.
    var outgoing = [[Int]](repeating: [], count: graph.count * 2)
    for (index, edge) in graph.edges.enumerated() {
      outgoing[edge.from * 2 + (graph.isReversed[index] ? 1 : 0)].append(index)
    }
    var routes = [Route?](repeating: nil, count: graph.edges.count)
    for (key, indices) in outgoing.enumerated() where !indices.isEmpty {
      let source = key / 2
      let start = column[source]
      let last = indices.map { column[graph.edges[$0].to] }.max() ?? start
      let firstWire = wires.count
      let firstItem = column.count
      for (offset, place) in (start + 1..<max(last, start + 1)).enumerated() {
        wires.append(Wire(from: offset == 0 ? source : column.count - 1, to: column.count))
        column.append(place)
      }
      for index in indices {
        let target = graph.edges[index].to
        let used = column[target] - start - 1
        routes[index] = Route(trunk: firstWire..<firstWire + used, branch: wires.count)
        wires.append(Wire(from: used == 0 ? source : firstItem + used - 1, to: target))
      }
    }
    self.routes = routes.compactMap(\.self)
  }

  /// The items that wires connect an item with, in the column before and in the one after.
  var neighbours: (left: [[Int]], right: [[Int]]) {
    var left = [[Int]](repeating: [], count: column.count)
    var right = left
    for wire in wires {
      right[wire.from].append(wire.to)
      left[wire.to].append(wire.from)
    }
    return (left, right)
  }

  func isTrunk(_ item: Int) -> Bool { item >= nodeCount }
}

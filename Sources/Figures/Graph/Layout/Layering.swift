/// In which column each node stands, so that every edge runs from a column to a later one.
struct Layering: Sendable {
  /// The column of each node, from 0.
  let columns: [Int]

  /// The number of columns.
  let count: Int

  /// Gives each node the column that its longest way from the left asks for.
  ///
  /// Where that would fill a column with more than ``capacity(for:)`` nodes, further ones go to later
  /// columns: a thousand runs of one dataset become a block instead of a strip.
  init(_ graph: LayoutGraph) {
    let depths = Self.depths(of: graph)
    let capacity = Self.capacity(for: graph.count)
    let pulled = Self.pullingSources(of: graph, depths)
    columns =
      Self.largest(pulled) <= capacity
      ? pulled : Self.filling(graph, depths: depths, capacity: capacity)
    count = (columns.max() ?? -1) + 1
  }

  /// How many nodes a column takes: as many as make a large graph about as wide as a screen.
  static func capacity(for count: Int) -> Int {
    max(24, Int((Double(count) * 3).squareRoot()))
  }

  /// The longest way to each node, in edges.
  private static func depths(of graph: LayoutGraph) -> [Int] {
    var depths = [Int](repeating: 0, count: graph.count)
    for node in graph.topologicalOrder {
      for next in graph.successors[node] { depths[next] = max(depths[next], depths[node] + 1) }
    }
    return depths
  }

  /// Moves what nothing leads to next to its first use, which shortens its edges.
  private static func pullingSources(of graph: LayoutGraph, _ depths: [Int]) -> [Int] {
    var columns = depths
    for node in 0..<graph.count where graph.predecessors[node].isEmpty {
      if let first = graph.successors[node].map({ depths[$0] }).min() { columns[node] = first - 1 }
    }
    return columns
  }

  private static func largest(_ columns: [Int]) -> Int {
    var sizes: [Int] = Array(repeating: 0, count: (columns.max() ?? 0) + 1)
    for column in columns { sizes[column] += 1 }
    return sizes.max() ?? 0
  }

  /// Fills one column after the other with nodes whose predecessors have their places.
  ///
  /// The deepest come first, so that what a run made stands close to it.
  private static func filling(_ graph: LayoutGraph, depths: [Int], capacity: Int) -> [Int] {
    var missing = graph.predecessors.map(\.count)
    var columns = [Int](repeating: 0, count: graph.count)
    var ready = [[Int]](repeating: [], count: (depths.max() ?? 0) + 1)
    var taken = [Int](repeating: 0, count: ready.count)
    for node in 0..<graph.count where missing[node] == 0 { ready[0].append(node) }
    var placedCount = 0
    var column = 0
    while placedCount < graph.count {
      var placed: [Int] = []
      for depth in ready.indices.reversed() {
        let end = min(ready[depth].count, taken[depth] + capacity - placed.count)
        placed += ready[depth][taken[depth]..<end]
        taken[depth] = end
      }
      for node in placed {
        columns[node] = column
        for next in graph.successors[node] {
          missing[next] -= 1
          if missing[next] == 0 { ready[depths[next]].append(next) }
        }
      }
      placedCount += placed.count
      column += 1
    }
    return columns
  }
}

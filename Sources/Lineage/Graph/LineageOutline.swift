/// The data and runs of a graph as lines for people, one below the other.
///
/// Each line leads on to the next. Where several lead on, the one with the most behind it comes last
/// and stays in the same lane; the others come first, each a lane further right. So a chain of any
/// length takes one lane, and a tree of n nodes about log n.
package struct LineageOutline: Sendable {
  /// A node in its place.
  package struct Line: Hashable, Sendable {
    /// The position of the node in the graph.
    package let node: Int

    /// How many lanes lie to the left.
    package let lane: Int

    /// Whether it begins a lane that branches off the one to its left.
    package let isBranch: Bool

    /// Whether it stands above with all that follows it.
    package let isRepeated: Bool

    /// Whether something follows in the lane of the line.
    package let leadsOn: Bool
  }

  package private(set) var lines: [Line] = []

  /// Puts the nodes of a graph below each other, from those that it was asked for.
  package init(_ graph: LineageGraph) {
    let next = graph.next.map { edges in
      edges.filter { $0.relation.isFlow }.map { graph.end(of: $0) }
    }
    let weights = Self.weights(from: graph.focus, next)
    var isShown = [Bool](repeating: false, count: graph.nodes.count)
    var stack = graph.focus.reversed().map { (node: $0, lane: 0, isBranch: false) }
    while let (node, lane, isBranch) = stack.popLast() {
      let isRepeated = isShown[node]
      let ends = isRepeated ? [] : next[node].sorted { (weights[$0], $1) < (weights[$1], $0) }
      isShown[node] = true
      lines.append(
        Line(
          node: node, lane: lane, isBranch: isBranch, isRepeated: isRepeated,
          leadsOn: !ends.isEmpty))
      if let last = ends.last { stack.append((last, lane, false)) }
      for end in ends.dropLast().reversed() { stack.append((end, lane + 1, true)) }
    }
  }

  /// How many nodes each node is first to lead to, going depth first.
  private static func weights(from starts: [Int], _ next: [[Int]]) -> [Int] {
    var weights = [Int](repeating: 0, count: next.count)
    for start in starts where weights[start] == 0 {
      weights[start] = 1
      var stack = [(node: start, edge: 0)]
      while let (node, edge) = stack.last {
        if edge < next[node].count {
          stack[stack.count - 1].edge += 1
          let end = next[node][edge]
          if weights[end] == 0 {
            weights[end] = 1
            stack.append((end, 0))
          }
        } else {
          stack.removeLast()
          if let parent = stack.last?.node { weights[parent] += weights[node] }
        }
      }
    }
    return weights
  }
}

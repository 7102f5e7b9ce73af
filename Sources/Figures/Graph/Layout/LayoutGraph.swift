/// The nodes and edges that a layout places: numbers only.
///
/// Edges that would close a cycle are turned around, so that all of them can run from left to right;
/// ``isReversed`` remembers which.
struct LayoutGraph: Sendable {
  /// An edge as it is laid out, from left to right.
  struct Edge: Sendable, Equatable {
    let from: Int
    let to: Int
  }

  let count: Int
  let edges: [Edge]

  /// Whether the edge at the same position runs against the direction it was given.
  let isReversed: [Bool]

  /// The nodes that edges of a node lead to, and those they come from.
  let successors: [[Int]]
  let predecessors: [[Int]]

  /// Makes a graph without cycles.
  ///
  /// - Parameters:
  ///   - count: How many nodes there are: they are the numbers below it.
  ///   - edges: The edges, none from a node to itself.
  init(count: Int, edges: [Edge]) {
    let isReversed = Self.closingEdges(count: count, edges: edges)
    let turned = zip(edges, isReversed).map { edge, isReversed in
      isReversed ? Edge(from: edge.to, to: edge.from) : edge
    }
    self.init(count: count, turned: turned, isReversed: isReversed)
  }

  /// Makes a graph of edges that have no cycle any more.
  init(count: Int, turned: [Edge], isReversed: [Bool]) {
    var successors = [[Int]](repeating: [], count: count)
    var predecessors = [[Int]](repeating: [], count: count)
    for edge in turned {
      successors[edge.from].append(edge.to)
      predecessors[edge.to].append(edge.from)
    }
    self.count = count
    self.edges = turned
    self.isReversed = isReversed
    self.successors = successors
    self.predecessors = predecessors
  }

  /// The nodes, each after all that have an edge to it.
  var topologicalOrder: [Int] {
    var missing = predecessors.map(\.count)
    var order = (0..<count).filter { missing[$0] == 0 }
    var next = 0
    while next < order.count {
      for node in successors[order[next]] {
        missing[node] -= 1
        if missing[node] == 0 { order.append(node) }
      }
      next += 1
    }
    return order
  }

  /// The sets of nodes that edges connect in some way, in the order of their first nodes.
  var components: [[Int]] {
    var isSeen = [Bool](repeating: false, count: count)
    var found: [[Int]] = []
    for start in 0..<count where !isSeen[start] {
      var component = [start]
      isSeen[start] = true
      var next = 0
      while next < component.count {
        for node in successors[component[next]] + predecessors[component[next]] where !isSeen[node]
        {
          isSeen[node] = true
          component.append(node)
        }
        next += 1
      }
      found.append(component.sorted())
    }
    return found
  }

  /// Which edges lead back to a node that a search is still below: without them there is no cycle.
  private static func closingEdges(count: Int, edges: [Edge]) -> [Bool] {
    var outgoing = [[Int]](repeating: [], count: count)
    var incoming = [Int](repeating: 0, count: count)
    for (index, edge) in edges.enumerated() {
      outgoing[edge.from].append(index)
      incoming[edge.to] += 1
    }
    enum State { case unseen, open, done }
    var state = [State](repeating: .unseen, count: count)
    var isClosing = [Bool](repeating: false, count: edges.count)
    // The search keeps its own stack: a chain of a million nodes must not exhaust the program's.
    var stack: [(node: Int, next: Int)] = []
    let sources = (0..<count).filter { incoming[$0] == 0 }
    for start in sources + Array(0..<count) where state[start] == .unseen {
      state[start] = .open
      stack.append((start, 0))
      while let (node, next) = stack.last {
        guard next < outgoing[node].count else {
          state[node] = .done
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].next += 1
        let index = outgoing[node][next]
        let target = edges[index].to
        switch state[target] {
        case .unseen:
          state[target] = .open
          stack.append((target, 0))
        case .open: isClosing[index] = true
        case .done: break
        }
      }
    }
    return isClosing
  }
}

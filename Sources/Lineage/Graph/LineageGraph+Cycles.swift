extension LineageGraph {
  /// Notes every node that is its own ancestor.
  ///
  /// Depth first without recursion; a node is open while what follows it is being looked at.
  mutating func markCycles() {
    let next = next
    var state = [State](repeating: .new, count: nodes.count)
    for start in nodes.indices where state[start] == .new {
      state[start] = .open
      var stack = [(node: start, edge: 0)]
      while let (node, edge) = stack.last {
        guard edge < next[node].count else {
          state[node] = .closed
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].edge += 1
        let end = end(of: next[node][edge])
        switch state[end] {
        case .new:
          state[end] = .open
          stack.append((end, 0))
        case .open: nodes[end].notes.insert(.cycle)
        case .closed: break
        }
      }
    }
  }

  private enum State { case new, open, closed }
}

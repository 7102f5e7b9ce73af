internal import Primitives

/// A walk over commits that knows the edges of a shallow clone, where libgit2's own walk fails.
struct History {
  /// What the walk must remember of a commit that is not given yet: no texts.
  private struct Node {
    let id: GitID
    let time: Timestamp
    let parents: [GitID]
  }

  private let options: GitHistoryOptions
  private let starts: [GitID]
  private let shallow: Set<GitID>
  private var isPrepared = false
  private var hidden: Set<GitID> = []
  private var seen: Set<GitID> = []
  private var queue = CommitQueue()
  /// In topological order, how many children of a commit are still to be given.
  private var children: [GitID: Int] = [:]
  private var nodes: [GitID: Node] = [:]

  init(starts: [GitID], options: GitHistoryOptions, shallow: Set<GitID>) {
    self.starts = starts
    self.options = options
    self.shallow = shallow
  }

  /// The next commit, or `nil` after the last.
  mutating func next(in handle: borrowing RepositoryHandle) throws(GitError) -> GitCommit? {
    if !isPrepared {
      try prepare(in: handle)
      isPrepared = true
    }
    guard let id = queue.removeFirst() else { return nil }
    let commit = try handle.commit(id)
    for parent in parents(of: commit) where !hidden.contains(parent) {
      if options.order == .topological {
        let rest = (children[parent] ?? 1) - 1
        children[parent] = rest
        if rest == 0, let node = nodes.removeValue(forKey: parent) {
          queue.insert(parent, time: node.time)
        }
      } else if seen.insert(parent).inserted {
        queue.insert(parent, time: try handle.commit(parent).committer.time)
      }
    }
    return commit
  }

  private func parents(of commit: GitCommit) -> [GitID] {
    if shallow.contains(commit.id) { return [] }
    return options.firstParentOnly ? Array(commit.parents.prefix(1)) : commit.parents
  }

  private mutating func prepare(in handle: borrowing RepositoryHandle) throws(GitError) {
    var pending = options.excluding
    while let id = pending.popLast() {
      guard hidden.insert(id).inserted, !shallow.contains(id) else { continue }
      pending += try handle.commit(id).parents
    }
    for id in starts where !hidden.contains(id) && seen.insert(id).inserted {
      let commit = try handle.commit(id)
      if options.order == .time {
        queue.insert(id, time: commit.committer.time)
      } else {
        nodes[id] = Node(id: id, time: commit.committer.time, parents: parents(of: commit))
      }
    }
    if options.order == .topological { try countChildren(in: handle) }
  }

  /// Topological order needs to know all children of a commit before the commit can be given.
  private mutating func countChildren(
    in handle: borrowing RepositoryHandle
  ) throws(GitError) {
    var pending = Array(nodes.values)
    while let node = pending.popLast() {
      for parent in node.parents where !hidden.contains(parent) {
        children[parent, default: 0] += 1
        guard seen.insert(parent).inserted else { continue }
        let commit = try handle.commit(parent)
        let found = Node(
          id: parent, time: commit.committer.time, parents: parents(of: commit))
        nodes[parent] = found
        pending.append(found)
      }
    }
    for id in starts where children[id] == nil {
      if let node = nodes.removeValue(forKey: id) { queue.insert(id, time: node.time) }
    }
  }
}

/// Commits, the newest first; those of one second in the order they came.
private struct CommitQueue {
  private var heap: [(order: Int, time: Timestamp, id: GitID)] = []
  private var inserted = 0

  mutating func insert(_ id: GitID, time: Timestamp) {
    heap.append((inserted, time, id))
    inserted += 1
    var child = heap.count - 1
    while child > 0, isBefore(child, (child - 1) / 2) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func removeFirst() -> GitID? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return first.id }
    heap[0] = last
    var parent = 0
    while 2 * parent + 1 < heap.count {
      var child = 2 * parent + 1
      if child + 1 < heap.count, isBefore(child + 1, child) { child += 1 }
      guard isBefore(child, parent) else { break }
      heap.swapAt(child, parent)
      parent = child
    }
    return first.id
  }

  private func isBefore(_ left: Int, _ right: Int) -> Bool {
    let (one, two) = (heap[left], heap[right])
    return one.time == two.time ? one.order < two.order : two.time < one.time
  }
}

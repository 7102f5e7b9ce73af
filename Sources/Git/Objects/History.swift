internal import Platform
internal import Primitives

/// A walk over commits that knows the edges of a shallow clone, where libgit2's own walk fails.
struct History {
  private let options: GitHistoryOptions
  private let starts: [GitID]
  private var isPrepared = false
  private var hidden: Set<GitID> = []
  private var seen: Set<GitID> = []
  private var queue = CommitQueue()
  /// In topological order, how many children of a commit are still to be given.
  private var children: [GitID: Int] = [:]
  private var known: [GitID: GitCommit] = [:]

  init(starts: [GitID], options: GitHistoryOptions) {
    self.starts = starts
    self.options = options
  }

  mutating func next(
    in handle: borrowing RepositoryHandle, layout: GitLayout
  ) throws(GitError) -> GitCommit? {
    if !isPrepared {
      try prepare(in: handle, layout: layout)
      isPrepared = true
    }
    guard let commit = queue.removeFirst() else { return nil }
    for parent in try parents(of: commit, in: handle, layout: layout) where !hidden.contains(parent)
    {
      if options.order == .topological {
        let rest = (children[parent] ?? 1) - 1
        children[parent] = rest
        if rest == 0, let parent = known.removeValue(forKey: parent) { queue.insert(parent) }
      } else if seen.insert(parent).inserted {
        queue.insert(try handle.commit(parent))
      }
    }
    return commit
  }

  private func parents(
    of commit: GitCommit, in handle: borrowing RepositoryHandle, layout: GitLayout
  ) throws(GitError) -> [GitID] {
    let parents = try handle.presentParents(of: commit, layout: layout)
    return options.firstParentOnly ? Array(parents.prefix(1)) : parents
  }

  private mutating func prepare(
    in handle: borrowing RepositoryHandle, layout: GitLayout
  ) throws(GitError) {
    var pending = options.excluding
    while let id = pending.popLast() {
      guard hidden.insert(id).inserted else { continue }
      pending += try handle.presentParents(of: try handle.commit(id), layout: layout)
    }
    for id in starts where !hidden.contains(id) && seen.insert(id).inserted {
      let commit = try handle.commit(id)
      if options.order == .time { queue.insert(commit) } else { known[id] = commit }
    }
    guard options.order == .topological else { return }
    // Topological order needs to know all children of a commit before it can be given.
    var walk = Array(known.values)
    while let commit = walk.popLast() {
      for parent in try parents(of: commit, in: handle, layout: layout)
      where !hidden.contains(parent) {
        children[parent, default: 0] += 1
        if seen.insert(parent).inserted {
          let found = try handle.commit(parent)
          known[parent] = found
          walk.append(found)
        }
      }
    }
    for id in starts where children[id] == nil {
      if let commit = known.removeValue(forKey: id) { queue.insert(commit) }
    }
  }
}

/// Commits, the newest first; those of one second in the order they came.
private struct CommitQueue {
  private var heap: [(order: Int, commit: GitCommit)] = []
  private var inserted = 0

  mutating func insert(_ commit: GitCommit) {
    heap.append((inserted, commit))
    inserted += 1
    var child = heap.count - 1
    while child > 0, isBefore(child, (child - 1) / 2) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func removeFirst() -> GitCommit? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = last
      var parent = 0
      while true {
        let children = (2 * parent + 1)..<min(2 * parent + 3, heap.count)
        guard children.lowerBound < heap.count,
          let child = children.min(by: { isBefore($0, $1) }), isBefore(child, parent)
        else { break }
        heap.swapAt(child, parent)
        parent = child
      }
    }
    return first.commit
  }

  private func isBefore(_ left: Int, _ right: Int) -> Bool {
    let (one, two) = (heap[left], heap[right])
    let (first, second) = (one.commit.committer.time, two.commit.committer.time)
    return first == second ? one.order < two.order : second < first
  }
}

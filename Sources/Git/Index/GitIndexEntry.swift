package import Primitives

/// One entry of git's index.
package struct GitIndexEntry: Hashable, Sendable {
  /// 0, or the side of a conflict.
  package enum Stage: UInt8, Hashable, Sendable {
    case merged = 0
    case base = 1
    case ours = 2
    case theirs = 3
  }

  package let path: RepositoryPath
  package let id: GitID
  package let mode: GitMode
  package let stage: Stage
  /// Left out of the worktree by a sparse checkout.
  package let isSkipped: Bool
  /// Only announced, by `git add -N`.
  package let isIntent: Bool
}

/// The sides of a path with a conflict; a side that deleted the path is `nil`.
package struct GitConflict: Hashable, Sendable {
  package let path: RepositoryPath
  package let base: GitIndexEntry?
  package let ours: GitIndexEntry?
  package let theirs: GitIndexEntry?
}

/// The index as it was at one moment.
package struct GitIndexSnapshot: Sendable {
  /// All entries, sorted by path and then stage.
  package let entries: [GitIndexEntry]

  /// The entries whose name ends in `.shale`.
  package var pointers: [GitIndexEntry] {
    entries.filter { GitPointers.isPointer($0.path.name) }
  }

  /// The entries of a path: none, one, or the sides of a conflict.
  package func entries(at path: RepositoryPath) -> ArraySlice<GitIndexEntry> {
    let start = position(of: path)
    var end = start
    while end < entries.count, entries[end].path == path { end += 1 }
    return entries[start..<end]
  }

  /// Whether git tracks the path itself as a file, conflicts included.
  package func isTracked(_ path: RepositoryPath) -> Bool { !entries(at: path).isEmpty }

  /// Whether git tracks anything below a directory.
  package func tracksAnything(below directory: RepositoryPath) -> Bool {
    if directory.isRoot { return !entries.isEmpty }
    // In byte order the first path below `a` comes at or after `a/`.
    let prefix = directory.bytes.bytes + [UInt8(ascii: "/")]
    let start = entries.partitioningIndex {
      !$0.path.bytes.bytes.lexicographicallyPrecedes(prefix)
    }
    return start < entries.count && entries[start].path.bytes.bytes.starts(with: prefix)
  }

  /// The entries below a directory, sorted.
  package func entries(below directory: RepositoryPath) -> ArraySlice<GitIndexEntry> {
    if directory.isRoot { return entries[...] }
    let prefix = directory.bytes.bytes + [UInt8(ascii: "/")]
    let start = entries.partitioningIndex {
      !$0.path.bytes.bytes.lexicographicallyPrecedes(prefix)
    }
    var end = start
    while end < entries.count, entries[end].path.bytes.bytes.starts(with: prefix) { end += 1 }
    return entries[start..<end]
  }

  /// The paths with conflicts, sorted.
  package var conflicts: [GitConflict] {
    var conflicts: [GitConflict] = []
    var index = 0
    while index < entries.count {
      let path = entries[index].path
      var sides: [GitIndexEntry.Stage: GitIndexEntry] = [:]
      while index < entries.count, entries[index].path == path {
        sides[entries[index].stage] = entries[index]
        index += 1
      }
      if sides[.merged] == nil {
        conflicts.append(
          .init(path: path, base: sides[.base], ours: sides[.ours], theirs: sides[.theirs]))
      }
    }
    return conflicts
  }

  private func position(of path: RepositoryPath) -> Int {
    entries.partitioningIndex { !($0.path < path) }
  }
}

extension Array {
  /// The first position whose element satisfies `belongsInSecond`, in a list divided by it.
  fileprivate func partitioningIndex(where belongsInSecond: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = low + (high - low) / 2
      if belongsInSecond(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

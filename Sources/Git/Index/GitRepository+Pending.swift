internal import Platform
package import Primitives

/// A pointer file that differs from what the current commit has.
package struct GitPendingPointer: Hashable, Sendable {
  package let path: RepositoryPath

  /// What the commit has, or `nil` where the file is new.
  package let old: GitTreeEntry?

  /// The bytes in the worktree, or `nil` where the file is gone.
  package let new: [UInt8]?

  /// Whether the index has it as the worktree does.
  package let isStaged: Bool
}

extension GitRepository {
  /// The pointer files that git knows and that are not in the worktree as the current commit has
  /// them, sorted by path.
  ///
  /// A path with a merge conflict is left out: ``GitIndexSnapshot/conflicts`` has it. So is a file
  /// that a sparse checkout keeps away.
  ///
  /// - Parameter limit: How much of a file is read: no pointer is larger.
  package func pendingPointers(limit: ByteCount) throws(GitError) -> [GitPendingPointer] {
    var old: [RepositoryPath: GitTreeEntry] = [:]
    if let commit = try head().commit {
      for entry in try pointers(in: try self.commit(commit).tree) { old[entry.path] = entry }
    }
    var pending: [GitPendingPointer] = []
    for entry in try indexedPointers().entries {
      let before = old.removeValue(forKey: entry.path)
      guard entry.stage == .merged, !entry.isSkipped else { continue }
      let now = try worktreeContents(of: entry.path, limit: limit)
      let id = try now.map { bytes throws(GitError) in try GitID(ofBlob: bytes) }
      let isStaged = id == entry.id && !entry.isIntent
      if isStaged, before?.id == id { continue }
      pending.append(.init(path: entry.path, old: before, new: now, isStaged: isStaged))
    }
    for (path, entry) in old {
      pending.append(.init(path: path, old: entry, new: nil, isStaged: true))
    }
    return pending.sorted { $0.path < $1.path }
  }

  /// Whether what is staged for a path differs from what the current commit has.
  package func isStagedChange(_ path: RepositoryPath) throws(GitError) -> Bool {
    let staged = try index().entries(at: path).first { $0.stage == .merged }
    let old = try head().commit.map { commit throws(GitError) in
      try entry(at: path, in: self.commit(commit).tree)
    }
    return staged?.id != (old ?? nil)?.id
  }

  /// The first bytes of a file in the worktree; `nil` when there is none.
  private func worktreeContents(
    of path: RepositoryPath, limit: ByteCount
  ) throws(GitError) -> [UInt8]? {
    let file = try worktree().appending(path)
    do {
      guard try file.statusIfPresent()?.kind == .file else { return nil }
      return try OpenFile.forReading(file, followingSymlink: false).upTo(limit, at: 0)
    } catch {
      if error.isNotFound { return nil }
      throw .file(error)
    }
  }
}

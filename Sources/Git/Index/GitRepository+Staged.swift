internal import Platform
package import Primitives

extension GitRepository {
  /// The pointer files whose staged form differs from the current commit's, sorted by path.
  ///
  /// A path with a merge conflict is left out: ``GitIndexSnapshot/conflicts`` has it.
  package func stagedPointers() throws(GitError) -> [GitTreeChange] {
    let index = try indexedPointers()
    var old: [RepositoryPath: GitTreeEntry] = [:]
    if let commit = try head().commit {
      for entry in try pointers(in: try self.commit(commit).tree) { old[entry.path] = entry }
    }
    var changes: [GitTreeChange] = []
    for entry in index.entries {
      let before = old.removeValue(forKey: entry.path)
      guard entry.stage == .merged, !entry.isIntent else { continue }
      let now = GitTreeEntry(path: entry.path, id: entry.id, mode: entry.mode)
      if before != now { changes.append(.init(path: entry.path, old: before, new: now)) }
    }
    for (path, entry) in old { changes.append(.init(path: path, old: entry, new: nil)) }
    return changes.sorted { $0.path < $1.path }
  }

  /// Whether the file in the worktree is, by its bytes, what is staged for it.
  ///
  /// For pointer files, to which no filter and no conversion of line endings applies.
  ///
  /// - Returns: `nil` when nothing is staged for the path, or only the sides of a conflict.
  package func isStagedAsInWorktree(_ path: RepositoryPath) throws(GitError) -> Bool? {
    guard let entry = try indexedPointers().entries(at: path).first, entry.stage == .merged else {
      return nil
    }
    let staged = try blob(entry.id)
    do {
      return try worktreeContents(of: path, limit: .bytes(staged.count)) == staged
    } catch {
      if case .file(let error) = error, error.isNoSpace { return false }
      throw error
    }
  }

  /// The bytes of a file in the worktree; `nil` when there is none.
  private func worktreeContents(
    of path: RepositoryPath, limit: ByteCount
  ) throws(GitError) -> [UInt8]? {
    let file = try worktree().appending(path)
    do {
      guard try file.statusIfPresent()?.kind == .file else { return nil }
      return try file.contents(limit: limit)
    } catch {
      throw .file(error)
    }
  }
}

internal import Git
internal import Platform
internal import Primitives

/// What merges leave in `.gitignore` files.
///
/// Git unites the lines of both sides, so that two branches that each add data merge by themselves.
/// What is left then: a conflict where one side removed the file, or where it has no such rule; and
/// the line of data that one side ended the tracking of, beside a line that the other side changed.
extension Workspace {
  /// The `.gitignore` files that paths mean, and those beside some data, in order.
  func ignoreFiles(
    _ paths: [RepositoryPath], beside data: [RepositoryPath], _ index: GitIndexSnapshot
  ) throws(WorkspaceError) -> [RepositoryPath] {
    var files = Set(data.map { Self.ignoreFile(of: $0) })
    files.formUnion(paths.filter { $0.name == GitIgnoreFile.name })
    for conflict in index.conflicts where conflict.path.name == GitIgnoreFile.name {
      if paths.contains(where: { conflict.path.isWithin($0) }) { files.insert(conflict.path) }
    }
    return files.sorted()
  }

  /// Ends the conflicts of `.gitignore` files, and takes out the lines of data that one side of the
  /// merge ended the tracking of.
  ///
  /// - Returns: The files that were, or would be, changed.
  func tidy(
    _ files: [RepositoryPath], _ index: GitIndexSnapshot, isDryRun: Bool
  ) throws(WorkspaceError) -> [RepositoryPath] {
    var changed: [RepositoryPath] = []
    for file in files {
      let entries = Array(index.entries(at: file))
      let isConflicted = entries.contains { $0.stage != .merged }
      let old = try self.file(at: file)
      // Git reads no rules through a symlink, and it is not ours to replace.
      if old?.mode == .symlink || entries.contains(where: { $0.mode == .symlink }) { continue }
      let united = isConflicted ? try self.united(entries) : old?.bytes
      guard let united else { continue }
      let stale = try staleNames(in: united, of: file, index)
      let new = stale.reduce(united) { GitIgnoreFile.removing($1, from: $0) }
      if !isConflicted, new == old?.bytes { continue }
      changed.append(file)
      if isDryRun { continue }
      let lock = try sharedLock()
      try put(new.isEmpty ? nil : WorktreeFile(bytes: new, mode: .file), at: file)
      try onGit { () throws(GitError) in
        try git.stage([new.isEmpty ? .remove(file) : .bytes(file, new)])
      }
      _ = lock
    }
    return changed
  }

  /// The lines of both sides of a conflict.
  private func united(_ entries: [GitIndexEntry]) throws(WorkspaceError) -> [UInt8] {
    try onGit { () throws(GitError) in
      func content(_ stage: GitIndexEntry.Stage) throws(GitError) -> [UInt8] {
        guard let entry = entries.first(where: { $0.stage == stage }) else { return [] }
        return try git.blob(entry.id, limit: .mebibytes(16))
      }
      return GitIgnoreFile.united(
        base: try content(.base), ours: try content(.ours), theirs: try content(.theirs))
    }
  }

  /// The names that lines of a `.gitignore` keep out of git and whose pointer one side of the merge
  /// has and the result has not.
  private func staleNames(
    in content: [UInt8], of file: RepositoryPath, _ index: GitIndexSnapshot
  ) throws(WorkspaceError) -> [ByteString] {
    let directory = file.parent ?? .root
    let lines = Set(TextLines(content).lines.map { ByteString($0.filter { $0 != 0x0D }) })
    var stale: [ByteString] = []
    for revision in mergedRevisions() {
      let tree = try onGit { () throws(GitError) in try git.treeID(of: revision) }
      let pointers = try onGit { () throws(GitError) in try git.pointers(in: tree) }
      for pointer in pointers where (pointer.path.parent ?? .root) == directory {
        guard let data = PointerFile.dataPath(of: pointer.path), !index.isTracked(pointer.path),
          lines.contains(GitIgnoreFile.line(ignoring: data.name)), try self.tracked(data) == nil
        else { continue }
        if !stale.contains(data.name) { stale.append(data.name) }
      }
    }
    return stale
  }

  /// What a merge joins while it goes on, or has joined in the current commit; nothing without one.
  private func mergedRevisions() -> [ByteString] {
    func isThere(_ revision: ByteString) -> Bool {
      // Most of these names stand for nothing most of the time.
      (try? git.commitID(of: revision)) != nil
    }
    let others: [ByteString] = ["MERGE_HEAD", "CHERRY_PICK_HEAD", "REBASE_HEAD"].filter(isThere)
    if !others.isEmpty { return ["HEAD"] + others }
    return isThere("HEAD^2") ? ["HEAD^1", "HEAD^2"] : []
  }
}

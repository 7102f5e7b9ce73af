internal import Git
internal import Platform
package import Primitives

/// The lines that keep tracked data out of git, in the worktree and in git's index.
///
/// A command that was cut off may have written a `.gitignore` and not staged it. What has to be
/// staged is therefore what the index has not got, not what this run has changed.
extension Workspace {
  /// The `.gitignore` beside a path.
  package static func ignoreFile(of path: RepositoryPath) -> RepositoryPath {
    (try? (path.parent ?? .root).appending(GitIgnoreFile.name)) ?? path
  }

  /// Adds the lines for paths of one directory to the `.gitignore` in it, which is written once.
  ///
  /// - Returns: What is to be staged: nothing where git has the lines already.
  func ignore(_ paths: [RepositoryPath]) throws(WorkspaceError) -> [GitStaging] {
    guard let path = paths.first else { return [] }
    if try addIgnoreLines(paths) { return [.worktree(Self.ignoreFile(of: path))] }
    guard let staged = try stagedIgnoreFile(of: path),
      GitIgnoreFile.adding(paths.map(\.name), to: staged, tracked: []) != staged
    else { return [] }
    return [.worktree(Self.ignoreFile(of: path))]
  }

  /// Removes the line for `path`, and the file when nothing is left.
  ///
  /// - Returns: What is to be staged: nothing where git has no such line.
  func ignoreNoMore(_ path: RepositoryPath) throws(WorkspaceError) -> [GitStaging] {
    if try removeIgnoreLine(path) { return [.worktree(Self.ignoreFile(of: path))] }
    guard let staged = try stagedIgnoreFile(of: path),
      GitIgnoreFile.removing(path.name, from: staged) != staged
    else { return [] }
    return [.worktree(Self.ignoreFile(of: path))]
  }

  /// Adds the lines for paths of one directory; returns whether the file changed.
  func addIgnoreLines(_ paths: [RepositoryPath]) throws(WorkspaceError) -> Bool {
    guard let path = paths.first else { return false }
    return try editIgnoreFile(of: path) { old, names in
      let pointers = names.filter { PointerFile.isPointerName($0) }
      let tracked = pointers.map { ByteString($0.bytes.dropLast(PointerFile.suffix.count)) }
      return GitIgnoreFile.adding(paths.map(\.name), to: old, tracked: Set(tracked))
    }
  }

  private func removeIgnoreLine(_ path: RepositoryPath) throws(WorkspaceError) -> Bool {
    try editIgnoreFile(of: path) { old, _ in GitIgnoreFile.removing(path.name, from: old) }
  }

  /// What git's index has of the `.gitignore` beside a path; `nil` where that is not ours to
  /// replace, as in a conflict.
  private func stagedIgnoreFile(of path: RepositoryPath) throws(WorkspaceError) -> [UInt8]? {
    try onGit { () throws(GitError) in
      let entry = try git.index().entries(at: Self.ignoreFile(of: path)).first
      guard let entry, !entry.isIntent else { return [] }
      return entry.stage == .merged && entry.mode != .symlink ? try git.blob(entry.id) : nil
    }
  }

  /// Changes the `.gitignore` beside `path`.
  ///
  /// A symlink in its place is refused: git does not read it, and it is not ours to replace.
  private func editIgnoreFile(
    of path: RepositoryPath,
    _ edit: (_ content: [UInt8], _ names: [ByteString]) -> [UInt8]
  ) throws(WorkspaceError) -> Bool {
    let name = GitIgnoreFile.name
    let (old, names) = try onFiles { () throws(FileError) in
      let holder = try holder(of: path)
      return (
        try holder.contentsIfPresent(of: name, limit: .mebibytes(16)),
        try holder.entries().map(\.name)
      )
    }
    let new = edit(old ?? [], names)
    if new == old ?? [] { return false }
    try onGit { () throws(GitError) in
      try git.willChange(Self.ignoreFile(of: path), from: old, to: new.isEmpty ? nil : new)
    }
    return try onFiles { () throws(FileError) in
      let holder = try holder(of: path)
      if new.isEmpty {
        try holder.remove(name)
      } else {
        try holder.replaceLocked(
          name, with: new, temporary: Self.temporaryName(for: name))
      }
      return true
    }
  }
}

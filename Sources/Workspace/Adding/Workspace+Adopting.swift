internal import Git
internal import ObjectStore
internal import Platform
package import Primitives

/// Data that another tool kept and that the store has now, so that a pointer can take its place.
package struct Adoption: Sendable {
  package let path: RepositoryPath
  package let pointer: PointerFile

  /// What git has at the path itself, and what the worktree has too where the other tool did not
  /// bring the data; `nil` where git has nothing there.
  package let stub: [UInt8]?

  package init(path: RepositoryPath, pointer: PointerFile, stub: [UInt8]? = nil) {
    self.path = path
    self.pointer = pointer
    self.stub = stub
  }
}

extension Workspace {
  /// Gives pointers to data that is in the store, and leaves the data of the worktree as it is.
  ///
  /// Pointers and lines of `.gitignore` are written and staged; what git has at the paths themselves
  /// is taken out of its index. Data that is there counts as that of the pointer, and what differs
  /// from it as modified by the user.
  ///
  /// - Parameters:
  ///   - adoptions: The data, whose pointers lead to whole contents of the store.
  ///   - files: What else becomes of files that git carries, in the worktree and in the index;
  ///     nothing for a file that goes.
  /// - Returns: The paths with a pointer that they had not before.
  /// - Throws: ``WorkspaceError``: the disk or git refuses. The same call finishes what was begun.
  package func adopt(
    _ adoptions: [Adoption], changing files: [RepositoryPath: [UInt8]?]
  ) throws(WorkspaceError) -> [TrackedChange] {
    let lock = try sharedLock()
    var changes: [TrackedChange] = []
    var staged: [GitStaging] = []
    // The data is ignored before git sees it as a file that it does not know.
    let holders = Dictionary(grouping: adoptions.map(\.path)) { $0.parent ?? .root }
    for beside in holders.values {
      if let path = beside.first {
        try onFiles { () throws(FileError) in _ = try makeHolder(of: path) }
      }
      staged += try ignore(beside.sorted())
    }
    for adoption in adoptions {
      let path = adoption.path
      let old = try pointer(of: path)
      if old?.id != adoption.pointer.id {
        let bytes = adoption.pointer.encoded()
        try put(WorktreeFile(bytes: bytes, mode: .file), at: PointerFile.path(of: path))
        changes.append(TrackedChange(path: path, old: old, new: adoption.pointer))
      }
      staged.append(.bytes(PointerFile.path(of: path), adoption.pointer.encoded()))
      if let stub = adoption.stub {
        staged.append(.remove(path))
        // What only stands for the data is in git, and is no data.
        if try file(at: path, holds: stub) { try put(nil, at: path) }
      }
    }
    for (path, bytes) in files.sorted(by: { $0.key < $1.key }) {
      try put(bytes.map { WorktreeFile(bytes: $0, mode: .file) }, at: path)
      staged.append(bytes.map { GitStaging.bytes(path, $0) } ?? .remove(path))
    }
    let stagings = staged
    try onGit { () throws(GitError) in try git.stage(stagings) }
    _ = consume lock
    for adoption in adoptions where try hasData(adoption.path) {
      if try base(of: adoption.path) == nil { try rebase(adoption.path, to: adoption.pointer) }
    }
    return changes
  }

  /// Whether a file of the worktree holds some bytes.
  private func file(
    at path: RepositoryPath, holds bytes: [UInt8]
  ) throws(WorkspaceError) -> Bool {
    let found: [UInt8]?
    do throws(FileError) {
      let holder = try holder(of: path)
      guard let status = try holder.statusIfPresent(of: path.name), status.kind == .file,
        status.size.bytes == bytes.count
      else { return false }
      found = try holder.contentsIfPresent(of: path.name, limit: status.size)
    } catch {
      if error.isNotFound { return false }
      throw .file(error)
    }
    return found == bytes
  }

  /// Whether a file or directory is at a path.
  private func hasData(_ path: RepositoryPath) throws(WorkspaceError) -> Bool {
    try onFiles { () throws(FileError) in
      guard let status = try root.appending(path).statusIfPresent() else { return false }
      return status.kind == .file || status.kind == .directory
    }
  }
}

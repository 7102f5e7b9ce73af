package import Git
internal import ObjectStore
internal import Platform
package import Primitives

/// A small file of the worktree at one moment.
package struct WorktreeFile: Hashable, Sendable {
  package let bytes: [UInt8]
  package let mode: GitMode

  package init(bytes: [UInt8], mode: GitMode) {
    self.bytes = bytes
    self.mode = mode
  }
}

extension Workspace {
  /// Larger files are none that git would be given.
  private static let fileLimit = ByteCount.mebibytes(64)

  /// The file or symlink at a path of the worktree, or `nil` where there is none.
  ///
  /// - Throws: ``WorkspaceError/exists(_:)`` for what is no file, or too large for one of git's.
  package func file(at path: RepositoryPath) throws(WorkspaceError) -> WorktreeFile? {
    let status: FileStatus?
    do throws(FileError) {
      status = try holder(of: path).statusIfPresent(of: path.name)
    } catch {
      if error.isNotFound { return nil }
      throw .file(error)
    }
    guard let status else { return nil }
    guard let kind = StatEntry.kind(of: status), kind != .directory,
      status.size <= Self.fileLimit
    else { throw .exists(path) }
    return try onFiles { () throws(FileError) in
      let holder = try holder(of: path)
      if kind == .symlink {
        return WorktreeFile(bytes: try holder.symlinkTarget(path.name).bytes, mode: .symlink)
      }
      let bytes = try holder.contentsIfPresent(of: path.name, limit: Self.fileLimit)
      return bytes.map { WorktreeFile(bytes: $0, mode: GitMode(kind)) }
    }
  }

  /// Puts a file in the place of the one that is there, in one step, or removes it.
  ///
  /// The journal is told; what was there before is kept in git.
  ///
  /// - Parameters:
  ///   - new: What is to be there; `nil` for nothing.
  ///   - path: Where; the directories above it are made.
  package func put(_ new: WorktreeFile?, at path: RepositoryPath) throws(WorkspaceError) {
    let old = try file(at: path)
    if old == new { return }
    try onGit { () throws(GitError) in
      try git.willChange(
        path, from: old?.bytes, to: new?.bytes, modes: (old?.mode ?? .file, new?.mode ?? .file))
    }
    guard let new else {
      try onFiles { () throws(FileError) in try holder(of: path).remove(path.name) }
      return removeEmptyDirectories(above: path)
    }
    try onFiles { () throws(FileError) in
      let holder = try makeHolder(of: path)
      if new.mode == .file, old?.mode ?? .file == .file {
        // A pointer cut off by a power cut would be neither what was nor what is to be.
        return try holder.replace(path.name, with: new.bytes, durably: true)
      }
      let temporary = AtomicFile.temporaryName()
      do throws(FileError) {
        if new.mode == .symlink {
          try holder.makeSymlink(temporary, to: ByteString(new.bytes))
        } else {
          let file = try holder.creating(temporary, mode: new.mode == .executable ? 0o777 : 0o666)
          try file.write(new.bytes.span, at: 0)
        }
        try holder.rename(temporary, to: path.name)
      } catch {
        // After the rename nothing has this name any more.
        _ = try? holder.remove(temporary)
        throw error
      }
    }
  }

  /// Removes the directories of Shale's own that a file was the last in.
  private func removeEmptyDirectories(above path: RepositoryPath) {
    var place = path.parent
    while let directory = place, directory.components.first == ".shale" {
      // One that holds something stays.
      guard let holder = try? holder(of: directory),
        (try? holder.removeDirectory(directory.name)) != nil
      else { return }
      place = directory.parent
    }
  }

  /// The pointer that data of an oid would have, going by what the store knows of it.
  ///
  /// - Returns: `nil` where the store lacks it.
  package func pointer(for id: ObjectID) throws(WorkspaceError) -> PointerFile? {
    try onStore { () throws(StoreError) in
      guard try store.contains(id) else { return nil }
      if let tree = try? store.tree(id) { return .tree(id, size: tree.size, files: tree.files) }
      return .file(id, size: try store.size(of: id))
    }
  }
}

extension Workspace {
  /// The oid that data was last recorded or materialised as here, or `nil` where that is not known.
  package func base(of path: RepositoryPath) throws(WorkspaceError) -> ObjectID? {
    try onFiles { () throws(FileError) in try indexes.load(path).base }
  }
}

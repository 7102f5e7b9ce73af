internal import Git
internal import Platform
package import Primitives

extension Workspace {
  /// Writes a pointer whose content the store has already, and has git ignore the data and stage the
  /// pointer; the data itself is left to a checkout.
  ///
  /// - Parameters:
  ///   - pointer: The pointer.
  ///   - path: Where the data is to be: a tracked path, or one that can become so.
  /// - Returns: What the pointer was.
  /// - Throws: ``WorkspaceError`` when the disk or git refuses. The same call again does the rest.
  package func track(
    _ pointer: PointerFile, at path: RepositoryPath
  ) throws(WorkspaceError) -> TrackedChange {
    let own = try lockPath(path)
    let lock = try sharedLock()
    let old = try self.pointer(of: path)
    try onFiles { () throws(FileError) in _ = try makeHolder(of: path) }
    var staged = try ignore([path])
    if old != pointer { try writeLocked(pointer, of: path) }
    staged.append(.bytes(PointerFile.path(of: path), pointer.encoded()))
    let changes = staged
    try onGit { () throws(GitError) in try git.stage(changes) }
    _ = (own, lock)
    return TrackedChange(path: path, old: old, new: pointer)
  }
}

internal import Platform
package import Primitives

extension Workspace {
  /// Returns when small files that Shale wrote into the worktree are on disk under their names, and
  /// the names of those that are gone are gone there, too.
  ///
  /// What a commit says may not be ahead of the worktree: an old pointer beside a new commit would be
  /// taken for a change of the user's.
  ///
  /// - Parameter files: Pointers and records; one that is not there is a name that went.
  /// - Throws: ``WorkspaceError/file(_:)`` when the disk refuses.
  package func synchronize(_ files: [RepositoryPath]) throws(WorkspaceError) {
    var directories: Set<RepositoryPath> = []
    for path in files {
      try onDisk { () throws(FileError) in try holder(of: path).file(path.name).synchronize() }
      // A directory that was made for it has a name as well.
      var place = path.parent ?? .root
      while directories.insert(place).inserted, !place.isRoot { place = place.parent ?? .root }
    }
    for directory in directories.sorted().reversed() {
      try onDisk { () throws(FileError) in
        try OpenDirectory(root).descending(to: directory).synchronize()
      }
    }
  }

  /// Syncs something that may be gone, or that something else may lie in the place of.
  private func onDisk(_ body: () throws(FileError) -> Void) throws(WorkspaceError) {
    do throws(FileError) {
      try body()
    } catch {
      guard error.isNotFound || error.isSymlink else { throw .file(error) }
    }
  }
}

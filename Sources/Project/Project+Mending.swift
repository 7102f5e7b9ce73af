package import ObjectStore
internal import Platform
package import Primitives
package import Remotes

extension Project {
  /// Makes the files `format` and `id` of the clone's store anew where they are damaged or gone.
  ///
  /// - Parameter isDryRun: Whether to tell only what would be done.
  /// - Returns: What was wrong.
  /// - Throws: ``ProjectError/store(_:)``.
  package func mendStoreFiles(isDryRun: Bool) throws(ProjectError) -> [MendedFile] {
    let packs: Bool
    do {
      packs =
        try layout.store.appending("packs").statusIfPresent(followingSymlink: true) != nil
    } catch {
      throw .file(error)
    }
    // A store that was never made is made by who needs it.
    if !packs { return [] }
    let files = StoreFiles(
      at: layout.store, like: formatOfDefaultRemote(), knownID: nil, sharing: try sharing())
    do {
      return try files.mend(isDryRun: isDryRun)
    } catch {
      throw .store(error)
    }
  }

  /// Makes the files `format` and `id` of a remote's store anew where they are damaged or gone.
  ///
  /// - Parameters:
  ///   - remote: The remote.
  ///   - isDryRun: Whether to tell only what would be done.
  /// - Returns: What was wrong.
  /// - Throws: ``ProjectError/remote(_:)``, also where no store seems to be there at all.
  package func mendStoreFiles(
    of remote: Remote, isDryRun: Bool
  ) throws(ProjectError) -> [MendedFile] {
    switch remote.location {
    case .directory(let path):
      let format = try store().format
      let files = StoreFiles(at: path, like: format, knownID: knownStore(of: remote))
      do {
        return try files.mend(isDryRun: isDryRun)
      } catch {
        if case .notAStore = error { throw .remote(.vanished(remote.location, nil)) }
        throw .remote(.store(error))
      }
    }
  }
}

extension Project {
  /// Keeps a second name for a file of the worktree in the trash of the clone's store.
  ///
  /// - Parameter path: The file, which is about to be replaced because it is damaged.
  /// - Throws: ``ProjectError/file(_:)``.
  package func keepInTrash(_ path: RepositoryPath) throws(ProjectError) {
    let directory = layout.store.appending("trash").appending("files")
    do {
      let bytes = try layout.worktree.appending(path).contents()
      try directory.makeDirectories()
      let name = "\(path.name)-\(SHA256.id(of: bytes.span).abbreviated)"
      try AtomicFile.replace(directory.appending(name), with: bytes, durably: true)
    } catch {
      throw .file(error)
    }
  }
}

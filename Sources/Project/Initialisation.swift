internal import Git
package import ObjectStore
internal import Platform
package import Primitives
internal import Workspace

/// What setting up a repository for Shale changed.
package struct Initialisation: Sendable {
  /// The project, ready for use.
  package let project: Project

  /// Whether a store was made; not for one that was there.
  package let madeStore: Bool

  /// The files in the worktree that were written, to be committed.
  package let written: [RepositoryPath]

  /// What became another, for the operation log.
  package let changes: [Operation.Change]

  /// How the store cuts contents.
  package let format: StoreFormat
}

extension Project {
  /// What a new `.shale/config` says.
  package static let initialSharedConfiguration = """
    # Settings that everybody who clones this repository shares.
    # `shale config` shows what can be set, `shale remote add` adds a remote.

    """

  /// Sets a repository up: its store, `.gitattributes` and `.shale/config`.
  ///
  /// What is there already stays as it is, so that setting up twice changes nothing.
  ///
  /// - Returns: What was made and written.
  /// - Throws: ``ProjectError``.
  package func initialise() throws(ProjectError) -> Initialisation {
    let madeStore: Bool
    do {
      madeStore =
        try layout.store.appending("format").statusIfPresent(followingSymlink: true) == nil
    } catch {
      throw .file(error)
    }
    let format = try (madeStore ? createStore() : store()).format
    let written: [SharedFile]
    do {
      written = try writeSharedFiles()
    } catch {
      throw .file(error)
    }
    return Initialisation(
      project: self, madeStore: madeStore, written: written.map(\.path),
      changes: written.map { .file($0.path, old: $0.old, new: $0.new) }, format: format)
  }

  /// A file that git carries, with what its bytes hash to.
  private struct SharedFile {
    let path: RepositoryPath
    let old: ObjectID?
    let new: ObjectID
  }

  private func writeSharedFiles() throws(FileError) -> [SharedFile] {
    var written: [SharedFile] = []
    func write(_ path: ByteString, _ old: [UInt8]?, _ new: [UInt8]) throws(FileError) {
      try layout.worktree.appending(path).parent.makeDirectories()
      try AtomicFile.replace(layout.worktree.appending(path), with: new, durably: true)
      guard let path = try? RepositoryPath(path) else { return }
      written.append(
        SharedFile(
          path: path, old: old.map { SHA256.id(of: $0.span) }, new: SHA256.id(of: new.span)))
    }
    if try layout.sharedConfiguration.statusIfPresent() == nil {
      try write(
        ProjectLayout.sharedConfigurationPath, nil, Array(Self.initialSharedConfiguration.utf8))
    }
    // A symlink is refused: git does not read it, and it is not ours to replace.
    let old = try OpenDirectory(layout.worktree).contentsIfPresent(
      of: ProjectLayout.attributesPath, limit: .mebibytes(16))
    let new = GitAttributesFile.completed(old ?? [])
    if new != old ?? [] { try write(ProjectLayout.attributesPath, old, new) }
    return written
  }
}

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
    let written: [RepositoryPath]
    do {
      written = try writeSharedFiles()
    } catch {
      throw .file(error)
    }
    return Initialisation(
      project: self, madeStore: madeStore, written: written, format: format)
  }

  private func writeSharedFiles() throws(FileError) -> [RepositoryPath] {
    var written: [ByteString] = []
    if try layout.sharedConfiguration.statusIfPresent() == nil {
      try layout.sharedConfiguration.parent.makeDirectories()
      try AtomicFile.replace(
        layout.sharedConfiguration, with: Array(Self.initialSharedConfiguration.utf8),
        durably: true)
      written.append(ProjectLayout.sharedConfigurationPath)
    }
    let old = try layout.attributes.contentsIfPresent(limit: .mebibytes(16)) ?? []
    let new = GitAttributesFile.completed(old)
    if new != old {
      try AtomicFile.replace(layout.attributes, with: new, durably: true)
      written.append(".gitattributes")
    }
    return written.compactMap { try? RepositoryPath($0) }
  }
}

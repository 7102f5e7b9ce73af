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

  /// Sets a repository up: its store, `.gitattributes` and `.shale/config`, and what git calls for
  /// pointers in this clone.
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
    try installDrivers()
    do {
      return Initialisation(
        project: self, madeStore: madeStore, written: try writeSharedFiles(), format: format)
    } catch {
      throw .git(error)
    }
  }

  private func writeSharedFiles() throws(GitError) -> [RepositoryPath] {
    var written: [RepositoryPath] = []
    func write(_ path: ByteString, _ old: [UInt8]?, _ new: [UInt8]) throws(GitError) {
      guard let name = try? RepositoryPath(path) else { return }
      try git.willChange(name, from: old, to: new)
      do throws(FileError) {
        try layout.worktree.appending(path).parent.makeDirectories()
        try AtomicFile.replace(layout.worktree.appending(path), with: new, durably: true)
      } catch {
        throw .file(error)
      }
      written.append(name)
    }
    let (isConfigured, old) = try sharedFiles()
    if !isConfigured {
      try write(
        ProjectLayout.sharedConfigurationPath, nil, Array(Self.initialSharedConfiguration.utf8))
    }
    let new = GitAttributesFile.completed(old ?? [])
    if new != old ?? [] { try write(ProjectLayout.attributesPath, old, new) }
    return written
  }

  /// Whether there are shared settings, and what `.gitattributes` holds.
  private func sharedFiles() throws(GitError) -> (Bool, [UInt8]?) {
    do throws(FileError) {
      // A symlink is refused: git does not read it, and it is not ours to replace.
      return (
        try layout.sharedConfiguration.statusIfPresent() != nil,
        try OpenDirectory(layout.worktree).contentsIfPresent(
          of: ProjectLayout.attributesPath, limit: .mebibytes(16))
      )
    } catch {
      throw .file(error)
    }
  }
}

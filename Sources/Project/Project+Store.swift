internal import Git
package import ObjectStore
internal import Platform
internal import Primitives
package import Remotes
internal import Synchronization

extension Project {
  /// The store of the clone, opened once; made where the repository was cloned without one.
  ///
  /// - Throws: ``ProjectError/storeMissing(_:)`` when a shared store is not where it should be,
  ///   and ``ProjectError/store(_:)``.
  package func store() throws(ProjectError) -> ObjectStore {
    if let store = parts.withLock({ $0.store }) { return store }
    let opened = try openStore()
    // Two threads may open it at once: both then use the first.
    return parts.withLock { parts in
      let store = parts.store ?? opened
      parts.store = store
      return store
    }
  }

  private func openStore() throws(ProjectError) -> ObjectStore {
    let isThere: Bool
    do {
      isThere =
        try layout.store.appending("format").statusIfPresent(followingSymlink: true) != nil
    } catch {
      throw .file(error)
    }
    if !isThere {
      // A shared store that is gone must not be replaced by an empty one.
      if layout.isStoreShared { throw .storeMissing(layout.store) }
      return try createStore()
    }
    let sharing = try sharing()
    do {
      return try ObjectStore.open(
        at: layout.store, sharing: sharing, proofs: layout.proofs, locking: locking)
    } catch {
      throw .store(error)
    }
  }

  /// Makes the store of the clone, or opens the one that is there.
  func createStore() throws(ProjectError) -> ObjectStore {
    let format = formatOfDefaultRemote() ?? StoreFormat()
    let sharing = try sharing()
    do {
      try excludeTemporaryFiles()
    } catch {
      throw .file(error)
    }
    do {
      return try ObjectStore.create(
        at: layout.store, format: format, sharing: sharing, proofs: layout.proofs)
    } catch {
      throw .store(error)
    }
  }

  /// Who else uses the files of the repository: what git is told by `core.sharedRepository`.
  func sharing() throws(ProjectError) -> StoreSharing {
    do {
      return try Self.sharing(of: git)
    } catch {
      throw .git(error)
    }
  }

  static func sharing(of git: GitRepository) throws(GitError) -> StoreSharing {
    let value = try git.config().string("core.sharedRepository")?.text
    return value.flatMap { StoreSharing(gitValue: $0) } ?? .umask
  }

  /// Tells git, in this clone alone, that what a crash left in the worktree is nobody's work.
  private func excludeTemporaryFiles() throws(FileError) {
    let file = git.layout.commonDirectory.appending("info").appending("exclude")
    var bytes = try file.contentsIfPresent(limit: .mebibytes(16)) ?? []
    let line = AtomicFile.temporaryPrefix.bytes + Array("*".utf8)
    let newline = UInt8(ascii: "\n")
    if bytes.split(separator: newline).contains(line[...]) { return }
    if let last = bytes.last, last != newline { bytes.append(newline) }
    try file.parent.makeDirectories()
    try AtomicFile.replace(file, with: bytes + line + [newline], durably: false)
  }

  /// The chunk limits and seed of the default remote, so that equal content is cut equally.
  ///
  /// A remote that cannot be asked only costs deduplication: oids do not depend on either.
  func formatOfDefaultRemote() -> StoreFormat? {
    guard let remote = try? remotes().standard(), let store = try? RemoteStore.open(remote) else {
      return nil
    }
    var format = store.store.format
    format.generation = 0
    return format
  }
}

// MARK: - A store that several clones share

extension Project {
  /// Tells a shared store that this clone relies on objects; does nothing for the clone's own.
  ///
  /// Called when the objects are in the store and before a pointer names them.
  ///
  /// - Parameters:
  ///   - roots: The objects.
  ///   - durably: Whether that has to survive a power cut.
  /// - Throws: ``ProjectError/remote(_:)`` or ``ProjectError/file(_:)``.
  package func registerRoots(
    _ roots: [CloneRoot], durably: Bool = true
  ) throws(ProjectError) {
    guard layout.isStoreShared, !roots.isEmpty else { return }
    let name = try cloneName()
    let directory = RootDirectory(store: layout.store)
    do {
      try directory.register(clone: name, repository: layout.directory.parent)
      for root in roots { try directory.record(root, of: name, durably: durably) }
    } catch {
      throw .remote(error)
    }
  }

  /// The random name of the clone, drawn when it is first needed.
  private func cloneName() throws(ProjectError) -> String {
    do throws(FileError) {
      if let name = try readCloneName() { return name }
      try layout.directory.makeDirectories()
      let drawn = Hex.string(of: RandomBytes.make(16))
      // Two processes may draw at once: the name that is there first is the clone's.
      let temporary = layout.directory.appending(AtomicFile.temporaryName())
      let file = try OpenFile.creating(temporary)
      try file.write(Array((drawn + "\n").utf8).span, at: 0)
      try file.synchronize()
      do {
        try temporary.link(to: layout.cloneName)
      } catch {
        guard error.isExisting else { throw error }
      }
      try temporary.remove()
      return try readCloneName() ?? drawn
    } catch {
      throw .file(error)
    }
  }

  func readCloneName() throws(FileError) -> String? {
    guard let bytes = try layout.cloneName.contentsIfPresent(limit: .kibibytes(4)) else {
      return nil
    }
    let digits = bytes.prefix { $0 != UInt8(ascii: "\n") }
    guard digits.count == 32, Hex.bytes(of: digits) != nil else { return nil }
    return String(decoding: digits, as: UTF8.self)
  }
}

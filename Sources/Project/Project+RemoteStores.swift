internal import ObjectStore
internal import Platform
internal import Primitives
package import Remotes

extension Project {
  /// Opens the store of a remote, after making sure that it is the one that this clone knows, and
  /// not the clone's own.
  ///
  /// - Parameters:
  ///   - remote: Which.
  ///   - isWriting: Whether an older store without an id gets one.
  /// - Throws: ``ProjectError/remote(_:)``.
  package func open(
    _ remote: Remote, isWriting: Bool = false
  ) throws(ProjectError) -> RemoteStore {
    var known = remote
    known.storeID = knownStore(of: remote)
    do {
      try checkIsElsewhere(remote)
      let store = try RemoteStore.open(known, givingID: isWriting)
      remember(store)
      return store
    } catch {
      throw .remote(error)
    }
  }

  /// Makes a store at a remote's location, with the chunk limits of the clone's own store, or
  /// opens the one that is there.
  ///
  /// Only for a remote that is being added: what the clone remembers of its name does not count.
  ///
  /// - Throws: ``ProjectError/remote(_:)``.
  func create(_ remote: Remote) throws(ProjectError) -> RemoteStore {
    var format = try store().format
    format.generation = 0
    do {
      try checkIsElsewhere(remote)
      let store = try RemoteStore.create(remote, format: format)
      remember(store)
      return store
    } catch {
      throw .remote(error)
    }
  }

  private func checkIsElsewhere(_ remote: Remote) throws(RemoteError) {
    switch remote.location {
    case .directory(let path):
      // A place that cannot be looked at is told of when it is opened.
      guard let theirs = try? path.status(followingSymlink: true),
        let ours = try? layout.store.status(followingSymlink: true)
      else { return }
      if theirs.device == ours.device, theirs.inode == ours.inode {
        throw .isLocalStore(remote.location)
      }
    }
  }
}

// MARK: - Which store a remote is

extension Project {
  /// Which store a remote is, as far as the configuration says so or this clone remembers.
  func knownStore(of remote: Remote) -> StoreID? {
    if let id = remote.storeID { return id }
    // Without its memory a clone takes any store, as one that never saw the remote does.
    guard let bytes = try? memory(of: remote.name).contentsIfPresent(limit: .kibibytes(64)) else {
      return nil
    }
    let location = Self.line(remote.location)
    guard bytes.starts(with: location), bytes.last == UInt8(ascii: "\n") else { return nil }
    return StoreID(ByteString(bytes.dropFirst(location.count).dropLast()))
  }

  /// Forgets which store a remote was, so that another one may take its place.
  func forget(_ name: RemoteName) {
    // A memory that stays only refuses another store.
    _ = try? memory(of: name).remove()
  }

  /// Keeps in mind where a remote's store was and which it is (`docs/format/remote.md` §7).
  private func remember(_ store: RemoteStore) {
    let memory = memory(of: store.remote.name)
    let text = Self.line(store.remote.location) + (store.id.map { Array("\($0.hex)\n".utf8) } ?? [])
    do {
      if try memory.contentsIfPresent(limit: .kibibytes(64)) == text { return }
      try layout.usedRemotes.makeDirectories()
      try AtomicFile.replace(memory, with: text, durably: false)
    } catch {
      // A clone that cannot be written to can still read from its remotes.
      return
    }
  }

  private func memory(of name: RemoteName) -> FilePath {
    layout.usedRemotes.appending(name.text)
  }

  private static func line(_ location: RemoteLocation) -> [UInt8] {
    switch location {
    case .directory(let path): path.bytes.bytes + [UInt8(ascii: "\n")]
    }
  }
}

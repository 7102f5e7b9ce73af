package import ObjectStore
internal import Platform
package import Primitives

/// A remote's store, opened.
///
/// Today every remote is a directory; what a transfer needs of one is here and in
/// ``RootDirectory``, so that another kind of place has one thing to be.
package final class RemoteStore: Sendable {
  package let remote: Remote
  package let store: ObjectStore

  /// Which store it is, or `nil` for an older one that was never written to since there are ids.
  package let id: StoreID?

  /// Whether the store was made just now.
  package let isNew: Bool

  /// What the remote says about commits, refs and clones.
  package let roots: RootDirectory

  private init(remote: Remote, store: ObjectStore, id: StoreID?, isNew: Bool) {
    self.remote = remote
    self.store = store
    self.id = id
    self.isNew = isNew
    roots = RootDirectory(store: store.root)
  }

  /// Opens a remote that holds a store, after making sure that it is the one that is meant.
  ///
  /// - Parameters:
  ///   - remote: Which.
  ///   - givingID: Whether an older store without an id gets one, where it can be written to.
  /// - Returns: The open store.
  /// - Throws: ``RemoteError/vanished(_:_:)`` when no store answers there,
  ///   ``RemoteError/otherStore(_:found:)``, ``RemoteError/redirected(_:)``, or
  ///   ``RemoteError/store(_:)`` for a newer or damaged store.
  package static func open(
    _ remote: Remote, givingID: Bool = false
  ) throws(RemoteError) -> RemoteStore {
    guard try holdsStore(remote) else { throw .vanished(remote.location, nil) }
    return try open(remote, givingID: givingID, isNew: false)
  }

  private static func open(
    _ remote: Remote, givingID: Bool, isNew: Bool
  ) throws(RemoteError) -> RemoteStore {
    let store: ObjectStore
    var id: StoreID?
    let symlink: FilePath?
    do {
      symlink = try ObjectStore.symlink(in: root(of: remote))
    } catch {
      throw RemoteError(error, of: remote)
    }
    // Who may write to a remote has no say in where else others write.
    if let symlink { throw .redirected(symlink) }
    do {
      store = try ObjectStore.open(at: root(of: remote))
      id = try store.id()
    } catch {
      throw RemoteError(error, of: remote)
    }
    guard remote.storeID == nil || remote.storeID == id else {
      throw .otherStore(remote, found: id)
    }
    // One that cannot be written to can be read without an id.
    if givingID, id == nil { id = try? store.giveID() }
    return RemoteStore(remote: remote, store: store, id: id, isNew: isNew)
  }

  /// Makes a store at a remote's location, or opens the one that is there.
  ///
  /// The directory is made when it is missing and the one above it is there: a mount point that is
  /// not mounted looks like that too, which is why only adding a remote makes a store, and nothing
  /// else does.
  ///
  /// - Parameters:
  ///   - remote: Where.
  ///   - format: How a new store cuts contents.
  /// - Returns: The open store.
  /// - Throws: ``RemoteError/notEmpty(_:)`` for a directory that holds something else, and what
  ///   ``open(_:)`` throws.
  package static func create(
    _ remote: Remote, format: StoreFormat
  ) throws(RemoteError) -> RemoteStore {
    let root = root(of: remote)
    let isThere: Bool
    do {
      isThere =
        try root.appending("format").statusIfPresent(followingSymlink: true) != nil
    } catch {
      throw RemoteError(error, of: remote)
    }
    if !isThere {
      guard try mayHoldNewStore(remote) else { throw .notEmpty(remote.location) }
      do {
        _ = try ObjectStore.create(at: root, format: format)
      } catch {
        throw RemoteError(error, of: remote)
      }
    }
    return try open(remote, givingID: true, isNew: !isThere)
  }

  private static func holdsStore(_ remote: Remote) throws(RemoteError) -> Bool {
    let root = root(of: remote)
    do {
      guard try root.status(followingSymlink: true).kind == .directory else { return false }
      return try root.appending("format").statusIfPresent(followingSymlink: true) != nil
    } catch {
      throw .vanished(remote.location, error)
    }
  }

  /// Whether a new store can be made without mixing it with something else.
  ///
  /// What looks like a store but for its `format` is what a crash or half a copy leaves: packs are
  /// checked by their names, so it may become a store again.
  private static func mayHoldNewStore(_ remote: Remote) throws(RemoteError) -> Bool {
    let root = root(of: remote)
    do {
      if try root.statusIfPresent(followingSymlink: true) == nil {
        return try root.parent.status(followingSymlink: true).kind == .directory
      }
      return try Set(root.names()).isSubset(of: ObjectStore.names)
    } catch {
      throw RemoteError(error, of: remote)
    }
  }

  private static func root(of remote: Remote) -> FilePath {
    switch remote.location {
    case .directory(let path): path
    }
  }
}

// MARK: - Commits

extension RemoteStore {
  /// Whether the remote says, in a root of its current generation, that it has all of a commit.
  ///
  /// - Parameters:
  ///   - commit: The id of the commit, or of the run, in hexadecimal.
  ///   - kind: What it is the id of.
  /// - Throws: ``RemoteError`` when the remote cannot be read.
  package func hasAll(
    ofCommit commit: String, _ kind: CommitRoot.Kind = .commit
  ) throws(RemoteError) -> Bool {
    guard let root = try roots.commit(commit, kind) else { return false }
    return root.generation == store.format.generation && root.isComplete
  }
}

// MARK: - Presence

/// Whether a store elsewhere has an object.
package enum Presence: String, Hashable, Sendable, Encodable {
  case present
  case absent
  /// The store could not be asked: nothing may be concluded.
  case unknown
}

extension RemoteStore {
  /// Whether the remote has a record of an object; its parts are not looked at.
  package func presence(of id: ObjectID) -> Presence {
    do {
      return try store.contains(id) ? .present : .absent
    } catch {
      // Whatever the reason, it is not an answer.
      return .unknown
    }
  }
}

// MARK: - Errors

extension RemoteError {
  /// Says what an error of the operating system means for a remote.
  ///
  /// An error that did not happen at the remote stays what it is.
  init(_ error: FileError, of remote: Remote) {
    let root =
      switch remote.location {
      case .directory(let path): path.bytes.bytes
      }
    guard error.path.bytes.bytes.starts(with: root) || root.starts(with: error.path.bytes.bytes)
    else {
      self = .file(error)
      return
    }
    self =
      if error.isNoSpace {
        .full(remote.location, error)
      } else if error.isNotPermitted, error.operation != .open, error.operation != .list {
        .readOnly(remote.location, error)
      } else {
        .vanished(remote.location, error)
      }
  }

  /// Says what an error of a store means for a remote.
  package init(_ error: StoreError, of remote: Remote) {
    if case .file(let error) = error {
      self.init(error, of: remote)
    } else {
      self = .store(error)
    }
  }
}

extension RemoteStore {
  /// Runs what concerns the store, and says of its errors which remote they are about.
  func atStore<Value>(
    _ body: () throws(StoreError) -> Value
  ) throws(RemoteError) -> Value {
    do {
      return try body()
    } catch {
      throw RemoteError(error, of: remote)
    }
  }
}

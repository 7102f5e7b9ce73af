package import Lineage
internal import ObjectStore
internal import Platform
package import Primitives
package import Remotes

/// What a store is asked to keep by those who pushed to it, pinned in it, or share it.
package struct StoreRoots: Sendable {
  package internal(set) var kept = KeptRoots()

  /// What the clone that asks may come back for itself, whatever the store is asked.
  package internal(set) var own = KeptRoots()

  /// Objects below which a root says that nothing is missing, with the commit or run that says so.
  package internal(set) var complete: [ObjectID: String] = [:]

  /// What the clone that asks has registered, and no longer needs.
  package internal(set) var stale: [ObjectID] = []
}

extension RootOrigin {
  init(_ keeper: RootKeeper) {
    switch keeper {
    case .pushed: self = .pushed
    case .pin: self = .pins
    case .clone: self = .clones
    }
  }
}

extension Project {
  /// Everything that the clone's own store is asked to keep, by this clone and by others.
  ///
  /// - Parameter grace: For how long what commands did can be taken back, in seconds.
  /// - Throws: ``ProjectError/unknownRoot(_:)`` for what cannot be read.
  package func storeRoots(grace: Int) throws(ProjectError) -> StoreRoots {
    var roots = StoreRoots()
    roots.kept = try keptRoots(grace: grace)
    let since = try moment(before: grace)
    let clone = try registeredName()
    let own = roots.kept
    roots.own = own
    var stale: [ObjectID] = []
    try Self.add(RootDirectory(store: layout.store), to: &roots) { name, id, time in
      guard name == clone, time < since, !own.contains(id) else { return false }
      stale.append(id)
      return true
    }
    roots.stale = stale
    return roots
  }

  /// Everything that the store of a remote is asked to keep.
  ///
  /// - Throws: ``ProjectError/unknownRoot(_:)`` for what cannot be read.
  package static func storeRoots(of remote: RemoteStore) throws(ProjectError) -> StoreRoots {
    var roots = StoreRoots()
    try add(remote.roots, to: &roots) { _, _, _ in false }
    return roots
  }

  private static func add(
    _ directory: RootDirectory, to roots: inout StoreRoots,
    leavingOut isLeftOut: (String, ObjectID, Timestamp) -> Bool
  ) throws(ProjectError) {
    do throws(RemoteError) {
      try directory.forEachKept(leavingOut: isLeftOut) {
        root, keeper, isComplete throws(RemoteError) in
        roots.kept.add(root.id, isTree: root.isTree, at: root.path, for: RootOrigin(keeper))
        if isComplete, case .pushed(_, let commit) = keeper, roots.complete[root.id] == nil {
          roots.complete[root.id] = commit
        }
      }
    } catch {
      throw .unknownRoot(.root(error))
    }
  }
}

// MARK: - A store that several clones share

extension Project {
  /// Tells a shared store everything that this clone relies on, so that no other clone's garbage
  /// collection takes it: also what was fetched, and what was recorded before there were
  /// registrations.
  ///
  /// - Parameter kept: What ``keptRoots(grace:)`` found.
  /// - Throws: ``ProjectError/remote(_:)`` or ``ProjectError/store(_:)``.
  package func register(_ kept: KeptRoots) throws(ProjectError) {
    guard layout.isStoreShared else { return }
    let known = try registered()
    let store = try store()
    var new: [CloneRoot] = []
    for root in kept.roots where !known.contains(root.id) {
      // Of what the store lacks nothing can be lost.
      guard try onStore({ () throws(StoreError) in try store.contains(root.id) }) else { continue }
      let path = root.path.isRoot ? try? RepositoryPath("unnamed") : root.path
      if let path { new.append(CloneRoot(id: root.id, isTree: root.isTree, path: path)) }
    }
    // A power cut costs the next collection the same work.
    try registerRoots(new, durably: false)
  }

  /// Tells a shared store what the record of a run leads to: inputs were told when they were
  /// recorded or brought.
  ///
  /// - Throws: ``ProjectError/remote(_:)`` or ``ProjectError/file(_:)``.
  package func registerRoots(of record: RunRecord, _ id: ObjectID) throws(ProjectError) {
    guard let place = try? RepositoryPath(RunCatalog.committedPath) else { return }
    let inputs = Set(record.inputs.map(\.oid))
    try registerRoots(
      record.paths(id, size: .zero, below: place).filter { !inputs.contains($0.id) }.map {
        CloneRoot(id: $0.id, isTree: $0.isTree, path: $0.path)
      })
  }

  /// Takes registrations of this clone back.
  ///
  /// - Throws: ``ProjectError/remote(_:)``.
  package func unregister(_ ids: [ObjectID]) throws(ProjectError) {
    guard !ids.isEmpty, let name = try registeredName() else { return }
    do {
      for id in ids { try RootDirectory(store: layout.store).remove(id, of: name) }
    } catch {
      throw .remote(error)
    }
  }

  /// What this clone has registered.
  private func registered() throws(ProjectError) -> Set<ObjectID> {
    guard let name = try registeredName() else { return [] }
    do {
      return Set(try RootDirectory(store: layout.store).registered(by: name).map(\.root.id))
    } catch {
      throw .unknownRoot(.root(error))
    }
  }

  private func registeredName() throws(ProjectError) -> String? {
    do {
      return try readCloneName()
    } catch {
      throw .unknownRoot(.place(layout.cloneName, error))
    }
  }

  private func onStore<Value>(
    _ body: () throws(StoreError) -> Value
  ) throws(ProjectError) -> Value {
    do {
      return try body()
    } catch {
      throw .store(error)
    }
  }
}

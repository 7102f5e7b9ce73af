internal import ObjectStore
internal import Primitives

extension RemoteStore {
  /// Brings tombstones from a remote, so that a clone knows what was forgotten on purpose.
  ///
  /// Nothing is taken away from the local store, whatever they say.
  ///
  /// - Returns: Those that were new there.
  /// - Throws: ``RemoteError`` when they cannot be read or written.
  @discardableResult
  func bringTombstones(to local: ObjectStore) throws(RemoteError) -> [Tombstone] {
    try atStore { () throws(StoreError) in try local.take(store.tombstones().all.values) }
  }

  /// Sends tombstones to a remote, so that every clone hears of them.
  ///
  /// - Throws: ``RemoteError`` when they cannot be read or written.
  func sendTombstones(of local: ObjectStore) throws(RemoteError) {
    try atStore { () throws(StoreError) in _ = try store.take(local.tombstones().all.values) }
  }
}

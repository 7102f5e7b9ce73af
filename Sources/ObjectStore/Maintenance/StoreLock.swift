internal import Platform
internal import Primitives

/// The lock of a store, held by who moves or removes its files.
struct StoreLock: ~Copyable, Sendable {
  private let lock: AdvisoryLock

  /// Takes the lock; waits for who has it as long as the user of the store wants to.
  ///
  /// - Parameters:
  ///   - layout: The store.
  ///   - purpose: One word, for the messages of others: `fold`, `gc`.
  /// - Throws: ``StoreError/locked(_:holder:)``, or ``StoreError/file(_:)`` with what the disk
  ///   refused: an error that `isLockless` where the file system cannot lock.
  init(_ layout: StoreLayout, purpose: String) throws(StoreError) {
    try self.init(layout, as: layout.locking.named(purpose))
  }

  /// Takes the lock for a moment's work, for which somebody who has it is always waited for.
  ///
  /// - Throws: As ``init(_:purpose:)``.
  init(briefly layout: StoreLayout, purpose: String) throws(StoreError) {
    var request = layout.locking.named(purpose)
    request.milliseconds = max(request.milliseconds, LockRequest().milliseconds)
    try self.init(layout, as: request)
  }

  private init(_ layout: StoreLayout, as request: LockRequest) throws(StoreError) {
    do {
      lock = try Self.take(layout, as: request)
    } catch {
      guard error.isLocked else { throw .file(error) }
      throw .locked(error.path, holder: error.holder ?? "who does not say more")
    }
  }

  private init(atOnce layout: StoreLayout, purpose: String) throws(FileError) {
    lock = try Self.take(layout, as: layout.locking.named(purpose).atOnce)
  }

  private static func take(
    _ layout: StoreLayout, as request: LockRequest
  ) throws(FileError) -> AdvisoryLock {
    let isNew = try layout.lock.statusIfPresent() == nil
    let lock = try AdvisoryLock(layout.lock, as: request)
    if isNew { try layout.sharing.apply(to: lock.file) }
    return lock
  }

  /// Takes the lock if nobody holds it and the store can be changed at all.
  ///
  /// - Returns: `nil` when the caller has to go on without.
  static func ifFree(_ layout: StoreLayout, purpose: String) -> StoreLock? {
    try? StoreLock(atOnce: layout, purpose: purpose)
  }

  /// Takes the lock if nobody holds it.
  ///
  /// - Returns: `nil` when somebody does, or who asks may not write to the store.
  /// - Throws: ``StoreError/file(_:)`` where the file system cannot lock, which its users should
  ///   hear of, or the disk refuses.
  static func ifPossible(
    _ layout: StoreLayout, purpose: String
  ) throws(StoreError) -> StoreLock? {
    do {
      return try StoreLock(atOnce: layout, purpose: purpose)
    } catch {
      if error.isLocked || error.isNotPermitted { return nil }
      throw .file(error)
    }
  }
}

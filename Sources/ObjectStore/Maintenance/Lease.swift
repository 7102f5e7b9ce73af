internal import Platform
internal import Primitives

/// Says that a writer is at work, until it goes away: `docs/format/store.md` § Leases.
///
/// Removers leave alone what a writer that began earlier may rely on.
final class Lease: Sendable {
  let path: FilePath

  /// Held for as long as the process lives; a file system that cannot lock does without.
  private let lock: AdvisoryLock?

  /// Publishes a lease.
  ///
  /// Only then may an index be read.
  init(in layout: StoreLayout) throws(StoreError) {
    path = layout.leases.appending(Hex.string(of: RandomBytes.make(16)))
    do throws(FileError) {
      try layout.sharing.makeDirectories(layout.leases)
      let new = try AtomicFile(in: layout.leases)
      try new.file.write(Self.text.span, at: 0)
      try layout.sharing.apply(to: new.file)
      lock = try Self.locked(new.file.path)
      try new.commit(to: path, durably: false)
    } catch {
      throw .file(error)
    }
  }

  private static func locked(_ path: FilePath) throws(FileError) -> AdvisoryLock? {
    do {
      return try AdvisoryLock(path, .exclusive, waiting: false)
    } catch {
      if error.isUnsupported { return nil }
      throw error
    }
  }

  deinit {
    _ = try? path.remove()
  }

  private static var text: [UInt8] {
    Array("shale lease 1\nprocess \(Machine.processID)\nhost ".utf8) + Machine.hostName.bytes
      + Array("\nboot \(Hex.string(of: Machine.bootID))\n".utf8)
  }

  /// When the oldest lease of a running writer began, by the clock of the store's file system.
  ///
  /// Leases whose writers have died are removed on the way: the caller holds the store's lock.
  ///
  /// - Returns: `nil` when no writer is at work.
  static func oldest(in layout: StoreLayout) throws(StoreError) -> Timestamp? {
    var oldest: Timestamp?
    do throws(FileError) {
      for name in try layout.leases.namesIfPresent()
      where name.count == 32 && name.bytes.allSatisfy({ Hex.value(of: $0) != nil }) {
        let path = layout.leases.appending(name)
        guard let status = try path.statusIfPresent() else { continue }
        if try isDead(path) {
          _ = try? path.remove()
        } else {
          oldest = min(oldest ?? status.modified, status.modified)
        }
      }
    } catch {
      throw .file(error)
    }
    return oldest
  }

  /// Whether nobody holds the lease's lock any more.
  private static func isDead(_ path: FilePath) throws(FileError) -> Bool {
    do {
      _ = try AdvisoryLock(path, .exclusive, waiting: false)
      return true
    } catch {
      // A lease that cannot be asked is taken for alive.
      if error.isLocked || error.isUnsupported || error.isNotPermitted { return false }
      throw error
    }
  }
}

/// The lock of a store, held by who moves or removes its files.
struct StoreLock: ~Copyable, Sendable {
  private let lock: AdvisoryLock

  /// Takes the lock, or fails at once when somebody holds it.
  ///
  /// - Parameters:
  ///   - layout: The store.
  ///   - purpose: One word, for the messages of others: `fold`, `gc`.
  /// - Throws: ``StoreError/locked(_:holder:)`` or ``StoreError/file(_:)``.
  init(_ layout: StoreLayout, purpose: String) throws(StoreError) {
    do {
      lock = try Self.acquire(layout, purpose: purpose)
    } catch {
      guard error.isLocked else { throw .file(error) }
      throw .locked(layout.lock, holder: Self.holder(layout))
    }
  }

  private static func acquire(
    _ layout: StoreLayout, purpose: String
  ) throws(FileError) -> AdvisoryLock {
    let lock = try take(layout, waiting: false)
    let text = "\(purpose), process \(Machine.processID) on \(Machine.hostName)\n"
    try lock.file.resize(to: .zero)
    try lock.file.write(Array(text.utf8).span, at: 0)
    return lock
  }

  /// Takes the lock without a word about who holds it.
  static func take(
    _ layout: StoreLayout, waiting: Bool
  ) throws(FileError) -> AdvisoryLock {
    let isNew = try layout.lock.statusIfPresent() == nil
    let lock = try AdvisoryLock(layout.lock, .exclusive, waiting: waiting)
    if isNew { try layout.sharing.apply(to: lock.file) }
    return lock
  }

  /// What the holder wrote about itself.
  private static func holder(_ layout: StoreLayout) -> ByteString {
    let text = (try? layout.lock.contents(limit: .kibibytes(4))) ?? []
    return ByteString(text.prefix { $0 != UInt8(ascii: "\n") })
  }

  /// Takes the lock if nobody holds it and the store can be changed at all.
  ///
  /// - Returns: `nil` when the caller has to go on without.
  static func ifFree(_ layout: StoreLayout, purpose: String) -> StoreLock? {
    try? StoreLock(layout, purpose: purpose)
  }
}

internal import Platform
internal import Primitives

/// Says that a writer is at work, until it goes away: `docs/format/store.md` § Leases.
///
/// Removers leave alone what a writer that began earlier may rely on.
final class Lease: Sendable {
  let path: FilePath

  /// Held for as long as the process lives; a file system that cannot lock does without, which the
  /// lease then says.
  private let lock: AdvisoryLock?

  /// Publishes a lease.
  ///
  /// Only then may an index be read.
  init(in layout: StoreLayout) throws(StoreError) {
    path = layout.leases.appending(Hex.string(of: RandomBytes.make(16)))
    do throws(FileError) {
      try layout.sharing.makeDirectories(layout.leases)
      let new = try AtomicFile(in: layout.leases)
      try layout.sharing.apply(to: new.file)
      lock = try Self.locked(new.file.path)
      let text = LeaseText.own(isLocked: lock != nil)
      try new.file.write(text.encoded.span, at: 0)
      try new.commit(to: path, durably: false)
    } catch {
      throw .file(error)
    }
  }

  private static func locked(_ path: FilePath) throws(FileError) -> AdvisoryLock? {
    do {
      return try AdvisoryLock(path, .exclusive, waiting: false)
    } catch {
      if error.isLockless { return nil }
      throw error
    }
  }

  deinit {
    _ = try? path.remove()
  }

  /// When the oldest lease of a running writer began, by the clock of the store's file system.
  ///
  /// Leases whose writers have died are removed on the way: the caller holds the store's lock, and
  /// has just written to it.
  ///
  /// - Returns: `nil` when no writer is at work.
  static func oldest(in layout: StoreLayout) throws(StoreError) -> Timestamp? {
    var oldest: Timestamp?
    do throws(FileError) {
      let now = try layout.lock.statusIfPresent()?.modified
      for name in try layout.leases.namesIfPresent()
      where name.count == 32 && name.bytes.allSatisfy({ Hex.value(of: $0) != nil }) {
        let path = layout.leases.appending(name)
        guard let status = try path.statusIfPresent() else { continue }
        if try isDead(path, began: status.modified, now: now ?? status.modified) {
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

  /// How long a lease of another machine counts whose lock can be had: 14 days, in nanoseconds.
  private static let patience: Int64 = 14 * 86_400 * 1_000_000_000

  /// Whether the writer of a lease has died.
  ///
  /// A lease that cannot be asked is taken for alive. That nobody holds its lock proves nothing
  /// where its writer could not lock, and little where the writer is on another machine: a network
  /// mount may keep locks to the machine.
  private static func isDead(
    _ path: FilePath, began: Timestamp, now: Timestamp
  ) throws(FileError) -> Bool {
    let text: LeaseText
    do {
      let lock = try AdvisoryLock(path, .exclusive, waiting: false)
      text = LeaseText(decoding: try lock.file.upTo(.kibibytes(4), at: 0))
    } catch {
      if error.isLocked || error.isUnsupported || error.isNotPermitted { return false }
      throw error
    }
    if !text.isLocked { return false }
    return text.isOfThisMachine || now.nanoseconds - began.nanoseconds > patience
  }
}

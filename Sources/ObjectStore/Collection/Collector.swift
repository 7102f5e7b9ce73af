internal import Platform
package import Primitives
internal import Synchronization

/// How a store is collected.
package struct CollectionOptions: Hashable, Sendable {
  /// How long what is in trash stays there at least, in seconds: 14 days.
  package var graceSeconds = 14 * 86_400

  /// A pack that was written less than this many seconds ago is left alone: an hour.
  ///
  /// Its writer may not have written yet what leads to it.
  package var minimumAgeSeconds = 3_600

  /// Whether to collect although something that a root leads through is damaged.
  ///
  /// What only that led to goes to trash then.
  package var ignoresDamage = false

  /// A pack is written anew when this share of its records is dead, in percent.
  ///
  /// At 30 a byte that is freed costs at most 2.4 bytes copied, and a store holds at most 43% more
  /// than what is live.
  package var repackPercent = 30

  /// A pack is written anew only if at least so much of it is dead, unless it is small itself.
  package var repackSize = ByteCount.mebibytes(4)

  /// A pack below this size is small.
  package var smallPack = ByteCount.mebibytes(8)

  package init() {}
}

/// Removes from a store what no root leads to: `docs/design/0016-garbage-collection.md`.
///
/// It holds the store's lock from its beginning to its end. The order of the calls is the protocol:
///
/// 1. ``ObjectStore/collector(_:options:)`` looks at leases and packs, before any root is read;
/// 2. the caller gathers roots, ``mark(_:progress:)`` goes through everything below them;
/// 3. ``plan(_:)`` says what would be done: that is all of a preview;
/// 4. ``carryOut(_:progress:)`` moves to trash what is dead, and back what is reached again;
/// 5. the caller gathers the roots anew, ``restore(reachedBy:progress:)`` brings back what was
///    reached meanwhile;
/// 6. ``emptyTrash(_:)`` unlinks what earlier collections trashed and nothing has reached since.
///
/// Ending after any step, or dying at any call, loses nothing.
package struct Collector: ~Copyable {
  /// For what the lock is held: the word that others are told.
  package enum Purpose: String, Sendable {
    case collecting = "gc"
    case forgetting = "forget"
  }

  let records: RecordStore
  let options: CollectionOptions
  private let lock: StoreLock

  /// The time of the store's own file system at the beginning.
  package let now: Timestamp

  /// When the oldest lease of a running writer began; `nil` when nobody writes.
  package let oldestLease: Timestamp?

  /// The packs that were there at the beginning, by number.
  let packs: [PackNumber: PresentPack]

  /// Packs that cannot be read, or only by a newer version: they are left alone.
  package let unreadable: [UnreadablePack]

  /// The roots that were walked as a whole: those of directories, and those of files.
  var walked: [Bool: Set<ObjectID>] = [:]

  init(
    _ records: RecordStore, _ purpose: Purpose, options: CollectionOptions
  ) throws(StoreError) {
    let lock = try StoreLock(records.layout, purpose: purpose.rawValue)
    let survey = try Survey(records)
    self.records = records
    self.options = options
    self.lock = lock
    now = survey.now
    oldestLease = survey.oldestLease
    packs = survey.packs
    unreadable = survey.unreadable
    records.holdsLock.store(true, ordering: .releasing)
  }

  deinit {
    records.holdsLock.store(false, ordering: .releasing)
  }

  /// What happened in the store that the user should hear of, since the last call.
  package func takeNotices() -> [StoreNotice] { records.takeNotices() }
}

/// A pack that was left alone because it cannot be read.
package struct UnreadablePack: Equatable, Sendable {
  package let id: ObjectID
  package let flaw: PackFlaw
}

/// A pack among the packs, as its footer describes it.
struct PresentPack: Sendable {
  let id: ObjectID
  let number: PackNumber
  let kind: PackKind

  /// The size of the file, in bytes.
  let size: Int

  let count: Int

  /// The stored bytes of all records.
  let recordBytes: Int

  /// When the file was last written to.
  let modified: Timestamp

  /// Whether a list says that it is on disk.
  let isSafe: Bool
}

/// What a store is like at one moment.
private struct Survey {
  let now: Timestamp
  let oldestLease: Timestamp?
  var packs: [PackNumber: PresentPack] = [:]
  var unreadable: [UnreadablePack] = []

  /// Looks at leases before packs.
  ///
  /// Both come before any root: a writer that is not seen here has either written its root, or will
  /// find that its pack has gone.
  init(_ records: RecordStore) throws(StoreError) {
    // The lock was written to just now.
    now = try Self.modified(records.layout.lock) ?? Timestamp(nanoseconds: 0)
    oldestLease = try Lease.oldest(in: records.layout)
    try records.refresh()
    try records.lists.readSafeLists()
    for id in try records.presentPacks().sorted() {
      do {
        let footer = try PackReader(records.layout.pack(id), withDirectory: false).footer
        guard let modified = try Self.modified(records.layout.pack(id)) else { continue }
        let number = records.table.pack(id).number
        packs[number] = PresentPack(
          id: id, number: number, kind: footer.kind, size: footer.packSize, count: footer.count,
          recordBytes: footer.directoryOffset - PackFormat.headerSize, modified: modified,
          isSafe: records.lists.isSafe(id))
      } catch {
        switch error {
        case .damagedPack(_, let flaw): unreadable.append(UnreadablePack(id: id, flaw: flaw))
        case .file(let reason) where reason.isNotFound: continue
        default: throw error
        }
      }
    }
  }

  private static func modified(_ path: FilePath) throws(StoreError) -> Timestamp? {
    do {
      return try path.statusIfPresent()?.modified
    } catch {
      throw .file(error)
    }
  }
}

extension ObjectStore {
  /// Takes the store's lock, to remove what nobody needs.
  ///
  /// - Parameters:
  ///   - purpose: What for.
  ///   - options: Grace, ages and sizes.
  /// - Returns: The collector, which holds the lock for as long as it lives.
  /// - Throws: ``StoreError/locked(_:holder:)`` when somebody else holds it.
  package func collector(
    _ purpose: Collector.Purpose = .collecting, options: CollectionOptions = CollectionOptions()
  ) throws(StoreError) -> Collector {
    try Collector(records, purpose, options: options)
  }
}

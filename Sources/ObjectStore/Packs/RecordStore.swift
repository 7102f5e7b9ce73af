package import Platform
package import Primitives
internal import Synchronization

/// The records of one store directory: `docs/format/store.md`.
///
/// Safe to use from many threads, beside any number of other processes. Nothing here decodes or
/// proves a record: what reads one checks it against its oid.
final class RecordStore: Sendable {
  /// Sizes that tests make small.
  struct Options: Sendable {
    var sharing = StoreSharing.umask

    /// How long who has to have the store's lock waits for it.
    var locking = LockRequest(milliseconds: 0)

    /// How many index pages of 4 KiB stay in memory.
    var cachedPages = 8_192

    /// How many files stay open.
    var openFiles = 192

    /// When a pack is closed.
    var packLimits = PackWriter.Limits()

    /// How many packs of one kind a session writes at once.
    var writers = min(max(Machine.processorCount, 1), 8)

    /// How much a session writes before it uses one more writer, in bytes.
    var writerShare = 8 << 20

    /// How many records of closed packs a session keeps in memory before it writes an index.
    var spillCount = 65_536

    /// What is folded in line.
    var fold = FoldLimits()

    /// The run of the machine that packs are marked with.
    var bootID = Machine.bootID
  }

  let layout: StoreLayout
  let format: StoreFormat
  let options: Options

  let table = PackTable()
  let pages: PageCache
  let files: FileCache
  let lists: StoreLists
  private let serials = Atomic<UInt32>(0)

  /// What is known of the store's files; replaced as a whole.
  let state = Mutex(State())

  /// Held by who lists the store anew; counts the listings that were begun.
  let refreshing = Mutex(0)

  /// The same count, readable without waiting for a listing that goes on.
  let refreshCount = Atomic<Int>(0)

  let messages = Mutex<[StoreNotice]>([])

  /// Whether a collector of this open store holds the store's lock: who waited for it would wait
  /// for itself.
  let holdsLock = Atomic(false)

  struct State: Sendable {
    /// What lookups go through, or `nil` before the first.
    var listing: Listing?

    /// Indexes that were added since the last listing began.
    var adopted: [IndexFile] = []

    /// Indexes that must not be opened again in this process.
    var unusableIndexes: Set<ObjectID> = []

    /// Packs whose directory cannot be read.
    var unusablePacks: Set<ObjectID> = []

    /// Whether packs are in trash that a power cut took; `nil` before that was asked since the last
    /// listing.
    var hasLostPacks: Bool?

    /// Packs of which it was found out since the last listing that what hangs on their records is
    /// there too.
    var soundPacks: Set<PackNumber> = []

    /// Packs that a session of this process has closed and will write an index for.
    var pendingPacks: Set<ObjectID> = []
  }

  /// The files that a lookup goes through.
  ///
  /// It never changes.
  final class Listing: Sendable {
    /// The largest first: they answer most questions.
    let indexes: [IndexFile]

    /// Packs that no index names and for which none could be written.
    let loose: [PackFile]

    init(indexes: [IndexFile], loose: [PackFile]) {
      self.indexes = indexes.sorted { left, right in
        left.entryCount != right.entryCount
          ? left.entryCount > right.entryCount : left.id < right.id
      }
      self.loose = loose
    }
  }

  private init(layout: StoreLayout, format: StoreFormat, options: Options) {
    self.layout = layout
    self.format = format
    self.options = options
    pages = PageCache(pages: options.cachedPages)
    files = FileCache(capacity: options.openFiles)
    lists = StoreLists(layout: layout)
  }

  /// Makes a store, or opens the one that is there.
  ///
  /// Any number of processes may do so at once: the first one's format holds for all.
  ///
  /// - Throws: ``StoreError``.
  static func create(
    at root: FilePath, format: StoreFormat = StoreFormat(), options: Options = Options()
  ) throws(StoreError) -> RecordStore {
    let layout = StoreLayout(root: root, sharing: options.sharing, locking: options.locking)
    do throws(FileError) {
      if try layout.format.statusIfPresent() == nil {
        try layout.makeDirectories()
        // What has a format has an id.
        try layout.make(layout.id, with: StoreID.draw().encoded)
        try layout.make(layout.format, with: format.encoded)
      }
    } catch {
      throw .file(error)
    }
    return try open(at: root, options: options)
  }

  /// Opens a store.
  ///
  /// - Throws: ``StoreError/notAStore(_:)``, ``StoreError/newerStore(_:version:)``,
  ///   ``StoreError/invalidFormat(_:_:)``, or ``StoreError/file(_:)``.
  static func open(
    at root: FilePath, options: Options = Options()
  ) throws(StoreError) -> RecordStore {
    let layout = StoreLayout(root: root, sharing: options.sharing, locking: options.locking)
    let text: [UInt8]?
    do {
      text = try layout.format.contentsIfPresent(limit: .bytes(StoreFormat.byteLimit))
    } catch {
      throw .file(error)
    }
    guard let text else { throw .notAStore(root) }
    do {
      let format = try StoreFormat(decoding: text)
      return RecordStore(layout: layout, format: format, options: options)
    } catch {
      switch error {
      case .notAStore: throw .notAStore(root)
      case .newer(let version): throw .newerStore(root, version: version)
      default: throw .invalidFormat(layout.format, error)
      }
    }
  }

  /// A number for one more file in the caches.
  func nextSerial() -> UInt32 { serials.wrappingAdd(1, ordering: .relaxed).newValue }

  /// Keeps something to be told to the user.
  func tell(_ notice: StoreNotice) {
    messages.withLock { if !$0.contains(notice) { $0.append(notice) } }
  }

  /// What happened that the user should hear of, since the last call.
  func takeNotices() -> [StoreNotice] {
    messages.withLock { notices in
      defer { notices = [] }
      return notices
    }
  }

  /// Starts a writer: publishes its lease, and only then reads any index.
  ///
  /// - Throws: ``StoreError``.
  func session() throws(StoreError) -> RecordSession {
    let lease = try Lease(in: layout)
    try refresh()
    return RecordSession(self, lease: lease)
  }
}

/// Something that happened in a store and that the user should hear of.
package enum StoreNotice: Equatable, Sendable {
  /// The pack was never synced, and after a restart its bytes were not those that were written.
  case packLost(ObjectID)
  /// The record was read twice and its bytes are wrong; another copy may be good.
  case recordBad(ObjectID, pack: ObjectID)
  /// The pack's directory cannot be read, so its records cannot be found.
  case packUnreadable(ObjectID, PackFlaw)
  /// The file in `index/` was set aside; its entries are made anew from the packs.
  case indexDamaged(ObjectID, IndexFlaw)
  /// Small packs or indexes were not folded, for a reason that will come again.
  case notFolded(StoreError)
  /// Large files were copied to the worktree, because of what was refused.
  case notLinked(LinkSetting, FileError)
}

extension StoreNotice: CustomStringConvertible {
  package var description: String {
    switch self {
    case .packLost(let id):
      "Pack \(id.abbreviated) did not reach the disk before the machine stopped, and was set aside"
    case .recordBad(let id, let pack):
      "Record \(id.abbreviated) in pack \(pack.abbreviated) is damaged and not used any more"
    case .packUnreadable(let id, let flaw):
      "Pack \(id.abbreviated) cannot be used: \(flaw)"
    case .indexDamaged(let id, let flaw):
      "Index \(id.abbreviated) was damaged and is made anew: \(flaw)"
    case .notFolded(let error):
      "Small packs were left as they are: \(error)"
    case .notLinked(let setting, let error):
      "Large files are copied, as `shale.link` = \(setting.rawValue) is not possible here: \(error)"
    }
  }
}

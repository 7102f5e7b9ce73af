internal import Platform
internal import Primitives
internal import Synchronization

/// The safe lists and lists of bad records of a store, in memory.
final class StoreLists: Sendable {
  private struct State: Sendable {
    var safeNames: Set<ObjectID> = []
    var badNames: Set<ObjectID> = []
    var safe: Set<ObjectID> = []

    /// The safe packs that hold all records of a pack that was folded.
    var folded: [ObjectID: [ObjectID]] = [:]
    var bad: Set<BadList.Record> = []
  }

  private let layout: StoreLayout
  private let state = Mutex(State())
  private let hasBad = Atomic(false)

  init(layout: StoreLayout) {
    self.layout = layout
  }

  /// The largest list that is read, in bytes: two million packs.
  private static let sizeLimit = ByteCount.mebibytes(64)

  /// Reads the safe lists that are new.
  func readSafeLists() throws(StoreError) {
    for id in try names(.safe) where !state.withLock({ $0.safeNames.contains(id) }) {
      guard let bytes = try contents(id, .safe) else { continue }
      // A list that is damaged proves nothing; the packs that only it names are checked instead.
      let list = try? SafeList(decoding: bytes, id: id)
      state.withLock { state in
        state.safeNames.insert(id)
        guard let list else { return }
        state.safe.formUnion(list.safe)
        for pack in list.folded { state.folded[pack] = list.safe }
      }
    }
  }

  /// Reads the lists of bad records that are new among the names in `index/`.
  func readBadLists(_ names: [ByteString]) throws(StoreError) {
    for id in names.compactMap({ StoreLayout.id(in: $0, .bad) })
    where !state.withLock({ $0.badNames.contains(id) }) {
      guard let bytes = try contents(id, .bad) else { continue }
      let list = try? BadList(decoding: bytes, id: id)
      state.withLock { state in
        state.badNames.insert(id)
        if let list { state.bad.formUnion(list.records) }
      }
      if let list, !list.records.isEmpty { hasBad.store(true, ordering: .relaxed) }
    }
  }

  private func names(_ suffix: StoreLayout.Suffix) throws(StoreError) -> [ObjectID] {
    do {
      return try layout.index.namesIfPresent().compactMap { StoreLayout.id(in: $0, suffix) }
    } catch {
      throw .file(error)
    }
  }

  private func contents(
    _ id: ObjectID, _ suffix: StoreLayout.Suffix
  ) throws(StoreError) -> [UInt8]? {
    do {
      return try layout.indexFile(id, suffix).contentsIfPresent(limit: Self.sizeLimit)
    } catch {
      throw .file(error)
    }
  }

  /// The packs that some list says are on disk.
  var safePacks: Set<ObjectID> { state.withLock { $0.safe } }

  /// Whether a list says that the pack is on disk.
  func isSafe(_ pack: ObjectID) -> Bool { state.withLock { $0.safe.contains(pack) } }

  /// The packs that hold all records of a pack that was folded.
  func successors(of pack: ObjectID) -> [ObjectID]? { state.withLock { $0.folded[pack] } }

  /// The records that are known to be damaged, wherever they lie.
  var badRecords: Set<BadList.Record> { state.withLock { $0.bad } }

  /// Whether any record is known to be damaged.
  var hasBadRecords: Bool { hasBad.load(ordering: .relaxed) }

  /// Whether the record was found to be damaged.
  func isBad(_ oid: ObjectID, in pack: ObjectID, at offset: UInt32) -> Bool {
    guard hasBad.load(ordering: .relaxed) else { return false }
    let record = BadList.Record(oid: oid, pack: pack, offset: offset)
    return state.withLock { $0.bad.contains(record) }
  }

  /// Records that packs are on disk: writes a list, durably.
  @discardableResult
  func write(_ list: SafeList) throws(StoreError) -> ObjectID {
    let id = try write(list.encoded, .safe)
    state.withLock { state in
      state.safeNames.insert(id)
      state.safe.formUnion(list.safe)
      for pack in list.folded { state.folded[pack] = list.safe }
    }
    return id
  }

  /// Every safe list that is there and whole.
  func allSafeLists() throws(StoreError) -> [(id: ObjectID, list: SafeList)] {
    var lists: [(id: ObjectID, list: SafeList)] = []
    for id in try names(.safe) {
      guard let bytes = try contents(id, .safe),
        let list = try? SafeList(decoding: bytes, id: id)
      else { continue }
      lists.append((id, list))
    }
    return lists
  }

  /// Records that records are damaged.
  ///
  /// In this process it holds even if it cannot be written.
  func write(_ list: BadList) throws(StoreError) {
    note(list)
    let id = try write(list.encoded, .bad)
    state.withLock { _ = $0.badNames.insert(id) }
  }

  /// Takes records for damaged in this process.
  func note(_ list: BadList) {
    state.withLock { $0.bad.formUnion(list.records) }
    hasBad.store(true, ordering: .relaxed)
  }

  /// Writes a list, and returns when it is on disk.
  private func write(
    _ bytes: [UInt8], _ suffix: StoreLayout.Suffix
  ) throws(StoreError) -> ObjectID {
    var file = try HashingFile(in: layout.index, sharing: layout.sharing)
    try file.append(bytes.span)
    let layout = layout
    let id = try file.commit(durably: true) { layout.indexFile($0, suffix) }
    do {
      try layout.index.synchronizeDirectory()
    } catch {
      throw .file(error)
    }
    return id
  }
}

internal import Platform
package import Primitives
internal import Synchronization

/// A writer of records, with its lease.
///
/// Safe to use from many threads.
///
/// It ends with ``finish(durably:)``. One that goes away without leaves at worst packs that
/// nothing refers to. After an error it refuses to go on.
final class RecordSession: Sendable {
  private let store: RecordStore
  private let lease: Mutex<Lease?>
  private let slots: [[Slot]]
  private let table = SessionTable()
  private let closed = Mutex(Closed())
  private let relied = Mutex<Set<PackNumber>>([])
  private let sequences = Atomic<UInt32>(0)
  private let failure = FirstError<StoreError>()

  /// One pack that may be in the writing, and whose turn it is.
  private final class Slot: Sendable {
    let open = Mutex(Open())

    /// What went through it, in bytes.
    let total = Atomic<Int>(0)
  }

  private struct Open: ~Copyable {
    var writer: PackWriter?
    var sequence: UInt32 = 0
  }

  /// Packs that have their name.
  private struct Closed: Sendable {
    /// Those that no index names yet.
    var batch = IndexBatch()
    var sequences: Set<UInt32> = []

    var packs = 0
    var records = 0
    var bytes = 0
  }

  init(_ store: RecordStore, lease: Lease) {
    self.store = store
    self.lease = Mutex(lease)
    slots = PackKind.allCases.map { _ in (0..<store.options.writers).map { _ in Slot() } }
  }

  // MARK: - Adding

  /// Whether the record need not be added: it is in the store, or was added to this session.
  ///
  /// The pack that holds it is one that the session relies on from then on. What is only in trash
  /// does not count.
  func contains(_ id: ObjectID) throws(StoreError) -> Bool {
    if table.contains(id) { return true }
    guard let entry = try store.known(id) else { return false }
    relied.withLock { _ = $0.insert(entry.pack) }
    return true
  }

  /// Finds a record of the store, and relies on its pack from then on.
  ///
  /// What this session has added itself is found only once an index names it.
  func find(_ id: ObjectID) throws(StoreError) -> RecordEntry? {
    guard let entry = try store.known(id) else { return nil }
    relied.withLock { _ = $0.insert(entry.pack) }
    return entry
  }

  /// Adds a record, unless this session has it.
  ///
  /// One that another thread added since the caller looked may be stored twice, where an index was
  /// written in between. That costs its bytes and nothing else.
  ///
  /// - Parameters:
  ///   - id: Its oid. Nobody checks it here.
  ///   - kind: Codec, form and class.
  ///   - length: The size after decoding, in bytes.
  ///   - stored: What is kept: at most `length` bytes.
  /// - Throws: ``StoreError``; the session cannot be used any more.
  func append(
    _ id: ObjectID, kind: RecordKind, length: Int, stored: Span<UInt8>
  ) throws(StoreError) {
    try failure.rethrow()
    let pack = PackKind(kind.recordClass)
    let slots = slots[Int(pack.rawValue)]
    do {
      for slot in slots {
        let isDone: Void? = try slot.open.withLockIfAvailable { open throws(StoreError) in
          try put(id, kind, length, stored, pack, &open, slot)
        }
        if isDone != nil { return }
        // One more pack is worth its while only when there is much to write.
        if slot.total.load(ordering: .relaxed) < store.options.writerShare {
          return try put(id, kind, length, stored, pack, slot)
        }
      }
      // All are busy: wait for one that depends on chance alone.
      try put(id, kind, length, stored, pack, slots[Int(id.words.3 % UInt64(slots.count))])
    } catch {
      failure.set(error)
      throw error
    }
  }

  private func put(
    _ id: ObjectID, _ kind: RecordKind, _ length: Int, _ stored: Span<UInt8>, _ pack: PackKind,
    _ slot: Slot
  ) throws(StoreError) {
    try slot.open.withLock { open throws(StoreError) in
      try put(id, kind, length, stored, pack, &open, slot)
    }
  }

  private func put(
    _ id: ObjectID, _ kind: RecordKind, _ length: Int, _ stored: Span<UInt8>, _ pack: PackKind,
    _ open: inout Open, _ slot: Slot
  ) throws(StoreError) {
    if open.writer == nil {
      open.sequence = sequences.wrappingAdd(1, ordering: .relaxed).newValue
    }
    guard table.insert(id, writer: open.sequence) else { return }
    var writer: PackWriter
    if let old = open.writer.take() {
      writer = old
    } else {
      writer = try PackWriter(
        pack, in: store.layout, limits: store.options.packLimits, bootID: store.bootIDOfNewPacks)
    }
    try writer.append(id, kind: kind, length: length, stored: stored)
    slot.total.wrappingAdd(stored.count, ordering: .relaxed)
    if writer.isFull {
      try register(try close(writer, durably: false), open.sequence)
    } else {
      open.writer = consume writer
    }
  }

  // MARK: - Closing packs

  private func close(
    _ writer: consuming PackWriter, durably: Bool
  ) throws(StoreError) -> ClosedPack {
    // A pack that was on disk and is gone comes back under its old name, which safe lists have.
    try writer.close(durably: durably) { id throws(StoreError) in
      try store.lists.readSafeLists()
      return store.lists.isSafe(id)
    }
  }

  private func register(_ pack: ClosedPack, _ sequence: UInt32) throws(StoreError) {
    store.state.withLock { _ = $0.pendingPacks.insert(pack.id) }
    let file = store.table.pack(pack.id)
    file.place = .packs
    file.trust = .trusted
    relied.withLock { _ = $0.insert(file.number) }
    try closed.withLock { closed throws(StoreError) in
      closed.batch.add(pack.id, pack.entries)
      closed.sequences.insert(sequence)
      closed.packs += 1
      closed.records += pack.entries.count
      closed.bytes += pack.recordBytes
      if closed.batch.count >= store.options.spillCount { try spill(&closed) }
    }
  }

  /// Writes an index over the packs that were closed since the last one.
  private func spill(_ closed: inout Closed) throws(StoreError) {
    let packs = closed.batch.packs
    guard let id = try closed.batch.write(in: store.layout) else { return }
    // Found through the index first, and only then forgotten here.
    try store.adopt(index: id, over: packs)
    table.remove(writers: closed.sequences)
    closed.batch = IndexBatch()
    closed.sequences = []
    store.foldIndexesIfMany()
  }

  private func closeAll(durably: Bool) throws(StoreError) {
    // Data first, then what describes it.
    for slot in slots.joined() {
      try slot.open.withLock { open throws(StoreError) in
        guard let writer = open.writer.take() else { return }
        try register(try close(writer, durably: durably), open.sequence)
      }
    }
    try closed.withLock { closed throws(StoreError) in try spill(&closed) }
  }

  // MARK: - Ending

  /// Returns when all that was added, and all that was in the store before, is on disk.
  ///
  /// - Throws: ``StoreError``; what could not be written has no name, and the session cannot be
  ///   used any more.
  func synchronize() throws(StoreError) {
    try failure.rethrow()
    do {
      try closeAll(durably: true)
      try store.makeSafe()
    } catch {
      failure.set(error)
      throw error
    }
  }

  /// Checks that every pack that the session wrote or relied on is still there.
  ///
  /// For after the root was written: a remover that did not see the root has then seen the lease.
  ///
  /// - Throws: ``StoreError/packVanished(_:)``: start over.
  func checkReliedOnPacks() throws(StoreError) {
    for number in relied.withLock({ $0 }) {
      let pack = store.table[number]
      if try !store.isThere(pack.id) { throw .packVanished(pack.id) }
    }
  }

  /// Ends the session: names its packs and indexes, checks the packs it relied on, gives the lease
  /// back, and folds small packs if there are many.
  ///
  /// - Parameter durably: Whether all of it must be on disk.
  /// - Returns: What was added.
  /// - Throws: ``StoreError``; ``StoreError/packVanished(_:)`` asks to start over.
  func finish(durably: Bool) throws(StoreError) -> SessionSummary {
    try failure.rethrow()
    do {
      try closeAll(durably: durably)
      if durably { try store.makeSafe() }
      try checkReliedOnPacks()
    } catch {
      failure.set(error)
      throw error
    }
    lease.withLock { $0 = nil }
    let summary = closed.withLock { closed in
      SessionSummary(
        records: closed.records, storedBytes: .bytes(closed.bytes), packs: closed.packs)
    }
    if summary.packs > 0 { store.foldIfMany() }
    return summary
  }
}

/// What a session added to its store.
package struct SessionSummary: Hashable, Sendable {
  /// How many records.
  package let records: Int

  /// Their size as stored.
  package let storedBytes: ByteCount

  /// How many packs were written.
  package let packs: Int
}

internal import Platform
internal import Primitives

/// Writes records of old packs into new ones: what folding, collecting and erasing share.
///
/// Nothing of the old packs is touched here. Whoever holds one of these holds the store's lock.
struct PackRewrite: ~Copyable {
  private let records: RecordStore
  private let kind: PackKind
  private var writer: PackWriter?

  /// The records of the pack that is being written.
  private var seen: Set<ObjectID> = []
  private var new: [ClosedPack] = []

  /// The stored bytes of all records so far.
  private(set) var byteCount = 0

  /// How many records so far.
  private(set) var count = 0

  init(_ records: RecordStore, _ kind: PackKind) {
    self.records = records
    self.kind = kind
  }

  /// Adds a record, unless the pack that is being written has it.
  ///
  /// - Throws: ``StoreError/file(_:)`` when the disk refuses; what was closed stays, unused.
  mutating func append(
    _ id: ObjectID, kind recordKind: RecordKind, length: Int, stored: Span<UInt8>
  ) throws(StoreError) {
    guard seen.insert(id).inserted else { return }
    var open: PackWriter
    if let old = writer.take() {
      open = old
    } else {
      open = try PackWriter(
        kind, in: records.layout, limits: records.options.packLimits,
        bootID: records.bootIDOfNewPacks)
    }
    try open.append(id, kind: recordKind, length: length, stored: stored)
    byteCount += stored.count
    count += 1
    if open.isFull {
      try close(open)
    } else {
      writer = consume open
    }
  }

  /// Adds a good copy of a record, proven on its way.
  ///
  /// - Returns: The copy that was good.
  /// - Throws: ``StoreError``: what is wrong with the first copy, if none is good.
  @discardableResult
  mutating func copy(
    _ entry: RecordEntry, with probe: inout RecordProbe
  ) throws(StoreError) -> RecordEntry {
    let good = try probe.load(entry, from: records)
    try append(good.oid, kind: good.kind, length: good.length, stored: probe.stored.span)
    return good
  }

  /// Adds a record as it is: one whose codec only a newer version knows.
  mutating func copyAsIs(_ entry: RecordEntry) throws(StoreError) {
    let stored = try records.stored(entry)
    try append(entry.oid, kind: entry.kind, length: entry.length, stored: stored.span)
  }

  private mutating func close(_ open: consuming PackWriter) throws(StoreError) {
    new.append(try open.close(durably: true))
    seen = []
  }

  /// Closes the last pack, writes an index over all of them, and then says that they are on disk.
  ///
  /// - Parameter folded: Old packs of which every record that counts is in the new ones. One of
  ///   which records were left out must not be among them: a session that relied on such a record
  ///   would believe that it is still there.
  /// - Returns: The new packs. An old one that was written anew, bit by bit, is among them.
  /// - Throws: ``StoreError/file(_:)`` when the disk refuses; the old packs are then what they were.
  consuming func finish(folded: [ObjectID] = []) throws(StoreError) -> [ClosedPack] {
    if let last = writer.take() { try close(last) }
    if new.isEmpty, folded.isEmpty { return [] }
    var batch = IndexBatch()
    for pack in new {
      batch.add(pack.id, pack.entries)
      let file = records.table.pack(pack.id)
      file.place = .packs
      file.trust = .trusted
    }
    let index = try batch.write(in: records.layout)
    let ids = new.map(\.id)
    try records.declareSafe(ids, folded: folded.filter { !ids.contains($0) })
    if let index { try records.adopt(index: index, over: []) }
    return new
  }
}

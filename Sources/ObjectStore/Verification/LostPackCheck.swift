internal import Platform
package import Primitives
internal import Synchronization

/// A pack that cannot be read, or that is not there any more.
package struct LostPack: Sendable {
  package let id: ObjectID

  /// Whether its file is among the packs, but cannot be read.
  package let isThere: Bool

  /// Whether its bytes are wrong for sure, and not only beyond this process's reach.
  let isWrong: Bool

  /// Whether an index still says what was in it.
  package let isKnown: Bool

  /// Records that can be read all the same: where an index says, or in trash.
  let good: [RecordEntry]

  /// How many objects were in it that have no other copy.
  package let lost: Int
}

extension Verification {
  /// Finds out what was in packs that cannot be read or are gone, from what indexes still say.
  ///
  /// - Parameters:
  ///   - indexes: The indexes of the store.
  ///   - present: The packs that are there.
  func checkLostPacks(of indexes: [IndexFile], present: Set<ObjectID>) throws(StoreError) {
    try records.lists.readSafeLists()
    let wrong = findings.unreadable.withLock { $0 }
    let unreadable = Set(wrong.keys)
    let setAside = findings.setAside.withLock { $0 }
    let present = present.subtracting(setAside)
    var wanted = unreadable.union(setAside)
    for pack in Set(indexes.flatMap { $0.packs.map(\.id) })
    where !present.contains(pack) && !records.isCovered(pack) { wanted.insert(pack) }
    var known: [ObjectID: Set<RecordEntry>] = [:]
    for index in indexes { try gather(wanted, from: index, into: &known) }
    // An index that was set aside lies about packs that are gone, and knows those that are not.
    let silent = unreadable.union(setAside).subtracting(known.keys)
    if !silent.isEmpty {
      for index in try trashedIndexes() { try gather(silent, from: index, into: &known) }
    }
    for (pack, entries) in known.sorted(by: { $0.key < $1.key }) {
      try judge(pack, entries, isWrong: wrong[pack])
    }
    let gone = try safePacksWithoutTrace(present: present, known: Set(known.keys))
    for pack in unreadable.subtracting(known.keys).sorted() {
      note(
        LostPack(
          id: pack, isThere: true, isWrong: wrong[pack] ?? false, isKnown: false, good: [],
          lost: 0))
    }
    for pack in gone {
      note(
        LostPack(id: pack, isThere: false, isWrong: false, isKnown: false, good: [], lost: 0))
    }
  }

  private func note(_ pack: LostPack) {
    findings.report.withLock { $0.lostPacks.append(pack) }
  }

  /// Takes what an index says of some packs.
  private func gather(
    _ packs: Set<ObjectID>, from index: IndexFile, into known: inout [ObjectID: Set<RecordEntry>]
  ) throws(StoreError) {
    guard index.packs.contains(where: { packs.contains($0.id) }) else { return }
    do throws(StoreError) {
      var cursor = try IndexCursor(index)
      try cursor.load()
      while let entry = cursor.current {
        let pack = index.packs[Int(entry.pack)]
        if packs.contains(pack.id) {
          known[pack.id, default: []].insert(RecordStore.record(entry, in: pack))
        }
        try cursor.advance()
      }
    } catch {
      // What was read until here may still help.
      guard Self.isLocal(error) || error.isIndexDamage else { throw error }
    }
  }

  /// Looks which records of a pack are good all the same, and which have a copy elsewhere.
  ///
  /// - Parameters:
  ///   - pack: The pack.
  ///   - entries: What indexes say of it.
  ///   - isWrong: Whether its bytes are wrong for sure; `nil` for one that is gone.
  private func judge(
    _ pack: ObjectID, _ entries: Set<RecordEntry>, isWrong: Bool?
  ) throws(StoreError) {
    let isThere = isWrong != nil
    var probe = RecordProbe()
    var good: [RecordEntry] = []
    var wrong: [RecordEntry] = []
    var lost: Set<ObjectID> = []
    for entry in entries.sorted(by: { $0.offset < $1.offset }) {
      if try records.known(entry.oid) != nil { continue }
      do throws(StoreError) {
        try probe.decode(entry, from: records)
        good.append(entry)
        lost.remove(entry.oid)
        continue
      } catch {
        if isThere, error.isWrongContent { wrong.append(entry) }
      }
      if !isThere, let trashed = try records.findInTrash(entry.oid),
        (try? probe.decode(trashed, from: records)) != nil
      {
        good.append(trashed)
        continue
      }
      lost.insert(entry.oid)
    }
    // Other processes look for good copies from then on. A pack that was never on disk for certain
    // is set aside by who uses it, and a store that nobody can write to stays as it is.
    if !wrong.isEmpty, records.lists.isSafe(pack) { _ = try? records.markBad(wrong) }
    let saved = Set(good.map(\.oid))
    lost.subtract(saved)
    // Everything that was in a pack that is gone may be in others.
    if !isThere, lost.isEmpty, good.isEmpty { return }
    let found = LostPack(
      id: pack, isThere: isThere, isWrong: isWrong ?? false, isKnown: true, good: good,
      lost: lost.count)
    let objects = lost
    findings.report.withLock { report in
      report.lostPacks.append(found)
      report.lost.formUnion(objects)
      report.salvageable.formUnion(saved)
      if isThere { report.unreadable.formUnion(objects.union(saved)) }
    }
  }

  /// Packs that were on disk for certain, and of which nothing is left that could be read.
  private func safePacksWithoutTrace(
    present: Set<ObjectID>, known: Set<ObjectID>
  ) throws(StoreError) -> [ObjectID] {
    let named = Set(try records.listing().indexes.flatMap { $0.packs.map(\.id) })
    return records.lists.safePacks.filter { pack in
      if present.contains(pack) || known.contains(pack) || named.contains(pack) { return false }
      if records.isCovered(pack) || records.lists.successors(of: pack) != nil { return false }
      return (try? PackReader(records.layout.trashedPack(pack)).entries()) == nil
    }.sorted()
  }

  /// Indexes that were set aside, as far as they can be opened.
  private func trashedIndexes() throws(StoreError) -> [IndexFile] {
    let directory = records.layout.trashedIndexes
    let names: [ByteString]
    do {
      names = try directory.namesIfPresent()
    } catch {
      throw .file(error)
    }
    return names.compactMap { name in
      guard let id = StoreLayout.id(in: name, .index) else { return nil }
      return try? IndexFile(
        id, at: directory.appending(name), serial: records.nextSerial(), table: records.table,
        pages: records.pages, files: records.files, keepsOpen: false)
    }
  }
}

extension StoreError {
  /// Whether the bytes of a pack are wrong for sure: not only newer than this program, or on a
  /// disk that does not answer.
  var isWrongPack: Bool {
    switch self {
    case .damagedPack(_, .newer), .damagedPack(_, .encrypted): false
    case .damagedPack: true
    default: false
    }
  }

  /// Whether the error is about an index that is damaged.
  fileprivate var isIndexDamage: Bool {
    if case .damagedIndex = self { return true }
    return false
  }
}

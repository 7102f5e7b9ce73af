internal import Platform
internal import Primitives

// MARK: - Records whose bytes are wrong

extension RecordStore {
  /// Reads a record whose first reading has failed: once more, then from every other place.
  ///
  /// Memory and buses fail too. What is wrong twice is called bad, which every process knows from
  /// then on: it counts as absent, so that a good copy is looked for, here or in another store.
  ///
  /// - Parameters:
  ///   - entry: The place that was read.
  ///   - error: What was wrong.
  ///   - decode: Reads and proves the record at one place.
  /// - Returns: The place that is good.
  /// - Throws: `error` when there is none.
  func readAgain(
    _ entry: RecordEntry, after error: StoreError,
    _ decode: (RecordEntry) throws(StoreError) -> Void
  ) throws(StoreError) -> RecordEntry {
    if isGood(entry, readings: 1, decode) { return entry }
    for copy in try copies(of: entry.oid) where copy != entry {
      if isGood(copy, readings: 2, decode) { return copy }
    }
    // A fresh listing has shown that nothing else holds it: trying again would not help.
    if case .packVanished = error { throw .missing(entry.oid) }
    throw error
  }

  private func isGood(
    _ entry: RecordEntry, readings: Int, _ decode: (RecordEntry) throws(StoreError) -> Void
  ) -> Bool {
    var isWrong = false
    for _ in 0..<readings {
      do throws(StoreError) {
        try decode(entry)
        return true
      } catch {
        isWrong = error.isWrongContent
      }
    }
    if isWrong { condemn(entry) }
    return false
  }

  /// Makes a record count as absent, which was read twice and whose bytes are wrong.
  ///
  /// What was called complete is not believed any more, and that comes first: a crash in between
  /// leaves nothing false. In a store that cannot be written to it holds for this process.
  func condemn(_ entry: RecordEntry) {
    let pack = table[entry.pack]
    if lists.isBad(entry.oid, in: pack.id, at: entry.offset) { return }
    tell(.recordBad(entry.oid, pack: pack.id))
    do throws(StoreError) {
      try raiseGeneration()
      try markBad([entry] + cutOff(pack))
    } catch {
      // The record was told of, and the next process finds it bad again.
      note(unreadable: entry)
    }
  }

  /// Records that a record is bad.
  ///
  /// - Throws: ``StoreError/file(_:)`` when that cannot be written; in this process it holds.
  func markBad(_ entry: RecordEntry) throws(StoreError) {
    try markBad([entry])
  }

  /// Records that records are bad, in one list.
  ///
  /// - Throws: ``StoreError/file(_:)`` when that cannot be written; in this process it holds.
  func markBad(_ entries: [RecordEntry]) throws(StoreError) {
    try lists.write(BadList(Set(entries).map(bad)))
  }

  /// What indexes say was behind the place where the file of a pack ends now.
  ///
  /// Who finds one record cut off knows that the others are, too, which nobody else would look for
  /// before the first one is there again.
  private func cutOff(_ pack: PackFile) throws(StoreError) -> [RecordEntry] {
    let size: Int
    do {
      size = try layout.pack(pack.id).status().size.bytes
    } catch {
      // In trash it is found by nobody who does not look there.
      if error.isNotFound { return [] }
      throw .file(error)
    }
    var found: [RecordEntry] = []
    for index in try listing().indexes where index.packs.contains(where: { $0.id == pack.id }) {
      var cursor = try IndexCursor(index)
      try cursor.load()
      while let entry = cursor.current {
        if index.packs[Int(entry.pack)].id == pack.id,
          Int(entry.offset) + Int(entry.storedLength) > size
        {
          found.append(Self.record(entry, in: pack))
        }
        try cursor.advance()
      }
    }
    return found
  }

  /// Makes a record that cannot be read count as absent in this process.
  func note(unreadable entry: RecordEntry) {
    lists.note(BadList([bad(entry)]))
  }

  private func bad(_ entry: RecordEntry) -> BadList.Record {
    BadList.Record(oid: entry.oid, pack: table[entry.pack].id, offset: entry.offset)
  }
}

extension StoreError {
  /// Whether the bytes of a record are wrong for sure, and not only beyond this process's reach.
  var isWrongContent: Bool {
    switch self {
    case .undecodable(_, .unknown): false
    case .corrupt, .undecodable, .invalidRecipe: true
    case .damagedPack(_, .truncated): true
    default: false
    }
  }
}

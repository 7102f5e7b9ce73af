internal import Platform
internal import Primitives

// MARK: - Finding records

extension RecordStore {
  /// How often a lookup starts over because a file went away or was damaged.
  private static let attempts = 8

  /// Finds a record.
  ///
  /// A miss is believed only after a fresh listing has shown nothing new, and then trash is looked
  /// into.
  ///
  /// - Returns: `nil` when the store does not have the record.
  /// - Throws: ``StoreError`` when the store cannot be read.
  func find(_ id: ObjectID) throws(StoreError) -> RecordEntry? {
    if let entry = try known(id) { return entry }
    try refresh()
    if let entry = try known(id) { return entry }
    if let entry = try findInTrash(id) { return entry }
    // A pack may have come back from trash between the two looks.
    try refresh()
    return try known(id)
  }

  /// Finds a record through the indexes that are open, without listing anything or looking into
  /// trash.
  ///
  /// For questions by the thousand: ask them all, ``refresh(withPacks:)`` once, and ask those
  /// again that had no answer.
  func known(_ id: ObjectID) throws(StoreError) -> RecordEntry? {
    var found: RecordEntry?
    try forEachCopy(of: id) { entry in
      found = entry
      return true
    }
    return found
  }

  /// All places that hold the record, by a fresh listing; those in trash come last.
  ///
  /// For who found that the place which ``find(_:)`` named is damaged or has vanished.
  func copies(of id: ObjectID) throws(StoreError) -> [RecordEntry] {
    try refresh()
    var copies: [RecordEntry] = []
    try forEachCopy(of: id) { entry in
      copies.append(entry)
      return false
    }
    if let entry = try findInTrash(id) { copies.append(entry) }
    return copies
  }

  /// Calls `body` for each place that holds the record and can be relied on, until it says `true`.
  func forEachCopy(
    of id: ObjectID, _ body: (RecordEntry) -> Bool
  ) throws(StoreError) {
    for _ in 0..<Self.attempts {
      let listing = try listing()
      var isStale = false
      for index in listing.indexes {
        do {
          let isDone = try index.firstCopy(of: id) { entry throws(StoreError) in
            let pack = index.packs[Int(entry.pack)]
            return try isUsable(entry, in: pack) && body(Self.record(entry, in: pack))
          }
          if isDone { return }
        } catch {
          switch error {
          case .damagedIndex(_, let flaw):
            setAside(index: index.id, flaw)
            isStale = true
          case .file(let reason) where reason.isNotFound:
            isStale = true
          default:
            throw error
          }
        }
      }
      for pack in listing.loose {
        guard let entry = try findDirectly(id, in: pack, at: layout.pack(pack.id)) else { continue }
        if try isUsable(entry, in: pack) && body(Self.record(entry, in: pack)) { return }
      }
      if !isStale { return }
      try refresh()
    }
  }

  private func isUsable(_ entry: PackEntry, in pack: PackFile) throws(StoreError) -> Bool {
    if pack.place == .gone || lists.isBad(entry.oid, in: pack.id, at: entry.offset) {
      return false
    }
    return try isTrusted(pack)
  }

  static func record(_ entry: PackEntry, in pack: PackFile) -> RecordEntry {
    // An index hands out entries with a valid kind only.
    let kind =
      RecordKind(byte: entry.kind) ?? RecordKind(codec: .stored, form: .content, class: .data)
    return RecordEntry(
      oid: entry.oid, pack: pack.number, offset: entry.offset, storedLength: entry.storedLength,
      length: Int(entry.length), kind: kind)
  }

  /// Looks a record up in a pack's own directory.
  private func findDirectly(
    _ id: ObjectID, in pack: PackFile, at path: FilePath
  ) throws(StoreError) -> PackEntry? {
    do {
      let reader = try PackReader(path, withDirectory: false)
      return try reader.find(id)
    } catch {
      switch error {
      case .damagedPack(_, let flaw):
        // What is in trash was told when it went there.
        if path == layout.pack(pack.id) { tell(.packUnreadable(pack.id, flaw)) }
        return nil
      case .file(let reason) where reason.isNotFound:
        return nil
      default:
        throw error
      }
    }
  }

  /// Whether every record of a pack that was folded is in packs that are there, by what the last
  /// listing showed: such a pack need not be searched.
  func isCovered(_ id: ObjectID) -> Bool {
    var waiting = lists.successors(of: id) ?? []
    var seen: Set<ObjectID> = [id]
    if waiting.isEmpty { return false }
    while let next = waiting.popLast() {
      guard seen.insert(next).inserted else { continue }
      if table.pack(next).place == .packs { continue }
      guard let successors = lists.successors(of: next) else { return false }
      waiting += successors
    }
    return true
  }

  /// Looks a record up in the packs in trash.
  ///
  /// It may be read there, and never relied on.
  func findInTrash(_ id: ObjectID) throws(StoreError) -> RecordEntry? {
    let packs: [ObjectID]
    do {
      packs = try Trash(layout: layout).packs()
    } catch {
      throw .file(error)
    }
    if !packs.isEmpty { try lists.readSafeLists() }
    for packID in packs where !isCovered(packID) {
      let pack = table.pack(packID)
      guard let entry = try findDirectly(id, in: pack, at: layout.trashedPack(packID)),
        !lists.isBad(id, in: packID, at: entry.offset)
      else { continue }
      return Self.record(entry, in: pack)
    }
    return nil
  }
}

// MARK: - Reading records

extension RecordStore {
  /// The stored bytes of a record, as they are.
  ///
  /// - Throws: ``StoreError/packVanished(_:)`` when a remover took the pack away for good: find the
  ///   record again. ``StoreError/damagedPack(_:_:)`` when the pack ends before the record does.
  func stored(_ entry: RecordEntry) throws(StoreError) -> [UInt8] {
    var bytes: [UInt8] = []
    try readStored(entry, into: &bytes)
    return bytes
  }

  /// Reads the stored bytes of a record into a buffer that is used again and again.
  ///
  /// - Parameters:
  ///   - entry: The record.
  ///   - buffer: Holds exactly the stored bytes afterwards. Its capacity is kept.
  /// - Throws: As ``stored(_:)``.
  func readStored(_ entry: RecordEntry, into buffer: inout [UInt8]) throws(StoreError) {
    let size = Int(entry.storedLength)
    guard size < RecordLimits.length else {
      throw .damagedPack(layout.pack(table[entry.pack].id), .entry)
    }
    if buffer.count > size { buffer.removeLast(buffer.count - size) }
    if buffer.count < size {
      buffer.append(contentsOf: repeatElement(0, count: size - buffer.count))
    }
    if size == 0 { return }
    let shared = try openPack(entry.pack)
    do throws(FileError) {
      var span = buffer.mutableSpan
      let count = try shared.file.read(into: &span, at: Int(entry.offset))
      if count == size { return }
    } catch {
      throw .file(error)
    }
    throw .damagedPack(shared.file.path, .truncated)
  }

  /// The open file of a pack, wherever it is.
  private func openPack(_ number: PackNumber) throws(StoreError) -> FileCache.Shared {
    let pack = table[number]
    let key = UInt64(1) << 32 | UInt64(number.value)
    do throws(FileError) {
      do throws(FileError) {
        return try files.file(key, at: layout.pack(pack.id))
      } catch {
        guard error.isNotFound else { throw error }
        pack.place = .gone
      }
      return try files.file(key, at: layout.trashedPack(pack.id))
    } catch {
      throw error.isNotFound ? .packVanished(pack.id) : .file(error)
    }
  }
}

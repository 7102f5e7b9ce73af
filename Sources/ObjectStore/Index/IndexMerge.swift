internal import Platform
internal import Primitives

/// Reads the entries of an index from front to back.
struct IndexCursor: ~Copyable {
  /// How many pages are read at once.
  private static let batch = 16

  private let index: IndexFile
  private let file: OpenFile
  private var bytes: [UInt8] = []
  private var firstPage = 0
  private var position = 0

  /// The entry to be taken next, or `nil` at the end.
  private(set) var current: PackEntry?

  /// Opens the index.
  ///
  /// ``load()`` comes next.
  init(_ index: IndexFile) throws(StoreError) {
    self.index = index
    do {
      file = try OpenFile.forReading(index.path, followingSymlink: false)
    } catch {
      throw .file(error)
    }
  }

  /// Goes on to the next entry.
  ///
  /// - Throws: ``StoreError/damagedIndex(_:_:)`` also where the entries are out of order.
  mutating func advance() throws(StoreError) {
    let last = current
    position += 1
    try load()
    if let last, let current, !(last < current) { throw .damagedIndex(index.path, .content) }
  }

  /// Reads the entry to be taken next.
  mutating func load() throws(StoreError) {
    guard position < index.entryCount else {
      current = nil
      return
    }
    let (page, place) = position.quotientAndRemainder(dividingBy: IndexFormat.entriesPerPage)
    if bytes.isEmpty || page >= firstPage + bytes.count / IndexFormat.pageSize { try read(page) }
    let start = (page - firstPage) * IndexFormat.pageSize + place * PackEntry.byteCount
    let entry = PackEntry(bytes: bytes.span, at: start)
    guard index.isValid(entry) else { throw .damagedIndex(index.path, .content) }
    current = entry
  }

  private mutating func read(_ page: Int) throws(StoreError) {
    let size = IndexFormat.pageSize
    let count = min(Self.batch, index.entryPages - page)
    do {
      bytes = try file.bytes(.bytes(count * size), at: page * size)
    } catch {
      throw .file(error)
    }
    firstPage = page
    for number in 0..<count {
      let content = bytes.span.extracting(number * size..<(number + 1) * size)
      guard IndexFormat.isWhole(content, number: page + number) else {
        throw .damagedIndex(index.path, .page(page + number))
      }
    }
  }
}

/// A cursor in an array, and what becomes of its packs.
private final class CursorBox {
  var cursor: IndexCursor
  let numbers: [UInt32?]

  init(_ index: IndexFile, numbers: [UInt32?]) throws(StoreError) {
    cursor = try IndexCursor(index)
    self.numbers = numbers
    try cursor.load()
    try skipDropped()
  }

  /// The next entry, with the number of its pack in the merged index.
  var current: PackEntry? {
    guard var entry = cursor.current, let number = numbers[Int(entry.pack)] else { return nil }
    entry.pack = number
    return entry
  }

  func advance() throws(StoreError) {
    try cursor.advance()
    try skipDropped()
  }

  private func skipDropped() throws(StoreError) {
    while let entry = cursor.current, numbers[Int(entry.pack)] == nil { try cursor.advance() }
  }
}

/// Merges indexes into one: `docs/format/index.md` § Folding.
enum IndexMerge {
  /// Writes one index with the entries of several; those of packs that are gone are left out, but
  /// for objects that nothing else has: an index is the last to know that they were there.
  ///
  /// - Parameters:
  ///   - indexes: What is merged.
  ///   - records: Their store.
  ///   - dropped: Packs that somebody takes away on purpose: nothing is kept of them.
  /// - Returns: The name of the index, or `nil` when no entry is left, and its packs.
  /// - Throws: ``StoreError``.
  static func merge(
    _ indexes: [IndexFile], of records: RecordStore, dropping dropped: Set<ObjectID> = []
  ) throws(StoreError) -> (id: ObjectID?, packs: [ObjectID]) {
    let layout = records.layout
    let lost = try lostEntries(of: indexes, in: records, besides: dropped)
    var ids = Set(lost.keys)
    for index in indexes { ids.formUnion(index.packs.filter { $0.place != .gone }.map(\.id)) }
    let packs = ids.sorted()
    if packs.isEmpty { return (nil, []) }
    var numbers: [ObjectID: UInt32] = [:]
    for (number, pack) in packs.enumerated() { numbers[pack] = UInt32(number) }
    var sources: [CursorBox] = []
    for index in indexes {
      sources.append(try CursorBox(index, numbers: index.packs.map { numbers[$0.id] }))
    }
    var writer = try IndexWriter(over: packs, in: layout)
    while true {
      var first: (entry: PackEntry, source: CursorBox)?
      for source in sources {
        guard let entry = source.current else { continue }
        if let best = first, !(entry < best.entry) { continue }
        first = (entry, source)
      }
      guard let first else { break }
      let kept = lost[packs[Int(first.entry.pack)]]
      if kept?.contains(first.entry.oid) != false { try writer.append(first.entry) }
      try first.source.advance()
    }
    return (try writer.close(), packs)
  }

  /// The objects of packs that are gone and were not folded which no pack has, by pack.
  private static func lostEntries(
    of indexes: [IndexFile], in records: RecordStore, besides dropped: Set<ObjectID>
  ) throws(StoreError) -> [ObjectID: Set<ObjectID>] {
    try records.lists.readSafeLists()
    var lost: [ObjectID: Set<ObjectID>] = [:]
    for index in indexes {
      let gone = index.packs.map { pack in
        pack.place == .gone && !dropped.contains(pack.id) && !records.isCovered(pack.id)
      }
      guard gone.contains(true) else { continue }
      var cursor = try IndexCursor(index)
      try cursor.load()
      while let entry = cursor.current {
        if gone[Int(entry.pack)], try records.known(entry.oid) == nil {
          lost[index.packs[Int(entry.pack)].id, default: []].insert(entry.oid)
        }
        try cursor.advance()
      }
    }
    return lost
  }
}

internal import ObjectStore
internal import Platform
package import Primitives

/// The stat index of one tracked path, in memory.
///
/// The file's bytes are kept as they are, and read where they lie: about 80 bytes an entry, and no
/// object for any of them. `docs/format/stat-index.md` is the specification.
package struct StatIndex: Sendable {
  package let header: StatIndexHeader

  /// The body of the file: blocks, and the table of their places.
  private let body: [UInt8]
  private let tableStart: Int

  /// An index that describes nothing.
  package init(empty header: StatIndexHeader) {
    self.header = header
    body = []
    tableStart = 0
  }

  /// Takes a body that follows `header`, or gives `nil` when it is damaged.
  init?(header: StatIndexHeader, body: [UInt8]) {
    guard body.count == header.bodyCount, body.count.isMultiple(of: 8),
      WordChecksum.of(body.span) == header.bodyChecksum,
      header.blockCount <= body.count / 8
    else { return nil }
    self.header = header
    self.body = body
    tableStart = body.count - header.blockCount * 8
    var previous: ArraySlice<UInt8>?
    for number in 0..<header.blockCount {
      guard let block = Self.block(at: offset(of: number), in: body, end: tableStart) else {
        return nil
      }
      if let previous, !previous.lexicographicallyPrecedes(body[block.pathRange]) { return nil }
      previous = body[block.pathRange]
    }
  }

  /// This index with no time in it trusted, so that every file is read again.
  func distrusted() -> StatIndex {
    var copy = body
    for number in 0..<header.blockCount {
      let block = block(number)
      copy[block.flagsOffset] &= ~StatEntry.Flags.trusted.rawValue
      for offset in block.offsets() {
        copy[offset + 1] &= ~(StatEntry.Flags.trusted.rawValue | StatEntry.Flags.differs.rawValue)
      }
    }
    return StatIndex(header: header, checkedBody: copy, tableStart: tableStart)
  }

  /// This index without trust in what a power cut may have taken of files: see section 4 of the
  /// specification.
  func withoutDoubt() -> StatIndex {
    guard header.isInDoubt else { return self }
    var copy = body
    for number in 0..<header.blockCount {
      for offset in block(number).offsets() where header.isFresh(StatEntry(body.span, at: offset)) {
        copy[offset + 1] &= ~(StatEntry.Flags.trusted.rawValue | StatEntry.Flags.differs.rawValue)
      }
    }
    return StatIndex(header: header, checkedBody: copy, tableStart: tableStart)
  }

  private init(header: StatIndexHeader, checkedBody: [UInt8], tableStart: Int) {
    self.header = header
    self.tableStart = tableStart
    body = checkedBody
  }

  /// How many directories are described.
  package var directoryCount: Int { header.blockCount }

  /// The directory at `path`, counted from the tracked path, or `nil` when it is not described.
  ///
  /// - Complexity: O(log n) comparisons of paths.
  package func directory(_ path: ByteString) -> IndexedDirectory? {
    var range = 0..<header.blockCount
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      let block = self.block(middle)
      let order = Self.compare(body[block.pathRange], path.bytes[...])
      if order == 0 { return block }
      range = order < 0 ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return nil
  }

  /// A directory by its number, in the order of their paths.
  func block(_ number: Int) -> IndexedDirectory {
    IndexedDirectory(body, at: offset(of: number))
  }

  /// The numbers of the directories that lie below `path`, without itself.
  func numbersBelow(_ path: ByteString) -> Range<Int> {
    if path.isEmpty { return min(1, header.blockCount)..<header.blockCount }
    let slash = UInt8(ascii: "/")
    let start = firstNumber(notBefore: path.bytes + [slash])
    return start..<firstNumber(notBefore: path.bytes + [slash + 1])
  }

  private func firstNumber(notBefore path: [UInt8]) -> Int {
    var range = 0..<header.blockCount
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      let order = Self.compare(body[block(middle).pathRange], path[...])
      range = order < 0 ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }

  private func offset(of number: Int) -> Int {
    Int(clamping: body.span.word(at: tableStart + number * 8))
  }

  private static func compare(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
    for (one, other) in zip(left, right) where one != other { return one < other ? -1 : 1 }
    return left.count - right.count
  }

  /// The block at `offset`, checked: it and all its entries lie before `end`.
  private static func block(at offset: Int, in body: [UInt8], end: Int) -> IndexedDirectory? {
    let bytes = body.span
    guard offset >= 0, offset <= end - IndexedDirectory.fixedCount else { return nil }
    let length = bytes.half(at: offset)
    let pathCount = bytes.half(at: offset + 36)
    guard length >= IndexedDirectory.fixedCount, length <= end - offset,
      pathCount <= length - IndexedDirectory.fixedCount
    else { return nil }
    let block = IndexedDirectory(body, at: offset)
    var place = block.entriesStart
    let blockEnd = offset + length
    for _ in 0..<block.count {
      guard place <= blockEnd - StatEntry.fixedCount else { return nil }
      let nameCount = Int(bytes[place + 2])
      guard nameCount > 0, TreeEntry.Kind(rawValue: bytes[place]) != nil else { return nil }
      place += StatEntry.fixedCount + nameCount
      guard place <= blockEnd, bytes[place - 1] == 0 else { return nil }
    }
    return place == blockEnd ? block : nil
  }
}

/// A directory's own times: while they stay, no name in it has come or gone.
package struct DirectoryStamp: Hashable, Sendable {
  package let modified: Timestamp
  package let changed: Timestamp
  package let inode: UInt64

  init(modified: Timestamp, changed: Timestamp, inode: UInt64) {
    self.modified = modified
    self.changed = changed
    self.inode = inode
  }

  init(_ status: FileStatus) {
    self.init(modified: status.modified, changed: status.changed, inode: status.inode)
  }
}

/// One directory of a stat index, read where it lies.
package struct IndexedDirectory: Sendable {
  /// The bytes of a block before its path.
  static let fixedCount = 72

  private let bytes: [UInt8]
  private let start: Int

  init(_ bytes: [UInt8], at start: Int) {
    self.bytes = bytes
    self.start = start
  }

  /// The bytes of the whole block.
  var blockRange: Range<Int> { start..<start + bytes.span.half(at: start) }
  var blockBytes: ArraySlice<UInt8> { bytes[blockRange] }

  /// How many names the directory has.
  package var count: Int { bytes.span.half(at: start + 4) }

  package var stamp: DirectoryStamp {
    let span = bytes.span
    return DirectoryStamp(
      modified: Timestamp(nanoseconds: Int64(bitPattern: span.word(at: start + 8))),
      changed: Timestamp(nanoseconds: Int64(bitPattern: span.word(at: start + 16))),
      inode: span.word(at: start + 24))
  }

  /// Whether the ``stamp`` can be believed.
  package var isStampTrusted: Bool {
    StatEntry.Flags(rawValue: bytes[flagsOffset]).contains(.trusted)
  }

  var flagsOffset: Int { start + 32 }

  /// The oid of the tree object that the entries make.
  package var id: ObjectID { ObjectID(bytes: bytes.span, at: start + 40) }

  var pathRange: Range<Int> {
    let first = start + Self.fixedCount
    return first..<first + bytes.span.half(at: start + 36)
  }

  /// The path from the tracked path down; empty for the tracked directory itself.
  package var path: ByteString { ByteString(bytes[pathRange]) }

  var entriesStart: Int { pathRange.upperBound }
  var cursor: EntryCursor { EntryCursor(bytes, from: entriesStart, to: blockRange.upperBound) }

  /// Calls `body` with the whole buffer, in which the ranges of entries' names lie.
  func withBytes<Result>(_ body: (Span<UInt8>) -> Result) -> Result { body(bytes.span) }
  var buffer: [UInt8] { bytes }

  /// Where each entry begins in the buffer.
  func offsets() -> [Int] {
    var offsets: [Int] = []
    offsets.reserveCapacity(count)
    let span = bytes.span
    var place = entriesStart
    for _ in 0..<count {
      offsets.append(place)
      place += StatEntry.fixedCount + Int(span[place + 2])
    }
    return offsets
  }

  /// The entry of a name.
  ///
  /// - Complexity: O(n).
  package func entry(_ name: ByteString) -> StatEntry? {
    var cursor = cursor
    while let entry = cursor.next() {
      let order = cursor.compareName(of: entry, to: name)
      if order == 0 { return entry }
      if order > 0 { return nil }
    }
    return nil
  }

  /// The bytes of a block.
  ///
  /// - Parameters:
  ///   - path: The directory, from the tracked path down.
  ///   - stamp: Its times, or `nil` when they cannot be trusted.
  ///   - id: The oid of its tree object.
  ///   - entries: Its entries, sorted by name.
  /// - Returns: What the specification says (section 3).
  static func encode(
    path: ByteString, stamp: DirectoryStamp?, id: ObjectID, entries: EntryList
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(fixedCount + path.count + entries.bytes.count)
    bytes.append(littleEndian: UInt32(fixedCount + path.count + entries.bytes.count))
    bytes.append(littleEndian: UInt32(entries.count))
    bytes.append(littleEndian: UInt64(bitPattern: stamp?.modified.nanoseconds ?? 0))
    bytes.append(littleEndian: UInt64(bitPattern: stamp?.changed.nanoseconds ?? 0))
    bytes.append(littleEndian: stamp?.inode ?? 0)
    bytes.append(stamp == nil ? 0 : StatEntry.Flags.trusted.rawValue)
    bytes += [0, 0, 0]
    bytes.append(littleEndian: UInt32(path.count))
    bytes.append(id)
    bytes += path.bytes
    bytes += entries.bytes
    return bytes
  }
}

package import ObjectStore
package import Platform
package import Primitives

/// What the stat index knows of one name in a directory.
///
/// The bytes are described in section 3 of `docs/format/stat-index.md`. Entries lie one after the
/// other in flat buffers, so that a million of them are no million objects; this value is one of
/// them, decoded, and says where its name lies.
package struct StatEntry: Hashable, Sendable {
  /// What is known besides the numbers.
  package struct Flags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
      self.rawValue = rawValue
    }

    /// The content was here.
    package static let materialised = Self(rawValue: 1)

    /// The times, the size and the inode can be believed.
    package static let trusted = Self(rawValue: 2)

    /// What has these times is known to have another content than the oid.
    package static let differs = Self(rawValue: 4)

    /// The file has other names, and lies on the device of the tracked path; in memory only.
    static let isLinked = Self(rawValue: 8)
  }

  package var kind: TreeEntry.Kind
  package var flags: Flags
  package var size: ByteCount
  package var modified: Timestamp
  package var changed: Timestamp

  /// The inode of a file; for a directory how many files and symlinks lie below it.
  package var inode: UInt64
  package var id: ObjectID

  /// Where the name lies in the buffer that the entry was read from; a zero byte follows it.
  package var nameRange: Range<Int> = 0..<0

  /// An entry without a name yet.
  package init(
    kind: TreeEntry.Kind, flags: Flags, size: ByteCount, modified: Timestamp, changed: Timestamp,
    inode: UInt64, id: ObjectID
  ) {
    self.kind = kind
    self.flags = flags
    self.size = size
    self.modified = modified
    self.changed = changed
    self.inode = inode
    self.id = id
  }

  /// An entry with what the file system says.
  package init(kind: TreeEntry.Kind, flags: Flags, status: FileStatus, id: ObjectID) {
    self.init(
      kind: kind, flags: flags, size: status.size, modified: status.modified,
      changed: status.changed, inode: status.inode, id: id)
  }

  /// An entry for a directory, whose times are in its block.
  package static func directory(
    id: ObjectID, size: ByteCount, files: Int, isMaterialised: Bool
  ) -> Self {
    let zero = Timestamp(nanoseconds: 0)
    return Self(
      kind: .directory, flags: isMaterialised ? .materialised : [], size: size, modified: zero,
      changed: zero, inode: UInt64(clamping: files), id: id)
  }

  /// An entry for content that is not here.
  package static func absent(_ entry: TreeEntry) -> Self {
    let zero = Timestamp(nanoseconds: 0)
    let files = entry.kind == .directory ? UInt64(clamping: entry.files) : 0
    return Self(
      kind: entry.kind, flags: [], size: entry.size, modified: zero, changed: zero, inode: files,
      id: entry.id)
  }

  /// How many files and symlinks the entry stands for.
  package var files: Int { kind == .directory ? Int(clamping: inode) : 1 }

  /// Whether what the file system says is what the entry was recorded with.
  ///
  /// The permission to execute is left aside: it is no part of the content.
  package func matches(_ status: FileStatus) -> Bool {
    flags.contains(.trusted) && modified == status.modified && changed == status.changed
      && inode == status.inode && (size == status.size || !isContentHere)
      && status.kind == (kind == .symlink ? .symlink : .file)
  }

  /// Whether what the times were taken of had the content of the oid.
  private var isContentHere: Bool {
    flags.contains(.materialised) && !flags.contains(.differs)
  }

  /// Whether a change after this moment is sure to move the times.
  ///
  /// - Parameter clock: What the file system's clock showed before the content was read.
  /// - Returns: `false` where the clock is not known.
  func isOlder(than clock: Timestamp?) -> Bool {
    clock.map { modified < $0 && changed < $0 } ?? false
  }

  /// The kind of the entry that `status` would make; `nil` for what cannot be kept.
  package static func kind(of status: FileStatus) -> TreeEntry.Kind? {
    switch status.kind {
    case .file: status.isExecutable ? .executable : .file
    case .directory: .directory
    case .symlink: .symlink
    case .special: nil
    }
  }
}

// MARK: - Bytes

extension StatEntry {
  /// The bytes of an entry without its name.
  static let fixedCount = 69

  /// Reads the entry that starts at `offset`.
  ///
  /// - Precondition: ``StatIndex/checkEntries(_:from:to:count:)`` has passed over it.
  init(_ bytes: Span<UInt8>, at offset: Int) {
    let nameCount = Int(bytes[offset + 2])
    kind = TreeEntry.Kind(rawValue: bytes[offset]) ?? .file
    flags = Flags(rawValue: bytes[offset + 1])
    size = .bytes(Int(clamping: bytes.word(at: offset + 4)))
    modified = Timestamp(nanoseconds: Int64(bitPattern: bytes.word(at: offset + 12)))
    changed = Timestamp(nanoseconds: Int64(bitPattern: bytes.word(at: offset + 20)))
    inode = bytes.word(at: offset + 28)
    id = ObjectID(bytes: bytes, at: offset + 36)
    nameRange = offset + 68..<offset + 68 + nameCount
  }

  /// The bytes from the start of the entry to the start of the next.
  var encodedCount: Int { Self.fixedCount + nameRange.count }

  /// Appends the entry with a name of 1 to 255 bytes.
  func encode(name: Span<UInt8>, to bytes: inout [UInt8]) {
    precondition((1...255).contains(name.count), "a name has 1 to 255 bytes")
    bytes.append(addingCapacity: Self.fixedCount + name.count) { output in
      encodeFixed(nameCount: UInt8(name.count), to: &output)
      for index in name.indices { output.append(name[index]) }
      output.append(0)
    }
  }

  /// Appends what stands before the name.
  fileprivate func encodeFixed(nameCount: UInt8, to output: inout OutputSpan<UInt8>) {
    output.append(kind.rawValue)
    output.append(flags.rawValue)
    output.append(nameCount)
    output.append(0)
    output.append(littleEndian: UInt64(size.bytes))
    output.append(littleEndian: UInt64(bitPattern: modified.nanoseconds))
    output.append(littleEndian: UInt64(bitPattern: changed.nanoseconds))
    output.append(littleEndian: inode)
    output.append(id)
  }
}

/// Entries one after the other in one buffer.
package struct EntryList: Sendable {
  private(set) var bytes: [UInt8] = []

  /// How many entries there are.
  package private(set) var count = 0

  package init() {}

  package var isEmpty: Bool { count == 0 }

  /// Adds an entry at the end; a directory's entries are added in the order of their names.
  mutating func append(_ entry: StatEntry, name: Span<UInt8>) {
    entry.encode(name: name, to: &bytes)
    count += 1
  }

  mutating func append(_ entry: StatEntry, name: ByteString) {
    append(entry, name: name.bytes.span)
  }

  /// Adds `count` entries that are encoded already.
  mutating func appendRaw(_ entries: [UInt8], count: Int) {
    bytes += entries
    self.count += count
  }

  /// The entries in order, with their names still in the buffer.
  var cursor: EntryCursor { EntryCursor(bytes, from: 0, to: bytes.count) }

  /// The name of an entry of this list.
  func entryName(_ entry: StatEntry) -> ByteString { ByteString(bytes[entry.nameRange]) }

  /// The entry that starts at `offset`.
  func entry(at offset: Int) -> StatEntry { StatEntry(bytes.span, at: offset) }

  /// The entry that starts at `offset`, and its name.
  func namedEntry(at offset: Int) -> (StatEntry, ByteString) {
    let entry = entry(at: offset)
    return (entry, ByteString(bytes[entry.nameRange]))
  }

  /// Replaces the entry at `offset`, keeping its name.
  mutating func replace(at offset: Int, with entry: StatEntry) {
    let nameCount = bytes[offset + 2]
    let fixed = [UInt8](capacity: StatEntry.fixedCount) {
      entry.encodeFixed(nameCount: nameCount, to: &$0)
    }
    bytes.replaceSubrange(offset..<offset + fixed.count, with: fixed)
  }
}

/// Passes over the entries of one buffer.
struct EntryCursor {
  let bytes: [UInt8]
  private(set) var offset: Int
  private let end: Int

  init(_ bytes: [UInt8], from start: Int, to end: Int) {
    self.bytes = bytes
    offset = start
    self.end = end
  }

  /// The next entry without passing over it.
  var peek: StatEntry? { offset < end ? StatEntry(bytes.span, at: offset) : nil }

  /// The next entry.
  mutating func next() -> StatEntry? {
    guard let entry = peek else { return nil }
    offset += entry.encodedCount
    return entry
  }

  /// The name of an entry of this buffer.
  func name(of entry: StatEntry) -> ByteString { ByteString(bytes[entry.nameRange]) }

  /// Whether the name of an entry of this buffer comes before, is, or comes after `other`.
  func compareName(of entry: StatEntry, to other: ByteString) -> Int {
    let range = entry.nameRange
    let names = other.bytes
    for index in 0..<min(range.count, names.count) {
      let (left, right) = (bytes[range.lowerBound + index], names[index])
      if left != right { return left < right ? -1 : 1 }
    }
    return range.count - names.count
  }
}

/// Looks names up in one directory, in ascending order: all of them take one pass.
struct AscendingLookup {
  private var cursor: EntryCursor

  init(_ directory: IndexedDirectory?) {
    cursor = directory?.cursor ?? EntryCursor([], from: 0, to: 0)
  }

  /// The entry of a name that does not come before the last one that was asked for.
  mutating func entry(_ name: ByteString) -> StatEntry? {
    while let entry = cursor.peek {
      let order = cursor.compareName(of: entry, to: name)
      if order >= 0 { return order == 0 ? entry : nil }
      _ = cursor.next()
    }
    return nil
  }
}

internal import ObjectStore
internal import Platform
package import Primitives

/// The first part of a stat index: whose it is, and the base.
///
/// See section 2 of `docs/format/stat-index.md`.
package struct StatIndexHeader: Hashable, Sendable {
  /// The bytes that every stat index begins with: `shale-si`.
  static let magic: [UInt8] = Array("shale-si".utf8)
  static let version: UInt32 = 2

  /// The bytes before the path.
  private static let fixedCount = 112

  /// How long the kernel may take to write to the disk what it was given, at worst.
  private static let writeBack: Int64 = 600 * 1_000_000_000

  package let path: RepositoryPath

  /// Whether a file or a directory is tracked.
  package let isDirectory: Bool

  /// The oid that was last recorded or materialised here.
  package var base: ObjectID?

  /// The device of the file system that holds the data.
  package var device: UInt64

  /// The checksum of the ignore rules above the data.
  package var ignoreDigest: UInt64

  /// What the file system's clock showed before the data was looked at; 1970 where it could not be
  /// asked.
  package let clock: Timestamp

  /// The run of the machine in which that was; all zero where unknown.
  let bootID: [UInt8]

  /// Whether an entry is trusted whose file the disk may not have had at ``clock``.
  private(set) var isFresh = false

  var blockCount = 0
  var bodyCount = 0
  var bodyChecksum: UInt64 = 0

  package init(
    path: RepositoryPath, isDirectory: Bool, base: ObjectID?, device: UInt64,
    ignoreDigest: UInt64, clock: Timestamp?, bootID: [UInt8] = Machine.bootID
  ) {
    self.bootID = bootID
    self.clock = clock ?? Timestamp(nanoseconds: 0)
    self.path = path
    self.isDirectory = isDirectory
    self.base = base
    self.device = device
    self.ignoreDigest = ignoreDigest
  }

  /// Whether an entry is trusted whose file the disk may not have had at ``clock``.
  func isFresh(_ entry: StatEntry) -> Bool {
    entry.kind != .directory && entry.flags.contains(.trusted)
      && entry.changed.nanoseconds > clock.nanoseconds &- Self.writeBack
  }

  /// Notes the entries of a directory that the index describes.
  mutating func note(_ directory: IndexedDirectory) {
    var cursor = directory.cursor
    while !isFresh, let entry = cursor.next() { isFresh = isFresh(entry) }
  }

  /// Whether the machine was started since, as far as anybody knows.
  var isOfAnotherRun: Bool { bootID != Machine.bootID || bootID.allSatisfy { $0 == 0 } }

  /// Whether a power cut may have taken what entries tell of.
  var isInDoubt: Bool { isFresh && isOfAnotherRun }

  /// Whether an index written now would outlast this run of the machine, as this one does not.
  func isWrittenBack(at now: Timestamp?) -> Bool {
    guard isFresh, let now else { return false }
    return now.nanoseconds &- Self.writeBack > clock.nanoseconds
  }

  /// The bytes that the header takes.
  var encodedCount: Int { (Self.fixedCount + path.bytes.count + 7) / 8 * 8 + 8 }

  func encoded() -> [UInt8] {
    var bytes = Self.magic
    bytes.append(littleEndian: Self.version)
    bytes.append(littleEndian: UInt32(encodedCount))
    bytes.append(isDirectory ? TreeEntry.Kind.directory.rawValue : TreeEntry.Kind.file.rawValue)
    bytes.append((base == nil ? 0 : 1) | (isFresh ? 2 : 0))
    bytes.append(littleEndian: UInt16(path.bytes.count))
    bytes.append(littleEndian: UInt32(blockCount))
    bytes.append(littleEndian: device)
    bytes.append(littleEndian: ignoreDigest)
    bytes.append(littleEndian: UInt64(bodyCount))
    bytes.append(base ?? ObjectID(words: (0, 0, 0, 0)))
    bytes.append(littleEndian: bodyChecksum)
    bytes.append(littleEndian: UInt64(bitPattern: clock.nanoseconds))
    bytes += bootID
    bytes += path.bytes.bytes
    bytes += [UInt8](repeating: 0, count: encodedCount - 8 - bytes.count)
    bytes.append(littleEndian: WordChecksum.of(bytes.span))
    return bytes
  }

  /// Reads the header at the start of `bytes`, or gives `nil` when it is damaged or newer.
  init?(decoding bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    guard reader.consume(Self.magic), reader.number(UInt32.self) == Self.version,
      let length = reader.number(UInt32.self).map(Int.init), length <= bytes.count,
      length >= Self.fixedCount + 8,
      WordChecksum.of(bytes.span.extracting(..<(length - 8)))
        == bytes.span.word(at: length - 8),
      let kind = reader.number(UInt8.self), let flags = reader.number(UInt8.self),
      let pathCount = reader.number(UInt16.self), let blocks = reader.number(UInt32.self),
      let device = reader.number(UInt64.self), let digest = reader.number(UInt64.self),
      let bodyCount = reader.size(), let base = reader.objectID(),
      let checksum = reader.number(UInt64.self), let clock = reader.number(UInt64.self),
      let bootID = reader.array(16), let name = reader.array(Int(pathCount)),
      let path = try? RepositoryPath(ByteString(name))
    else { return nil }
    self.init(
      path: path, isDirectory: kind == TreeEntry.Kind.directory.rawValue,
      base: flags & 1 == 0 ? nil : base, device: device, ignoreDigest: digest,
      clock: Timestamp(nanoseconds: Int64(bitPattern: clock)), bootID: bootID)
    isFresh = flags & 2 != 0
    blockCount = Int(blocks)
    self.bodyCount = bodyCount
    bodyChecksum = checksum
    guard encodedCount == length, encoded() == Array(bytes.prefix(length)) else { return nil }
  }
}

internal import Platform
internal import Primitives

/// What a whole file was like when it was complete: `docs/format/store.md` § Whole files.
///
/// A write through a link moves the time at least, so the file is then not the one described. The
/// time of change is not in it: every link that is made or removed moves it.
struct WholeFileRecord: Equatable, Sendable {
  let size: ByteCount
  let modified: Timestamp
  let inode: UInt64

  /// The run of the machine in which the content was written, or read and hashed.
  let bootID: [UInt8]

  /// Describes a file whose content is known, now.
  init(_ status: FileStatus) {
    self.init(
      size: status.size, modified: status.modified, inode: status.inode, bootID: Machine.bootID)
  }

  private init(size: ByteCount, modified: Timestamp, inode: UInt64, bootID: [UInt8]) {
    self.size = size
    self.modified = modified
    self.inode = inode
    self.bootID = bootID
  }

  /// Whether this is what the file system says of the file, and nobody may write to it.
  func describes(_ status: FileStatus) -> Bool {
    status.kind == .file && status.mode & 0o333 == 0 && status.size == size
      && status.modified == modified && status.inode == inode
  }

  /// Whether the machine has run without a break since: otherwise a power cut may have taken bytes.
  var isOfThisRun: Bool { bootID == Machine.bootID && bootID.contains { $0 != 0 } }

  // MARK: - Bytes

  /// A record is shorter than this.
  static let byteLimit = ByteCount.bytes(256)

  var encoded: [UInt8] {
    Array(
      """
      shale file 1
      size \(size.bytes)
      modified \(modified.nanoseconds)
      inode \(inode)
      boot \(Hex.string(of: bootID))

      """.utf8)
  }

  /// Reads a record; `nil` for anything that ``encoded`` would not give.
  init?(decoding bytes: [UInt8]) {
    let lines = String(decoding: bytes, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    guard lines.count == 6 else { return nil }
    let words = lines.map { $0.split(separator: " ") }
    guard let size = words[1].last.flatMap({ Int($0) }), size >= 0,
      let modified = words[2].last.flatMap({ Int64($0) }),
      let inode = words[3].last.flatMap({ UInt64($0) }),
      let bootID = words[4].last.flatMap({ Hex.bytes(of: $0.utf8) }), bootID.count == 16
    else { return nil }
    self.init(
      size: .bytes(size), modified: Timestamp(nanoseconds: modified), inode: inode, bootID: bootID)
    guard encoded == bytes else { return nil }
  }
}

internal import ObjectStore
internal import Platform
internal import Primitives

/// A file of lines that several processes add to: `docs/format/operations.md` §2.
struct LineLog: Sendable {
  /// The file; neither it nor its directory need exist.
  let path: FilePath

  /// Who else uses the file.
  var sharing = StoreSharing.umask

  /// How much of the end of the file is read at most.
  private static let readLimit = ByteCount.mebibytes(64)
  private static let tab = UInt8(ascii: "\t")
  private static let newline = UInt8(ascii: "\n")

  /// Adds lines at the end, after those of other processes.
  ///
  /// - Parameters:
  ///   - lines: Whole lines, each with its line break.
  ///   - durably: Whether they have to survive a power cut.
  /// - Throws: ``FileError`` when the log cannot be written.
  func append(_ lines: [UInt8], durably: Bool = false) throws(FileError) {
    try path.parent.makeDirectories()
    do {
      let lock = try AdvisoryLock(path, .exclusive, waiting: true)
      try append(lines, to: lock.file, durably: durably)
    } catch {
      // Who changes data is refused by the lock of its path: settings and remotes are left.
      guard error.isLockless else { throw error }
      try append(lines, to: OpenFile.forUpdating(path), durably: durably)
    }
  }

  private func append(
    _ lines: [UInt8], to file: borrowing OpenFile, durably: Bool
  ) throws(FileError) {
    let size = try file.status().size.bytes
    var bytes: [UInt8] = []
    if size == 0 { try sharing.apply(to: file) }
    if size > 0, try file.bytes(.bytes(1), at: size - 1) != [Self.newline] {
      bytes.append(Self.newline)
    }
    bytes += lines
    try file.write(bytes.span, at: size)
    guard durably else { return }
    try file.synchronize()
    if size == 0 { try path.parent.synchronizeDirectory() }
  }

  /// The newest lines, the oldest of them first, without line breaks.
  ///
  /// - Returns: The lines in the last 64 MiB of the file.
  /// - Throws: ``FileError`` when the log is there and cannot be read.
  func lines() throws(FileError) -> [ArraySlice<UInt8>] {
    guard try path.statusIfPresent() != nil else { return [] }
    let file = try OpenFile.forReading(path)
    let size = try file.status().size
    let start = max(0, size.bytes - Self.readLimit.bytes)
    var bytes = try file.upTo(min(size, Self.readLimit), at: start)[...]
    if start > 0 { bytes = bytes.drop { $0 != Self.newline }.dropFirst() }
    var lines = bytes.split(separator: Self.newline)
    if bytes.last != Self.newline, !lines.isEmpty { lines.removeLast() }
    return lines
  }

  /// A line of fields, with its check and its line break.
  static func line(_ fields: [[UInt8]]) -> [UInt8] {
    let body = Array(fields.joined(separator: [tab]))
    return check(of: body) + [tab] + body + [newline]
  }

  /// The fields of a line without its line break, or `nil` where the check fails.
  static func fields(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>]? {
    guard let end = line.firstIndex(of: tab) else { return nil }
    let body = Array(line[(end + 1)...])
    guard line[..<end].elementsEqual(check(of: body)) else { return nil }
    return body.split(separator: tab, omittingEmptySubsequences: false)
  }

  private static func check(of body: [UInt8]) -> [UInt8] {
    Array(SHA256.id(of: body.span).hex.utf8.prefix(16))
  }

  /// A time as lines spell it.
  static func text(_ time: Timestamp) -> [UInt8] {
    let seconds = time.seconds
    let fraction = "\(time.nanoseconds - seconds * 1_000_000_000)"
    return Array(
      "\(seconds).\(String(repeating: "0", count: 9 - fraction.count))\(fraction)".utf8)
  }

  /// Reads what ``text(_:)`` wrote.
  static func time(_ field: ArraySlice<UInt8>) -> Timestamp? {
    let parts = field.split(separator: UInt8(ascii: "."))
    guard parts.count == 2, parts[1].count == 9,
      let seconds = Int(String(decoding: parts[0], as: UTF8.self)),
      let fraction = Int(String(decoding: parts[1], as: UTF8.self)), fraction >= 0
    else { return nil }
    return Timestamp(seconds: seconds, nanoseconds: fraction)
  }
}

internal import Primitives

/// A file in a zip file, as its directory has it.
///
/// - SeeAlso: PKWARE's APPNOTE.TXT, sections 4.3 and 4.4.
struct ZipMember: Sendable {
  let name: String

  /// Whether it is in there as it is, and not deflated.
  let isStored: Bool

  /// How many bytes it has, and what their checksum is.
  let size: Int
  let checksum: UInt32

  /// Where its bytes are in the zip file.
  let range: Range<Int>
  let source: any ByteSource

  /// Its content; damage is found at its end.
  func stream() throws(ContentProblem) -> any ByteStream {
    let input = SourceStream(PartSource(source, range))
    if isStored { return input }
    return InflatedStream(bare: input, claim: .init(size: size, checksum: checksum))
  }

  /// A member whose size is this many times what it takes is not made by deflate.
  private static let mostInflation = 1_032

  /// The files of a zip file, in the order of its directory.
  ///
  /// - Throws: ``ContentProblem/unreadable(_:)`` for a directory that is damaged or says what cannot be,
  ///   and for files that are encrypted or compressed otherwise than by deflate.
  static func members(of source: any ByteSource) throws(ContentProblem) -> [ZipMember] {
    let directory = try ZipDirectory(source)
    var reader = ZipFields(try source.bytes(in: directory.range))
    var members: [ZipMember] = []
    var names: Set<String> = []
    for _ in 0..<directory.count {
      let member = try member(&reader, in: source, before: directory.range.lowerBound)
      if member.name.hasSuffix("/") { continue }
      guard names.insert(member.name).inserted else {
        throw .unreadable("two of its files are called '\(Excerpt.quoted(member.name))'")
      }
      members.append(member)
    }
    return members
  }

  /// Reads one entry of the directory.
  private static func member(
    _ reader: inout ZipFields, in source: any ByteSource, before end: Int
  ) throws(ContentProblem) -> ZipMember {
    guard try reader.number(4) == 0x0201_4B50 else { throw ZipDirectory.damage }
    try reader.skip(4)
    let (flags, method) = (try reader.number(2), try reader.number(2))
    try reader.skip(4)
    let checksum = UInt32(truncatingIfNeeded: try reader.number(4))
    var sizes = [try reader.number(4), try reader.number(4)]
    let lengths = [try reader.number(2), try reader.number(2), try reader.number(2)]
    try reader.skip(8)
    var offset = try reader.number(4)
    let name = String(decoding: try reader.bytes(lengths[0]), as: UTF8.self)
    var extra = ZipFields(try reader.bytes(lengths[1]))
    try reader.skip(lengths[2])
    while extra.count >= 4 {
      let (kind, length) = (try extra.number(2), try extra.number(2))
      var field = ZipFields(try extra.bytes(length))
      guard kind == 1 else { continue }
      // Of a large file the numbers that do not fit are here, in this order.
      for index in [1, 0] where sizes[index] == 0xFFFF_FFFF { sizes[index] = try field.number(8) }
      if offset == 0xFFFF_FFFF { offset = try field.number(8) }
    }
    let words = "its file '\(Excerpt.quoted(name))'"
    guard flags & 1 == 0 else { throw .unreadable("\(words) is encrypted") }
    guard method == 0 || method == 8 else {
      throw .unreadable("\(words) is compressed by method \(method), which is not known")
    }
    guard sizes[1] / mostInflation <= sizes[0], method == 8 || sizes[0] == sizes[1] else {
      throw .unreadable("\(words) claims \(sizes[1]) bytes, which cannot be")
    }
    let range = try content(at: offset, sizes[0], in: source, before: end)
    return ZipMember(
      name: name, isStored: method == 0, size: sizes[1], checksum: checksum, range: range,
      source: source)
  }

  /// Finds the bytes of a member behind its own header, of which only the lengths are believed.
  private static func content(
    at offset: Int, _ size: Int, in source: any ByteSource, before end: Int
  ) throws(ContentProblem) -> Range<Int> {
    guard offset >= 0, offset <= end - 30 else { throw ZipDirectory.damage }
    var header = ZipFields(try source.bytes(in: offset..<offset + 30))
    guard try header.number(4) == 0x0403_4B50 else { throw ZipDirectory.damage }
    try header.skip(22)
    let start = try offset + 30 + header.number(2) + header.number(2)
    guard start <= end, size >= 0, size <= end - start else { throw ZipDirectory.damage }
    return start..<start + size
  }
}

/// Where the directory of a zip file is.
struct ZipDirectory {
  let range: Range<Int>

  /// How many entries it has.
  let count: Int

  static let damage = ContentProblem.unreadable("it is no zip file, or its directory is damaged")

  /// Finds the directory from the end of the file.
  init(_ source: any ByteSource) throws(ContentProblem) {
    // The last record has 22 bytes and a comment of 65,535 at most.
    let start = max(0, source.size - 65_557)
    let tail = try source.bytes(in: start..<source.size)
    guard
      let place = (0...max(0, tail.count - 22)).reversed().first(where: {
        tail[$0...].starts(with: [0x50, 0x4B, 0x05, 0x06])
      }), tail.count >= 22
    else { throw Self.damage }
    var record = ZipFields(Array(tail[place...]))
    try record.skip(10)
    var count = try record.number(2)
    var size = try record.number(4)
    var offset = try record.number(4)
    if count == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF {
      guard start + place >= 20 else { throw Self.damage }
      var locator = ZipFields(
        try source.bytes(in: start + place - 20..<start + place))
      guard try locator.number(4) == 0x0706_4B50 else { throw Self.damage }
      try locator.skip(4)
      let far = try locator.number(8)
      guard far <= source.size - 56 else { throw Self.damage }
      var record = ZipFields(try source.bytes(in: far..<far + 56))
      guard try record.number(4) == 0x0606_4B50 else { throw Self.damage }
      try record.skip(28)
      count = try record.number(8)
      size = try record.number(8)
      offset = try record.number(8)
    }
    guard size <= ContentLimits.zipDirectory.bytes else {
      throw .unreadable("its directory has \(size) bytes, and 16 MiB is the limit")
    }
    // An entry takes 46 bytes at least.
    guard offset <= source.size - size, count <= size / 46 else { throw Self.damage }
    range = offset..<offset + size
    self.count = count
  }
}

/// Numbers of a zip file, one after the other; bytes that are missing are damage.
struct ZipFields {
  private let all: [UInt8]
  private var index = 0

  init(_ bytes: [UInt8]) {
    all = bytes
  }

  /// How many bytes are left.
  var count: Int { all.count - index }

  /// The next number, of 8 bytes at most.
  mutating func number(_ width: Int) throws(ContentProblem) -> Int {
    let bytes = try bytes(width)
    guard let number = Int(exactly: bytes.span.littleEndian) else { throw ZipDirectory.damage }
    return number
  }

  /// The next bytes.
  mutating func bytes(_ count: Int) throws(ContentProblem) -> [UInt8] {
    guard count <= self.count else { throw ZipDirectory.damage }
    index += count
    return Array(all[index - count..<index])
  }

  /// Steps over bytes.
  mutating func skip(_ count: Int) throws(ContentProblem) {
    guard count <= self.count else { throw ZipDirectory.damage }
    index += count
  }
}

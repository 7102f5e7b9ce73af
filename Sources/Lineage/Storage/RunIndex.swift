internal import ObjectStore
internal import Platform
internal import Primitives
internal import Synchronization

/// The file that keeps the summaries of all records, so that a list need not read them (§6 of
/// `docs/format/run.md`).
struct RunIndex: Sendable {
  static let magic = Array("ShRuns".utf8) + [0, 2]

  let path: FilePath

  /// The size in bytes of an entry's length and check.
  private static let headerCount = 12

  /// How much of the file is in memory at a time, and the size beyond which an entry is damaged.
  private static let blockSize = ByteCount.mebibytes(32)

  /// The summaries that the index has, by id; none where it is damaged or of another version.
  ///
  /// - Parameters:
  ///   - ids: The records that exist: others are left out.
  ///   - withData: Whether inputs and outputs are read, too, of which there may be very many.
  func summaries(
    of ids: Set<ObjectID>, withData: Bool
  ) throws(FileError) -> [ObjectID: RunSummary] {
    guard try path.statusIfPresent() != nil else { return [:] }
    let file = try OpenFile.forReading(path)
    guard try file.upTo(.bytes(Self.magic.count), at: 0) == Self.magic else { return [:] }
    var found: [ObjectID: RunSummary] = [:]
    var offset = Self.magic.count
    while true {
      let block = try file.upTo(Self.blockSize, at: offset)
      let bodies = Self.bodies(in: block)
      guard let end = bodies.last?.upperBound else { return found }
      for summary in Self.summaries(at: bodies, in: block, of: ids, withData: withData) {
        found[summary.id] = summary
      }
      offset += end
    }
  }

  /// Decodes the bodies of a block on all cores.
  private static func summaries(
    at bodies: [Range<Int>], in block: [UInt8], of ids: Set<ObjectID>, withData: Bool
  ) -> [RunSummary] {
    let found = Mutex<[RunSummary]>([])
    let share = max(1_024, bodies.count / Machine.processorCount + 1)
    let parts = stride(from: 0, to: bodies.count, by: share).map { start in
      bodies[start..<min(start + share, bodies.count)]
    }
    Threads.forEach(parts.count, threads: Machine.processorCount) { number in
      var summaries: [RunSummary] = []
      var decoder = RunSummaryDecoder(withData: withData)
      for body in parts[number] where body.count >= ObjectID.byteCount {
        let id = ObjectID(bytes: block.span, at: body.lowerBound)
        guard ids.contains(id) else { continue }
        var reader = ByteReader(Array(block[body]))
        if let summary = decoder.decode(&reader) { summaries.append(summary) }
      }
      found.withLock { $0 += summaries }
    }
    return found.withLock { $0 }
  }

  /// Where the bodies of whole entries lie, up to the first that is cut or damaged.
  private static func bodies(in bytes: [UInt8]) -> [Range<Int>] {
    var bodies: [Range<Int>] = []
    var offset = 0
    while offset + headerCount <= bytes.count {
      var header = ByteReader(Array(bytes[offset..<offset + headerCount]))
      guard let length = header.number(UInt32.self), let check = header.number(UInt64.self) else {
        break
      }
      let body = offset + headerCount..<offset + headerCount + Int(length)
      guard body.upperBound <= bytes.count, Self.check(of: bytes, body) == check else { break }
      bodies.append(body)
      offset = body.upperBound
    }
    return bodies
  }

  private static func check(of bytes: [UInt8], _ body: Range<Int>) -> UInt64 {
    SHA256.id(of: bytes.span.extracting(body)).words.0.byteSwapped
  }

  /// Writes the index anew, in one step.
  func write(_ summaries: some Sequence<RunSummary>) throws(FileError) {
    var bytes = Self.magic
    for summary in summaries {
      var body: [UInt8] = []
      summary.encode(to: &body)
      bytes.append(littleEndian: UInt32(body.count))
      bytes.append(littleEndian: Self.check(of: body, 0..<body.count))
      bytes += body
    }
    try path.parent.makeDirectories()
    try AtomicFile.replace(path, with: bytes, durably: false)
  }

  /// Adds an entry at the end, after those of other processes.
  ///
  /// Where the file is not a whole index it is removed: who reads next writes it anew.
  func append(_ summary: RunSummary) throws(FileError) {
    try path.parent.makeDirectories()
    let lock = try AdvisoryLock(path, .exclusive, waiting: true)
    let size = try lock.file.status().size.bytes
    var bytes: [UInt8] = []
    if size < Self.magic.count {
      bytes = Self.magic
    } else if try lock.file.bytes(.bytes(Self.magic.count), at: 0) != Self.magic {
      return try path.remove()
    }
    var body: [UInt8] = []
    summary.encode(to: &body)
    bytes.append(littleEndian: UInt32(body.count))
    bytes.append(littleEndian: Self.check(of: body, 0..<body.count))
    bytes += body
    try lock.file.write(bytes.span, at: size < Self.magic.count ? 0 : size)
  }
}

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

  /// The size beyond which an index is not worth reading.
  private static let sizeLimit = ByteCount.gibibytes(1)

  /// The summaries that the index has, by id; none where it is damaged or of another version.
  ///
  /// - Parameter ids: The records that exist: others are left out.
  func summaries(of ids: Set<ObjectID>) throws(FileError) -> [ObjectID: RunSummary] {
    guard let bytes = try path.contentsIfPresent(limit: Self.sizeLimit) else { return [:] }
    let bodies = Self.bodies(in: bytes)
    let found = Mutex<[ObjectID: RunSummary]>([:])
    let share = max(1_024, bodies.count / Machine.processorCount + 1)
    let parts = stride(from: 0, to: bodies.count, by: share).map { start in
      bodies[start..<min(start + share, bodies.count)]
    }
    Threads.forEach(parts.count, threads: Machine.processorCount) { number in
      var summaries: [RunSummary] = []
      var decoder = RunSummaryDecoder()
      for body in parts[number] where body.count >= ObjectID.byteCount {
        let id = ObjectID(bytes: bytes.span, at: body.lowerBound)
        guard ids.contains(id) else { continue }
        var reader = ByteReader(Array(bytes[body]))
        if let summary = decoder.decode(&reader) { summaries.append(summary) }
      }
      found.withLock { for summary in summaries { $0[summary.id] = summary } }
    }
    return found.withLock { $0 }
  }

  /// Where the bodies of whole entries lie, up to the first that is cut or damaged.
  private static func bodies(in bytes: [UInt8]) -> [Range<Int>] {
    guard bytes.starts(with: magic) else { return [] }
    var bodies: [Range<Int>] = []
    var offset = magic.count
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

internal import Platform
internal import Primitives

/// Records of one store, each once, in the order in which they lie: data before metadata.
///
/// Reading them in this order goes through each pack from front to back. A long list lies in a
/// temporary file, so that memory does not grow with it.
final class RecordList: Sendable {
  /// How many records.
  let count: Int

  /// Their stored bytes, together.
  let storedBytes: Int

  /// The list itself, where it is short.
  private let entries: [PackEntry]

  /// The list itself, where it is long.
  private let run: Run?

  fileprivate init(entries: [PackEntry]) {
    self.entries = entries
    run = nil
    count = entries.count
    storedBytes = entries.reduce(0) { $0 + Int($1.storedLength) }
  }

  fileprivate init(run: Run, storedBytes: Int) {
    entries = []
    self.run = run
    count = run.count
    self.storedBytes = storedBytes
  }

  /// The records from `start` on, at most `limit` of them.
  ///
  /// - Throws: ``StoreError/file(_:)`` when the temporary file cannot be read.
  func batch(from start: Int, limit: Int) throws(StoreError) -> [RecordEntry] {
    let end = min(start + limit, count)
    guard start < end else { return [] }
    let part = if let run { try run.entries(start..<end) } else { Array(entries[start..<end]) }
    return part.compactMap { entry in
      RecordKind(byte: entry.kind).map { kind in
        RecordEntry(
          oid: entry.oid, pack: PackNumber(value: entry.pack), offset: entry.offset,
          storedLength: entry.storedLength, length: Int(entry.length), kind: kind)
      }
    }
  }
}

/// Gathers records in any order, the same one any number of times.
struct RecordListBuilder: Sendable {
  /// How many records are sorted in memory at once.
  private let memoryLimit: Int

  /// How many records the finished list may hold in memory.
  private let residentLimit: Int

  /// Where temporary files are made.
  private let scratch: FilePath

  private var gathered: [PackEntry] = []
  private var runs: [Run] = []

  init(scratch: FilePath, memoryLimit: Int = 131_072, residentLimit: Int = .max) {
    self.scratch = scratch
    self.memoryLimit = memoryLimit
    self.residentLimit = residentLimit
  }

  /// Adds records.
  ///
  /// - Throws: ``StoreError/file(_:)`` when a temporary file cannot be written.
  mutating func append(_ entries: [RecordEntry]) throws(StoreError) {
    for entry in entries {
      gathered.append(
        PackEntry(
          oid: entry.oid, pack: entry.pack.value, offset: entry.offset,
          storedLength: entry.storedLength, length: UInt32(entry.length), kind: entry.kind.byte))
      if gathered.count >= memoryLimit * 2 { try compact() }
    }
  }

  /// Sorts what is in memory, and writes it out when there is no room for more.
  private mutating func compact() throws(StoreError) {
    Self.sort(&gathered)
    if gathered.count > memoryLimit {
      runs.append(try Run.holding(gathered, in: scratch))
      gathered.removeAll(keepingCapacity: true)
    }
  }

  /// Ends the gathering.
  ///
  /// - Throws: ``StoreError/file(_:)`` when a temporary file cannot be written.
  consuming func finish() throws(StoreError) -> RecordList {
    Self.sort(&gathered)
    if runs.isEmpty, gathered.count <= residentLimit { return RecordList(entries: gathered) }
    if !gathered.isEmpty { runs.append(try Run.holding(gathered, in: scratch)) }
    gathered = []
    return try Self.merge(runs, in: scratch)
  }

  /// Sorts entries and leaves each once, in the memory they have.
  private static func sort(_ entries: inout [PackEntry]) {
    entries.sort(by: comesBefore)
    var kept = 0
    for number in entries.indices
    where kept == 0 || !entries[kept - 1].isSamePlace(entries[number]) {
      entries[kept] = entries[number]
      kept += 1
    }
    entries.removeSubrange(kept...)
  }

  private static func comesBefore(_ left: PackEntry, _ right: PackEntry) -> Bool {
    let (leftGroup, rightGroup) = (left.isMetadata, right.isMetadata)
    if leftGroup != rightGroup { return rightGroup }
    if left.pack != right.pack { return left.pack < right.pack }
    return left.offset < right.offset
  }

  private static func merge(_ runs: [Run], in scratch: FilePath) throws(StoreError) -> RecordList {
    var cursors: [RunCursor] = []
    for run in runs { cursors.append(try RunCursor(run)) }
    var writer = try RunWriter(in: scratch)
    var (last, bytes): (PackEntry?, Int) = (nil, 0)
    while true {
      var first: Int?
      for index in cursors.indices {
        guard let entry = cursors[index].current else { continue }
        if let best = first, let other = cursors[best].current, !comesBefore(entry, other) {
          continue
        }
        first = index
      }
      guard let first, let entry = cursors[first].current else { break }
      try cursors[first].advance()
      if last?.isSamePlace(entry) == true { continue }
      last = entry
      bytes += Int(entry.storedLength)
      try writer.append(entry)
    }
    return RecordList(run: try writer.finish(), storedBytes: bytes)
  }
}

extension PackEntry {
  fileprivate var isMetadata: Bool {
    RecordKind(byte: kind).map { $0.recordClass != .data } ?? false
  }

  fileprivate func isSamePlace(_ other: Self) -> Bool {
    pack == other.pack && offset == other.offset && oid == other.oid
  }
}

// MARK: - Temporary files

/// A sorted part of a list, in a file that goes away with it.
private final class Run: Sendable {
  let count: Int
  private let file: AtomicFile

  init(_ file: consuming AtomicFile, count: Int) {
    self.file = file
    self.count = count
  }

  static func holding(
    _ entries: [PackEntry], in scratch: FilePath
  ) throws(StoreError) -> Run {
    var writer = try RunWriter(in: scratch)
    for entry in entries { try writer.append(entry) }
    return try writer.finish()
  }

  func entries(_ range: Range<Int>) throws(StoreError) -> [PackEntry] {
    let bytes: [UInt8]
    do {
      bytes = try file.file.bytes(
        .bytes(range.count * PackEntry.byteCount), at: range.lowerBound * PackEntry.byteCount)
    } catch {
      throw .file(error)
    }
    var entries: [PackEntry] = []
    entries.reserveCapacity(range.count)
    for index in 0..<range.count {
      entries.append(PackEntry(bytes: bytes.span, at: index * PackEntry.byteCount))
    }
    return entries
  }
}

/// Writes a run from front to back.
private struct RunWriter: ~Copyable {
  private static let bufferedCount = 4_096

  private let file: AtomicFile
  private var buffer: [UInt8] = []
  private var written = 0

  init(in scratch: FilePath) throws(StoreError) {
    do {
      file = try AtomicFile(in: scratch, mode: 0o600)
    } catch {
      throw .file(error)
    }
  }

  mutating func append(_ entry: PackEntry) throws(StoreError) {
    var bytes = [UInt8](repeating: 0, count: PackEntry.byteCount)
    var span = bytes.mutableSpan
    entry.write(to: &span, at: 0)
    buffer += bytes
    if buffer.count >= Self.bufferedCount * PackEntry.byteCount { try flush() }
  }

  private mutating func flush() throws(StoreError) {
    do {
      try file.file.write(buffer.span, at: written)
    } catch {
      throw .file(error)
    }
    written += buffer.count
    buffer.removeAll(keepingCapacity: true)
  }

  consuming func finish() throws(StoreError) -> Run {
    try flush()
    return Run(file, count: written / PackEntry.byteCount)
  }
}

/// Goes through a run entry by entry.
private struct RunCursor {
  private static let bufferedCount = 1_024

  private let run: Run
  private var buffer: [PackEntry] = []
  private var position = 0
  private var next = 0

  /// The entry that comes next, or `nil` at the end.
  var current: PackEntry? { position < buffer.count ? buffer[position] : nil }

  init(_ run: Run) throws(StoreError) {
    self.run = run
    try fill()
  }

  mutating func advance() throws(StoreError) {
    position += 1
    if position == buffer.count { try fill() }
  }

  private mutating func fill() throws(StoreError) {
    let end = min(next + Self.bufferedCount, run.count)
    buffer = try run.entries(next..<end)
    position = 0
    next = end
  }
}

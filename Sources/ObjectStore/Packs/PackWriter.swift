internal import Platform
internal import Primitives

/// Writes one pack from front to back: `docs/format/pack.md`.
///
/// Nothing is allocated for a record but its place in the directory. An owner that goes away
/// before ``close(durably:)`` leaves nothing behind.
struct PackWriter: ~Copyable, Sendable {
  /// The sizes at which a pack is closed.
  struct Limits: Hashable, Sendable {
    /// A pack that has reached this size is full, in bytes.
    var size = 64 << 20

    /// A pack with this many records is full: it bounds the memory of its directory.
    var records = 65_536
  }

  let kind: PackKind
  private let layout: StoreLayout
  private let limits: Limits
  private let bootID: [UInt8]
  private var file: HashingFile
  private var entries: [PackEntry] = []

  /// Starts a pack under a temporary name.
  init(
    _ kind: PackKind, in layout: StoreLayout, limits: Limits, bootID: [UInt8] = Machine.bootID
  ) throws(StoreError) {
    self.kind = kind
    self.layout = layout
    self.limits = limits
    self.bootID = bootID
    var file = try HashingFile(in: layout.packs, sharing: layout.sharing)
    try file.append(PackFormat.header.span)
    self.file = file
  }

  /// The size of the records so far, with the header, in bytes.
  var byteCount: Int { file.byteCount }

  var count: Int { entries.count }

  var isFull: Bool { file.byteCount >= limits.size || entries.count >= limits.records }

  /// Adds one record.
  ///
  /// - Precondition: `stored.count <= length`, `length` is within ``RecordLimits``, and the pack
  ///   does not hold `id` yet.
  mutating func append(
    _ id: ObjectID, kind: RecordKind, length: Int, stored: Span<UInt8>
  ) throws(StoreError) {
    precondition(PackKind(kind.recordClass) == self.kind, "data and metadata never share a pack")
    precondition(length < RecordLimits.length && stored.count <= length, "a record too large")
    let offset = file.byteCount
    try file.append(stored)
    entries.append(
      PackEntry(
        oid: id, pack: 0, offset: UInt32(offset), storedLength: UInt32(stored.count),
        length: UInt32(length), kind: kind.byte))
  }

  /// Writes directory and footer, and gives the pack its name.
  ///
  /// - Parameters:
  ///   - durably: Whether it must be on disk before it is named.
  ///   - isPromised: Whether a safe list says already that the pack of this name is on disk.
  /// - Returns: What was written.
  /// - Throws: ``StoreError/file(_:)``; nothing then has the name.
  consuming func close(
    durably: Bool, isPromised: (ObjectID) throws(StoreError) -> Bool = { _ in false }
  ) throws(StoreError) -> ClosedPack {
    precondition(!entries.isEmpty, "a pack without records")
    entries.sort()
    let recordBytes = file.byteCount - PackFormat.headerSize
    let directoryOffset = file.byteCount
    var hash = SHA256()
    let batch = 1_024
    var bytes = [UInt8](repeating: 0, count: batch * PackEntry.byteCount)
    var start = 0
    while start < entries.count {
      let end = min(start + batch, entries.count)
      var span = bytes.mutableSpan
      for index in start..<end {
        entries[index].write(to: &span, at: (index - start) * PackEntry.byteCount)
      }
      let used = bytes.span.extracting(..<((end - start) * PackEntry.byteCount))
      hash.update(used)
      try file.append(used)
      start = end
    }
    let footer = PackFooter(
      directoryHash: hash.finalize(), directoryOffset: directoryOffset, count: entries.count,
      kind: kind, bootID: bootID)
    try file.append(footer.encoded.span)
    let (kind, layout, entries) = (kind, layout, entries)
    let id = try file.commit(durably: durably, isPromised: isPromised) { layout.pack($0) }
    return ClosedPack(
      id: id, kind: kind, entries: entries, recordBytes: recordBytes, size: footer.packSize)
  }
}

/// A pack that has its name.
struct ClosedPack: Sendable {
  let id: ObjectID
  let kind: PackKind

  /// The directory, sorted by oid.
  let entries: [PackEntry]

  /// The stored bytes of all records.
  let recordBytes: Int

  /// The size of the file, in bytes.
  let size: Int
}

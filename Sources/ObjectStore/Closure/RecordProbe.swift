internal import Primitives

/// Reads records and proves them, keeping the stored bytes as well; one for each thread.
struct RecordProbe: ~Copyable {
  private var decompressor = Decompressor()
  private var content: [UInt8] = []
  private var length = 0

  /// The bytes of the record that was loaded last, as they are stored.
  private(set) var stored: [UInt8] = []

  init() {}

  /// Reads and proves a record.
  ///
  /// - Parameters:
  ///   - entry: The record.
  ///   - records: The store that `entry` comes from.
  /// - Returns: The entry of the copy that is good.
  /// - Throws: ``StoreError``: what is wrong with the first copy.
  mutating func load(
    _ entry: RecordEntry, from records: RecordStore
  ) throws(StoreError) -> RecordEntry {
    do throws(StoreError) {
      try decode(entry, from: records)
      return entry
    } catch {
      return try records.readAgain(entry, after: error) { place throws(StoreError) in
        try decode(place, from: records)
      }
    }
  }

  /// Reads and proves exactly this copy of a record, once.
  ///
  /// - Throws: ``StoreError``: it cannot be read, decoded, or is not what its oid says.
  mutating func decode(_ entry: RecordEntry, from records: RecordStore) throws(StoreError) {
    length = 0
    try records.readStored(entry, into: &stored)
    try decodeStored(entry)
  }

  /// Proves a record whose stored bytes somebody has read.
  mutating func decode(_ entry: RecordEntry, stored bytes: [UInt8]) throws(StoreError) {
    length = 0
    stored = bytes
    try decodeStored(entry)
  }

  private mutating func decodeStored(_ entry: RecordEntry) throws(StoreError) {
    if content.count < entry.length {
      content = [UInt8](repeating: 0, count: max(entry.length, 256 << 10))
    }
    do {
      try decompressor.decompress(entry, stored, into: &content)
    } catch {
      throw .undecodable(entry.oid, error)
    }
    switch entry.kind.form {
    case .content:
      let found = SHA256.id(of: content.span.extracting(..<entry.length))
      guard found == entry.oid else { throw .corrupt(entry.oid, found: found) }
    case .recipe:
      // What the node yields can only be proven as a whole; its own rules can be checked.
      _ = try Recipe(Array(content[..<entry.length]), standingUnder: entry.oid, isRoot: true)
    }
    length = entry.length
  }

  /// The content of the record that was loaded last, decoded.
  var bytes: [UInt8] { Array(content[..<length]) }
}

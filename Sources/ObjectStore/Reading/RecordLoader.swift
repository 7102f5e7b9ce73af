internal import Primitives

/// Reads records and decodes them into memory of its own; one for each thread.
struct RecordLoader: ~Copyable {
  private let records: RecordStore
  private var decompressor = Decompressor()
  private var stored: [UInt8] = []

  /// The content of the record that was loaded last, and room behind it.
  private var content: [UInt8] = []

  init(records: RecordStore) {
    self.records = records
  }

  /// Decodes the record of an object.
  ///
  /// - Parameters:
  ///   - id: The name of the record.
  ///   - verifying: Whether to check the content against the name. Without it the caller answers
  ///     for it: by the hash of a whole that the record is part of.
  /// - Returns: The record's entry; ``withContent(of:_:)`` gives the content until the next load.
  /// - Throws: ``StoreError/missing(_:)``, or a damage that a second look has confirmed.
  mutating func load(
    _ id: ObjectID, verifying: Bool = true
  ) throws(StoreError) -> RecordEntry {
    guard let entry = try records.find(id) else { throw .missing(id) }
    do throws(StoreError) {
      try decode(entry, verifying: verifying)
      return entry
    } catch {
      return try records.readAgain(entry, after: error) { place throws(StoreError) in
        try decode(place, verifying: verifying)
      }
    }
  }

  /// Takes a chunk from a file that should hold it, checked.
  ///
  /// - Returns: `false` where the file does not; nothing is loaded then.
  mutating func load(_ part: Recipe.Part, from basis: Basis) -> Bool {
    makeRoom(for: part.length)
    var room = content.mutableSpan
    var chunk = room._mutatingExtracting(..<part.length)
    return basis.read(part, into: &chunk)
  }

  private mutating func makeRoom(for length: Int) {
    guard content.count < length else { return }
    content = [UInt8](repeating: 0, count: max(length, 256 << 10))
  }

  /// Calls `body` with the content of the record that was loaded last.
  borrowing func withContent<Result>(
    of entry: RecordEntry, _ body: (Span<UInt8>) throws(StoreError) -> Result
  ) throws(StoreError) -> Result {
    try withContent(entry.length, body)
  }

  /// Calls `body` with what was loaded last, of which the length is known.
  borrowing func withContent<Result>(
    _ length: Int, _ body: (Span<UInt8>) throws(StoreError) -> Result
  ) throws(StoreError) -> Result {
    try body(content.span.extracting(..<length))
  }

  /// The content of the record of an object, checked.
  mutating func bytes(of id: ObjectID) throws(StoreError) -> [UInt8] {
    let entry = try load(id)
    return Array(content[..<entry.length])
  }

  private mutating func decode(_ entry: RecordEntry, verifying: Bool) throws(StoreError) {
    try records.readStored(entry, into: &stored)
    makeRoom(for: entry.length)
    do throws(CodecError) {
      try decompressor.decompress(entry, stored, into: &content)
    } catch {
      throw .undecodable(entry.oid, error)
    }
    guard verifying, entry.kind.form == .content else { return }
    let found = SHA256.id(of: content.span.extracting(..<entry.length))
    guard found == entry.oid else { throw .corrupt(entry.oid, found: found) }
  }
}

extension Decompressor {
  /// Decodes what a record holds to the start of a buffer that has room for it.
  mutating func decompress(
    _ entry: RecordEntry, _ stored: [UInt8], into content: inout [UInt8]
  ) throws(CodecError) {
    var room = content.mutableSpan
    var output = room._mutatingExtracting(..<entry.length)
    try decompress(entry.kind.codec, stored: stored.span, into: &output)
  }
}

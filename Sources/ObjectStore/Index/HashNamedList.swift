internal import Platform
internal import Primitives

/// Which packs are on disk for certain: `docs/format/index.md` § Safe list.
struct SafeList: Hashable, Sendable {
  private static let magic = Array("SHALESAF".utf8)
  private static let version: UInt32 = 1

  /// The packs, ascending.
  let safe: [ObjectID]

  /// Packs whose records are all in the safe packs of this list, ascending.
  let folded: [ObjectID]

  init(safe: some Sequence<ObjectID>, folded: some Sequence<ObjectID> = []) {
    self.safe = Set(safe).sorted()
    self.folded = Set(folded).sorted()
  }

  var encoded: [UInt8] {
    var bytes = Self.magic
    bytes.append(littleEndian: Self.version)
    bytes.append(littleEndian: UInt32(safe.count))
    bytes.append(littleEndian: UInt32(folded.count))
    bytes += [UInt8](repeating: 0, count: 12)
    for id in safe + folded { bytes.append(id) }
    return bytes
  }

  /// Reads a list that is named `id`.
  ///
  /// - Throws: ``IndexFlaw``.
  init(decoding bytes: [UInt8], id: ObjectID) throws(IndexFlaw) {
    var reader = ByteReader(bytes)
    guard SHA256.id(of: bytes.span) == id else { throw .name }
    guard reader.consume(Self.magic), let version = reader.number(UInt32.self) else {
      throw .magic
    }
    guard version <= Self.version else { throw .newer(version: Int(version)) }
    guard version == Self.version, let safeCount = reader.number(UInt32.self),
      let foldedCount = reader.number(UInt32.self), let zeros = reader.array(12),
      zeros.allSatisfy({ $0 == 0 })
    else { throw .content }
    guard reader.remaining == (Int(safeCount) + Int(foldedCount)) * ObjectID.byteCount else {
      throw .size
    }
    func ids(_ count: UInt32) throws(IndexFlaw) -> [ObjectID] {
      var ids: [ObjectID] = []
      for _ in 0..<count {
        guard let id = reader.objectID(), ids.last.map({ $0 < id }) ?? true else {
          throw .content
        }
        ids.append(id)
      }
      return ids
    }
    safe = try ids(safeCount)
    folded = try ids(foldedCount)
  }
}

/// Which records are damaged: `docs/format/index.md` § List of bad records.
struct BadList: Hashable, Sendable {
  /// The place of a damaged record.
  struct Record: Hashable, Sendable, Comparable {
    let oid: ObjectID
    let pack: ObjectID

    /// The distance of the first stored byte from the start of the pack, in bytes.
    let offset: UInt32

    static func < (left: Self, right: Self) -> Bool {
      if left.oid != right.oid { return left.oid < right.oid }
      if left.pack != right.pack { return left.pack < right.pack }
      return left.offset < right.offset
    }
  }

  private static let magic = Array("SHALEBAD".utf8)
  private static let version: UInt32 = 1
  private static let recordSize = 2 * ObjectID.byteCount + 4

  /// The records, ascending; at least one.
  let records: [Record]

  init(_ records: some Sequence<Record>) {
    self.records = Set(records).sorted()
  }

  var encoded: [UInt8] {
    var bytes = Self.magic
    bytes.append(littleEndian: Self.version)
    bytes.append(littleEndian: UInt32(records.count))
    bytes += [UInt8](repeating: 0, count: 16)
    for record in records {
      bytes.append(record.oid)
      bytes.append(record.pack)
      bytes.append(littleEndian: record.offset)
    }
    return bytes
  }

  /// Reads a list that is named `id`.
  ///
  /// - Throws: ``IndexFlaw``.
  init(decoding bytes: [UInt8], id: ObjectID) throws(IndexFlaw) {
    var reader = ByteReader(bytes)
    guard SHA256.id(of: bytes.span) == id else { throw .name }
    guard reader.consume(Self.magic), let version = reader.number(UInt32.self) else {
      throw .magic
    }
    guard version <= Self.version else { throw .newer(version: Int(version)) }
    guard version == Self.version, let count = reader.number(UInt32.self), count > 0,
      let zeros = reader.array(16), zeros.allSatisfy({ $0 == 0 })
    else { throw .content }
    guard reader.remaining == Int(count) * Self.recordSize else { throw .size }
    var records: [Record] = []
    for _ in 0..<count {
      guard let oid = reader.objectID(), let pack = reader.objectID(),
        let offset = reader.number(UInt32.self)
      else { throw .size }
      let record = Record(oid: oid, pack: pack, offset: offset)
      guard records.last.map({ $0 < record }) ?? true else { throw .content }
      records.append(record)
    }
    self.records = records
  }
}

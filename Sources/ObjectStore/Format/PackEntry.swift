internal import Primitives

/// One entry of 48 bytes, as directories of packs and pages of indexes hold it.
///
/// `docs/format/pack.md` § Entry.
struct PackEntry: Hashable, Sendable {
  /// The size of an entry, in bytes.
  static let byteCount = 48

  var oid: ObjectID

  /// Zero in a pack's own directory; in an index the pack's place in its table.
  var pack: UInt32

  /// The distance of the first stored byte from the start of the pack, in bytes.
  var offset: UInt32

  /// The size of the record as stored, in bytes.
  var storedLength: UInt32

  /// The size after decoding, in bytes: under 2²⁴.
  var length: UInt32

  /// The byte of a ``RecordKind``.
  var kind: UInt8

  init(
    oid: ObjectID, pack: UInt32, offset: UInt32, storedLength: UInt32, length: UInt32, kind: UInt8
  ) {
    self.oid = oid
    self.pack = pack
    self.offset = offset
    self.storedLength = storedLength
    self.length = length
    self.kind = kind
  }

  /// Reads the 48 bytes that start at `offset`.
  ///
  /// - Precondition: `bytes` holds at least `offset + 48` bytes.
  init(bytes: Span<UInt8>, at start: Int) {
    func word(_ offset: Int) -> UInt32 {
      UInt32(bytes[start + offset]) | UInt32(bytes[start + offset + 1]) << 8
        | UInt32(bytes[start + offset + 2]) << 16 | UInt32(bytes[start + offset + 3]) << 24
    }
    oid = ObjectID(bytes: bytes, at: start)
    pack = word(32)
    offset = word(36)
    storedLength = word(40)
    let last = word(44)
    length = last & 0xFF_FFFF
    kind = UInt8(truncatingIfNeeded: last >> 24)
  }

  /// Writes the 48 bytes of the entry, from `start` on.
  func write(to bytes: inout MutableSpan<UInt8>, at start: Int) {
    oid.write(to: &bytes, at: start)
    func put(_ value: UInt32, _ offset: Int) {
      for index in 0..<4 {
        bytes[start + offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(index * 8))
      }
    }
    put(pack, 32)
    put(offset, 36)
    put(storedLength, 40)
    put(length & 0xFF_FFFF | UInt32(kind) << 24, 44)
  }
}

extension PackEntry: Comparable {
  /// The order of an index: by oid, then pack, then offset.
  static func < (left: Self, right: Self) -> Bool {
    if left.oid != right.oid { return left.oid < right.oid }
    if left.pack != right.pack { return left.pack < right.pack }
    return left.offset < right.offset
  }
}

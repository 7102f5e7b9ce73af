/// Reads numbers and byte strings one after the other out of bytes that may lie about themselves.
///
/// Numbers are little-endian. Nothing is read past the end: every read says in its result whether
/// the bytes were there, so a truncated or hostile input ends in an error of the caller's.
package struct ByteReader {
  @usableFromInline let bytes: [UInt8]

  /// The distance of the next byte from the start, in bytes.
  package private(set) var offset = 0

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  package var remaining: Int { bytes.count - offset }
  package var isAtEnd: Bool { remaining == 0 }

  /// The next unsigned number of `Value`'s width, or `nil` when the bytes end first.
  @inlinable
  package mutating func number<Value: FixedWidthInteger & UnsignedInteger>(
    _ type: Value.Type = Value.self
  ) -> Value? {
    number(width: Value.bitWidth / 8).map { Value(truncatingIfNeeded: $0) }
  }

  /// The next number of 1 to 8 bytes, or `nil` when the bytes end first.
  package mutating func number(width: Int) -> UInt64? {
    guard remaining >= width else { return nil }
    var value: UInt64 = 0
    for index in (0..<width).reversed() { value = value << 8 | UInt64(bytes[offset + index]) }
    offset += width
    return value
  }

  /// A copy of the bytes from an earlier offset up to the next byte.
  package func bytes(from start: Int) -> [UInt8] { Array(bytes[start..<offset]) }

  /// The next 8-byte number as a size or count, or `nil` when it is missing or beyond `Int.max`.
  package mutating func size() -> Int? {
    number(UInt64.self).flatMap { Int(exactly: $0) }
  }

  /// The next 32 bytes as an object's name.
  package mutating func objectID() -> ObjectID? {
    guard remaining >= ObjectID.byteCount else { return nil }
    defer { offset += ObjectID.byteCount }
    return ObjectID(bytes: bytes.span, at: offset)
  }

  /// A copy of the next `count` bytes.
  package mutating func array(_ count: Int) -> [UInt8]? {
    guard count >= 0, remaining >= count else { return nil }
    defer { offset += count }
    return Array(bytes[offset..<offset + count])
  }

  /// Passes over the next `count` bytes; `false` where they end first.
  package mutating func skip(_ count: Int) -> Bool {
    guard count >= 0, remaining >= count else { return false }
    offset += count
    return true
  }

  /// Whether the next bytes are exactly `expected`; they are consumed if so.
  package mutating func consume(_ expected: [UInt8]) -> Bool {
    guard remaining >= expected.count else { return false }
    for (index, byte) in expected.enumerated() where bytes[offset + index] != byte { return false }
    offset += expected.count
    return true
  }
}

extension [UInt8] {
  /// Appends a number, least significant byte first.
  @inlinable
  package mutating func append(littleEndian value: some FixedWidthInteger & UnsignedInteger) {
    append(addingCapacity: value.bitWidth / 8) { $0.append(littleEndian: value) }
  }

  /// Appends the 32 bytes of an object's name.
  package mutating func append(_ id: ObjectID) {
    append(addingCapacity: ObjectID.byteCount) { $0.append(id) }
  }
}

extension OutputSpan<UInt8> {
  /// Appends a number, least significant byte first.
  @inlinable
  package mutating func append(littleEndian value: some FixedWidthInteger & UnsignedInteger) {
    var rest = value
    for _ in 0..<value.bitWidth / 8 {
      append(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
  }

  /// Appends the 32 bytes of an object's name.
  package mutating func append(_ id: ObjectID) {
    append(littleEndian: id.words.0.byteSwapped)
    append(littleEndian: id.words.1.byteSwapped)
    append(littleEndian: id.words.2.byteSwapped)
    append(littleEndian: id.words.3.byteSwapped)
  }
}

internal import Primitives

/// The checksum of stat indexes: FNV-1a over words of 8 bytes.
///
/// It finds damage, and is no defence against people. See section 6 of
/// `docs/format/stat-index.md`.
struct WordChecksum {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325
  private static let prime: UInt64 = 0x0000_0100_0000_01b3

  /// Takes bytes in; only the last piece may have a length that is no multiple of 8.
  mutating func update(_ bytes: Span<UInt8>) {
    var state = value
    let whole = bytes.count & ~7
    var offset = 0
    while offset < whole {
      state = (state ^ bytes.word(at: offset)) &* Self.prime
      offset += 8
    }
    if offset < bytes.count {
      var word: UInt64 = 0
      for index in (offset..<bytes.count).reversed() { word = word << 8 | UInt64(bytes[index]) }
      state = (state ^ word) &* Self.prime
    }
    value = state
  }

  /// The checksum of `bytes`.
  static func of(_ bytes: Span<UInt8>) -> UInt64 {
    var checksum = Self()
    checksum.update(bytes)
    return checksum.value
  }
}

/// The name of an object: the SHA-256 of its full content.
///
/// `sha256sum` prints the same number for the file. Held as four words, most significant first,
/// so that comparing and hashing cost a few instructions and no object is allocated.
package struct ObjectID: Hashable, Sendable {
  /// The size of an object's name, in bytes.
  package static let byteCount = 32

  /// The name as four big-endian words.
  package let words: (UInt64, UInt64, UInt64, UInt64)

  package init(words: (UInt64, UInt64, UInt64, UInt64)) {
    self.words = words
  }

  /// Takes the name from the 32 bytes that start at `offset`.
  ///
  /// - Precondition: `bytes` holds at least `offset + 32` bytes.
  package init(bytes: Span<UInt8>, at offset: Int = 0) {
    words = (
      bytes.word(at: offset).byteSwapped,
      bytes.word(at: offset + 8).byteSwapped,
      bytes.word(at: offset + 16).byteSwapped,
      bytes.word(at: offset + 24).byteSwapped
    )
  }

  /// Reads 64 hexadecimal digits, lower case only: a name has one spelling.
  package init?(hex: some Collection<UInt8>) {
    guard hex.count == 64 else { return nil }
    self.init(digits: Array(hex))
  }

  /// Not generic, for directories hold many names.
  private init?(digits: [UInt8]) {
    func word(at start: Int) -> UInt64? {
      var word: UInt64 = 0
      for index in start..<start + 16 {
        guard let value = Hex.value(of: digits[index]) else { return nil }
        word = word << 4 | UInt64(value)
      }
      return word
    }
    guard let first = word(at: 0), let second = word(at: 16), let third = word(at: 32),
      let fourth = word(at: 48)
    else { return nil }
    words = (first, second, third, fourth)
  }

  package init?(hex: String) {
    self.init(hex: Array(hex.utf8))
  }

  /// The name of the empty object: the SHA-256 of no bytes.
  package static let empty = Self(
    words: (
      0xe3b0_c442_98fc_1c14, 0x9afb_f4c8_996f_b924, 0x27ae_41e4_649b_934c, 0xa495_991b_7852_b855
    ))

  package static func == (left: Self, right: Self) -> Bool {
    left.words.0 == right.words.0 && left.words.1 == right.words.1
      && left.words.2 == right.words.2 && left.words.3 == right.words.3
  }

  package func hash(into hasher: inout Hasher) {
    // A name is uniformly distributed already: one word of it is as good as all four.
    hasher.combine(words.0)
  }

  /// Writes the 32 bytes of the name into `bytes`, from `offset` on.
  package func write(to bytes: inout MutableSpan<UInt8>, at offset: Int) {
    for index in 0..<32 { bytes[offset + index] = self[index] }
  }

  /// One byte of the name, counted from the most significant.
  package subscript(index: Int) -> UInt8 {
    let word =
      switch index / 8 {
      case 0: words.0
      case 1: words.1
      case 2: words.2
      default: words.3
      }
    return UInt8(truncatingIfNeeded: word >> UInt64(56 - index % 8 * 8))
  }

  /// The 32 bytes of the name.
  package var bytes: [UInt8] { (0..<32).map { self[$0] } }

  /// The name as 64 lower-case hexadecimal digits.
  package var hex: String { Hex.string(of: bytes) }

  /// The first 12 digits, for messages.
  package var abbreviated: String { String(hex.prefix(12)) }
}

extension ObjectID: Comparable {
  package static func < (left: Self, right: Self) -> Bool {
    if left.words.0 != right.words.0 { return left.words.0 < right.words.0 }
    if left.words.1 != right.words.1 { return left.words.1 < right.words.1 }
    if left.words.2 != right.words.2 { return left.words.2 < right.words.2 }
    return left.words.3 < right.words.3
  }
}

extension ObjectID: CustomStringConvertible {
  package var description: String { hex }
}

extension ObjectID: Encodable {
  /// Encodes the 64 hexadecimal digits.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(hex)
  }
}

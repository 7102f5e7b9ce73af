internal import CGit2
internal import Primitives

/// The name of a git object: the SHA-1 that git computes.
///
/// Not to be confused with ``ObjectID``, which names content that Shale keeps.
package struct GitID: Hashable, Sendable {
  /// The size of a name, in bytes.
  package static let byteCount = 20

  private let high: UInt64
  private let middle: UInt64
  private let low: UInt32

  /// The name that stands for no object.
  package static let zero = Self(high: 0, middle: 0, low: 0)

  /// The name of the tree without entries.
  package static let emptyTree = Self(
    high: 0x4b82_5dc6_42cb_6eb9, middle: 0xa060_e54b_f8d6_9288, low: 0xfbee_4904)

  private init(high: UInt64, middle: UInt64, low: UInt32) {
    self.high = high
    self.middle = middle
    self.low = low
  }

  /// Reads 40 hexadecimal digits, lower case only.
  package init?(hex: some Collection<UInt8>) {
    guard hex.count == 40, let bytes = Hex.bytes(of: hex) else { return nil }
    self.init(bytes: bytes)
  }

  /// Reads 40 hexadecimal digits, lower case only.
  package init?(hex: String) {
    self.init(hex: Array(hex.utf8))
  }

  /// Takes the 20 bytes of a name.
  ///
  /// - Precondition: `bytes` holds 20 bytes.
  init(bytes: some Sequence<UInt8>) {
    var words: (UInt64, UInt64, UInt32) = (0, 0, 0)
    var index = 0
    for byte in bytes {
      switch index {
      case 0..<8: words.0 = words.0 << 8 | UInt64(byte)
      case 8..<16: words.1 = words.1 << 8 | UInt64(byte)
      default: words.2 = words.2 << 8 | UInt32(byte)
      }
      index += 1
    }
    precondition(index == Self.byteCount, "a git name has 20 bytes")
    self.init(high: words.0, middle: words.1, low: words.2)
  }

  /// The name of a file with these bytes, which need not be in any repository.
  package init(ofBlob bytes: [UInt8]) throws(GitError) {
    var oid = git_oid()
    let code = unsafe bytes.withUnsafeBytes { bytes in
      unsafe git_odb_hash(&oid, bytes.baseAddress, bytes.count, GIT_OBJECT_BLOB)
    }
    try check(code, .readObject)
    self.init(oid)
  }

  init(_ oid: git_oid) {
    var oid = oid
    self = unsafe withUnsafeBytes(of: &oid) { unsafe Self(bytes: $0.prefix(Self.byteCount)) }
  }

  /// The name as libgit2 takes it.
  var oid: git_oid {
    var oid = git_oid()
    unsafe withUnsafeMutableBytes(of: &oid) { room in
      for (index, byte) in bytes.enumerated() { unsafe room[index] = byte }
    }
    return oid
  }

  /// The 20 bytes of the name.
  package var bytes: [UInt8] {
    func spread(_ word: some FixedWidthInteger & UnsignedInteger) -> [UInt8] {
      (0..<word.bitWidth / 8).map {
        UInt8(truncatingIfNeeded: word >> ((word.bitWidth / 8 - 1 - $0) * 8))
      }
    }
    return spread(high) + spread(middle) + spread(low)
  }

  /// The name as 40 lower-case hexadecimal digits.
  package var hex: String { Hex.string(of: bytes) }

  /// The first 10 digits, for messages.
  package var abbreviated: String { String(hex.prefix(10)) }
}

extension GitID: Comparable {
  package static func < (left: Self, right: Self) -> Bool {
    (left.high, left.middle, left.low) < (right.high, right.middle, right.low)
  }
}

extension GitID: CustomStringConvertible {
  package var description: String { hex }
}

extension GitID: Encodable {
  /// Encodes the 40 hexadecimal digits.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(hex)
  }
}

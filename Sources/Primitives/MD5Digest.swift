/// The MD5 of a content, by which DVC names it.
///
/// It finds damage, and proves nothing against somebody who makes two contents of one name.
package struct MD5Digest: Hashable, Sendable {
  /// The size of a digest, in bytes.
  package static let byteCount = 16

  private let high: UInt64
  private let low: UInt64

  /// Takes the 16 bytes of a digest.
  ///
  /// - Precondition: `bytes` holds 16 bytes.
  package init(bytes: Span<UInt8>) {
    high = bytes.word(at: 0).byteSwapped
    low = bytes.word(at: 8).byteSwapped
  }

  /// Reads 32 hexadecimal digits, lower case only.
  package init?(hex: some Collection<UInt8>) {
    guard hex.count == 2 * Self.byteCount, let bytes = Hex.bytes(of: hex) else { return nil }
    self.init(bytes: bytes.span)
  }

  /// The digest as 32 lower-case hexadecimal digits.
  package var hex: String {
    Hex.string(
      of: [high, low].flatMap { word in
        (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
      })
  }
}

extension MD5Digest: CustomStringConvertible {
  package var description: String { hex }
}

/// A size in bytes.
package struct ByteCount: Hashable, Sendable {
  package let bytes: Int

  private init(bytes: Int) {
    self.bytes = bytes
  }

  package static let zero = Self.bytes(0)

  /// So many bytes, or units of 2^10, 2^20 or 2^30 bytes; the product must fit an `Int`.
  package static func bytes(_ count: Int) -> Self { Self(bytes: count) }
  package static func kibibytes(_ count: Int) -> Self { Self(bytes: count << 10) }
  package static func mebibytes(_ count: Int) -> Self { Self(bytes: count << 20) }
  package static func gibibytes(_ count: Int) -> Self { Self(bytes: count << 30) }

  package static func + (left: Self, right: Self) -> Self { Self(bytes: left.bytes + right.bytes) }
  package static func - (left: Self, right: Self) -> Self { Self(bytes: left.bytes - right.bytes) }
  package static func += (left: inout Self, right: Self) { left = left + right }
}

extension ByteCount: Comparable {
  package static func < (left: Self, right: Self) -> Bool { left.bytes < right.bytes }
}

extension ByteCount: CustomStringConvertible {
  /// The size for people, in powers of 1,024: `0 B`, `999 B`, `1.5 KiB`, `16 GiB`.
  ///
  /// At most three significant digits and always rounded to the nearest.
  package var description: String {
    let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    guard bytes.magnitude >= 1_024 else { return "\(bytes) B" }
    var value = Double(bytes) / 1_024
    var unit = 0
    while value.magnitude >= 999.5, unit < units.count - 1 {
      value /= 1_024
      unit += 1
    }
    let tenths = (value * 10).rounded() / 10
    let number =
      tenths.magnitude < 100 && tenths != tenths.rounded()
      ? "\(tenths)" : "\(Int(value.rounded()))"
    return "\(number) \(units[unit])"
  }
}

extension ByteCount: Encodable {
  /// Encodes the plain number of bytes.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(bytes)
  }
}

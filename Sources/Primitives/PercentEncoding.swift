/// Any bytes as one line of text, and back: one spelling for one value.
///
/// Control bytes and `%` are written as `%` and two upper-case hexadecimal digits, all others,
/// UTF-8 or not, as they are. Roots and the operation log write paths in this way.
package enum PercentEncoding {
  /// Writes `bytes`, and also those of `others` as digits.
  package static func encode(_ bytes: some Sequence<UInt8>, also others: [UInt8] = []) -> [UInt8] {
    let digits = Array("0123456789ABCDEF".utf8)
    var encoded: [UInt8] = []
    for byte in bytes {
      if isEscaped(byte) || others.contains(byte) {
        encoded.append(UInt8(ascii: "%"))
        encoded.append(digits[Int(byte >> 4)])
        encoded.append(digits[Int(byte & 15)])
      } else {
        encoded.append(byte)
      }
    }
    return encoded
  }

  /// Reads what ``encode(_:also:)`` wrote with the same `others`.
  ///
  /// - Returns: `nil` for any other spelling.
  package static func decode(
    _ encoded: some Sequence<UInt8>, also others: [UInt8] = []
  ) -> ByteString? {
    var bytes: [UInt8] = []
    var iterator = encoded.makeIterator()
    while let byte = iterator.next() {
      if byte != UInt8(ascii: "%") {
        guard !isEscaped(byte), !others.contains(byte) else { return nil }
        bytes.append(byte)
        continue
      }
      guard let high = iterator.next().flatMap(value), let low = iterator.next().flatMap(value)
      else { return nil }
      let escaped = high << 4 | low
      guard isEscaped(escaped) || others.contains(escaped) else { return nil }
      bytes.append(escaped)
    }
    return ByteString(bytes)
  }

  private static func isEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "%")
  }

  private static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

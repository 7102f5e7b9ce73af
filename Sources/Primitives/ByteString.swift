/// Bytes that a person reads as text, though nothing promises that they are UTF-8.
///
/// File names, symlink targets, command-line arguments and environment values on Linux are bytes.
/// Keeping them as bytes is what lets a name that is not UTF-8 survive a round trip.
package struct ByteString: Hashable, Sendable {
  package let bytes: [UInt8]

  @inlinable
  package init(_ bytes: some Sequence<UInt8>) {
    self.bytes = Array(bytes)
  }

  /// Takes an array without copying it.
  @inlinable
  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  package init(_ text: String) {
    bytes = Array(text.utf8)
  }

  package var isEmpty: Bool { bytes.isEmpty }
  package var count: Int { bytes.count }

  /// The text, if the bytes are valid UTF-8.
  package var text: String? { String(validating: bytes, as: UTF8.self) }
}

extension ByteString: Comparable {
  /// Compares byte by byte as unsigned numbers, as `memcmp` and git do.
  package static func < (left: Self, right: Self) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}

extension ByteString: ExpressibleByStringLiteral {
  package init(stringLiteral text: String) { self.init(text) }
}

extension ByteString: CustomStringConvertible {
  /// The text as it is, or, where it is not plain printable UTF-8, quoted as git quotes paths.
  ///
  /// The quoted form begins and ends with `"` and writes control bytes and bytes that are not
  /// UTF-8 as `\n`, `\t`, `\"`, `\\` or three octal digits, so a terminal cannot be tricked by a
  /// name, and two different names never look the same.
  package var description: String {
    if let text, !text.unicodeScalars.contains(where: Self.needsQuoting) { return text }
    var quoted = "\""
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\n"): quoted += "\\n"
      case UInt8(ascii: "\t"): quoted += "\\t"
      case UInt8(ascii: "\r"): quoted += "\\r"
      case UInt8(ascii: "\""): quoted += "\\\""
      case UInt8(ascii: "\\"): quoted += "\\\\"
      case 0x20..<0x7F: quoted.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 8)
        quoted += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
      }
    }
    return quoted + "\""
  }

  private static func needsQuoting(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: true
    default: scalar == "\"" || scalar == "\\"
    }
  }
}

extension ByteString: Encodable {
  /// Encodes ``description``, so that every output names a file in the same way.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

internal import FoundationEssentials

/// Strings as JSON writes them, between quotes.
enum JSONText {
  /// The text of a JSON string with its quotes, or `nil` where it is not one.
  static func decode(_ quoted: String) -> String? {
    try? JSONDecoder().decode(String.self, from: Data(quoted.utf8))
  }

  /// The string between quotes, invisible characters escaped.
  ///
  /// - Parameters:
  ///   - text: Any text.
  ///   - asYAML: Whether characters beyond 16 bits are escaped as YAML has it, in one piece.
  static func encode(_ text: String, asYAML: Bool = false) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case _ where isInvisible(scalar): quoted += escape(scalar, asYAML: asYAML)
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  /// Whether a character cannot be seen, or changes how others are shown.
  static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    // Most are letters of ASCII, and the table of all categories is slow.
    if ("!"..."~").contains(scalar) || scalar == " " { return false }
    return switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: true
    default: false
    }
  }

  private static func escape(_ scalar: Unicode.Scalar, asYAML: Bool) -> String {
    if asYAML, scalar.value > 0xFFFF { return "\\U" + hex(scalar.value, digits: 8) }
    return scalar.utf16.map { "\\u" + hex(UInt32($0), digits: 4) }.joined()
  }

  private static func hex(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: digits - text.count) + text
  }
}

internal import FoundationEssentials

/// Strings as JSON writes them, between quotes.
enum JSONText {
  /// The text of a JSON string with its quotes, or `nil` where it is not one.
  static func decode(_ quoted: String) -> String? {
    try? JSONDecoder().decode(String.self, from: Data(quoted.utf8))
  }

  /// The string between quotes, invisible characters escaped.
  static func encode(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case _ where isInvisible(scalar): for unit in scalar.utf16 { quoted += escape(unit) }
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  /// Whether a character cannot be seen, or changes how others are shown.
  static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: true
    default: false
    }
  }

  private static func escape(_ unit: UInt16) -> String {
    let digits = String(unit, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
  }
}

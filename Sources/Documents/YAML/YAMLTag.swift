/// What tags of YAML make of a scalar.
enum YAMLTag {
  private static let standard = "tag:yaml.org,2002:"

  /// The value of a scalar with a tag, or `nil` where the tag is not known or does not fit.
  static func value(_ text: String, tag: String) -> DocumentValue? {
    switch tag {
    case "!", standard + "str", standard + "timestamp": .text(text)
    case standard + "null", standard + "bool", standard + "int", standard + "float":
      plain(text, tag: tag)
    default: nil
    }
  }

  private static func plain(_ text: String, tag: String) -> DocumentValue? {
    switch (tag, YAMLWord.value(of: text)) {
    case (standard + "null", .null): .null
    case (standard + "bool", .boolean(let value)): .boolean(value)
    case (standard + "int", .integer(let value)): .integer(value)
    case (standard + "float", .integer(let value)): .number(Double(value))
    case (standard + "float", .number(let value)): .number(value)
    default: nil
    }
  }

  /// Whether a list or table may have the tag.
  static func isAllowed(_ tag: String, onTable isTable: Bool) -> Bool {
    tag == "!" || tag == standard + (isTable ? "map" : "seq")
  }
}

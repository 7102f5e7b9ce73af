/// XML or HTML that is being written: whatever is not ours goes through one of its methods, which
/// escape it for its place.
struct Markup {
  /// What is written so far.
  private(set) var text = ""

  /// Writes an element without content: of SVG, or one that is always empty in HTML.
  mutating func empty(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:])
  {
    open(name, attributes, end: "/>")
  }

  /// Writes an element around what `content` writes.
  mutating func element(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:],
    content: (inout Markup) -> Void
  ) {
    open(name, attributes, end: ">")
    content(&self)
    text += "</"
    text += name.description
    text += ">"
  }

  /// Writes an element that holds text.
  mutating func element(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], text: String
  ) {
    element(name, attributes) { $0.write(text) }
  }

  /// Writes text.
  mutating func write(_ words: String) {
    guard words.utf8.contains(where: Self.isSpecial) else {
      text += words
      return
    }
    for scalar in words.unicodeScalars {
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      case "'": text += "&#39;"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }

  /// Writes what this module itself holds: a style, a script, a line break.
  mutating func fixed(_ words: StaticString) {
    text += words.description
  }

  /// Writes what was written apart.
  mutating func append(_ other: Markup) {
    text += other.text
  }

  /// Writes numbers as an array of JSON: no number can end a script.
  mutating func write(numbers: [Int]) {
    text += "["
    text += numbers.map(String.init).joined(separator: ",")
    text += "]"
  }

  private mutating func open(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String>, end: StaticString
  ) {
    text += "<"
    text += name.description
    for (name, value) in attributes {
      text += " "
      text += name.description
      text += "=\""
      write(value)
      text += "\""
    }
    text += end.description
  }

  private static func isSpecial(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""),
      UInt8(ascii: "'"):
      true
    default: false
    }
  }
}

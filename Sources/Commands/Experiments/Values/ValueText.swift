internal import Documents
internal import Primitives
internal import Terminal

/// How values are written for people.
struct ValueText {
  /// How many significant digits numbers have at least; `nil` to show them all.
  let digits: Int?

  /// The columns beyond which a value is cut.
  static let limit = 48

  /// Measured numbers where there is room for the gist only.
  static let brief = Self(digits: 4)

  /// A value on one line.
  func text(_ value: DocumentValue) -> String {
    if let digits, case .number(let number) = value {
      return number.text(significantDigits: digits)
    }
    return StyledString(value).cut(to: Self.limit).text
  }

  /// Two values, with more digits where rounding would hide that they differ.
  func texts(_ old: DocumentValue, _ new: DocumentValue) -> (old: String, new: String) {
    let rounded = (text(old), text(new))
    guard rounded.0 == rounded.1, old.double != nil, new.double != nil else { return rounded }
    return (old.description, new.description)
  }

  /// Numbers with spaces before them, so that their points stand below each other.
  ///
  /// Other texts begin where the longest number does.
  static func aligned(_ texts: [(text: String, isNumber: Bool)]) -> [String] {
    let widths = texts.map { $0.isNumber ? whole($0.text) : 0 }
    let widest = widths.max() ?? 0
    return zip(texts, widths).map { text, width in
      text.isNumber ? String(repeating: " ", count: widest - width) + text.text : text.text
    }
  }

  /// How many columns of a number stand before its point.
  private static func whole(_ number: String) -> Int {
    number.utf8.prefix { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "e") }.count
  }
}

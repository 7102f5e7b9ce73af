/// Steps through the parts of a number: sign, digits, point, exponent.
struct NumberScanner {
  private(set) var rest: Substring.UTF8View

  init(_ word: String) {
    rest = Substring(word).utf8
  }

  var isAtEnd: Bool { rest.isEmpty }

  /// Whether a word is a decimal number as YAML's core schema has it.
  static func isNumber(_ word: String) -> Bool {
    var scanner = NumberScanner(word)
    _ = scanner.take("+-")
    let isWhole = !scanner.takeDigits().isEmpty
    let hasFraction = scanner.take(".") && !scanner.takeDigits().isEmpty
    return (isWhole || hasFraction) && scanner.takeExponent() && scanner.isAtEnd
  }

  /// Steps over one of the characters, if it is next.
  mutating func take(_ characters: String) -> Bool {
    guard let next = rest.first, characters.utf8.contains(next) else { return false }
    rest.removeFirst()
    return true
  }

  /// Steps over decimal digits, of which there may be none.
  mutating func takeDigits() -> Substring.UTF8View {
    let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    rest = rest.dropFirst(digits.count)
    return digits
  }

  /// Steps over an exponent, if one is next; false where it has no digits.
  mutating func takeExponent() -> Bool {
    guard take("eE") else { return true }
    _ = take("+-")
    return !takeDigits().isEmpty
  }
}

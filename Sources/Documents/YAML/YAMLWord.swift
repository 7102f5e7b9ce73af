/// What plain words of YAML mean: the core schema of YAML 1.2.
///
/// Dates are text, and so are `yes`, `on` and `1_000`, which are other values in YAML 1.1.
enum YAMLWord {
  /// The value of a scalar that is not quoted.
  static func value(of word: String) -> DocumentValue {
    switch word {
    case "", "~", "null", "Null", "NULL": .null
    case "true", "True", "TRUE": .boolean(true)
    case "false", "False", "FALSE": .boolean(false)
    case ".nan", ".NaN", ".NAN": .number(.nan)
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": .number(.infinity)
    case "-.inf", "-.Inf", "-.INF": .number(-.infinity)
    default: number(word) ?? .text(word)
    }
  }

  private static func number(_ word: String) -> DocumentValue? {
    if word.hasPrefix("0x") { return digits(word, radix: 16) }
    if word.hasPrefix("0o") { return digits(word, radix: 8) }
    guard NumberScanner.isNumber(word) else { return nil }
    let isWhole = word.utf8.allSatisfy { !".eE".utf8.contains($0) }
    if isWhole { return WholeNumber.value(word, written: word) }
    return Double(word).map { .number($0) }
  }

  private static func digits(_ word: String, radix: Int) -> DocumentValue? {
    let digits = word.dropFirst(2)
    let isNumber = !digits.isEmpty && digits.utf8.allSatisfy { Self.isDigit($0, radix: radix) }
    return isNumber ? WholeNumber.value(String(digits), radix: radix, written: word) : nil
  }

  private static func isDigit(_ byte: UInt8, radix: Int) -> Bool {
    Int(String(Unicode.Scalar(byte)), radix: radix) != nil
  }
}

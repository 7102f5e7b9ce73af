/// What JSON writes without quotes: numbers, `true`, `false` and `null`.
enum JSONWord {
  /// The value of a word, or `nil` where JSON has no such word.
  static func value(of word: String) -> DocumentValue? {
    switch word {
    case "null": .null
    case "true": .boolean(true)
    case "false": .boolean(false)
    case "NaN": .number(.nan)
    case "Infinity": .number(.infinity)
    case "-Infinity": .number(-.infinity)
    default: number(word)
    }
  }

  /// A number in JSON's form: no `+` before it, no zero before other digits, digits on both sides
  /// of the point.
  private static func number(_ word: String) -> DocumentValue? {
    var scanner = NumberScanner(word)
    _ = scanner.take("-")
    let digits = scanner.takeDigits()
    guard let first = digits.first, first != UInt8(ascii: "0") || digits.count == 1 else {
      return nil
    }
    if scanner.isAtEnd { return WholeNumber.value(word, written: word) }
    if scanner.take("."), scanner.takeDigits().isEmpty { return nil }
    guard scanner.takeExponent(), scanner.isAtEnd else { return nil }
    return Double(word).map { .number($0) }
  }
}

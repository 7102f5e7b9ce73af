/// A decimal number, rewritten so that YAML 1.1, YAML 1.2 and JSON agree on it.
///
/// YAML 1.1 wants a point and a signed exponent, and takes a leading zero for octal; JSON wants
/// digits on both sides of the point and no sign `+`.
struct DecimalNumber {
  /// The number as all readers take it.
  let text: String

  /// Reads a number of YAML's core schema, or returns `nil` for any other word.
  init?(_ word: String) {
    var scanner = NumberScanner(word)
    let isNegative = scanner.take("-")
    if !isNegative { _ = scanner.take("+") }
    let digits = String(Substring(scanner.takeDigits()))
    let hasPoint = scanner.take(".")
    let fraction = hasPoint ? String(Substring(scanner.takeDigits())) : ""
    if digits.isEmpty && fraction.isEmpty { return nil }
    let exponent = String(Substring(scanner.rest))
    guard scanner.takeExponent(), scanner.isAtEnd else { return nil }
    let whole = digits.drop { $0 == "0" }
    text =
      (isNegative ? "-" : "") + (whole.isEmpty ? "0" : whole)
      + (hasPoint || !exponent.isEmpty ? "." + (fraction.isEmpty ? "0" : fraction) : "")
      + Self.signed(exponent)
  }

  /// An exponent with its sign: `e4` becomes `e+4`.
  private static func signed(_ exponent: String) -> String {
    guard let letter = exponent.first else { return "" }
    let rest = exponent.dropFirst()
    return String(letter) + (rest.hasPrefix("+") || rest.hasPrefix("-") ? rest : "+" + rest)
  }
}

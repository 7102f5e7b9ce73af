/// Whole numbers that are written in digits.
enum WholeNumber {
  /// The value of digits in a base, with a sign or none.
  ///
  /// An integer where an `Int` holds it, a number where a `Double` holds it exactly, and otherwise
  /// the text as it was written.
  static func value(_ digits: String, radix: Int = 10, written: String) -> DocumentValue {
    if let integer = Int(digits, radix: radix) { return .integer(integer) }
    if let large = Int128(digits, radix: radix), let number = Double(exactly: large) {
      return .number(number)
    }
    return .text(written)
  }
}

/// Text that YAML needs no quotes for.
enum PlainText {
  /// Whether every reader takes the word for this text, in any place of a document.
  ///
  /// The rule is narrower than YAML's: letters first, so that no number or date begins here, and
  /// few signs.
  static func isSafe(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first,
      isLetter(first) || "_/".unicodeScalars.contains(first)
    else { return false }
    return !isReserved(text)
      && text.unicodeScalars.allSatisfy {
        isLetter($0) || ("0"..."9").contains($0) || "_./+@%=-".unicodeScalars.contains($0)
      }
  }

  /// Whether a word is a value other than text in YAML 1.1 or 1.2, in any case.
  static func isReserved(_ text: String) -> Bool {
    let words: Set = [
      "null", "true", "false", "yes", "no", "on", "off", "y", "n", "~", "=", "<<", ".nan", ".inf",
      "-.inf", "+.inf",
    ]
    return words.contains(text.lowercased())
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
  }
}

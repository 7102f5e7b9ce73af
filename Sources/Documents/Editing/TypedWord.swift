/// What a word of a command line means as the new value of a scalar.
enum TypedWord {
  /// The new value; throws where readers of the document would not agree on it.
  static func value(
    of word: String, replacing old: EditTarget, in format: DocumentFormat
  ) throws(DocumentError) -> DocumentValue {
    if word.hasPrefix("\""), let text = JSONText.decode(word) { return .text(text) }
    let isText = if case .text = old.value { true } else { false }
    if word.isEmpty || isText && old.form != .plain { return .text(word) }
    let meant = format == .json ? jsonValue(of: word) : YAMLWord.value(of: word)
    if isText {
      switch meant {
      case .integer, .number, .boolean: return isDecimal(word) ? meant : .text(word)
      default: return .text(word)
      }
    }
    if case .text = meant, isAmbiguous(word, in: format) { throw .ambiguousWord(word) }
    return meant
  }

  /// JSON's literals, and numbers in every form that YAML has.
  private static func jsonValue(of word: String) -> DocumentValue {
    if ["true", "false", "null"].contains(word) { return JSONWord.value(of: word) ?? .null }
    switch YAMLWord.value(of: word) {
    case .integer(let value): return .integer(value)
    case .number(let value) where value.isFinite: return .number(value)
    default: return .text(word)
    }
  }

  /// Whether a word is `true`, `false` or a number, in the spelling that people expect.
  private static func isDecimal(_ word: String) -> Bool {
    word == "true" || word == "false" || NumberScanner.isNumber(word)
      || [".nan", ".inf", "-.inf"].contains(word)
  }

  /// Whether a text is another value in YAML 1.1, or was probably meant as one.
  ///
  /// Numbers that no `Int` and no `Double` holds are among them: readers cut them differently.
  private static func isAmbiguous(_ word: String, in format: DocumentFormat) -> Bool {
    if PlainText.isReserved(word) { return true }
    if format == .json, ["NaN", "Infinity", "-Infinity"].contains(word) { return true }
    let digits = word.drop { $0 == "+" || $0 == "-" }
    let numerals = "0123456789_.:+-eE"
    return ["0x", "0o", "0b"].contains { digits.lowercased().hasPrefix($0) }
      || digits.first?.isNumber == true && digits.allSatisfy { numerals.contains($0) }
      || digits.starts(with: /[0-9]{4}-[0-9]/)
  }
}

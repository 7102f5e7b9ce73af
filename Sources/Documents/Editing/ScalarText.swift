/// How a scalar is written in a document.
enum ScalarText {
  /// The bytes that every common reader of the format takes for `value`.
  ///
  /// - Parameters:
  ///   - value: A scalar.
  ///   - word: How the user spelled it: the digits of a number are kept.
  ///   - form: How the value before it was written: its quotes are kept.
  ///   - format: YAML or JSON.
  static func text(
    of value: DocumentValue, word: String, form: DocumentNode.ScalarForm, in format: DocumentFormat
  ) -> String {
    switch value {
    case .number(let number) where !number.isFinite:
      return number.isNaN ? ".nan" : number < 0 ? "-.inf" : ".inf"
    case .integer, .number: return DecimalNumber(word)?.text ?? value.description
    case .text(let text): return quoted(text, form: form, in: format)
    default: return value.description
    }
  }

  private static func quoted(
    _ text: String, form: DocumentNode.ScalarForm, in format: DocumentFormat
  ) -> String {
    if format == .json { return JSONText.encode(text) }
    if form == .plain, PlainText.isSafe(text) { return text }
    if form == .doubleQuoted || text.unicodeScalars.contains(where: JSONText.isInvisible) {
      return JSONText.encode(text, asYAML: true)
    }
    return "'"
      + text.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "''") + "'"
  }
}

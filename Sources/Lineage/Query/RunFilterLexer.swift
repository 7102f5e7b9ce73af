/// Takes the expressions of ``RunFilter`` apart.
struct RunFilterLexer {
  /// A word or sign of an expression.
  struct Token {
    enum Kind: Hashable {
      case open
      case close
      case comparison(RunFilter.Comparison)
      /// A key, a number, a text without quotes, or `and`, `or`, `not`.
      case word(String)
      /// A text in single or double quotes.
      case text(String)
      /// A key in backticks, whatever characters it has.
      case key(String)
      case end
    }

    let kind: Kind

    /// Where it begins, in characters from 1.
    let column: Int

    /// How a message calls it.
    var name: String {
      switch kind {
      case .open: "`(`"
      case .close: "`)`"
      case .comparison(let comparison): "`\(comparison.rawValue)`"
      case .word(let text), .text(let text), .key(let text): "'\(text)'"
      case .end: "the end"
      }
    }
  }

  private let text: String
  private let characters: [Character]
  private var position = 0

  init(_ text: String) {
    self.text = text
    characters = Array(text)
  }

  /// The next token; at the end, always ``Token/Kind/end``.
  mutating func next() throws(RunQueryError) -> Token {
    while position < characters.count, characters[position].isWhitespace { position += 1 }
    let column = position + 1
    return Token(kind: try kind(), column: column)
  }

  private mutating func kind() throws(RunQueryError) -> Token.Kind {
    guard position < characters.count else { return .end }
    let first = characters[position]
    switch first {
    case "(", ")":
      position += 1
      return first == "(" ? .open : .close
    case "'", "\"": return .text(try quoted(by: first))
    case "`": return .key(try quoted(by: first))
    case _ where Self.isSign(first): return .comparison(try comparison())
    default: return .word(word())
    }
  }

  private mutating func word() -> String {
    let start = position
    while position < characters.count {
      let character = characters[position]
      if character.isWhitespace || Self.isSign(character) || "()'\"`".contains(character) { break }
      position += 1
    }
    return String(characters[start..<position])
  }

  /// What stands between two quotes; a doubled quote stands for itself.
  private mutating func quoted(by quote: Character) throws(RunQueryError) -> String {
    let start = position
    var content = ""
    position += 1
    while position < characters.count {
      let character = characters[position]
      position += 1
      if character == quote {
        guard position < characters.count, characters[position] == quote else { return content }
        position += 1
      }
      content.append(character)
    }
    throw .badExpression(text, column: start + 1, reason: "the quote is not closed")
  }

  private mutating func comparison() throws(RunQueryError) -> RunFilter.Comparison {
    let start = position
    while position < characters.count, Self.isSign(characters[position]) { position += 1 }
    let sign = String(characters[start..<position])
    if sign == "==" { return .equal }
    guard let comparison = RunFilter.Comparison(rawValue: sign) else {
      throw .badExpression(
        text, column: start + 1, reason: "`\(sign)` is none of = != < <= > >= ~")
    }
    return comparison
  }

  private static func isSign(_ character: Character) -> Bool { "=!<>~".contains(character) }
}

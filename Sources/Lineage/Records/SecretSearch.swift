/// Finds the secrets inside a text, such as a script in one word of a command line.
struct SecretSearch {
  /// Which rules hold.
  enum Context {
    /// A word of a command line.
    case command
    /// A value of a document, in which `word: word` is prose more often than a header.
    case document
  }

  /// Names of headers whose whole line is a secret.
  private static let headers: Set<String> = ["authorization", "proxy-authorization", "cookie"]

  /// How the tokens of well-known services begin.
  private static let tokenPrefixes = [
    "ghp_", "gho_", "ghs_", "ghu_", "github_pat_", "glpat-", "hf_", "sk-", "xoxb-", "xoxp-", "AKIA",
  ]

  /// The fewest characters that such a token has after its beginning.
  private static let tokenCount = 16

  private let text: [UInt8]
  private let context: Context
  private var found: [Range<Int>] = []

  /// The text with each secret replaced, and how many there were.
  static func redacted(_ text: String, as context: Context) -> (text: String, count: Int) {
    var search = Self(text: Array(text.utf8), context: context)
    search.findUsers()
    search.findPairs()
    search.findTokens()
    return search.result
  }

  private init(text: [UInt8], context: Context) {
    self.text = text
    self.context = context
  }

  private var result: (text: String, count: Int) {
    var result: [UInt8] = []
    var (end, count) = (0, 0)
    // Rules may find the same secret.
    for range in found.sorted(by: { $0.lowerBound < $1.lowerBound }) where range.lowerBound >= end {
      result += text[end..<range.lowerBound] + Array(Redaction.replacement.utf8)
      (end, count) = (range.upperBound, count + 1)
    }
    result += text[end...]
    return (String(decoding: result, as: UTF8.self), count)
  }

  /// The user parts of URLs: `https://ada:secret@host/`.
  private mutating func findUsers() {
    for start in text.indices.dropFirst(3) where text[start - 3..<start].elementsEqual("://".utf8) {
      let end = self.end(from: start) { Self.isAny($0, of: "/?#\"' \t\n") }
      guard let at = text[start..<end].lastIndex(of: UInt8(ascii: "@")), at > start else {
        continue
      }
      found.append(start..<at)
    }
  }

  /// Values after their names: `KEY=VALUE`, `"key": "value"`, `Authorization: …` and `--key VALUE`.
  private mutating func findPairs() {
    var index = 0
    while index < text.count {
      guard Self.isName(text[index]) else {
        index += 1
        continue
      }
      let end = self.end(from: index) { !Self.isName($0) }
      if let value = value(named: String(decoding: text[index..<end], as: UTF8.self), after: end) {
        found.append(value)
        index = value.upperBound
      } else {
        index = end
      }
    }
  }

  private func value(named name: String, after end: Int) -> Range<Int>? {
    let isHeader = Self.headers.contains(name.lowercased())
    guard isHeader || Redaction.isSecret(key: name) else { return nil }
    var start = end
    if start < text.count, Self.isAny(text[start], of: "\"'") { start += 1 }
    guard start < text.count else { return nil }
    switch text[start] {
    case UInt8(ascii: "=") where !text[(start + 1)...].starts(with: "=".utf8): start += 1
    case UInt8(ascii: ":") where context == .command: start += 1
    case UInt8(ascii: " ") where context == .command && name.hasPrefix("-") && start == end: break
    default: return nil
    }
    let isColon = text[start - 1] == UInt8(ascii: ":")
    let isOption = start == end
    while isColon || isOption, start < text.count, text[start] == UInt8(ascii: " ") { start += 1 }
    if isOption, start < text.count, text[start] == UInt8(ascii: "-") { return nil }
    if start < text.count, Self.isAny(text[start], of: "\"'") {
      let quote = text[start]
      return nonEmpty(start + 1..<self.end(from: start + 1) { $0 == quote })
    }
    return nonEmpty(
      start..<self.end(from: start) { sign in
        Self.isAny(sign, of: isHeader ? "\"'\n" : "\"' \t\n&;,)}")
      })
  }

  /// Tokens that are known by how they begin.
  private mutating func findTokens() {
    for start in text.indices where start == 0 || !Self.isName(text[start - 1]) {
      for prefix in Self.tokenPrefixes where text[start...].starts(with: prefix.utf8) {
        let end = self.end(from: start) { !Self.isName($0) }
        let rest = text[start..<end].dropFirst(prefix.utf8.count)
        guard rest.count >= Self.tokenCount, rest.contains(where: Self.isDigit) else { continue }
        found.append(start..<end)
      }
    }
  }

  private func end(from start: Int, where isEnd: (UInt8) -> Bool) -> Int {
    text[start...].firstIndex(where: isEnd) ?? text.count
  }

  private func nonEmpty(_ range: Range<Int>) -> Range<Int>? { range.isEmpty ? nil : range }

  private static func isAny(_ sign: UInt8, of signs: String) -> Bool {
    signs.utf8.contains(sign)
  }

  private static func isDigit(_ sign: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(sign)
  }

  private static func isName(_ sign: UInt8) -> Bool {
    switch sign {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), 0x80...0xFF:
      true
    default: isDigit(sign) || isAny(sign, of: "_-.")
    }
  }
}

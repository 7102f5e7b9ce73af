internal import Primitives

/// Reads the expressions of ``RunFilter``.
///
/// `or` binds less than `and`, and `and` less than `not`.
struct RunFilterParser {
  private let text: String
  private let keys: RunKeys
  private var lexer: RunFilterLexer
  private var token: RunFilterLexer.Token

  /// How deep parentheses and `not` may lie in each other.
  private static let depthLimit = 64

  init(_ text: String, in keys: RunKeys) throws(RunQueryError) {
    self.text = text
    self.keys = keys
    lexer = RunFilterLexer(text)
    token = try lexer.next()
  }

  mutating func parse() throws(RunQueryError) -> RunFilter.Condition {
    let condition = try disjunction(depth: 0)
    guard token.kind == .end else {
      throw problem("expected `and`, `or` or the end, and found \(token.name)")
    }
    return condition
  }

  private mutating func disjunction(depth: Int) throws(RunQueryError) -> RunFilter.Condition {
    var parts = [try conjunction(depth: depth)]
    while try take(word: "or") { parts.append(try conjunction(depth: depth)) }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  private mutating func conjunction(depth: Int) throws(RunQueryError) -> RunFilter.Condition {
    var parts = [try factor(depth: depth)]
    while try take(word: "and") { parts.append(try factor(depth: depth)) }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  private mutating func factor(depth: Int) throws(RunQueryError) -> RunFilter.Condition {
    guard depth < Self.depthLimit else { throw problem("it is nested too deeply") }
    if try take(word: "not") { return .not(try factor(depth: depth + 1)) }
    guard token.kind == .open else { return try comparison() }
    try advance()
    let inner = try disjunction(depth: depth + 1)
    guard token.kind == .close else {
      throw problem("expected `)`, and found \(token.name)")
    }
    try advance()
    return inner
  }

  private mutating func comparison() throws(RunQueryError) -> RunFilter.Condition {
    let word: String
    switch token.kind {
    case .word(let text), .key(let text): word = text
    default: throw problem("expected a key such as `lr` or `state`, and found \(token.name)")
    }
    let key = try key(named: word)
    try advance()
    guard case .comparison(let comparison) = token.kind else {
      throw problem(
        "expected one of = != < <= > >= ~ after '\(word)', and found \(token.name)")
    }
    try advance()
    let operand = try operand(for: key)
    try advance()
    return .comparison(key, comparison, operand)
  }

  /// The key that a word means; where there are no runs, every word may be one.
  private func key(named word: String) throws(RunQueryError) -> RunKey {
    if keys.isEmpty, RunFact(word: word) == nil { return .fact(.id) }
    return try keys.key(named: word)
  }

  // MARK: - Values

  /// The value that the parser stands at, read as what the key wants.
  private func operand(for key: RunKey) throws(RunQueryError) -> RunFilter.Operand {
    let word: String
    let isQuoted: Bool
    switch token.kind {
    case .word(let text): (word, isQuoted) = (text, false)
    case .text(let text): (word, isQuoted) = (text, true)
    default: throw problem("expected a value, and found \(token.name)")
    }
    switch key {
    case .fact(.started): return try moment(word)
    case .fact(.duration):
      guard let interval = RunInterval(word) else {
        throw problem("'\(word)' is no length of time such as 90s or 1h30m")
      }
      return .duration(interval.seconds)
    case .fact(.status): return isQuoted ? .text(word) : Self.literal(word)
    // Names and ids of digits alone are texts, too.
    case .fact: return .text(word)
    case .parameter, .metric: return isQuoted ? .text(word) : Self.literal(word)
    }
  }

  private static func literal(_ word: String) -> RunFilter.Operand {
    switch word {
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    case "null": return .null
    default: return Double(word).map { .number($0, spelling: word) } ?? .text(word)
    }
  }

  /// A day, or a moment to the second; both in UTC.
  private func moment(_ word: String) throws(RunQueryError) -> RunFilter.Operand {
    let isDay = word.utf8.count == 10
    guard let start = Timestamp(description: isDay ? "\(word)T00:00:00Z" : word) else {
      throw problem("'\(word)' is no date such as 2026-01-31 or 2026-01-31T10:00:00Z")
    }
    let end = Timestamp(
      seconds: Int(start.seconds) + (isDay ? 86_400 : 1), nanoseconds: 0)
    return .time(start, until: end)
  }

  // MARK: - Moving on

  private mutating func advance() throws(RunQueryError) { token = try lexer.next() }

  private mutating func take(word: String) throws(RunQueryError) -> Bool {
    guard token.kind == .word(word) else { return false }
    try advance()
    return true
  }

  private func problem(_ reason: String) -> RunQueryError {
    .badExpression(text, column: token.column, reason: reason)
  }
}

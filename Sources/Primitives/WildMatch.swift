/// Compares a path with a pattern as git's ignore rules do.
///
/// `*`, `?` and `[…]` match no slash; `**` between slashes, or between a slash and an end, matches
/// any number of directories. A backslash takes the next character literally.
///
/// - SeeAlso: `wildmatch.c` of git and rsync, whose results this gives.
package struct WildMatch {
  private let pattern: [UInt8]
  private let text: [UInt8]

  /// What `**` at a place of the pattern came to at a place of the text: without this, each of them
  /// doubles the work, and ignore rules may come from anybody.
  private var known: [Int: Outcome] = [:]

  private enum Outcome {
    case match
    case noMatch
    /// No later start of a star can make it match.
    case abort
    /// Only a `**` further left can make it match.
    case abortToDoubleStar
  }

  /// Whether the whole of `text` matches `pattern`.
  package static func matches(_ pattern: some Sequence<UInt8>, _ text: some Sequence<UInt8>) -> Bool
  {
    var comparison = Self(pattern: Array(pattern), text: Array(text))
    return comparison.compare(0, 0) == .match
  }

  private mutating func compare(_ patternStart: Int, _ textStart: Int) -> Outcome {
    var position = patternStart
    var place = textStart
    while position < pattern.count {
      let byte = pattern[position]
      if place >= text.count && byte != UInt8(ascii: "*") { return .abort }
      switch byte {
      case UInt8(ascii: "\\"):
        position += 1
        guard position < pattern.count, text[place] == pattern[position] else { return .noMatch }
      case UInt8(ascii: "?"):
        if text[place] == UInt8(ascii: "/") { return .noMatch }
      case UInt8(ascii: "*"):
        return compareStar(position, place)
      case UInt8(ascii: "["):
        guard let bracket = bracket(at: position, text[place]) else { return .abort }
        guard bracket.matches, text[place] != UInt8(ascii: "/") else { return .noMatch }
        position = bracket.end
      default:
        if text[place] != byte { return .noMatch }
      }
      position += 1
      place += 1
    }
    return place < text.count ? .noMatch : .match
  }

  /// Compares from a star on.
  private mutating func compareStar(_ star: Int, _ textStart: Int) -> Outcome {
    var rest = star + 1
    var crossesSlashes = false
    if rest < pattern.count, pattern[rest] == UInt8(ascii: "*") {
      while rest < pattern.count, pattern[rest] == UInt8(ascii: "*") { rest += 1 }
      let startsName = star == 0 || pattern[star - 1] == UInt8(ascii: "/")
      let isAtEnd = rest == pattern.count
      let endsName = isAtEnd || pattern[rest] == UInt8(ascii: "/") || isEscapedSlash(rest)
      if startsName && endsName {
        crossesSlashes = true
        // `**/**/` means what `**/` means.
        while pattern[rest...].starts(with: "/**/".utf8) { rest += 3 }
        if let outcome = known[star * (text.count + 1) + textStart] { return outcome }
      }
    }
    let outcome = compareRest(rest, textStart, crossesSlashes: crossesSlashes)
    if crossesSlashes { known[star * (text.count + 1) + textStart] = outcome }
    return outcome
  }

  /// Compares what stands behind a star.
  private mutating func compareRest(
    _ rest: Int, _ textStart: Int, crossesSlashes: Bool
  ) -> Outcome {
    let isAtEnd = rest == pattern.count
    // `**/` matches no directory at all, too.
    if crossesSlashes, !isAtEnd, pattern[rest] == UInt8(ascii: "/"),
      compare(rest + 1, textStart) == .match
    {
      return .match
    }
    if isAtEnd {
      let hasSlash = text[textStart...].contains(UInt8(ascii: "/"))
      return hasSlash && !crossesSlashes ? .abortToDoubleStar : .match
    }
    if !crossesSlashes, pattern[rest] == UInt8(ascii: "/") {
      guard let slash = text[textStart...].firstIndex(of: UInt8(ascii: "/")) else {
        return .abort
      }
      return compare(rest, slash)
    }
    for place in textStart..<text.count {
      let outcome = compare(rest, place)
      if outcome != .noMatch {
        if !crossesSlashes || outcome != .abortToDoubleStar { return outcome }
      } else if !crossesSlashes, text[place] == UInt8(ascii: "/") {
        return .abortToDoubleStar
      }
    }
    return .abort
  }

  private func isEscapedSlash(_ position: Int) -> Bool {
    position + 1 < pattern.count && pattern[position] == UInt8(ascii: "\\")
      && pattern[position + 1] == UInt8(ascii: "/")
  }
}

// MARK: - Brackets

extension WildMatch {
  /// Compares one byte with the bracket that starts at `start`.
  ///
  /// - Returns: Where the bracket ends, or `nil` when it is not closed.
  private func bracket(at start: Int, _ byte: UInt8) -> (matches: Bool, end: Int)? {
    var position = start + 1
    guard position < pattern.count else { return nil }
    let isNegated =
      pattern[position] == UInt8(ascii: "!") || pattern[position] == UInt8(ascii: "^")
    if isNegated { position += 1 }
    var matches = false
    var previous: UInt8?
    var isFirst = true
    while true {
      guard position < pattern.count else { return nil }
      var current = pattern[position]
      if current == UInt8(ascii: "]"), !isFirst { break }
      isFirst = false
      if current == UInt8(ascii: "\\") {
        position += 1
        guard position < pattern.count else { return nil }
        current = pattern[position]
        if byte == current { matches = true }
        previous = current
      } else if current == UInt8(ascii: "-"), let low = previous,
        position + 1 < pattern.count, pattern[position + 1] != UInt8(ascii: "]")
      {
        position += 1
        if pattern[position] == UInt8(ascii: "\\") { position += 1 }
        guard position < pattern.count else { return nil }
        if low <= byte, byte <= pattern[position] { matches = true }
        previous = nil
      } else if current == UInt8(ascii: "["), position + 1 < pattern.count,
        pattern[position + 1] == UInt8(ascii: ":"), let named = namedClass(at: position)
      {
        guard let isMember = Self.isMember(byte, of: named.name) else { return nil }
        if isMember { matches = true }
        position = named.end
        previous = nil
      } else {
        if byte == current { matches = true }
        previous = current
      }
      position += 1
    }
    return (matches != isNegated, position)
  }

  /// The name in `[:name:]`, and where its last bracket stands.
  private func namedClass(at start: Int) -> (name: String, end: Int)? {
    guard let close = pattern[(start + 2)...].firstIndex(of: UInt8(ascii: "]")),
      close > start + 2, pattern[close - 1] == UInt8(ascii: ":")
    else { return nil }
    return (String(decoding: pattern[(start + 2)..<(close - 1)], as: UTF8.self), close)
  }

  private static func isMember(_ byte: UInt8, of name: String) -> Bool? {
    let isUpper = (0x41...0x5A).contains(byte)
    let isLower = (0x61...0x7A).contains(byte)
    let isDigit = (0x30...0x39).contains(byte)
    let isGraph = (0x21...0x7E).contains(byte)
    switch name {
    case "alnum": return isUpper || isLower || isDigit
    case "alpha": return isUpper || isLower
    case "blank": return byte == 0x20 || byte == 0x09
    case "cntrl": return byte < 0x20 || byte == 0x7F
    case "digit": return isDigit
    case "graph": return isGraph
    case "lower": return isLower
    case "print": return isGraph || byte == 0x20
    case "punct": return isGraph && !isUpper && !isLower && !isDigit
    case "space": return byte == 0x20 || (0x09...0x0D).contains(byte)
    case "upper": return isUpper
    case "xdigit": return isDigit || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    default: return nil
    }
  }
}

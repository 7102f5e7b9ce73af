internal import Platform
internal import Primitives

/// Reads git's configuration syntax, byte by byte, as git's own reader does.
struct GitConfigParser {
  private let bytes: [UInt8]
  private let path: FilePath
  private var index = 0
  private var line = 1
  private var section: (name: String, subsection: ByteString?)?

  /// More settings than this are a mistake or an attack.
  private static let entryLimit = 100_000

  private(set) var entries: [GitConfigFile.Entry] = []
  private(set) var headers: [GitConfigFile.Header] = []

  init(_ bytes: [UInt8], path: FilePath) {
    self.bytes = bytes
    self.path = path
  }

  mutating func parse() throws(GitError) {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    while let byte = peek() {
      switch byte {
      case UInt8(ascii: "\n"), UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
        advance()
      case UInt8(ascii: "#"), UInt8(ascii: ";"):
        skipLine()
      case UInt8(ascii: "["):
        try parseHeader()
      default:
        if bytes[index...].starts(with: "<<<<<<< ".utf8) { throw problem(.conflict) }
        try parseEntry()
      }
    }
  }

  private func peek() -> UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func advance() {
    if bytes[index] == UInt8(ascii: "\n") { line += 1 }
    index += 1
  }

  private mutating func skipLine() {
    while let byte = peek(), byte != UInt8(ascii: "\n") { advance() }
  }

  private func problem(_ problem: GitConfigProblem, line: Int? = nil) -> GitError {
    .configSyntax(path, line: line ?? self.line, problem)
  }

  /// `[section]`, `[section "subsection"]`, or the old form `[section.subsection]`.
  private mutating func parseHeader() throws(GitError) {
    let start = index
    advance()
    var name: [UInt8] = []
    while let byte = peek(),
      GitConfigKey.isLetterOrDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    {
      name.append(byte)
      advance()
    }
    guard !name.isEmpty else { throw problem(.header) }
    var subsection: ByteString?
    if peek() == UInt8(ascii: " ") || peek() == UInt8(ascii: "\t") {
      subsection = try parseSubsection()
    }
    guard peek() == UInt8(ascii: "]") else { throw problem(.header) }
    advance()
    var text = String(decoding: name, as: UTF8.self).lowercased()
    if subsection == nil, let dot = text.firstIndex(of: ".") {
      subsection = ByteString(String(text[text.index(after: dot)...]))
      text = String(text[..<dot])
    }
    section = (text, subsection)
    headers.append(
      .init(
        section: text, subsection: subsection, start: start, bracketEnd: index,
        end: endOfLine(from: index)))
  }

  private mutating func parseSubsection() throws(GitError) -> ByteString {
    while peek() == UInt8(ascii: " ") || peek() == UInt8(ascii: "\t") { advance() }
    guard peek() == UInt8(ascii: "\"") else { throw problem(.header) }
    advance()
    var name: [UInt8] = []
    while let byte = peek() {
      advance()
      switch byte {
      case UInt8(ascii: "\n"): throw problem(.header, line: line - 1)
      case 0: throw problem(.zeroByte)
      case UInt8(ascii: "\""): return ByteString(name)
      case UInt8(ascii: "\\"):
        guard let escaped = peek(), escaped != UInt8(ascii: "\n") else { throw problem(.header) }
        advance()
        name.append(escaped)
      default: name.append(byte)
      }
    }
    throw problem(.header)
  }

  private mutating func parseEntry() throws(GitError) {
    guard let section else { throw problem(.keyOutsideSection) }
    let start = index
    let startLine = line
    var name: [UInt8] = []
    while let byte = peek(), GitConfigKey.isLetterOrDigit(byte) || byte == UInt8(ascii: "-") {
      name.append(byte)
      advance()
    }
    guard GitConfigKey.isName(name) else {
      throw problem(peek() == 0 ? .zeroByte : .key)
    }
    while peek() == UInt8(ascii: " ") || peek() == UInt8(ascii: "\t") { advance() }
    var value: ByteString?
    switch peek() {
    case UInt8(ascii: "="):
      advance()
      value = try parseValue()
    case nil, UInt8(ascii: "\n"): break
    case UInt8(ascii: "\r") where index + 1 < bytes.count && bytes[index + 1] == 0x0A: break
    default: throw problem(.key)
    }
    guard entries.count < Self.entryLimit else { throw problem(.tooDeep) }
    let text = String(decoding: name, as: UTF8.self).lowercased()
    entries.append(
      .init(
        key: GitConfigKey.text(
          section: section.name, subsection: section.subsection, name: text),
        value: value, line: startLine, section: section.name, subsection: section.subsection,
        name: text, range: start..<endOfLine(from: index)))
  }

  /// The rest of the line: quotes and escapes resolved, comments and outer white space dropped.
  private mutating func parseValue() throws(GitError) -> ByteString {
    var value: [UInt8] = []
    // White space counts only when something follows it.
    var spaces: [UInt8] = []
    var quoted = false
    while let byte = peek(), byte != UInt8(ascii: "\n") {
      if byte == UInt8(ascii: "\r"), index + 1 == bytes.count || bytes[index + 1] == 0x0A {
        advance()
        continue
      }
      if byte == 0 { throw problem(.zeroByte) }
      if !quoted {
        if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r") {
          if !value.isEmpty { spaces.append(byte) }
          advance()
          continue
        }
        if byte == UInt8(ascii: "#") || byte == UInt8(ascii: ";") {
          skipLine()
          break
        }
      }
      advance()
      value += spaces
      spaces = []
      switch byte {
      case UInt8(ascii: "\""): quoted.toggle()
      case UInt8(ascii: "\\"):
        if let escaped = try parseEscape() { value.append(escaped) }
      default: value.append(byte)
      }
    }
    guard !quoted else { throw problem(.value) }
    return ByteString(value)
  }

  /// What follows a backslash; `nil` for a line that continues.
  private mutating func parseEscape() throws(GitError) -> UInt8? {
    guard let byte = peek() else { throw problem(.value) }
    let here = line
    advance()
    switch byte {
    case UInt8(ascii: "\n"): return nil
    case UInt8(ascii: "\r") where peek() == UInt8(ascii: "\n"):
      advance()
      return nil
    case UInt8(ascii: "t"): return UInt8(ascii: "\t")
    case UInt8(ascii: "b"): return 0x08
    case UInt8(ascii: "n"): return UInt8(ascii: "\n")
    case UInt8(ascii: "\\"), UInt8(ascii: "\""): return byte
    default: throw problem(.value, line: here)
    }
  }

  /// The position after the line break that ends the line of `position`.
  private func endOfLine(from position: Int) -> Int {
    guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) else {
      return bytes.count
    }
    return end + 1
  }
}

/// Reads JSON with the place of every value.
///
/// The decoder that comes with Swift tells neither places nor the order of fields, keeps one of
/// two equal keys, and refuses `NaN`, which Python writes.
struct JSONScanner {
  private let source: DocumentSource
  private let bytes: [UInt8]
  private var offset: Int
  private var valueCount = 0

  init(_ source: DocumentSource) {
    self.source = source
    bytes = source.bytes
    offset = source.start
  }

  /// Reads the one value that the source is.
  mutating func document() throws(DocumentError) -> DocumentNode {
    let node = try value(depth: 0)
    skipSpace()
    if offset < bytes.count { throw problem("there is more after the value") }
    return node
  }

  private mutating func value(depth: Int) throws(DocumentError) -> DocumentNode {
    skipSpace()
    valueCount += 1
    if valueCount > DocumentLimits.values {
      throw .tooManyValues(source.place(at: offset), limit: DocumentLimits.values)
    }
    guard let byte = peek else { throw problem("a value is missing") }
    switch byte {
    case UInt8(ascii: "{"): return try table(depth: depth + 1)
    case UInt8(ascii: "["): return try list(depth: depth + 1)
    case UInt8(ascii: "\""):
      let start = offset
      let text = try string()
      return DocumentNode(.scalar(.text(text), .doubleQuoted), range: start..<offset)
    default: return try word()
    }
  }

  private mutating func table(depth: Int) throws(DocumentError) -> DocumentNode {
    let start = try open(depth)
    var members = MemberList()
    while try !close(UInt8(ascii: "}"), isFirst: members.members.isEmpty) {
      skipSpace()
      guard peek == UInt8(ascii: "\"") else { throw problem("a key in quotes is missing") }
      let keyStart = offset
      let key = try string()
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw problem("':' is missing after a key") }
      let node = try value(depth: depth)
      try members.append(.init(key: key, keyStart: keyStart, node: node), in: source)
    }
    return DocumentNode(.table(members.members), range: start..<offset)
  }

  private mutating func list(depth: Int) throws(DocumentError) -> DocumentNode {
    let start = try open(depth)
    var items: [DocumentNode] = []
    while try !close(UInt8(ascii: "]"), isFirst: items.isEmpty) {
      items.append(try value(depth: depth))
    }
    return DocumentNode(.list(items), range: start..<offset)
  }

  /// Steps over the bracket that opens a list or table, and returns its place.
  private mutating func open(_ depth: Int) throws(DocumentError) -> Int {
    if depth > DocumentLimits.depth {
      throw .tooDeep(source.place(at: offset), limit: DocumentLimits.depth)
    }
    offset += 1
    return offset - 1
  }

  /// Steps over the end of a list or table, or over the comma before what follows.
  private mutating func close(_ end: UInt8, isFirst: Bool) throws(DocumentError) -> Bool {
    skipSpace()
    if take(end) { return true }
    if isFirst { return false }
    guard take(UInt8(ascii: ",")) else {
      throw problem("',' or '\(Character(Unicode.Scalar(end)))' is missing")
    }
    return false
  }

  /// Reads a string with its quotes.
  private mutating func string() throws(DocumentError) -> String {
    let start = offset
    var isPlain = true
    offset += 1
    while let byte = peek, byte != UInt8(ascii: "\"") {
      if byte < 0x20 { throw problem("a string holds a line break or another control character") }
      if byte == UInt8(ascii: "\\") {
        isPlain = false
        offset += 1
      }
      offset += 1
    }
    guard take(UInt8(ascii: "\"")) else {
      offset = start
      throw problem("a string is not closed")
    }
    if isPlain { return source.text(start + 1..<offset - 1) }
    guard let text = JSONText.decode(source.text(start..<offset)) else {
      offset = start
      throw problem("a string has an escape that JSON does not have")
    }
    return text
  }

  /// Reads a number or a literal.
  private mutating func word() throws(DocumentError) -> DocumentNode {
    let start = offset
    while let byte = peek, Self.isOfWord(byte) { offset += 1 }
    let range = start..<offset
    guard let value = JSONWord.value(of: source.text(range)) else {
      offset = start
      throw problem("a value is missing, or is no value of JSON")
    }
    return DocumentNode(.scalar(value, .plain), range: range)
  }

  private static func isOfWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }

  private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek == byte else { return false }
    offset += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || (0x09...0x0A).contains(byte) || byte == 0x0D {
      offset += 1
    }
  }

  private func problem(_ text: String) -> DocumentError {
    .syntax(.json, text, source.place(at: offset))
  }
}

/// Says how many parts the longest dotted key of a TOML text has, before the library sees it.
///
/// The library limits lists and inline tables, and not keys: `a.a.a…` would make tables as deep as
/// the file is long, and its own clean-up would run out of stack.
struct TOMLNesting {
  private let bytes: [UInt8]
  private var offset: Int

  private init(_ source: DocumentSource) {
    bytes = source.bytes
    offset = source.start
  }

  /// Throws where a key has more parts than lists and tables may be deep.
  static func check(_ source: DocumentSource) throws(DocumentError) {
    var nesting = TOMLNesting(source)
    if let offset = nesting.tooManyDots() {
      throw .tooDeep(source.place(at: offset), limit: DocumentLimits.depth)
    }
  }

  /// The place of the dot that is one too many between two characters that no key can hold.
  private mutating func tooManyDots() -> Int? {
    var dots = 0
    while offset < bytes.count {
      switch bytes[offset] {
      case UInt8(ascii: "."):
        dots += 1
        if dots >= DocumentLimits.depth { return offset }
        offset += 1
      case UInt8(ascii: "\""), UInt8(ascii: "'"): skipString(bytes[offset])
      case UInt8(ascii: "#"): skip { $0 != UInt8(ascii: "\n") }
      case UInt8(ascii: "="), UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"),
        UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "\n"):
        dots = 0
        offset += 1
      default: offset += 1
      }
    }
    return nil
  }

  private mutating func skip(while holds: (UInt8) -> Bool) {
    while offset < bytes.count, holds(bytes[offset]) { offset += 1 }
  }

  /// Steps over a string: one line of it, or all lines where it begins with three quotes.
  private mutating func skipString(_ quote: UInt8) {
    let three = [quote, quote, quote]
    let isLong = bytes[offset...].starts(with: three)
    offset += isLong ? 3 : 1
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        offset += 2
      } else if isLong, bytes[offset...].starts(with: three) {
        offset += 3
        return
      } else if !isLong, byte == quote || byte == UInt8(ascii: "\n") {
        offset += 1
        return
      } else {
        offset += 1
      }
    }
  }
}

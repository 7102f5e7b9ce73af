extension ByteString {
  /// Reads back what ``description`` wrote: the text as it is, or the quoted form.
  ///
  /// - Returns: `nil` for a quoted form that ``description`` would not have written.
  package init?(description text: String) {
    guard text.utf8.first == UInt8(ascii: "\"") else {
      self.init(text)
      return
    }
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...].dropFirst()
    guard rest.popLast() == UInt8(ascii: "\"") else { return nil }
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        guard byte != UInt8(ascii: "\"") else { return nil }
        bytes.append(byte)
        continue
      }
      guard let value = Self.escaped(&rest) else { return nil }
      bytes.append(value)
    }
    self.init(bytes)
    guard description == text else { return nil }
  }

  /// The byte that follows a backslash in the quoted form.
  private static func escaped(_ rest: inout ArraySlice<UInt8>) -> UInt8? {
    switch rest.popFirst() {
    case UInt8(ascii: "n"): return UInt8(ascii: "\n")
    case UInt8(ascii: "t"): return UInt8(ascii: "\t")
    case UInt8(ascii: "r"): return UInt8(ascii: "\r")
    case UInt8(ascii: "\""): return UInt8(ascii: "\"")
    case UInt8(ascii: "\\"): return UInt8(ascii: "\\")
    case let first?:
      let digits = [first] + rest.prefix(2)
      rest = rest.dropFirst(2)
      return UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
    case nil: return nil
    }
  }
}

// MARK: - Reading JSON

extension Decoder {
  /// Decodes a text that has to mean something.
  ///
  /// - Parameters:
  ///   - problem: What is said of a text that means nothing.
  ///   - read: Reads the text; `nil` where it means nothing.
  fileprivate func decoded<Value>(
    _ problem: String, _ read: (String) -> Value?
  ) throws -> Value {
    let container = try singleValueContainer()
    guard let value = read(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: problem)
    }
    return value
  }
}

extension ByteString: Decodable {
  /// Decodes ``description``.
  package init(from decoder: any Decoder) throws {
    self = try decoder.decoded("badly quoted") { Self(description: $0) }
  }
}

extension RepositoryPath: Decodable {
  /// Decodes ``description``; a path that leads out of a repository is refused.
  package init(from decoder: any Decoder) throws {
    let bytes = try ByteString(from: decoder)
    if bytes == "." {
      self = .root
      return
    }
    try self.init(bytes)
  }
}

extension ObjectID: Decodable {
  /// Decodes 64 hexadecimal digits.
  package init(from decoder: any Decoder) throws {
    self = try decoder.decoded("no oid") { Self(hex: $0) }
  }
}

extension ByteCount: Decodable {
  /// Decodes a number of bytes, which is not negative.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let count = try container.decode(Int.self)
    guard count >= 0 else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "a negative size")
    }
    self = .bytes(count)
  }
}

extension Timestamp: Decodable {
  /// Decodes a moment in UTC, to the second: `2026-11-21T09:30:00Z`.
  package init(from decoder: any Decoder) throws {
    self = try decoder.decoded("no time in UTC") { Self(description: $0) }
  }
}

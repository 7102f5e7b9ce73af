extension DocumentValue: Codable {
  /// Encodes the plain value: a table as an object, a list as an array.
  ///
  /// Numbers that are not finite become the texts `NaN`, `Infinity` and `-Infinity`, and integers
  /// that a double does not hold exactly become the text of their digits, for many readers of JSON
  /// have doubles only. Texts stay texts when they are read back.
  package func encode(to encoder: any Encoder) throws {
    switch self {
    case .null, .boolean, .integer, .number, .text: try encodeScalar(to: encoder)
    case .list(let items):
      var container = encoder.unkeyedContainer()
      for item in items { try container.encode(item) }
    case .table(let fields):
      var container = encoder.container(keyedBy: Key.self)
      for field in fields { try container.encode(field.value, forKey: Key(field.key)) }
    }
  }

  private func encodeScalar(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .boolean(let value): try container.encode(value)
    case .integer(let value) where Int(exactly: Double(value)) == value:
      try container.encode(value)
    case .number(let value) where value.isFinite: try container.encode(value)
    case .text(let value): try container.encode(value)
    case .integer, .number: try container.encode(description)
    case .null, .list, .table: try container.encodeNil()
    }
  }

  /// Decodes a plain value; the fields of a table are sorted by their keys.
  ///
  /// JSON does not tell `1.0` from `1`: a number without a fraction comes back as an integer.
  package init(from decoder: any Decoder) throws {
    if let container = try? decoder.container(keyedBy: Key.self) {
      let keys = container.allKeys.sorted { $0.stringValue < $1.stringValue }
      self = .table(
        try keys.map {
          DocumentField(
            key: $0.stringValue, value: try container.decode(DocumentValue.self, forKey: $0))
        })
    } else if var container = try? decoder.unkeyedContainer() {
      var items: [DocumentValue] = []
      while !container.isAtEnd { items.append(try container.decode(DocumentValue.self)) }
      self = .list(items)
    } else {
      self = try Self.scalar(in: decoder.singleValueContainer())
    }
  }

  private static func scalar(in container: any SingleValueDecodingContainer) throws -> Self {
    if container.decodeNil() { return .null }
    if let value = try? container.decode(Bool.self) { return .boolean(value) }
    if let value = try? container.decode(Int.self) { return .integer(value) }
    if let value = try? container.decode(Double.self) { return .number(value) }
    return .text(try container.decode(String.self))
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ text: String) { stringValue = text }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { return nil }
  }
}

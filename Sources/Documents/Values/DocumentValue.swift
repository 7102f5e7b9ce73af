internal import Primitives

/// A value as a document holds it: what YAML, JSON and TOML have in common.
///
/// Two numbers that are not a number are equal, so that a value is equal to itself; an integer is
/// never equal to a number with a fraction; tables are equal if their fields are, in order.
package enum DocumentValue: Sendable {
  /// Nothing: `null`, `~`, or an empty value in YAML.
  case null
  /// Yes or no.
  case boolean(Bool)
  /// A whole number that was written as one.
  case integer(Int)
  /// A number that was written with a fraction or an exponent, or that an `Int` cannot hold.
  case number(Double)
  /// Text, dates, and whole numbers that neither an `Int` nor a `Double` holds exactly.
  case text(String)
  /// Values in order.
  case list([DocumentValue])
  /// Fields in the document's order; no key occurs twice.
  case table([DocumentField])
}

/// A key of a table, and its value.
package struct DocumentField: Hashable, Sendable {
  package let key: String
  package let value: DocumentValue

  package init(key: String, value: DocumentValue) {
    self.key = key
    self.value = value
  }
}

extension DocumentValue: Hashable {
  package static func == (left: Self, right: Self) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.boolean(let left), .boolean(let right)): left == right
    case (.integer(let left), .integer(let right)): left == right
    case (.number(let left), .number(let right)): left == right || left.isNaN && right.isNaN
    case (.text(let left), .text(let right)): left == right
    case (.list(let left), .list(let right)): left == right
    case (.table(let left), .table(let right)): left == right
    default: false
    }
  }

  package func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .boolean(let value): hasher.combine(value)
    case .integer(let value): hasher.combine(value)
    case .number(let value): hasher.combine(value.isNaN ? .nan : value)
    case .text(let value): hasher.combine(value)
    case .list(let values): hasher.combine(values)
    case .table(let fields): hasher.combine(fields)
    }
  }
}

extension DocumentValue {
  /// Whether the value is neither a list nor a table.
  package var isScalar: Bool {
    switch self {
    case .list, .table: false
    default: true
    }
  }

  /// The value as a number, if it is an integer or a number; not for booleans and texts.
  package var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The value of a field, or `nil` where this is no table or has no such key.
  package subscript(key: String) -> DocumentValue? {
    guard case .table(let fields) = self else { return nil }
    return fields.first { $0.key == key }?.value
  }

  /// The value at a place, or `nil` where the document ends before it.
  package subscript(path: DocumentPath) -> DocumentValue? {
    var value = self
    for component in path.components {
      guard let next = value.child(component) else { return nil }
      value = next
    }
    return value
  }

  /// The value of a table's field, or of a list's item by its number from 0.
  private func child(_ component: String) -> DocumentValue? {
    guard case .list(let items) = self else { return self[component] }
    guard let index = DocumentPath.itemNumber(component), index < items.count else { return nil }
    return items[index]
  }
}

extension DocumentValue: CustomStringConvertible {
  /// The value on one line, for people.
  ///
  /// A number is the shortest text that reads back as the same number. Text is as it is where it
  /// is plain, and otherwise quoted as a `ByteString` is, so that a terminal cannot be tricked.
  package var description: String {
    switch self {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): value.nonFiniteName ?? "\(value)"
    case .text(let value): value.isEmpty ? "\"\"" : ByteString(value).description
    case .list(let values): "[\(values.map(\.description).joined(separator: ", "))]"
    case .table(let fields): "{\(fields.map(\.description).joined(separator: ", "))}"
    }
  }
}

extension DocumentField: CustomStringConvertible {
  package var description: String { "\(ByteString(key)): \(value)" }
}

extension Double {
  /// What JSON calls a number that it cannot write, or `nil` for all others.
  var nonFiniteName: String? {
    if isFinite { return nil }
    return isNaN ? "NaN" : self < 0 ? "-Infinity" : "Infinity"
  }
}

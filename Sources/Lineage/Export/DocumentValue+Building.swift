internal import Documents
internal import Primitives

extension DocumentValue {
  /// A table with its keys in order, as records have them; what is `nil` is left out.
  static func object(_ fields: [String: DocumentValue?]) -> Self {
    .table(
      fields.compactMap { key, value in value.map { DocumentField(key: key, value: $0) } }
        .sorted { $0.key < $1.key })
  }

  /// What a value shows of itself, as text.
  static func shown(_ value: some CustomStringConvertible) -> Self { .text(value.description) }

  /// A list, or `nil` where nothing is in it.
  static func listIfAny(_ items: [Self]) -> Self? { items.isEmpty ? nil : .list(items) }
}

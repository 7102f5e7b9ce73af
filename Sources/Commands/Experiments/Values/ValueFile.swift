internal import Documents
internal import Lineage
internal import Primitives

/// The values of one file at a moment.
struct ValueFile: Sendable {
  let path: RepositoryPath
  let values: DocumentValue

  /// The keys that count, where a run named some; all do without.
  var keys: [DocumentPath]?

  /// How many rows the file has, where the values are those of the last one.
  var rows: Int?

  /// The values one by one; none of a file that holds nothing.
  ///
  /// - Parameter hidingSecrets: Whether secrets are replaced, as in a run record.
  func leaves(hidingSecrets: Bool = false) -> [DocumentLeaf] {
    switch values {
    case .null, .table([]), .list([]): return []
    default: break
    }
    var redaction = Redaction()
    return (hidingSecrets ? redaction.redact(values, at: "") : values).flattened
  }
}

extension ValueFile {
  /// Takes what a run record has of a file; `nil` where it has no values.
  init?(_ recorded: RunValues) {
    guard let values = recorded.values else { return nil }
    path = recorded.path
    keys = recorded.keys?.compactMap { try? DocumentPath($0) }
    guard let named = recorded.keys, case .table(let fields) = values else {
      self.values = values.withNonFiniteNumbers
      return
    }
    // What was named is a field by its whole path, and gets its place back.
    self.values = fields.reduce(.table([])) { whole, field in
      let path = named.contains(field.key) ? try? DocumentPath(field.key) : nil
      return whole.setting(
        (path?.components ?? [field.key])[...], to: field.value.withNonFiniteNumbers)
    }
  }
}

extension DocumentValue {
  /// The table with a field below it, in tables of their own where there are none yet.
  fileprivate func setting(_ keys: ArraySlice<String>, to value: DocumentValue) -> DocumentValue {
    guard let key = keys.first else { return value }
    var fields: [DocumentField] = []
    if case .table(let own) = self { fields = own }
    let inner = (self[key] ?? .table([])).setting(keys.dropFirst(), to: value)
    fields.removeAll { $0.key == key }
    return .table(fields + [DocumentField(key: key, value: inner)])
  }
}

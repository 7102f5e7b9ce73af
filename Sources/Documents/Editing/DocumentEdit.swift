/// A document with one scalar changed, and every other byte as it was.
///
/// The new value is put in the place of the old one, and the result is read again: it has to be
/// the same document but for that value. Whoever makes the edit writes ``bytes`` to the file.
package struct DocumentEdit: Sendable {
  /// The whole document, changed.
  package let bytes: [UInt8]
  package let path: DocumentPath
  package let before: DocumentValue
  package let after: DocumentValue

  /// Sets an existing scalar of a YAML or JSON document from a word of a command line.
  ///
  /// The word means what it would mean in YAML's core schema or in JSON, with three rules:
  ///
  /// - A word in double quotes is the text of that JSON string.
  /// - Text that is quoted in the document stays text, whatever the word looks like. Text that is
  ///   not quoted gives way to a decimal number, `true` or `false`, and to nothing else.
  /// - What YAML 1.1 and 1.2 read differently, such as `yes`, `1_000` and dates, becomes quoted text
  ///   where text was before, and is refused elsewhere.
  ///
  /// Numbers are written so that all readers take them for numbers: `1e-4` as `1.0e-4`. Where the
  /// new value is the old one, no byte changes.
  ///
  /// - Parameters:
  ///   - bytes: The document.
  ///   - format: ``DocumentFormat/yaml`` or ``DocumentFormat/json``.
  ///   - path: The place of a scalar.
  ///   - word: The new value.
  package init(
    of bytes: [UInt8], as format: DocumentFormat, setting path: DocumentPath, to word: String
  ) throws(DocumentError) {
    guard format == .yaml || format == .json else { throw .notWritten(format) }
    let source = try DocumentSource(bytes)
    let root = try DocumentNode(reading: source, as: format)
    let target = try EditTarget(path, in: root, of: source)
    self.path = path
    before = target.value
    after = try TypedWord.value(of: word, replacing: target, in: format)
    guard after != before else {
      self.bytes = bytes
      return
    }
    var text = ScalarText.text(of: after, word: word, form: target.form, in: format)
    // An empty value ends at its colon or dash.
    if target.range.isEmpty { text = " " + text }
    var changed = bytes
    changed.replaceSubrange(target.range, with: text.utf8)
    guard Self.value(of: changed, as: format) == root.value.replacing(path.components, with: after)
    else { throw .editFailed(path) }
    self.bytes = changed
  }

  /// What the changed text reads as, or `nil` where it is no document any more.
  private static func value(of bytes: [UInt8], as format: DocumentFormat) -> DocumentValue? {
    do {
      return try DocumentValue(reading: bytes, as: format)
    } catch {
      return nil
    }
  }
}

extension DocumentValue {
  /// The value with another one at a place that it has.
  fileprivate func replacing(_ place: [String], with new: DocumentValue) -> DocumentValue {
    guard let component = place.first else { return new }
    let rest = Array(place.dropFirst())
    switch self {
    case .list(var items):
      guard let index = DocumentPath.itemNumber(component), index < items.count else { return self }
      items[index] = items[index].replacing(rest, with: new)
      return .list(items)
    case .table(let fields):
      return .table(
        fields.map { field in
          guard field.key == component else { return field }
          return DocumentField(key: field.key, value: field.value.replacing(rest, with: new))
        })
    default: return self
    }
  }
}

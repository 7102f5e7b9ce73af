internal import Primitives

/// The scalar that an edit replaces.
struct EditTarget {
  let value: DocumentValue
  let form: DocumentNode.ScalarForm
  /// Its bytes; none where the value is left out.
  let range: Range<Int>

  /// Finds the scalar at a path, or throws why there is none that can be changed by itself.
  init(
    _ path: DocumentPath, in root: DocumentNode, of source: DocumentSource
  ) throws(DocumentError) {
    var node = root
    for component in path.components {
      if node.isAlias { throw .notEditable(path, .alias) }
      guard let (child, isInherited) = Self.child(component, of: node) else {
        throw .unknownKey(path, near: Self.paths(near: path, in: root.value))
      }
      if isInherited {
        throw .notEditable(path, .inherited(source.place(at: child.range.lowerBound)))
      }
      node = child
    }
    guard case .scalar(let value, let form) = node.content else { throw .notScalar(path) }
    if node.isAlias { throw .notEditable(path, .alias) }
    if node.hasProperties { throw .notEditable(path, .properties) }
    if form == .block { throw .notEditable(path, .block) }
    self.value = value
    self.form = form
    range = node.range
  }

  /// A field or item, and whether it comes through a merge key.
  private static func child(
    _ component: String, of node: DocumentNode
  ) -> (DocumentNode, isInherited: Bool)? {
    switch node.content {
    case .scalar: return nil
    case .list(let items):
      guard let index = DocumentPath.itemNumber(component), index < items.count else { return nil }
      return (items[index], false)
    case .table(let members):
      return members.first { $0.key == component }.map { ($0.node, $0.isInherited) }
    }
  }

  /// The paths that were probably meant: those with the same last part, then those spelled alike.
  private static func paths(near path: DocumentPath, in value: DocumentValue) -> [DocumentPath] {
    let known = value.flattened.prefix(10_000).filter(\.value.isScalar).map(\.path)
    let relatives = known.filter { $0.components.last == path.components.last }
    let alike = Suggestion.nearest(
      to: ByteString(path.description), among: known.map(\.description))
    let others = known.filter { alike.contains($0.description) && !relatives.contains($0) }
    return Array((relatives + others).prefix(3))
  }
}

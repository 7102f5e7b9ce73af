/// A value that holds no others, and where it is.
package struct DocumentLeaf: Hashable, Sendable {
  package let path: DocumentPath
  package let value: DocumentValue

  package init(path: DocumentPath, value: DocumentValue) {
    self.path = path
    self.value = value
  }
}

extension DocumentValue {
  /// Every value that holds no others, in the document's order: scalars, empty lists and tables.
  ///
  /// A document that is one scalar has one leaf, at the root.
  package var flattened: [DocumentLeaf] {
    var leaves: [DocumentLeaf] = []
    collectLeaves(at: [], into: &leaves)
    return leaves
  }

  private func collectLeaves(at place: [String], into leaves: inout [DocumentLeaf]) {
    switch self {
    case .list(let items) where !items.isEmpty:
      for (index, item) in items.enumerated() {
        item.collectLeaves(at: place + ["\(index)"], into: &leaves)
      }
    case .table(let fields) where !fields.isEmpty:
      for field in fields { field.value.collectLeaves(at: place + [field.key], into: &leaves) }
    default:
      leaves.append(DocumentLeaf(path: DocumentPath(place), value: self))
    }
  }
}

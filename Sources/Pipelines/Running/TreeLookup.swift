internal import ObjectStore
internal import Primitives

/// Finds what lies at paths inside trees, each tree read once.
struct TreeLookup {
  private let store: ObjectStore
  private var trees: [ObjectID: Tree?] = [:]

  init(in store: ObjectStore) {
    self.store = store
  }

  /// What lies at a path below a tree; `nil` where nothing does, or the store lacks a tree.
  ///
  /// - Parameters:
  ///   - path: From the tree down; not the root.
  ///   - tree: The tree.
  mutating func entry(at path: RepositoryPath, in tree: ObjectID) -> TreeEntry? {
    var place = tree
    var found: TreeEntry?
    for name in path.components {
      if let found, found.kind != .directory { return nil }
      guard let entry = self.tree(place)?[name] else { return nil }
      found = entry
      place = entry.id
    }
    return found
  }

  private mutating func tree(_ id: ObjectID) -> Tree? {
    if let known = trees[id] { return known }
    let tree = try? store.tree(id)
    trees[id] = .some(tree)
    return tree
  }
}

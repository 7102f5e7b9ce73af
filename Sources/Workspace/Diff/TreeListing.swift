package import ObjectStore
package import Primitives

/// What a directory holds, level by level as far as there is room: to be looked at.
package struct TreeListing: Sendable {
  /// A name in the directory or below it.
  package struct Item: Sendable {
    /// From the directory on.
    package let path: RepositoryPath
    package let entry: TreeEntry
  }

  /// So many names are listed at most.
  package static let limit = 1_000

  /// A directory whose tree takes more is not read: it has many more names than are listed.
  private static let sizeLimit = ByteCount.mebibytes(1)

  /// What was found, in order of the paths.
  ///
  /// A directory whose names are listed is not listed itself, unless it has none.
  package private(set) var entries: [Item] = []

  /// Whether every file is listed.
  package private(set) var isComplete = false

  /// Whether the directory itself is in the store.
  package private(set) var isHere = false

  /// A listing of nothing.
  package static let none = Self()

  private init() {}

  /// Lists the directory of a pointer.
  ///
  /// What cannot be read is left as a directory without names.
  package init(of pointer: PointerFile, in store: ObjectStore) {
    guard let root = Self.tree(pointer.id, in: store) else {
      // One that is only too large is here all the same.
      isHere = (try? store.contains(pointer.id)) ?? false
      return
    }
    isHere = true
    isComplete = true
    entries = Self.items(root, below: .root)
    if entries.count > Self.limit {
      entries = Array(entries.prefix(Self.limit))
      isComplete = false
      return
    }
    var depth = 0
    while depth < TreeExpansion.depthLimit, entries.contains(where: Self.isOpen) {
      var next: [Item] = []
      var isOpened = false
      for item in entries {
        guard Self.isOpen(item), let tree = Self.tree(item.entry.id, in: store) else {
          if Self.isOpen(item) { isComplete = false }
          next.append(item)
          continue
        }
        isOpened = true
        next += Self.items(tree, below: item.path)
        if next.count > Self.limit { break }
      }
      // A level is listed whole or not at all, so that what is listed follows from the content.
      if next.count > Self.limit {
        isComplete = false
        break
      }
      if !isOpened { break }
      entries = next
      depth += 1
    }
    entries.sort { $0.path < $1.path }
  }

  /// Whether an item is a directory with names of its own.
  private static func isOpen(_ item: Item) -> Bool {
    item.entry.kind == .directory && item.entry.files > 0
  }

  private static func items(_ tree: Tree, below path: RepositoryPath) -> [Item] {
    tree.entries.compactMap { entry in
      (try? path.appending(entry.name)).map { Item(path: $0, entry: entry) }
    }
  }

  private static func tree(_ id: ObjectID, in store: ObjectStore) -> Tree? {
    guard let size = try? store.size(of: id), size <= sizeLimit else { return nil }
    return try? store.tree(id)
  }
}

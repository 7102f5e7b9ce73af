internal import ObjectStore
internal import Primitives
internal import Workspace

/// A file, symlink or empty directory of tracked data.
struct ExportedFile: Sendable {
  /// From the root of the worktree.
  let path: RepositoryPath
  let entry: TreeEntry
}

/// A tracked path of a revision, with all that lies in it.
struct ExportedItem: Sendable {
  let path: RepositoryPath
  let pointer: PointerFile

  /// What lies in it, sorted by path; the path itself for a file.
  private(set) var files: [ExportedFile] = []

  /// What the store lacks of it, and why.
  private(set) var missing: [MissingContent] = []

  /// Lists what a tracked path holds, and finds out what the store lacks.
  init(
    _ item: TrackedView.Item, in store: ObjectStore
  ) throws(CommandFailure) {
    path = item.path
    pointer = item.pointer
    var expansion = TreeExpansion()
    try list(item.entry, at: item.path, in: store, &expansion)
    var asked: [ObjectID: Bool] = [:]
    for file in files where file.entry.kind != .directory {
      let id = file.entry.id
      if asked[id] == nil {
        asked[id] = try explaining { () throws(StoreError) in try store.containsWhole(id) }
      }
      if asked[id] == false { missing.append(MissingContent(path: file.path, id: id)) }
    }
  }

  private mutating func list(
    _ entry: TreeEntry, at path: RepositoryPath, in store: ObjectStore,
    _ expansion: inout TreeExpansion
  ) throws(CommandFailure) {
    guard entry.kind == .directory else {
      return files.append(ExportedFile(path: path, entry: entry))
    }
    let tree: Tree
    do throws(StoreError) {
      tree = try store.tree(entry.id)
      try expansion.count(entry.id, tree, at: path.bytes)
    } catch {
      switch error {
      case .missing, .corrupt, .undecodable, .invalidRecipe:
        return missing.append(MissingContent(path: path, id: entry.id))
      default: throw CommandFailure(error)
      }
    }
    if tree.entries.isEmpty { files.append(ExportedFile(path: path, entry: entry)) }
    for inner in tree.entries {
      guard let below = try? path.appending(inner.name) else { continue }
      try list(inner, at: below, in: store, &expansion)
    }
  }
}

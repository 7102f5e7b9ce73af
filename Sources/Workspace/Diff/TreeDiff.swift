package import ObjectStore
package import Primitives

/// Compares what two pointers stand for, without looking at the worktree.
///
/// Subtrees of the same oid are skipped, so the cost follows the difference.
package struct TreeDiff: Sendable {
  private let store: ObjectStore

  /// Compares directories of a store.
  package init(in store: ObjectStore) {
    self.store = store
  }

  /// What became of the files below a tracked path.
  ///
  /// - Parameters:
  ///   - path: The tracked path.
  ///   - old: What it stood for; `nil` for nothing.
  ///   - new: What it stands for; `nil` for nothing.
  /// - Returns: One change for each file or symlink that differs, in order. A file that went while
  ///   one of the same content came is told as renamed.
  /// - Throws: ``WorkspaceError/store(_:)`` when a directory is not in the store.
  package func changes(
    of path: RepositoryPath, from old: PointerFile?, to new: PointerFile?
  ) throws(WorkspaceError) -> [EntryChange] {
    var leaves = Leaves()
    try compare(path, old.map(Self.entry), new.map(Self.entry), &leaves)
    return leaves.changes
  }

  private static func entry(_ pointer: PointerFile) -> TreeEntry {
    TreeEntry(
      kind: pointer.entryKind, id: pointer.id, size: pointer.size, files: pointer.files, name: "")
  }

  private func compare(
    _ path: RepositoryPath, _ old: TreeEntry?, _ new: TreeEntry?, _ leaves: inout Leaves
  ) throws(WorkspaceError) {
    if let old, let new, old.id == new.id, old.kind == new.kind { return }
    let (oldTree, newTree) = (try tree(old), try tree(new))
    if oldTree == nil && newTree == nil { return leaves.add(path, old, new) }
    if let old, oldTree == nil { leaves.add(path, old, nil) }
    if let new, newTree == nil { leaves.add(path, nil, new) }
    let names = Set((oldTree?.entries ?? []).map(\.name) + (newTree?.entries ?? []).map(\.name))
    for name in names.sorted() {
      guard let child = try? path.appending(name) else { continue }
      try compare(child, oldTree?[name], newTree?[name], &leaves)
    }
  }

  private func tree(_ entry: TreeEntry?) throws(WorkspaceError) -> Tree? {
    guard let entry, entry.kind == .directory else { return nil }
    return try onStore { () throws(StoreError) in try store.tree(entry.id) }
  }
}

/// The files that differ, paired where content only moved.
private struct Leaves {
  private var changed: [EntryChange] = []
  private var removed: [(path: RepositoryPath, entry: TreeEntry)] = []
  private var added: [(path: RepositoryPath, entry: TreeEntry)] = []

  mutating func add(_ path: RepositoryPath, _ old: TreeEntry?, _ new: TreeEntry?) {
    switch (old, new) {
    case (let old?, let new?):
      let isMode = old.id == new.id && old.kind != .symlink && new.kind != .symlink
      let isType = (old.kind == .symlink) != (new.kind == .symlink)
      changed.append(
        EntryChange(
          isMode ? .modeChanged : isType ? .typeChanged : .modified, path, oldSize: old.size,
          newSize: new.size))
    case (let old?, nil): removed.append((path, old))
    case (nil, let new?): added.append((path, new))
    case (nil, nil): break
    }
  }

  var changes: [EntryChange] {
    var result = changed
    var gone = Dictionary(grouping: removed) { $0.entry.id }
    for (path, entry) in added {
      // Empty files are all alike: nothing was moved.
      if entry.size > .zero, let source = gone[entry.id]?.popLast() {
        result.append(
          EntryChange(
            .renamed, path, from: source.path, oldSize: entry.size, newSize: entry.size))
      } else {
        result.append(EntryChange(.added, path, newSize: entry.size))
      }
    }
    for (path, entry) in gone.values.joined() {
      result.append(EntryChange(.deleted, path, oldSize: entry.size))
    }
    return result.sorted { $0.path < $1.path }
  }
}

package import ObjectStore
package import Primitives

/// Compares what two pointers stand for, without looking at the worktree.
///
/// Equal subtrees are skipped by their oid, so the cost follows the difference.
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
  /// - Returns: One change for each file or symlink that differs, and for each empty directory, in
  ///   order. A file that went while one of the same content came is told as renamed.
  /// - Throws: ``WorkspaceError/store(_:)`` when a directory is not in the store.
  package func changes(
    of path: RepositoryPath, from old: PointerFile?, to new: PointerFile?
  ) throws(WorkspaceError) -> [EntryChange] {
    let comparison = try TreeComparison(from: old, to: new, at: path, store: store)
    if let missing = comparison.missing.first { throw .store(.missing(missing.id)) }
    return comparison.changes
  }
}

/// The differences between two states of one tracked path, as far as the store has them.
package struct TreeComparison: Sendable {
  /// The differences, in order of their paths.
  package private(set) var changes: [EntryChange] = []

  /// Directories whose tree the store lacks: what is below them is not known.
  package private(set) var missing: [MissingContent] = []

  private let store: ObjectStore
  private var expansion = TreeExpansion()

  /// Files that are gone or new, by the oid of their content, to find renames.
  private var deleted: [(path: RepositoryPath, entry: TreeEntry)] = []
  private var added: [(path: RepositoryPath, entry: TreeEntry)] = []

  /// Compares two states.
  ///
  /// - Parameters:
  ///   - old: What the path was; `nil` where it was not tracked.
  ///   - new: What it is; `nil` where it is not tracked any more.
  ///   - path: The tracked path, for the paths of the differences.
  ///   - store: Holds the trees.
  ///   - findsRenames: Whether a deleted and an added file of the same oid are one that was renamed.
  /// - Throws: ``WorkspaceError/store(_:)`` when the store fails; what it lacks is in ``missing``.
  package init(
    from old: PointerFile?, to new: PointerFile?, at path: RepositoryPath, store: ObjectStore,
    findsRenames: Bool = true
  ) throws(WorkspaceError) {
    self.store = store
    let entries = [old, new].map { pointer in
      pointer.map {
        TreeEntry(
          kind: $0.entryKind, id: $0.id, size: $0.size, files: $0.files, name: path.name)
      }
    }
    try compare(entries[0], entries[1], at: path)
    if findsRenames { joinRenames() }
    for (path, entry) in deleted {
      changes.append(
        EntryChange(
          .deleted, path, oldSize: entry.size, isDirectory: entry.kind == .directory))
    }
    for (path, entry) in added {
      changes.append(
        EntryChange(.added, path, newSize: entry.size, isDirectory: entry.kind == .directory))
    }
    deleted = []
    added = []
    changes.sort { $0.path < $1.path }
  }

  private mutating func compare(
    _ old: TreeEntry?, _ new: TreeEntry?, at path: RepositoryPath
  ) throws(WorkspaceError) {
    if let old, let new, old.id == new.id, old.kind == new.kind { return }
    let oldTree = try tree(old, at: path)
    let newTree = try tree(new, at: path)
    if oldTree != nil || newTree != nil {
      try compareTrees(old, oldTree, new, newTree, at: path)
      return
    }
    switch (old, new) {
    case (let old?, let new?):
      if old.kind == .directory || new.kind == .directory { return }
      let kind: EntryChange.Kind =
        (old.kind == .symlink) != (new.kind == .symlink)
        ? .typeChanged : old.id == new.id ? .modeChanged : .modified
      changes.append(EntryChange(kind, path, oldSize: old.size, newSize: new.size))
    case (let old?, nil):
      if old.kind != .directory { deleted.append((path, old)) }
    case (nil, let new?):
      if new.kind != .directory { added.append((path, new)) }
    case (nil, nil): break
    }
  }

  /// Compares where at least one side is a directory.
  private mutating func compareTrees(
    _ old: TreeEntry?, _ oldTree: Tree?, _ new: TreeEntry?, _ newTree: Tree?,
    at path: RepositoryPath
  ) throws(WorkspaceError) {
    if let old, old.kind != .directory { deleted.append((path, old)) }
    if let new, new.kind != .directory { added.append((path, new)) }
    // An unreadable side is told in `missing`, and not taken for an empty one.
    if old?.kind == .directory, oldTree == nil { return }
    if new?.kind == .directory, newTree == nil { return }
    if oldTree == nil, let new, newTree?.entries.isEmpty == true { added.append((path, new)) }
    if newTree == nil, let old, oldTree?.entries.isEmpty == true { deleted.append((path, old)) }
    try compare(oldTree?.entries ?? [], newTree?.entries ?? [], in: path)
  }

  private mutating func compare(
    _ left: [TreeEntry], _ right: [TreeEntry], in path: RepositoryPath
  ) throws(WorkspaceError) {
    var (one, other) = (0, 0)
    while one < left.count || other < right.count {
      var order = one == left.count ? 1 : -1
      if one < left.count, other < right.count {
        // Most entries are the same: no path is made for them.
        if left[one].id == right[other].id, left[one] == right[other] {
          one += 1
          other += 1
          continue
        }
        order =
          left[one].name == right[other].name ? 0 : left[one].name < right[other].name ? -1 : 1
      }
      let (old, new) = (order <= 0 ? left[one] : nil, order >= 0 ? right[other] : nil)
      if order <= 0 { one += 1 }
      if order >= 0 { other += 1 }
      guard let name = (old ?? new)?.name, let inner = try? path.appending(name) else { continue }
      try compare(old, new, at: inner)
    }
  }

  private mutating func tree(
    _ entry: TreeEntry?, at path: RepositoryPath
  ) throws(WorkspaceError) -> Tree? {
    guard let entry, entry.kind == .directory else { return nil }
    do throws(StoreError) {
      let tree = try store.tree(entry.id)
      try expansion.count(entry.id, tree, at: path.bytes)
      return tree
    } catch {
      switch error {
      case .missing, .corrupt, .undecodable, .invalidRecipe, .invalidTree:
        missing.append(MissingContent(path: path, id: entry.id))
        return nil
      default: throw .store(error)
      }
    }
  }

  /// Makes one rename of a deletion and an addition of the same content.
  private mutating func joinRenames() {
    var sources: [ObjectID: [Int]] = [:]
    for (number, file) in deleted.enumerated() where file.entry.kind != .directory {
      if file.entry.size > .zero { sources[file.entry.id, default: []].append(number) }
    }
    var used: Set<Int> = []
    added = added.filter { path, entry in
      guard entry.kind != .directory, var candidates = sources[entry.id], !candidates.isEmpty
      else { return true }
      let place =
        candidates.firstIndex { deleted[$0].path.name == path.name } ?? candidates.startIndex
      let source = candidates.remove(at: place)
      sources[entry.id] = candidates
      used.insert(source)
      changes.append(
        EntryChange(
          .renamed, path, from: deleted[source].path, oldSize: entry.size, newSize: entry.size))
      return false
    }
    deleted = deleted.indices.filter { !used.contains($0) }.map { deleted[$0] }
  }
}

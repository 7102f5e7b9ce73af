internal import Git
internal import ObjectStore
internal import Platform
internal import Primitives
internal import Project
internal import Workspace

/// The tracked paths of one moment: of a revision, or of the worktree as it is.
struct TrackedView {
  let project: Project
  let workspace: Workspace

  /// A commit, or `nil` for the worktree.
  let revision: ByteString?

  /// A tracked path and what it stands for.
  struct Item {
    let path: RepositoryPath
    let pointer: PointerFile
  }

  /// What a path inside or outside tracked data is.
  enum Place {
    /// A directory of git's, with the tracked paths below it.
    case holding([Item])
    /// A tracked path, or an entry of a tracked directory.
    case entry(TreeEntry)
  }

  /// Splits the words of a command line into a revision and paths.
  ///
  /// The first word is a revision when it names a commit and no file.
  static func split(
    _ words: [ByteString], separator: Int?, in context: CommandContext, _ project: Project
  ) throws(CommandFailure) -> (revision: ByteString?, paths: [ByteString]) {
    guard let first = words.first, separator != 0 else { return (nil, words) }
    if separator == 1 { return (first, Array(words.dropFirst())) }
    let isPath = (try? context.path(first).statusIfPresent()) ?? nil != nil
    guard !isPath, (try? project.git.commitID(of: first)) != nil else { return (nil, words) }
    return (first, Array(words.dropFirst()))
  }

  /// The tracked paths at or below a directory, in order.
  func items(under directory: RepositoryPath = .root) throws(CommandFailure) -> [Item] {
    guard let revision else {
      let tracked = try explaining { () throws(WorkspaceError) in try workspace.trackedPaths() }
      return tracked.compactMap { tracked in
        guard tracked.path.isWithin(directory), let pointer = try? tracked.pointer.get() else {
          return nil
        }
        return Item(path: tracked.path, pointer: pointer)
      }
    }
    let entries = try explaining { () throws(GitError) in
      try project.git.pointers(in: project.git.treeID(of: revision), under: .root)
    }
    var items: [Item] = []
    for entry in entries {
      guard let path = PointerFile.dataPath(of: entry.path), path.isWithin(directory) else {
        continue
      }
      let bytes = try explaining { () throws(GitError) in
        try project.git.blob(entry.id, limit: PointerFile.sizeLimit)
      }
      if let pointer = try? PointerFile(decoding: bytes) {
        items.append(Item(path: path, pointer: pointer))
      }
    }
    return items
  }

  /// What `path` is.
  ///
  /// - Throws: ``CommandFailure`` when nothing that is tracked is there.
  func place(_ path: RepositoryPath) throws(CommandFailure) -> Place {
    let all = try items()
    if let outer = all.first(where: { path.isWithin($0.path) }) {
      return .entry(try entry(path, in: outer))
    }
    let below = all.filter { $0.path.isWithin(path) }
    if below.isEmpty {
      throw CommandFailure(
        .refused, id: "not-found", "Path '\(path)' is not tracked",
        hints: ["Run `shale ls` to see what is"])
    }
    return .holding(below)
  }

  private func entry(_ path: RepositoryPath, in item: Item) throws(CommandFailure) -> TreeEntry {
    var entry = TreeEntry(
      kind: item.pointer.entryKind, id: item.pointer.id, size: item.pointer.size,
      files: item.pointer.files, name: item.path.name)
    for name in path.relative(to: item.path)?.components ?? [] {
      var next: TreeEntry?
      if entry.kind == .directory {
        let tree = try explaining { () throws(StoreError) in try workspace.store.tree(entry.id) }
        next = tree[name]
      }
      guard let next else {
        throw CommandFailure(.refused, id: "not-found", "Path '\(path)' does not exist there")
      }
      entry = next
    }
    return entry
  }
}

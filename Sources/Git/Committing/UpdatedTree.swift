internal import CGit2
internal import Platform
internal import Primitives

extension RepositoryHandle {
  /// Makes a tree out of another by replacing some files; `nil` removes one.
  func tree(
    _ old: GitID, with entries: [(RepositoryPath, GitTreeEntry?)]
  ) throws(GitError) -> GitID {
    if let tree = try updatedTree(old, with: entries) { return tree }
    let index = try unsafe IndexHandle { unsafe git_index_new($0) }
    if old != .emptyTree {
      let tree = try object(old, kind: GIT_OBJECT_TREE)
      try check(unsafe git_index_read_tree(index.pointer, tree.pointer), .readObject)
    }
    for (path, entry) in entries {
      if let entry {
        try index.apply(
          .blob(path, entry.id, mode: entry.mode), in: self, worktree: nil)
      } else {
        try index.apply(.remove(path), in: self, worktree: nil)
      }
    }
    var oid = git_oid()
    try check(unsafe git_index_write_tree_to(&oid, index.pointer, pointer), .writeObject)
    return GitID(oid)
  }

  /// Makes a tree out of another by reading and writing only the directories that change.
  ///
  /// - Returns: `nil` where a file takes the place of a directory, or the other way round: libgit2
  ///   does not do that in this way.
  private func updatedTree(
    _ old: GitID, with entries: [(RepositoryPath, GitTreeEntry?)]
  ) throws(GitError) -> GitID? {
    guard old != .emptyTree else { return nil }
    var names: [UInt8] = []
    var changes: [(start: Int, entry: GitTreeEntry?)] = []
    for (path, entry) in Dictionary(entries, uniquingKeysWith: { $1 }) {
      let current = try self.entry(at: path, in: old)
      if current?.mode == .directory { return nil }
      guard current?.id != entry?.id || current?.mode != entry?.mode else { continue }
      if entry != nil, try hasFile(above: path, in: old) { return nil }
      changes.append((names.count, entry))
      names += path.bytes.bytes + [0]
    }
    guard !changes.isEmpty else { return old }
    let tree = try object(old, kind: GIT_OBJECT_TREE)
    var oid = git_oid()
    let code = unsafe names.withUnsafeBytes { names in
      let updates = unsafe changes.map { start, entry in
        var update = unsafe git_tree_update()
        unsafe update.action = entry == nil ? GIT_TREE_UPDATE_REMOVE : GIT_TREE_UPDATE_UPSERT
        unsafe update.id = (entry?.id ?? .zero).oid
        unsafe update.filemode = git_filemode_t(entry?.mode.rawValue ?? 0)
        unsafe update.path = names.baseAddress?.advanced(by: start)
          .assumingMemoryBound(to: CChar.self)
        return unsafe update
      }
      return unsafe updates.withUnsafeBufferPointer {
        unsafe git_tree_create_updated(&oid, pointer, tree.pointer, $0.count, $0.baseAddress)
      }
    }
    try check(code, .writeObject)
    return GitID(oid)
  }

  /// Whether something else than a directory stands where a path needs one.
  private func hasFile(above path: RepositoryPath, in tree: GitID) throws(GitError) -> Bool {
    var directory = path.parent
    while let place = directory, !place.isRoot {
      if let entry = try entry(at: place, in: tree) { return entry.mode != .directory }
      directory = place.parent
    }
    return false
  }
}

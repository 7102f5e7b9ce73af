internal import Documents
internal import Git
internal import ObjectStore
internal import Primitives
internal import Project
internal import Workspace

extension MomentFiles {
  /// What git has at a path, or what the pointer of it or of a directory around it stands for.
  func revisionNode(
    at path: RepositoryPath, in tree: GitID
  ) throws(CommandFailure) -> Node? {
    let entry = try explaining { () throws(GitError) in
      try project.git.entry(at: path, in: tree)
    }
    switch entry?.mode {
    case .file, .executable:
      return entry.map { .file(.blob($0.id)) }
    case .directory: return .directory
    case .symlink, .submodule: throw Self.notRegular(path)
    case nil: break
    }
    guard let stored = try trackedEntry(at: path, in: tree) else { return nil }
    return try node(stored, at: path)
  }

  /// What is tracked at a path in a revision.
  private func trackedEntry(
    at path: RepositoryPath, in tree: GitID
  ) throws(CommandFailure) -> TreeEntry? {
    var outer: RepositoryPath? = path
    while let place = outer, !place.isRoot {
      let pointer = try explaining { () throws(GitError) in
        try project.git.entry(at: PointerFile.path(of: place), in: tree).map {
          entry throws(GitError) in try project.git.pointer(entry)
        }
      }
      switch pointer {
      case .success(let pointer):
        let entry = TreeEntry(
          kind: pointer.entryKind, id: pointer.id, size: pointer.size, files: pointer.files,
          name: place.name)
        return try storedEntry(path, from: place, entry)
      case .failure(let problem):
        throw CommandFailure(WorkspaceError.pointer(PointerFile.path(of: place), problem))
      case nil: outer = place.parent
      }
    }
    return nil
  }

  func revisionEntries(
    of path: RepositoryPath, in tree: GitID
  ) throws(CommandFailure) -> [DocumentDirectoryEntry] {
    let entry = try explaining { () throws(GitError) in
      try project.git.entry(at: path, in: tree)
    }
    guard let entry else {
      guard let stored = try trackedEntry(at: path, in: tree) else { return [] }
      return try storedEntries(of: stored)
    }
    guard entry.mode == .directory else { return [] }
    let files = try explaining { () throws(GitError) in
      try project.git.files(in: tree, under: path)
    }
    var entries: Set<DocumentDirectoryEntry> = []
    for file in files {
      guard let names = file.path.relative(to: path)?.components, let first = names.first else {
        continue
      }
      entries.insert(DocumentDirectoryEntry(name: first, isDirectory: names.count > 1))
      if names.count == 1, let data = PointerFile.dataPath(of: file.path),
        let tracked = try trackedEntry(at: data, in: tree)
      {
        entries.insert(
          DocumentDirectoryEntry(name: data.name, isDirectory: tracked.kind == .directory))
      }
    }
    return Array(entries)
  }
}

// MARK: - In the store

extension MomentFiles {
  /// What is at a path in stored data that lies at another path.
  func storedEntry(
    _ path: RepositoryPath, from outer: RepositoryPath, _ entry: TreeEntry
  ) throws(CommandFailure) -> TreeEntry? {
    guard let inner = path.relative(to: outer) else { return nil }
    return try explaining { () throws(StoreError) in
      try workspace.store.entry(at: inner, below: entry)
    }
  }

  func storedEntries(of entry: TreeEntry) throws(CommandFailure) -> [DocumentDirectoryEntry] {
    guard entry.kind == .directory else { return [] }
    let tree = try explaining { () throws(StoreError) in try workspace.store.tree(entry.id) }
    return tree.entries.filter { $0.kind != .symlink }.map {
      DocumentDirectoryEntry(name: $0.name, isDirectory: $0.kind == .directory)
    }
  }

  func node(_ entry: TreeEntry, at path: RepositoryPath) throws(CommandFailure) -> Node {
    switch entry.kind {
    case .directory: return .directory
    case .symlink: throw Self.notRegular(path)
    case .file, .executable:
      return .file(.object(entry.id, size: entry.size, orFile: nil))
    }
  }
}

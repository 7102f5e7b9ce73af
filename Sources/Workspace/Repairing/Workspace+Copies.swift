package import ObjectStore
internal import Platform
package import Primitives
internal import Synchronization

/// A content that a store lacks, and that the user's own files may still have.
package struct LackedContent: Hashable, Sendable {
  package let id: ObjectID

  /// Where the content lay when it was recorded.
  package let path: RepositoryPath

  /// The size of the file; `nil` for a directory.
  package let size: ByteCount?

  package init(id: ObjectID, path: RepositoryPath, size: ByteCount?) {
    self.id = id
    self.path = path
    self.size = size
  }
}

/// Where in the worktree a content may be found.
package struct WorktreeCopy: Sendable {
  package let id: ObjectID
  package let path: RepositoryPath

  /// What the directory held when it was recorded, for a directory.
  fileprivate let tree: Tree?
}

extension Workspace {
  /// Finds out where in the worktree contents may be found; no file is read yet.
  ///
  /// The stat indexes know under which paths a content was recorded or brought. Where they do not,
  /// the path that the content had is looked at, if what lies there has its size.
  ///
  /// - Parameter lacked: The contents.
  /// - Returns: At most one place for each of them.
  /// - Throws: ``WorkspaceError`` when the worktree cannot be read.
  package func copies(of lacked: Set<LackedContent>) throws(WorkspaceError) -> [WorktreeCopy] {
    let wanted = Set(lacked.map(\.id))
    var found: [ObjectID: WorktreeCopy] = [:]
    for path in try onFiles({ () throws(FileError) in try indexes.trackedPaths() }) {
      let loaded = try onFiles { () throws(FileError) in try indexes.load(path) }
      guard let index = loaded.index else { continue }
      for number in 0..<index.directoryCount {
        look(for: wanted, in: index.block(number), of: path, index.header, &found)
      }
    }
    for content in lacked where found[content.id] == nil {
      guard let size = content.size else { continue }
      if isFile(content.path, of: size) {
        found[content.id] = WorktreeCopy(id: content.id, path: content.path, tree: nil)
      }
    }
    return found.values.sorted { $0.path < $1.path }
  }

  private func look(
    for wanted: Set<ObjectID>, in block: IndexedDirectory, of tracked: RepositoryPath,
    _ header: StatIndexHeader, _ found: inout [ObjectID: WorktreeCopy]
  ) {
    let inner = block.path
    guard let below = try? RepositoryPath(inner) else { return }
    let directory = tracked.appending(below)
    var entries: [TreeEntry] = []
    let isWanted = header.isDirectory && wanted.contains(block.id) && found[block.id] == nil
    var cursor = block.cursor
    while let entry = cursor.next() {
      if isWanted {
        entries.append(
          TreeEntry(
            kind: entry.kind, id: entry.id, size: entry.size, files: entry.files,
            name: cursor.name(of: entry)))
      }
      guard entry.kind != .directory, entry.flags.contains(.materialised),
        wanted.contains(entry.id), found[entry.id] == nil
      else { continue }
      // The entry of a tracked file has its own name.
      let path =
        header.isDirectory ? try? directory.appending(cursor.name(of: entry)) : tracked
      guard let path, entry.kind == .symlink || isFile(path, of: entry.size) else { continue }
      found[entry.id] = WorktreeCopy(id: entry.id, path: path, tree: nil)
    }
    if isWanted, let tree = try? Tree(entries), SHA256.id(of: tree.encoded().span) == block.id {
      found[block.id] = WorktreeCopy(id: block.id, path: directory, tree: tree)
    }
  }

  private func isFile(_ path: RepositoryPath, of size: ByteCount) -> Bool {
    guard let place = try? holder(of: path), let status = try? place.status(of: path.name) else {
      return false
    }
    return status.kind == .file && status.size == size
  }

  /// Stores contents from the user's files; no file is changed.
  ///
  /// What is read is named by what it hashes to: a file that is another by now costs its bytes in
  /// the store, and nothing else.
  ///
  /// - Parameters:
  ///   - copies: Where they are looked for.
  ///   - progress: Told of the bytes read.
  /// - Returns: The contents that the store has now.
  /// - Throws: ``WorkspaceError/store(_:)`` when the store cannot be written to.
  package func storeAgain(
    _ copies: [WorktreeCopy], into store: ObjectStore, progress: ProgressCounter? = nil
  ) throws(WorkspaceError) -> Set<ObjectID> {
    let files = copies.filter { $0.tree == nil }
    let stored = Mutex<Set<ObjectID>>([])
    try onStore { () throws(StoreError) in
      let writer = try store.writer(compression: compression)
      try writer.addFiles(files.count, progress: progress) { index throws(FileError) in
        let path = files[index].path
        return try holder(of: path).file(path.name)
      } done: { _, result in
        // One that cannot be read, or is being written to, is no copy.
        if case .success(let file) = result { stored.withLock { _ = $0.insert(file.id) } }
      }
      for copy in copies {
        let id: ObjectID
        if let tree = copy.tree {
          id = try writer.add(tree)
        } else if let target = try? holder(of: copy.path).symlinkTarget(copy.path.name) {
          id = try writer.add(target.bytes, class: .data)
        } else {
          continue
        }
        stored.withLock { _ = $0.insert(id) }
      }
      try writer.finish(durably: true)
    }
    let now = stored.withLock { $0 }
    return now.intersection(copies.map(\.id))
  }
}

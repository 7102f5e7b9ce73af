internal import Git
internal import ObjectStore
internal import Platform
internal import Primitives
internal import Synchronization
internal import Workspace

/// Writes the data of a revision into a directory, as a worktree has it.
struct DirectoryExport: Sendable {
  private let root: FilePath
  private let workspace: Workspace

  /// Takes a directory that is not there yet, or empty.
  init(into root: FilePath, _ workspace: Workspace) throws(CommandFailure) {
    self.root = root
    self.workspace = workspace
    try explaining { () throws(FileError) in try root.makeDirectories() }
    let names = try explaining { () throws(FileError) in try root.names() }
    guard names.isEmpty else {
      throw CommandFailure(
        .refused, id: "not-empty", "Directory '\(root)' is not empty",
        hints: ["Name a directory that does not exist yet"])
    }
  }

  /// Writes data.
  ///
  /// - Returns: The numbers of the items of which something turned out to be missing.
  func write(
    _ items: [ExportedItem], progress: ProgressCounter?
  ) throws(CommandFailure) -> Set<Int> {
    let files = items.enumerated().flatMap { number, item in item.files.map { (number, $0) } }
    progress?.begin(
      .restoring, bytes: files.reduce(0) { $0 + $1.1.entry.size.bytes }, files: files.count)
    let failed = Mutex<Set<Int>>([])
    try Threads.forEach(files.count) { number throws(CommandFailure) in
      let (item, file) = files[number]
      do throws(CommandFailure) {
        try write(file.entry, at: file.path, progress: progress)
      } catch {
        guard error.kind == .missing || error.kind == .damaged else { throw error }
        failed.withLock { _ = $0.insert(item) }
      }
      progress?.advance(files: 1)
    }
    return failed.withLock { $0 }
  }

  /// Writes the files that git itself carries, but for pointers.
  func write(gitFilesOf tree: GitID) throws(CommandFailure) {
    let git = workspace.git
    let entries = try explaining { () throws(GitError) in try git.files(in: tree) }
    for entry in entries where PointerFile.dataPath(of: entry.path) == nil {
      let bytes = try explaining { () throws(GitError) in
        try git.blob(entry.id, limit: .gibibytes(4))
      }
      try explaining { () throws(FileError) in
        try put(at: entry.path) { holder, name throws(FileError) in
          if entry.mode == .symlink {
            try holder.makeSymlink(name, to: ByteString(bytes))
            return true
          }
          let file = try holder.creating(name, mode: entry.mode == .executable ? 0o777 : 0o666)
          try file.write(bytes.span, at: 0)
          return true
        }
      }
    }
  }

  private func write(
    _ entry: TreeEntry, at path: RepositoryPath, progress: ProgressCounter?
  ) throws(CommandFailure) {
    if entry.kind == .directory {
      return try explaining { () throws(FileError) in _ = try holder(below: path.components) }
    }
    let store = workspace.store
    if entry.kind == .symlink {
      let target = try explaining { () throws(StoreError) in
        try store.contents(of: entry.id, limit: .kibibytes(64))
      }
      return try explaining { () throws(FileError) in
        try put(at: path) { holder, name throws(FileError) in
          try holder.makeSymlink(name, to: ByteString(target))
          return true
        }
      }
    }
    var refusal: StoreError?
    try explaining { () throws(FileError) in
      try put(at: path) { holder, name throws(FileError) in
        let file = try holder.creating(name, mode: entry.kind == .executable ? 0o777 : 0o666)
        do throws(StoreError) {
          try store.restore(entry.id, into: file, progress: progress)
          return true
        } catch {
          refusal = error
          return false
        }
      }
    }
    if let refusal { throw CommandFailure(refusal) }
  }

  /// Makes something under a temporary name, and gives it its own, which nothing may have.
  ///
  /// What `make` says is of no use goes again.
  private func put(
    at path: RepositoryPath,
    _ make: (borrowing OpenDirectory, ByteString) throws(FileError) -> Bool
  ) throws(FileError) {
    let holder = try holder(below: (path.parent ?? .root).components)
    let temporary = AtomicFile.temporaryName()
    do throws(FileError) {
      guard try make(holder, temporary) else { return try holder.remove(temporary) }
      try holder.rename(temporary, toFree: path.name, in: holder)
    } catch {
      // What was not made cannot be removed.
      _ = try? holder.remove(temporary)
      throw error
    }
  }

  /// A directory below the root, made where it is missing; no symlink is followed.
  private func holder(below names: [ByteString]) throws(FileError) -> OpenDirectory {
    var current = try OpenDirectory(root)
    for name in names {
      if try current.statusIfPresent(of: name) == nil {
        do throws(FileError) {
          try current.makeDirectory(name)
        } catch {
          guard error.isExisting else { throw error }
        }
      }
      current = try current.directory(name)
    }
    return current
  }
}

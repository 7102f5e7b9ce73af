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
      try put(at: entry.path) { holder, name throws(CommandFailure) in
        try explaining { () throws(FileError) in
          if entry.mode == .symlink { return try holder.makeSymlink(name, to: ByteString(bytes)) }
          let file = try holder.creating(name, mode: entry.mode == .executable ? 0o777 : 0o666)
          try file.write(bytes.span, at: 0)
        }
      }
    }
  }

  private func write(
    _ entry: TreeEntry, at path: RepositoryPath, progress: ProgressCounter?
  ) throws(CommandFailure) {
    if entry.kind == .directory {
      return try explaining { () throws(FileError) in _ = try OpenDirectory(root).making(path) }
    }
    try put(at: path) { holder, name throws(CommandFailure) in
      try explaining { () throws(StoreError) in
        _ = try workspace.store.write(entry, as: name, in: holder, progress: progress)
      }
    }
  }

  /// Makes something under a temporary name, and gives it its own, which nothing may have.
  private func put(
    at path: RepositoryPath,
    _ make: (borrowing OpenDirectory, ByteString) throws(CommandFailure) -> Void
  ) throws(CommandFailure) {
    let holder = try explaining { () throws(FileError) in
      try OpenDirectory(root).making(path.parent ?? .root)
    }
    let temporary = AtomicFile.temporaryName()
    do throws(CommandFailure) {
      try make(holder, temporary)
      try explaining { () throws(FileError) in
        try holder.rename(temporary, toFree: path.name, in: holder)
      }
    } catch {
      // What was not made cannot be removed.
      _ = try? holder.remove(temporary)
      throw error
    }
  }
}

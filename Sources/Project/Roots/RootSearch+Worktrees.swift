internal import Git
internal import Lineage
internal import Platform
internal import Primitives
internal import Workspace

extension RootSearch {
  /// Adds what every worktree has staged, on disk, and in its stat index.
  mutating func addWorktrees() throws(ProjectError) {
    let worktrees: [GitWorktree]
    do {
      worktrees = try project.git.worktrees()
    } catch {
      throw .unknownRoot(.git(error))
    }
    for worktree in worktrees {
      switch worktree.presence {
      case .prunable: break
      case .present:
        guard let directory = worktree.directory else { continue }
        try addFiles(of: directory)
      case .away:
        guard let directory = worktree.directory else {
          throw .unknownRoot(.unnamedWorktree(worktree.gitDirectory))
        }
        throw .unknownRoot(.awayWorktree(directory))
      }
      try addIndex(of: project.git.opened(in: worktree), in: worktree)
      try addStatIndexes(of: worktree)
    }
    // Hooks may be given another index than the worktree's.
    try addIndex(of: project.git, in: nil)
  }

  // MARK: - What is staged

  private mutating func addIndex(
    of git: GitRepository, in worktree: GitWorktree?
  ) throws(ProjectError) {
    try waitForIndex(of: git)
    let index: GitIndexSnapshot
    do {
      index = try git.indexedPointers(.pointersAndRecords)
    } catch {
      throw .unknownRoot(.git(error))
    }
    for entry in index.entries where entry.mode == .file || entry.mode == .executable {
      // Announced by `git add -N`, without content.
      if entry.isIntent || !seenBlobs.insert(entry.id).inserted { continue }
      let bytes: [UInt8]?
      do {
        bytes = try contents(of: entry.id, entry.path)
      } catch {
        throw .unknownRoot(.git(error))
      }
      guard let bytes else { continue }
      let place = worktree?.place ?? git.layout.indexFile
      try add(bytes, at: entry.path, for: .staged) { "'\(entry.path)', staged in '\(place)'," }
    }
  }

  /// For how long a program that writes an index is waited for, in steps of 50 ms: most need less
  /// than one.
  private static let waits = 20

  /// Waits until nobody writes an index: what is staged is not to be known before.
  private func waitForIndex(of git: GitRepository) throws(ProjectError) {
    let lock = FilePath(ByteString(git.layout.indexFile.bytes.bytes + Array(".lock".utf8)))
    do {
      for _ in 0..<Self.waits {
        if try lock.statusIfPresent() == nil { return }
        Clock.sleep(milliseconds: 50)
      }
    } catch {
      throw .unknownRoot(.place(lock, error))
    }
    throw .unknownRoot(.git(.locked(lock)))
  }

  // MARK: - What was recorded or brought

  private mutating func addStatIndexes(of worktree: GitWorktree) throws(ProjectError) {
    let files = IndexFiles(
      directory: worktree.gitDirectory.appending("shale").appending("index"))
    let headers: [StatIndexHeader]
    let unfinished: [ObjectID]
    do {
      (headers, unfinished) = (try files.headers(), try files.unfinishedCheckouts())
    } catch {
      throw .unknownRoot(.place(files.directory, error))
    }
    for header in headers {
      guard let base = header.base else { continue }
      kept.add(base, isTree: header.isDirectory, at: header.path, for: .worktrees)
    }
    for id in unfinished { try addObject(id, at: .root, for: .worktrees) }
  }

  // MARK: - What lies on disk

  private mutating func addFiles(of directory: FilePath) throws(ProjectError) {
    var search = PointerSearch(root: directory)
    while let (path, bytes) = try search.next() {
      try add(bytes, at: path, for: .pointers) { "'\(directory.appending(path))'" }
    }
  }
}

/// Finds every file in a worktree that has the name of a pointer, whether git tracks or ignores it.
private struct PointerSearch {
  let root: FilePath

  /// Directories that are still to be listed.
  private var directories: [RepositoryPath] = [.root]

  /// Pointers and records of the directory that was listed last.
  private var files: [RepositoryPath] = []

  init(root: FilePath) {
    self.root = root
  }

  /// The next file, with its beginning.
  mutating func next() throws(ProjectError) -> (RepositoryPath, [UInt8])? {
    while true {
      while let path = files.popLast() {
        if let bytes = try contents(of: path) { return (path, bytes) }
      }
      guard let directory = directories.popLast() else { return nil }
      try list(directory)
    }
  }

  private mutating func list(_ directory: RepositoryPath) throws(ProjectError) {
    let place = root.appending(directory)
    let entries: [OpenDirectory.Entry]
    do {
      entries = try OpenDirectory(place, followingSymlink: directory.isRoot).entries()
    } catch {
      if error.isNotFound || error.isSymlink { return }
      throw .unknownRoot(.place(place, error))
    }
    // Another repository keeps its objects itself.
    if !directory.isRoot, entries.contains(where: { $0.name == ".git" }) { return }
    var data: Set<ByteString> = []
    for entry in entries where PointerFile.isPointerName(entry.name) {
      if entry.kind == .directory { continue }
      data.insert(ByteString(entry.name.bytes.dropLast(PointerFile.suffix.count)))
      if let path = try? directory.appending(entry.name) { files.append(path) }
    }
    for entry in entries where entry.kind != .file && entry.kind != .symlink {
      // No pointer lies inside tracked data.
      if entry.name == ".git" || data.contains(entry.name) { continue }
      guard entry.kind == .directory || entry.kind == nil else { continue }
      if let path = try? directory.appending(entry.name) { directories.append(path) }
    }
    if directory.bytes == RunCatalog.committedPath {
      for entry in entries where RunDirectory.id(of: entry.name) != nil {
        if let path = try? directory.appending(entry.name) { files.append(path) }
      }
    }
  }

  private func contents(of path: RepositoryPath) throws(ProjectError) -> [UInt8]? {
    let file = root.appending(path)
    let limit =
      PointerFile.isPointerName(path.name) ? PointerFile.conflictLimit : RunRecord.sizeLimit
    do {
      guard let status = try file.statusIfPresent(), status.kind == .file else { return nil }
      return try OpenFile.forReading(file, followingSymlink: false).upTo(limit, at: 0)
    } catch {
      if error.isNotFound { return nil }
      throw .unknownRoot(.place(file, error))
    }
  }
}

package import Git
package import ObjectStore
package import Platform
package import Primitives

/// The user's files in one worktree, and the pointers that git has in their place.
///
/// What it does is grouped by verb in the folders of this module: `Adding`, `Status`, `Checkout`,
/// `Diff`, `Moving`. All operations are given paths from the root of the worktree, and return what
/// they changed with old and new oids, so that each can be written to the operation log.
package struct Workspace: Sendable {
  /// The root of the worktree.
  package let root: FilePath
  package let git: GitRepository
  package let store: ObjectStore

  /// The stat indexes of this worktree.
  package let indexes: IndexFiles

  /// How new content is stored.
  package let compression: CompressionSetting

  /// How large files are brought.
  package let linking: LinkSetting

  /// Takes the worktree of a repository.
  ///
  /// - Parameters:
  ///   - git: The repository.
  ///   - store: Where its data is kept.
  ///   - compression: How new content is stored.
  ///   - linking: How large files are brought.
  ///   - locking: Who asks for the locks of tracked paths, and how long it waits.
  /// - Throws: ``WorkspaceError/git(_:)`` in a bare repository.
  package init(
    git: GitRepository, store: ObjectStore, compression: CompressionSetting = .auto,
    linking: LinkSetting = .copy, locking: LockRequest = LockRequest()
  ) throws(WorkspaceError) {
    do {
      root = try git.worktree()
    } catch {
      throw .git(error)
    }
    self.git = git
    self.store = store
    self.compression = compression
    self.linking = linking
    indexes = IndexFiles(
      directory: git.layout.gitDirectory.appending("shale").appending("index"), locking: locking)
  }
}

/// A path with a pointer.
package struct TrackedPath: Hashable, Sendable {
  /// Where the data lies, or would.
  package let path: RepositoryPath

  /// What the pointer says, or why it cannot be read.
  package let pointer: Result<PointerFile, PointerProblem>

  package init(path: RepositoryPath, pointer: Result<PointerFile, PointerProblem>) {
    self.path = path
    self.pointer = pointer
  }
}

// MARK: - Tracked paths

extension Workspace {
  /// The pointer of `path` in the worktree.
  ///
  /// - Returns: `nil` when there is none.
  /// - Throws: ``WorkspaceError/pointer(_:_:)`` when it cannot be read.
  package func pointer(of path: RepositoryPath) throws(WorkspaceError) -> PointerFile? {
    guard let tracked = try tracked(path) else { return nil }
    do {
      return try tracked.pointer.get()
    } catch {
      throw .pointer(PointerFile.path(of: path), error)
    }
  }

  /// The tracked path `path` itself, or `nil` when it has no pointer.
  package func tracked(_ path: RepositoryPath) throws(WorkspaceError) -> TrackedPath? {
    if path.isRoot { return nil }
    let bytes = try onFiles { () throws(FileError) in try PointerFile.bytes(of: path, in: root) }
    guard let bytes else { return nil }
    return TrackedPath(path: path, pointer: PointerFile.reading(bytes))
  }

  /// The tracked path that `path` is, or lies in.
  package func tracked(containing path: RepositoryPath) throws(WorkspaceError) -> TrackedPath? {
    var candidate: RepositoryPath? = path
    while let place = candidate, !place.isRoot {
      if let tracked = try tracked(place) { return tracked }
      candidate = place.parent
    }
    return nil
  }

  /// Every tracked path of the worktree, in order: those whose pointer git has in its index, and
  /// those recorded here whose pointer is there.
  ///
  /// - Throws: ``WorkspaceError`` when git's index or a pointer cannot be read; a pointer that is
  ///   no valid one is no error.
  package func trackedPaths() throws(WorkspaceError) -> [TrackedPath] {
    let staged = try onGit { () throws(GitError) in try git.indexedPointers() }
    var paths = Set(staged.entries.compactMap { PointerFile.dataPath(of: $0.path) })
    let known = paths
    paths.formUnion(
      try onFiles { () throws(FileError) in try indexes.trackedPaths(besides: known) })
    var tracked: [TrackedPath] = []
    for path in paths.sorted() {
      if let found = try self.tracked(path) { tracked.append(found) }
    }
    return tracked
  }

  /// The tracked paths that `paths` are, lie in, or hold; all of them where `paths` is empty.
  ///
  /// - Returns: Each with the parts of it that are meant, from the tracked path down; no parts for
  ///   all of it.
  /// - Throws: ``WorkspaceError/notTracked(_:)`` for a path that has nothing to do with any.
  package func selection(
    _ paths: [RepositoryPath]
  ) throws(WorkspaceError) -> [(tracked: TrackedPath, parts: [ByteString])] {
    let all = try trackedPaths()
    if paths.isEmpty { return all.map { ($0, []) } }
    var chosen: [RepositoryPath: (TrackedPath, [ByteString])] = [:]
    for path in paths {
      // The pointer's own name means the data, too.
      let path = PointerFile.dataPath(of: path) ?? path
      let inside = all.filter { $0.path.isWithin(path) }
      for tracked in inside { chosen[tracked.path] = (tracked, []) }
      if !inside.isEmpty { continue }
      guard let outer = try tracked(containing: path), let part = path.relative(to: outer.path)
      else { throw .notTracked(path) }
      if let known = chosen[outer.path], known.1.isEmpty { continue }
      chosen[outer.path, default: (outer, [])].1.append(part.bytes)
    }
    return chosen.sorted { $0.key < $1.key }.map { ($0.value.0, $0.value.1) }
  }

  // MARK: - Rules

  /// The ignore rules of the directories above `path`, and their digest.
  ///
  /// See section 5 of `docs/format/stat-index.md`.
  func rules(above path: RepositoryPath) throws(WorkspaceError) -> (IgnoreRules, UInt64) {
    var directories: [RepositoryPath] = []
    var parent = path.parent
    while let directory = parent {
      directories.append(directory)
      parent = directory.parent
    }
    var rules = IgnoreRules.none
    var digested: [UInt8] = []
    for directory in directories.reversed() {
      let content: [UInt8]?
      do {
        content = try root.appending(directory).appending(IgnoreRules.fileName)
          .contentsIfPresent(limit: IgnoreRules.sizeLimit)
      } catch {
        throw .file(error)
      }
      digested.append(littleEndian: content.map { UInt64($0.count) } ?? .max)
      digested += content ?? []
      if let content { rules = rules.adding(content, in: directory) }
    }
    return (rules, WordChecksum.of(digested.span))
  }
}

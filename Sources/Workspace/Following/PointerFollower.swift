package import Git
internal import Platform
package import Primitives

/// Sees which pointers git has moved by itself, without libgit2 and without the store.
///
/// It compares the pointers of the worktree with what they were when data last followed them. Both
/// the note that they may have moved and what they were lie in the git directory of the worktree.
package struct PointerFollower: Sendable {
  private let root: FilePath
  private let git: GitRepository
  private let directory: FilePath
  private let indexes: IndexFiles

  /// Takes the worktree of a repository; `nil` in a bare one.
  package init?(_ git: GitRepository) {
    guard let root = git.layout.worktree else { return nil }
    self.root = root
    self.git = git
    directory = git.layout.gitDirectory.appending("shale")
    indexes = IndexFiles(directory: directory.appending("index"))
  }

  // MARK: - The note

  /// The file that the hook `post-index-change` makes.
  private var noteFile: FilePath { directory.appending("moved") }

  /// What the note is called while data follows: there after a kill, and after what failed.
  private var begunFile: FilePath { directory.appending("following") }

  /// Whether pointers may have moved since data last followed them.
  package var isNoted: Bool {
    [noteFile, begunFile].contains { ((try? $0.statusIfPresent()) ?? nil) != nil }
  }

  /// Says that data is about to follow.
  ///
  /// Done before the pointers are looked at: what moves meanwhile is noted again.
  ///
  /// - Returns: Whether it is another attempt at something that has not ended, so that nothing is
  ///   known to be settled.
  package func begin() throws(WorkspaceError) -> Bool {
    try onFiles { () throws(FileError) in
      let isAgain = try begunFile.statusIfPresent() != nil
      do throws(FileError) {
        try noteFile.rename(to: begunFile)
      } catch {
        guard error.isNotFound else { throw error }
      }
      return isAgain
    }
  }

  /// Notes that there is data that has to follow.
  package func noteWork() throws(WorkspaceError) {
    try make(begunFile)
  }

  /// Says that all of it has followed.
  package func end() throws(WorkspaceError) {
    do {
      try begunFile.remove()
    } catch {
      guard error.isNotFound else { throw .file(error) }
    }
  }

  /// Notes that pointers may have moved.
  package func note() throws(WorkspaceError) {
    try make(noteFile)
  }

  private func make(_ note: FilePath) throws(WorkspaceError) {
    try onFiles { () throws(FileError) in
      try directory.makeDirectories()
      try AtomicFile.replace(note, with: [], durably: false)
    }
  }

  // MARK: - What pointers are

  /// What they were when data last followed them; `nil` where it never did.
  package func recorded() throws(WorkspaceError) -> PointerStates? {
    let bytes = try onFiles { () throws(FileError) in
      try recordFile.contentsIfPresent(limit: .mebibytes(256))
    }
    return bytes.flatMap { PointerStates(decoding: $0) }
  }

  /// Says what they were when data followed them.
  package func record(_ states: PointerStates) throws(WorkspaceError) {
    try onFiles { () throws(FileError) in
      try directory.makeDirectories()
      try AtomicFile.replace(recordFile, with: states.encoded(), durably: false)
    }
  }

  private var recordFile: FilePath { directory.appending("followed") }

  /// What the pointers in the worktree are: those in git's index, and those of `others`.
  package func current(besides others: PointerStates?) throws(WorkspaceError) -> PointerStates {
    var paths = try indexedPaths()
    if let others { paths.formUnion(others.paths) }
    var states: [RepositoryPath: PointerStates.State] = [:]
    for path in paths {
      guard let bytes = try bytes(of: path) else { continue }
      let base = try onFiles { () throws(FileError) in try indexes.base(of: path) }
      states[path] = PointerStates.State(
        pointer: WordChecksum.of(bytes.span), base: base.map { WordChecksum.of($0) } ?? 0)
    }
    return PointerStates(states)
  }

  /// The paths whose pointers git has in its index.
  private func indexedPaths() throws(WorkspaceError) -> Set<RepositoryPath> {
    let suffix = PointerFile.suffix.bytes
    let listing = try onGit { () throws(GitError) in
      try GitIndexListing.read(git.layout.indexFile) { path, _ in
        path.suffix(suffix.count).elementsEqual(suffix)
      }
    }
    let names: [RepositoryPath]
    if let listing {
      names = listing.entries.compactMap { try? RepositoryPath($0.path) }
    } else {
      names = try onGit { () throws(GitError) in try git.indexedPointers().entries.map(\.path) }
    }
    return Set(names.compactMap { PointerFile.dataPath(of: $0) })
  }

  private func bytes(of path: RepositoryPath) throws(WorkspaceError) -> [UInt8]? {
    try onFiles { () throws(FileError) in try PointerFile.bytes(of: path, in: root) }
  }

  // MARK: - What is to be done

  /// The paths whose data is not yet what their pointer stands for, of some whose pointer changed.
  ///
  /// Where Shale itself moved the pointer, the base went with it: there is nothing to bring then,
  /// and no file of the data is looked at.
  package func unsettled(
    _ changed: [RepositoryPath]
  ) throws(WorkspaceError) -> [RepositoryPath] {
    var found: [RepositoryPath] = []
    for path in changed where try !isSettled(path) { found.append(path) }
    return found
  }

  private func isSettled(_ path: RepositoryPath) throws(WorkspaceError) -> Bool {
    guard let bytes = try bytes(of: path), case .success(let pointer) = PointerFile.reading(bytes)
    else { return false }
    return try onFiles { () throws(FileError) in
      guard try indexes.base(of: path) == pointer.id else { return false }
      return try indexes.unfinishedCheckout(path) == nil
    }
  }

  /// The paths of some, whose pointer is gone, that still have data or something else here.
  package func leftOver(_ gone: [RepositoryPath]) throws(WorkspaceError) -> [RepositoryPath] {
    try onFiles { () throws(FileError) in
      var found: [RepositoryPath] = []
      for path in gone where try root.appending(path).statusIfPresent() != nil {
        found.append(path)
      }
      return found
    }
  }
}

extension WordChecksum {
  /// The checksum of an oid.
  fileprivate static func of(_ id: ObjectID) -> UInt64 {
    var bytes: [UInt8] = []
    bytes.append(id)
    return of(bytes.span)
  }
}

internal import Git
internal import Platform
internal import Primitives

/// The places in which runs are made again: `reproduce` in Shale's part of git's directory.
///
/// Each is a directory and, beside it, a file `NAME.lock` that its process holds. A place whose
/// lock nobody holds was left behind by a process that died.
struct ReproductionSites: Sendable {
  let directory: FilePath
  let git: GitRepository

  private static let suffix: ByteString = ".lock"

  /// Makes a place, and clears away those that were left behind.
  ///
  /// - Parameters:
  ///   - name: A name that no other place has.
  ///   - commit: The commit that git shall show there; `nil` for a directory that git knows
  ///     nothing of.
  func make(named name: String, at commit: GitID?) throws(PipelineError) -> ReproductionSite {
    let turn = try takeTurn()
    try removeLeft()
    let root = directory.appending(name)
    let mark = directory.appending(ByteString(Array(name.utf8) + Self.suffix.bytes))
    let lock = try onLock { () throws(FileError) in
      try AdvisoryLock(mark, .exclusive, waiting: true)
    }
    // From here on the place has an owner, which removes it whatever happens.
    let site = ReproductionSite(root: root, mark: mark, lock: lock, git: git)
    if let commit {
      try onGit { () throws(GitError) in try git.addEmptyWorktree(at: root, commit: commit) }
    } else {
      try onFiles { () throws(FileError) in try root.makeDirectories() }
    }
    _ = consume turn
    return site
  }

  /// Clears away what processes that died have left.
  func removeLeftBehind() throws(PipelineError) {
    let status = try onFiles { () throws(FileError) in try directory.statusIfPresent() }
    if status == nil { return }
    let turn = try takeTurn()
    try removeLeft()
    _ = consume turn
  }

  /// Who makes or clears places holds this meanwhile, so that none is seen half made.
  private func takeTurn() throws(PipelineError) -> AdvisoryLock {
    try onLock { () throws(FileError) in
      try directory.makeDirectories()
      return try AdvisoryLock(directory.appending("turn"), .exclusive, waiting: true)
    }
  }

  private func removeLeft() throws(PipelineError) {
    let names = try onFiles { () throws(FileError) in try directory.names() }
    for name in names where name.bytes.suffix(Self.suffix.count).elementsEqual(Self.suffix.bytes) {
      let mark = directory.appending(name)
      // Whoever holds it is alive.
      guard let lock = try? AdvisoryLock(mark, .exclusive, waiting: false) else { continue }
      let root = directory.appending(ByteString(name.bytes.dropLast(Self.suffix.count)))
      _ = ReproductionSite(root: root, mark: mark, lock: lock, git: git)
    }
  }

  private func onLock(
    _ body: () throws(FileError) -> AdvisoryLock
  ) throws(PipelineError) -> AdvisoryLock {
    do { return try body() } catch { throw .file(error) }
  }
}

/// A place in which a run is made again, removed when its owner goes away.
struct ReproductionSite: ~Copyable {
  /// The root of its worktree.
  let root: FilePath
  private let mark: FilePath
  private let lock: AdvisoryLock
  private let git: GitRepository

  init(root: FilePath, mark: FilePath, lock: consuming AdvisoryLock, git: GitRepository) {
    self.root = root
    self.mark = mark
    self.lock = lock
    self.git = git
  }

  deinit {
    // What cannot be removed keeps its mark, and is tried again by the next reproduction.
    guard (try? Self.remove(root)) != nil else { return }
    // Git says no where it never knew of the place.
    _ = try? git.removeWorktree(at: root)
    _ = try? mark.remove()
  }

  /// Removes a directory, also where a program took away the right to write in it.
  private static func remove(_ path: FilePath) throws(FileError) {
    guard let status = try path.statusIfPresent() else { return }
    guard status.kind == .directory else { return try path.remove() }
    if status.mode & 0o700 != 0o700 {
      try OpenDirectory(path.parent).setMode(of: path.name, to: status.mode | 0o700)
    }
    for name in try path.names() { try remove(path.appending(name)) }
    try path.removeDirectory()
  }
}

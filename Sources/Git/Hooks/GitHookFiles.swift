package import Platform
internal import Primitives

/// The directory that git takes its hooks from, and what Shale puts there.
///
/// Every step leaves either the former hook or ours under the name of the hook, so that a crash
/// loses none, and the next `install` or `remove` goes on.
package struct GitHookFiles: Sendable {
  /// What has the name of a hook.
  package enum State: String, Hashable, Sendable, Encodable {
    /// Nothing.
    case absent
    /// The file that this version writes.
    case installed
    /// A file that another version wrote, or one that git does not run.
    case outdated
    /// A hook that is not Shale's.
    case other
  }

  /// What became of a hook.
  package enum Outcome: Hashable, Sendable {
    /// It was as it is to be.
    case unchanged
    /// Our file was written; the hook that was there is kept beside it, if there was one.
    case installed
    /// Our file is gone, and nothing is in its place.
    case removed
    /// Our file is gone, and the former hook has its name again.
    case restored
    /// Two hooks that are not Shale's claim the name, so that nothing was done.
    case blocked
  }

  package let directory: FilePath

  package init(_ directory: FilePath) {
    self.directory = directory
  }

  /// Where git looks for a hook.
  package func file(of hook: GitHook) -> FilePath { directory.appending(hook.name) }

  /// Where a hook is kept that was there before ours.
  package func former(of hook: GitHook) -> FilePath {
    directory.appending(ByteString(hook.name.bytes + GitHook.formerSuffix.bytes))
  }

  /// What has the name of a hook now.
  package func state(of hook: GitHook) throws(FileError) -> State {
    guard let status = try file(of: hook).statusIfPresent() else { return .absent }
    guard status.kind == .file, let bytes = try contents(file(of: hook)), GitHook.isOurs(bytes)
    else { return .other }
    return bytes == hook.script && status.isExecutable ? .installed : .outdated
  }

  /// Whether a hook that was there before ours is kept.
  package func hasFormer(of hook: GitHook) throws(FileError) -> Bool {
    try former(of: hook).statusIfPresent() != nil
  }

  /// Whether a file does nothing but call Shale: a hook of ours, with none that it would run first.
  func callsShaleAlone(_ name: ByteString) -> Bool {
    guard let hook = GitHook(rawValue: "\(name)"), let found = try? state(of: hook),
      found == .installed || found == .outdated, let isKept = try? hasFormer(of: hook)
    else { return false }
    return !isKept
  }

  /// Installs a hook; one that is there is kept beside, byte for byte, with its mode.
  package func install(_ hook: GitHook) throws(FileError) -> Outcome {
    let (file, former) = (file(of: hook), former(of: hook))
    switch try state(of: hook) {
    case .installed: return .unchanged
    case .absent, .outdated: break
    case .other:
      if try hasFormer(of: hook) {
        // A kill may have come between the two steps below.
        guard try isSame(file, former) else { return .blocked }
      } else {
        try keep(file, as: former)
      }
    }
    try directory.makeDirectories()
    let new = try AtomicFile(in: directory, mode: 0o777)
    try new.file.write(hook.script.span, at: 0)
    try new.commit(to: file, durably: false)
    return .installed
  }

  /// Takes a hook of ours away, and gives the former one its name back.
  package func remove(_ hook: GitHook) throws(FileError) -> Outcome {
    let (file, former) = (file(of: hook), former(of: hook))
    let hasFormer = try hasFormer(of: hook)
    switch try state(of: hook) {
    case .other:
      guard hasFormer else { return .unchanged }
      guard try isSame(file, former) else { return .blocked }
      try former.remove()
      return .restored
    case .absent:
      guard hasFormer else { return .unchanged }
      try former.rename(to: file)
      return .restored
    case .installed, .outdated:
      guard hasFormer else {
        try file.remove()
        return .removed
      }
      try former.rename(to: file)
      return .restored
    }
  }

  /// Gives a hook the name under which it is kept, so that at no moment it has none.
  private func keep(_ file: FilePath, as former: FilePath) throws(FileError) {
    do {
      try file.link(to: former)
    } catch {
      // Without hard links git finds no hook for a moment.
      guard !error.isExisting else { throw error }
      try file.rename(to: former)
    }
  }

  /// Whether two names stand for one file, or for files with the same content.
  private func isSame(_ left: FilePath, _ right: FilePath) throws(FileError) -> Bool {
    let (one, two) = (try left.status(), try right.status())
    if one.inode == two.inode, one.device == two.device { return true }
    guard one.kind == .file, two.kind == .file, one.mode == two.mode,
      let bytes = try contents(left), let others = try contents(right)
    else { return false }
    return bytes == others
  }

  /// A file that is larger than this is no script of ours.
  private static let limit = ByteCount.mebibytes(1)

  private func contents(_ file: FilePath) throws(FileError) -> [UInt8]? {
    do {
      return try file.contents(limit: Self.limit)
    } catch {
      if error.code == FileError.tooLarge { return nil }
      throw error
    }
  }
}

extension GitRepository {
  /// The directory that hooks lie in: `core.hooksPath`, or `hooks`.
  package func hooksDirectory() throws(GitError) -> FilePath {
    if let path = try config().path("core.hookspath") {
      return (layout.worktree ?? layout.gitDirectory).appending(path.bytes)
    }
    return layout.commonDirectory.appending("hooks")
  }

  /// The hooks of the repository.
  package func hookFiles() throws(GitError) -> GitHookFiles { GitHookFiles(try hooksDirectory()) }
}

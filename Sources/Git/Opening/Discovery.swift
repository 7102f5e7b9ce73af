internal import Platform
internal import Primitives

/// The search for a repository, in the order of git's own set-up.
struct Discovery {
  let environment: [ByteString: ByteString]

  /// The longest content of a `.git` file, and of the files that name directories.
  private static let linkLimit = ByteCount.kibibytes(64)

  /// A git directory, and how it was come by.
  private struct Candidate {
    var gitDirectory: FilePath
    /// The `.git` file that led there.
    var linkFile: FilePath?
    /// The directory that holds `.git`; `nil` for a bare repository.
    var parent: FilePath?
    var isExplicit = false
  }

  /// - Parameter start: An absolute path without symlinks.
  func find(from start: FilePath) throws(GitError) -> GitLayout {
    if let value = environment["GIT_DIR"], !value.isEmpty {
      return try layout(of: try explicit(start.appending(value), from: start), from: start)
    }
    let ceilings = try ceilings()
    let crossing = GitValue.bool(environment["GIT_DISCOVERY_ACROSS_FILESYSTEM"]) ?? false
    let device = try status(start)?.device
    var directory = start
    while true {
      if let candidate = try candidate(in: directory) {
        return try layout(of: candidate, from: start)
      }
      let parent = directory.parent
      if parent == directory || ceilings.contains(parent) { throw .notARepository(start) }
      if !crossing, try status(parent)?.device != device { throw .notARepository(start) }
      directory = parent
    }
  }

  private func explicit(_ path: FilePath, from start: FilePath) throws(GitError) -> Candidate {
    if let status = try status(path), status.kind == .file {
      let target = try linkTarget(of: path)
      return Candidate(gitDirectory: target, parent: start, isExplicit: true)
    }
    guard try isGitDirectory(path) else { throw .notARepository(path) }
    return Candidate(gitDirectory: try resolved(path), parent: start, isExplicit: true)
  }

  private func candidate(in directory: FilePath) throws(GitError) -> Candidate? {
    let dotGit = directory.appending(".git")
    if let status = try status(dotGit) {
      if status.kind == .file {
        let target = try linkTarget(of: dotGit)
        return Candidate(gitDirectory: target, linkFile: dotGit, parent: directory)
      }
      if status.kind == .directory, try isGitDirectory(dotGit) {
        return Candidate(gitDirectory: try resolved(dotGit), parent: directory)
      }
    }
    if try isGitDirectory(directory) { return Candidate(gitDirectory: directory) }
    return nil
  }

  // MARK: What lies there

  private func status(_ path: FilePath) throws(GitError) -> FileStatus? {
    do {
      return try path.statusIfPresent(followingSymlink: true)
    } catch {
      // A directory that may not be searched hides what is in it, as it does from git.
      if error.isNotPermitted || error.isSymlink { return nil }
      throw .file(error)
    }
  }

  private func resolved(_ path: FilePath) throws(GitError) -> FilePath {
    do {
      return try path.resolved()
    } catch {
      throw .file(error)
    }
  }

  /// Whether `path` has what every git directory has: `HEAD`, objects and references.
  private func isGitDirectory(_ path: FilePath) throws(GitError) -> Bool {
    let head = path.appending("HEAD")
    guard let status = (try? head.statusIfPresent()) ?? nil else { return false }
    guard status.kind == .symlink || status.kind == .file else { return false }
    let common = try commonDirectory(of: path)
    if environment["GIT_OBJECT_DIRECTORY"] == nil {
      guard try self.status(common.appending("objects"))?.kind == .directory else { return false }
    }
    guard try self.status(common.appending("refs"))?.kind == .directory else { return false }
    if status.kind == .symlink { return true }
    let content = (try? head.contents(limit: Self.linkLimit)) ?? []
    return content.starts(with: Array("ref:".utf8))
      || (content.count >= 40 && content.prefix(40).allSatisfy { Hex.value(of: $0) != nil })
  }

  /// The directory shared by all worktrees: what the file `commondir` names.
  private func commonDirectory(of gitDirectory: FilePath) throws(GitError) -> FilePath {
    if let value = environment["GIT_COMMON_DIR"], !value.isEmpty {
      return try resolved(FilePath(value))
    }
    let file = gitDirectory.appending("commondir")
    do {
      guard let content = try file.contentsIfPresent(limit: Self.linkLimit) else {
        return gitDirectory
      }
      return try gitDirectory.appending(Self.line(content)).resolved()
    } catch {
      throw .file(error)
    }
  }

  /// The git directory that a `.git` file names: `gitdir: PATH`, relative to the file.
  private func linkTarget(of file: FilePath) throws(GitError) -> FilePath {
    let content: [UInt8]
    do {
      content = try file.contents(limit: Self.linkLimit)
    } catch {
      throw .file(error)
    }
    let prefix = Array("gitdir: ".utf8)
    guard content.starts(with: prefix) else {
      throw .brokenLink(file, target: Self.line(content.prefix(200)))
    }
    let target = Self.line(content.dropFirst(prefix.count))
    let path = file.parent.appending(target)
    guard !target.isEmpty, try isGitDirectory(path) else {
      throw .brokenLink(file, target: target)
    }
    return try resolved(path)
  }

  private static func line(_ content: some BidirectionalCollection<UInt8>) -> ByteString {
    var end = content.endIndex
    while end > content.startIndex {
      let before = content.index(before: end)
      guard content[before] == UInt8(ascii: "\n") || content[before] == UInt8(ascii: "\r") else {
        break
      }
      end = before
    }
    return ByteString(content[..<end])
  }

  private func ceilings() throws(GitError) -> Set<FilePath> {
    guard let value = environment["GIT_CEILING_DIRECTORIES"] else { return [] }
    var ceilings: Set<FilePath> = []
    var resolves = true
    for part in value.bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
      // After an empty entry git stops resolving symlinks.
      if part.isEmpty {
        resolves = false
        continue
      }
      let path = FilePath(ByteString(part))
      guard path.isAbsolute else { continue }
      ceilings.insert(resolves ? (try? path.resolved()) ?? path : path)
    }
    return ceilings
  }

  // MARK: From a git directory to a layout

  private func layout(
    of candidate: Candidate, from start: FilePath
  ) throws(GitError) -> GitLayout {
    let gitDirectory = candidate.gitDirectory
    let common = try commonDirectory(of: gitDirectory)
    if !candidate.isExplicit {
      try Ownership(environment: environment).check(
        linkFile: candidate.linkFile, worktree: candidate.parent, gitDirectory: gitDirectory)
    }
    let format = try RepositoryFormat(gitDirectory: gitDirectory, commonDirectory: common)
    var worktree: FilePath?
    if let value = environment["GIT_WORK_TREE"], !value.isEmpty {
      worktree = try resolved(start.appending(value))
    } else if let value = format.worktree {
      worktree = try resolved(gitDirectory.appending(value))
    } else if format.isBare != true {
      worktree = candidate.parent
    }
    var index = gitDirectory.appending("index")
    if let value = environment["GIT_INDEX_FILE"], !value.isEmpty {
      // Git reads it after it has gone to the top of the worktree.
      index = (worktree ?? start).appending(value)
    }
    return GitLayout(
      gitDirectory: gitDirectory, commonDirectory: common, worktree: worktree, indexFile: index,
      isExplicit: candidate.isExplicit || (worktree != nil && worktree != candidate.parent),
      extensions: format.extensions)
  }
}

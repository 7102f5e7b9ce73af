internal import Platform
package import Primitives

/// Git's ignore rules for what lies in one directory of the worktree.
///
/// A scan takes the rules of the directory where it begins, asks ``ignores(_:isDirectory:)`` for
/// each name, and takes the rules of a directory that it goes into with ``entering(_:)``, so that
/// each file of rules is read once. libgit2 answers for single paths only, and looks at the files
/// of all directories above each time.
///
/// What git tracks is never ignored by it: the rules alone do not know that.
package struct GitIgnoreRules: Sendable {
  /// The directory whose names are asked for.
  package let directory: RepositoryPath

  /// Whether the directory itself is left out, and all below it with it.
  package let isIgnored: Bool

  private let rules: IgnoreRules
  private let worktree: FilePath

  /// Git refuses more, too.
  private static let sizeLimit = ByteCount.mebibytes(16)

  private init(
    _ directory: RepositoryPath, above: IgnoreRules, isIgnored: Bool, worktree: FilePath
  ) throws(GitError) {
    self.directory = directory
    self.isIgnored = isIgnored
    self.worktree = worktree
    if isIgnored {
      rules = above
    } else {
      // A link is not followed: it could lead anywhere, and git does not follow it either.
      let file = worktree.appending(directory).appending(".gitignore")
      let content = try Self.content(of: file, followingSymlink: false)
      rules = above.adding(content, in: directory)
    }
  }

  /// The rules of the worktree's top, under those that hold everywhere, the strongest last.
  init(worktree: FilePath, everywhere files: [FilePath]) throws(GitError) {
    var rules = IgnoreRules.none
    for file in files {
      rules = rules.adding(try Self.content(of: file, followingSymlink: true), in: .root)
    }
    try self.init(.root, above: rules, isIgnored: false, worktree: worktree)
  }

  /// Whether git's rules leave a name in the directory out.
  package func ignores(_ name: ByteString, isDirectory: Bool) -> Bool {
    if isIgnored { return true }
    if name == ".git" { return false }
    guard let path = try? directory.appending(name) else { return false }
    return rules.ignores(path, isDirectory: isDirectory)
  }

  /// The rules of a directory in this one.
  ///
  /// - Throws: ``GitError/badPath(_:)`` for what cannot be a name, or ``GitError/file(_:)``.
  package func entering(_ name: ByteString) throws(GitError) -> GitIgnoreRules {
    let path: RepositoryPath
    do {
      path = try directory.appending(name)
    } catch {
      throw .badPath(name)
    }
    return try GitIgnoreRules(
      path, above: rules, isIgnored: ignores(name, isDirectory: true), worktree: worktree)
  }

  /// A file of rules; what is missing, or is none of the user's to read, holds no rules.
  private static func content(
    of path: FilePath, followingSymlink: Bool
  ) throws(GitError) -> [UInt8] {
    do {
      guard let status = try path.statusIfPresent(followingSymlink: followingSymlink),
        status.kind == .file
      else { return [] }
      return try path.contents(limit: sizeLimit)
    } catch {
      if error.isNotFound || error.isNotPermitted || error.isSymlink { return [] }
      throw .file(error)
    }
  }
}

/// Asks git's ignore rules for many paths; the rules of each directory are read once.
package struct IgnoreLookup {
  private let git: GitRepository
  private var rules: [RepositoryPath: GitIgnoreRules] = [:]

  package init(git: GitRepository) { self.git = git }

  /// Whether git's ignore rules leave a path out, whether or not git tracks it.
  ///
  /// - Parameters:
  ///   - path: The path, which need not exist.
  ///   - isDirectory: Whether it is, or would be, a directory.
  /// - Throws: As ``GitRepository/isIgnored(_:isDirectory:)``.
  package mutating func isIgnored(
    _ path: RepositoryPath, isDirectory: Bool
  ) throws(GitError) -> Bool {
    guard let parent = path.parent else { return false }
    if let known = rules[parent] { return known.ignores(path.name, isDirectory: isDirectory) }
    let read = try git.ignoreRules(in: parent)
    rules[parent] = read
    return read.ignores(path.name, isDirectory: isDirectory)
  }
}

extension GitRepository {
  /// Git's ignore rules for what lies in a directory, which need not exist.
  ///
  /// - Parameter directory: A directory of the worktree.
  /// - Throws: ``GitError/noWorktree(_:)``, ``GitError/file(_:)``.
  package func ignoreRules(
    in directory: RepositoryPath = .root
  ) throws(GitError) -> GitIgnoreRules {
    var files: [FilePath] = []
    if let own = try config().path("core.excludesfile") {
      files.append(own)
    } else if let folder = environment["XDG_CONFIG_HOME"], !folder.isEmpty {
      files.append(FilePath(folder).appending("git/ignore"))
    } else if let home = environment["HOME"], !home.isEmpty {
      files.append(FilePath(home).appending(".config/git/ignore"))
    }
    files.append(layout.commonDirectory.appending("info/exclude"))
    var rules = try GitIgnoreRules(worktree: try worktree(), everywhere: files)
    for name in directory.components { rules = try rules.entering(name) }
    return rules
  }

  /// Whether git's ignore rules leave a path out, whether or not git tracks it.
  ///
  /// - Parameters:
  ///   - path: The path, which need not exist.
  ///   - isDirectory: Whether it is, or would be, a directory.
  package func isIgnored(
    _ path: RepositoryPath, isDirectory: Bool
  ) throws(GitError) -> Bool {
    guard let parent = path.parent else { return false }
    return try ignoreRules(in: parent).ignores(path.name, isDirectory: isDirectory)
  }
}

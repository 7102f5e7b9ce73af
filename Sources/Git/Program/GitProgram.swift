internal import Platform
package import Primitives
internal import Synchronization

/// The git program of the user, for what libgit2 does not do.
///
/// It is started directly, never through a shell. What it is given cannot be taken for options:
/// revisions and addresses that begin with `-` are refused, paths stand after `--`.
package struct GitProgram: Sendable {
  /// A version of git: three numbers.
  package struct Version: Hashable, Sendable, Comparable {
    package let major: Int
    package let minor: Int
    package let patch: Int

    package init(major: Int, minor: Int, patch: Int) {
      self.major = major
      self.minor = minor
      self.patch = patch
    }

    package static func < (left: Self, right: Self) -> Bool {
      (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }

    var text: ByteString { ByteString("\(major).\(minor).\(patch)") }
  }

  /// What becomes of what git, and the hooks it runs, say on standard error.
  package enum Messages: Sendable {
    /// Kept, and returned or part of the error.
    case capture
    /// Shown to the user as they come, progress included.
    case show
  }

  /// What git printed.
  package struct Output: Sendable {
    package let bytes: [UInt8]
    /// Standard error, unless it was shown.
    package let messages: ByteString
  }

  /// Where git runs, which decides the environment it gets.
  enum Place {
    /// In the repository that was opened, with the same variables.
    case repository(GitLayout)
    /// Anywhere else, without the variables that name this repository.
    case elsewhere(FilePath)
  }

  /// The oldest git whose options are used here: of December 2020, in every distribution.
  package static let oldest = Version(major: 2, minor: 30, patch: 0)

  private final class Cache: Sendable {
    let version = Mutex<Version?>(nil)
  }

  let environment: [ByteString: ByteString]
  private let cache = Cache()

  package init(environment: [ByteString: ByteString]) {
    self.environment = environment
  }

  /// The version of the git in `PATH`.
  ///
  /// - Throws: ``GitError/gitMissing(for:)``, ``GitError/gitOutput(command:)``.
  package func version(for reason: GitReason = .command("version")) throws(GitError) -> Version {
    if let known = cache.version.withLock({ $0 }) { return known }
    let output = try start(["version"], in: .elsewhere(FilePath("/")), reason: reason)
    let words = output.bytes.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
    guard words.count >= 3 else { throw .gitOutput(command: "version") }
    let numbers = words[2].split(separator: UInt8(ascii: ".")).map { digits in
      Int(String(decoding: digits.prefix { (0x30...0x39).contains($0) }, as: UTF8.self))
    }
    guard numbers.count >= 2, let major = numbers[0], let minor = numbers[1] else {
      throw .gitOutput(command: "version")
    }
    let version = Version(
      major: major, minor: minor, patch: numbers.count > 2 ? numbers[2] ?? 0 : 0)
    cache.version.withLock { $0 = version }
    return version
  }

  /// Makes sure that there is a git, and that it is new enough.
  ///
  /// - Parameter reason: Why it is needed, for the error.
  /// - Throws: ``GitError/gitMissing(for:)``, ``GitError/gitTooOld(found:needed:for:)``.
  package func require(for reason: GitReason) throws(GitError) {
    let found = try version(for: reason)
    guard found >= Self.oldest else {
      throw .gitTooOld(found: found.text, needed: "2.30", for: reason)
    }
  }

  /// Runs git, which has to succeed.
  @discardableResult
  func run(
    _ arguments: [ByteString], in place: Place, input: [UInt8] = [],
    messages: Messages = .capture, reason: GitReason,
    variables: [ByteString: ByteString] = [:]
  ) throws(GitError) -> Output {
    try require(for: reason)
    return try start(
      arguments, in: place, input: input, messages: messages, reason: reason,
      variables: variables)
  }

  private func start(
    _ arguments: [ByteString], in place: Place, input: [UInt8] = [],
    messages: Messages = .capture, reason: GitReason,
    variables: [ByteString: ByteString] = [:]
  ) throws(GitError) -> Output {
    guard !arguments.contains(where: { $0.bytes.contains(0) }) else {
      throw .badArgument(arguments.first { $0.bytes.contains(0) } ?? "")
    }
    let process = ChildProcess(
      "git", arguments, environment: environment(in: place).merging(variables) { $1 },
      directory: place.directory, input: input, output: .capture,
      errors: messages == .show ? .inherit : .capture)
    let outcome: ChildProcess.Outcome
    do {
      outcome = try process.run()
    } catch {
      throw error.isNotFound ? .gitMissing(for: reason) : .file(error)
    }
    guard outcome.succeeded else {
      if let lock = GitError.lock(in: outcome.errors) { throw .locked(lock) }
      let command = arguments.first { $0.bytes.first != UInt8(ascii: "-") && !$0.isSetting } ?? ""
      throw .gitFailed(
        command: command, status: outcome.status, message: ByteString(outcome.errors))
    }
    return Output(bytes: outcome.output, messages: ByteString(outcome.errors))
  }

  // MARK: Environment

  /// The variables that name a repository: what `git rev-parse --local-env-vars` lists, and those
  /// that hooks of pushes and filters are given.
  static let repositoryVariables: Set<ByteString> = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_CONFIG", "GIT_CONFIG_PARAMETERS",
    "GIT_CONFIG_COUNT", "GIT_OBJECT_DIRECTORY", "GIT_DIR", "GIT_WORK_TREE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_GRAFT_FILE", "GIT_INDEX_FILE", "GIT_NO_REPLACE_OBJECTS", "GIT_REPLACE_REF_BASE",
    "GIT_PREFIX", "GIT_SHALLOW_FILE", "GIT_COMMON_DIR", "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_QUARANTINE_PATH", "GIT_NAMESPACE", "GIT_REFLOG_ACTION", "GIT_INDEX_VERSION",
    "GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS",
  ]

  /// The variables of a process, for work on another repository than those that they name.
  package static func withoutRepository(
    _ environment: [ByteString: ByteString]
  ) -> [ByteString: ByteString] {
    environment.filter { !repositoryVariables.contains($0.key) }
  }

  /// The variables for git in `place`.
  func environment(in place: Place) -> [ByteString: ByteString] {
    var variables = environment
    // Who runs git brings the data, too: hooks of Shale have nothing to do.
    variables["SHALE_HOOKS"] = "false"
    switch place {
    case .elsewhere:
      variables = Self.withoutRepository(variables)
    case .repository(let layout):
      // Paths are given from here on as `:(top,literal)`, which these would change.
      for name: ByteString in [
        "GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS",
        "GIT_ICASE_PATHSPECS",
      ] { variables[name] = nil }
      if layout.isExplicit {
        variables["GIT_DIR"] = layout.gitDirectory.bytes
        variables["GIT_WORK_TREE"] = layout.worktree?.bytes
      }
      if variables["GIT_INDEX_FILE"] != nil {
        variables["GIT_INDEX_FILE"] = layout.indexFile.bytes
      }
    }
    return variables
  }

  /// Refuses what git could take for an option.
  static func checked(_ argument: ByteString) throws(GitError) -> ByteString {
    guard let first = argument.bytes.first, first != UInt8(ascii: "-"),
      !argument.bytes.contains(0)
    else { throw .badArgument(argument) }
    return argument
  }

  /// A path as git takes it literally, from the top of the worktree, whatever is in it.
  static func pathspec(_ path: RepositoryPath) -> ByteString {
    ByteString(Array(":(top,literal)".utf8) + path.bytes.bytes)
  }
}

extension GitProgram.Place {
  var directory: FilePath {
    switch self {
    case .repository(let layout): layout.worktree ?? layout.gitDirectory
    case .elsewhere(let path): path
    }
  }
}

extension ByteString {
  /// Whether this is the value of `git -c`, which stands before the command.
  fileprivate var isSetting: Bool {
    guard let sign = bytes.firstIndex(of: UInt8(ascii: "=")) else { return false }
    return bytes[..<sign].contains(UInt8(ascii: "."))
  }
}

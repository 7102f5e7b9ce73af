package import Platform
package import Primitives

/// A reason why git's part of the work could not be done.
package enum GitError: Error, Equatable {
  /// No repository holds the directory.
  case notARepository(FilePath)

  /// A `.git` file, or a file it leads to, names a place that holds no repository.
  case brokenLink(FilePath, target: ByteString)

  /// The repository belongs to somebody else, and `safe.directory` does not allow it.
  case notOwned(FilePath)

  /// The repository has a format that Shale does not read.
  case unsupportedFormat(FilePath, GitFormatProblem)

  /// There are no files here: the repository is bare, or the directory lies inside `.git`.
  case noWorktree(FilePath)

  /// The path leads out of the worktree.
  case outsideWorktree(FilePath, worktree: FilePath)

  /// Nothing is named so.
  case unknownRevision(ByteString)

  /// More than one object begins with these digits.
  case ambiguousRevision(ByteString)

  /// A revision names something else than what is needed.
  case wrongKind(ByteString, expected: GitObjectKind, found: GitObjectKind)

  /// The repository lacks an object that it names, as damaged and partial clones do.
  case missingObject(GitID)

  /// The repository lacks what a reference or a reflog names.
  case missingTarget(ByteString, GitID)

  /// A reference, or the file of packed ones, does not name an object.
  case badReference(FilePath)

  /// The revision has nothing at the path.
  case notInRevision(RepositoryPath, revision: ByteString)

  /// An object is larger than the caller can take.
  case tooLarge(GitID, size: ByteCount, limit: ByteCount)

  /// A path stored by git cannot be a path of files: it comes from a damaged or hostile repository.
  case badPath(ByteString)

  /// Paths with a merge conflict; sorted, at most ten.
  case unmerged([RepositoryPath], count: Int)

  /// The index does not have the checksum that it ends with.
  case indexDamaged(FilePath)

  /// Another process is changing the file, or left its lock behind when it died.
  case locked(FilePath)

  /// The branch moved while a commit was made.
  case branchMoved(ByteString)

  /// Nobody said who commits.
  case identityMissing(GitIdentityPart)

  /// The configured value cannot be part of a commit.
  case identityInvalid(GitIdentityPart, ByteString)

  /// A commit needs a message.
  case emptyMessage

  /// A configuration file is not in git's syntax.
  case configSyntax(FilePath, line: Int, GitConfigProblem)

  /// A configuration value is not of the kind that its key takes.
  case configValue(key: String, value: ByteString, expected: GitConfigKind)

  /// A key is not spelled `section.name` or `section.subsection.name`.
  case configKey(String)

  /// The key has several values where one is to be changed.
  case configSeveralValues(key: String)

  /// There is no `git` in `PATH`, and the work needs it.
  case gitMissing(for: GitReason)

  /// The `git` in `PATH` is too old for the work.
  case gitTooOld(found: ByteString, needed: ByteString, for: GitReason)

  /// Git was run and refused.
  case gitFailed(command: ByteString, status: Int?, message: ByteString)

  /// Git printed something that is not in its documented form.
  case gitOutput(command: ByteString)

  /// A revision, name or address could be taken for an option, or holds a NUL byte.
  case badArgument(ByteString)

  /// libgit2 refused; the text is its own.
  case libgit2(GitOperation, code: Int, message: String)

  /// The operating system refused.
  case file(FileError)
}

extension GitError {
  /// Names the conflicts among entries of an index.
  static func unmerged(in entries: [GitIndexEntry]) -> GitError {
    let paths = GitIndexSnapshot(entries: entries).conflicts.map(\.path)
    return .unmerged(Array(paths.prefix(10)), count: paths.count)
  }
}

/// What is wrong with a repository's format.
package enum GitFormatProblem: Equatable, Sendable {
  /// `extensions.objectFormat` is not `sha1`.
  case objectFormat(ByteString)
  /// `extensions.refStorage` is not `files`.
  case referenceStorage(ByteString)
  /// `core.repositoryFormatVersion` is newer than 1.
  case version(ByteString)
  /// An extension that is not known here.
  case `extension`(ByteString)
}

/// A half of who commits.
package enum GitIdentityPart: String, Equatable, Sendable {
  case name
  case email
}

/// The kinds of git objects.
package enum GitObjectKind: String, Equatable, Sendable {
  case commit
  case tree
  case blob
  case tag
}

/// Why the git program is needed.
package enum GitReason: Hashable, Sendable {
  /// What was asked for is done by git alone.
  case command(String)
  /// An executable hook, by its name.
  case hook(ByteString)
  /// `commit.gpgSign` is set.
  case signing
  /// A path has a filter driver, by its name.
  case filter(ByteString)
  /// A merge, rebase, cherry-pick or revert is in progress.
  case inProgress(ByteString)
  /// The index is sparse or split, or has no checksum.
  case indexForm
  /// The index has submodules.
  case submodules
  /// Files are announced by `git add -N`.
  case announcedFiles
  /// All tracked files are to be committed.
  case trackedFiles
  /// A setting changes how commits are made, by its key.
  case setting(String)
  /// `GIT_AUTHOR_DATE` or `GIT_COMMITTER_DATE` is in a form that git reads.
  case dateForm
}

/// What libgit2 was asked to do.
package enum GitOperation: String, Equatable, Sendable {
  case start = "start libgit2"
  case open = "open the repository"
  case initialize = "make the repository"
  case resolve = "look up the revision"
  case readObject = "read the object"
  case writeObject = "write the object"
  case readIndex = "read the index"
  case writeIndex = "write the index"
  case readReferences = "read the references"
  case walk = "walk the history"
  case commit = "commit"
  case readConfig = "read the configuration"
  case writeConfig = "write the configuration"
  case attributes = "read the attributes"
}

extension GitReason: CustomStringConvertible {
  /// A clause that follows *because*.
  package var description: String {
    switch self {
    case .command(let name): "'\(name)' is done by git"
    case .hook(let name): "the repository has a \(name) hook"
    case .signing: "'commit.gpgSign' is set"
    case .filter(let name): "the filter '\(name)' applies"
    case .inProgress(let what): "a \(what) is in progress"
    case .indexForm: "the index is sparse or split, or has no checksum"
    case .submodules: "the repository has submodules"
    case .announcedFiles: "files are announced by 'git add -N'"
    case .trackedFiles: "all tracked files are to be committed"
    case .setting(let key): "'\(key)' is set"
    case .dateForm: "a date in the environment is in a form that only git reads"
    }
  }
}

extension GitError {
  /// The lock that git says somebody holds, or left behind when it was killed.
  static func lock(in message: [UInt8]) -> FilePath? {
    for line in message.split(separator: UInt8(ascii: "\n")) {
      let parts = line.split(separator: UInt8(ascii: "'"), omittingEmptySubsequences: false)
      guard parts.count == 3, parts[0].elementsEqual("fatal: Unable to create ".utf8),
        parts[1].suffix(5).elementsEqual(".lock".utf8), parts[2].starts(with: ": File exists".utf8)
      else { continue }
      return FilePath(ByteString(parts[1]))
    }
    return nil
  }
}

extension GitError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notARepository, .brokenLink, .notOwned, .unsupportedFormat, .noWorktree,
      .outsideWorktree:
      placeDescription
    case .unknownRevision, .ambiguousRevision, .wrongKind, .missingObject, .missingTarget,
      .badReference, .notInRevision, .tooLarge, .badPath:
      objectDescription
    case .configSyntax(let path, let line, let problem):
      "Configuration '\(path)' has \(problem) in line \(line)"
    case .configValue(let key, let value, let kind):
      "Setting '\(key)' has the value '\(value)', which is not \(kind)"
    case .configKey(let key): "Key '\(key)' is not of the form section.name"
    case .configSeveralValues(let key): "Setting '\(key)' has several values"
    case .gitMissing(let reason): "Git is needed because \(reason), and there is no 'git' in PATH"
    case .gitTooOld(let found, let needed, let reason):
      "Git \(needed) is needed because \(reason), and the one in PATH is \(found)"
    case .gitFailed(let command, let status, let message):
      failure(of: command, status: status, message: message)
    case .gitOutput(let command): "Git printed something unexpected for 'git \(command)'"
    case .badArgument(let argument): "'\(argument)' cannot be passed to git"
    case .libgit2(let operation, _, let message): "Cannot \(operation.rawValue): \(message)"
    case .file(let error): error.description
    case .indexDamaged(let path): "Index '\(path)' is damaged: its checksum does not fit"
    case .unmerged, .locked, .branchMoved, .identityMissing, .identityInvalid, .emptyMessage:
      commitDescription
    }
  }

  private var placeDescription: String {
    switch self {
    case .notARepository(let path): "Directory '\(path)' is not in a git repository"
    case .brokenLink(let path, let target):
      "File '\(path)' leads to '\(target)', which is not a git repository"
    case .notOwned(let path): "Repository '\(path)' belongs to another user"
    case .unsupportedFormat(let path, let problem):
      switch problem {
      case .objectFormat(let format):
        "Repository '\(path)' names its objects by \(format), and Shale works with SHA-1 only"
      case .referenceStorage(let storage):
        "Repository '\(path)' stores its references as \(storage), and Shale reads files only"
      case .version(let version):
        "Repository '\(path)' has format \(version), and this version reads up to format 1"
      case .extension(let name):
        "Repository '\(path)' uses the extension '\(name)', which this version does not know"
      }
    case .noWorktree(let path): "Repository '\(path)' has no worktree here"
    case .outsideWorktree(let path, let worktree):
      "Path '\(path)' is outside the repository '\(worktree)'"
    default: ""
    }
  }

  private var objectDescription: String {
    switch self {
    case .unknownRevision(let text): "Revision '\(text)' is not known"
    case .ambiguousRevision(let text): "Revision '\(text)' is ambiguous"
    case .wrongKind(let text, let expected, let found):
      "Revision '\(text)' is a \(found.rawValue), not a \(expected.rawValue)"
    case .missingObject(let id): "Git object \(id) is missing"
    case .missingTarget(let name, let id):
      "Git object \(id), which '\(name)' names, is missing"
    case .badReference(let path): "Reference '\(path)' does not name an object"
    case .notInRevision(let path, let revision): "Path '\(path)' is not in '\(revision)'"
    case .tooLarge(let id, let size, let limit):
      "Git object \(id) has \(size), and \(limit) is the limit"
    case .badPath(let path): "Path '\(path)' in git cannot be the path of a file"
    default: ""
    }
  }

  private var commitDescription: String {
    switch self {
    case .unmerged(let paths, let count):
      "Merge conflicts in "
        + paths.map { "'\($0)'" }.joined(separator: ", ")
        + (count > paths.count ? " and \(count - paths.count) more" : "")
    case .locked(let path): "File '\(path)' exists: another process is changing the repository"
    case .branchMoved(let name): "Branch '\(name)' moved while the commit was made"
    case .identityMissing(let part): "The author's \(part.rawValue) is not known to git"
    case .identityInvalid(let part, let value):
      "The author's \(part.rawValue) '\(value)' cannot stand in a commit"
    case .emptyMessage: "The commit message is empty"
    default: ""
    }
  }

  private func failure(of command: ByteString, status: Int?, message: ByteString) -> String {
    let how = status.map { "ended with \($0)" } ?? "was ended by a signal"
    let text = String(decoding: message.bytes, as: UTF8.self)
    let lines = text.split(separator: "\n").map { $0.trimmingPrefix(while: \.isWhitespace) }
    // What comes before is progress and advice; what follows names the files.
    let first = lines.firstIndex { $0.hasPrefix("fatal:") || $0.hasPrefix("error:") }
    let said = lines[(first ?? max(0, lines.count - 1))...].filter {
      $0 != "Aborting" && !$0.hasPrefix("hint:")
    }
    return "'git \(command)' \(how)" + (said.isEmpty ? "" : ": " + said.joined(separator: " "))
  }
}

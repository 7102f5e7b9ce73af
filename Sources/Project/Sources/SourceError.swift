package import Git
package import Platform
package import Primitives
package import Remotes
package import Workspace

/// A reason why data could not be found at a source.
package enum SourceError: Error {
  /// What is wrong with the text of a source.
  package enum AddressProblem: Hashable, Sendable {
    case option
    case controlCharacter
    case empty
    /// It asks git to run a program, as `ext::` does.
    case helper
    /// It holds a password, which a pointer would tell everybody.
    case credentials
  }

  /// The text cannot be a source.
  case address(ByteString, AddressProblem)

  /// Nothing is there, or nothing that data could come from.
  case vanished(FilePath)

  /// Nothing at the path, on it or below it is tracked; the paths that are, if they are known.
  case notTracked(RepositoryPath, commit: String, known: [RepositoryPath])

  /// The path is no tracked one, and holds some.
  case aboveTracked(RepositoryPath, [RepositoryPath])

  /// A revision that the source does not know; the names that it knows.
  case unknownRevision(ByteString, known: [ByteString])

  /// A store has several branches, and none of them is the usual one.
  case revisionNeeded(FilePath, known: [ByteString])

  /// A revision that is the beginning of several commits.
  case ambiguousRevision(ByteString)

  /// The source says in which store its data lies in a way that means nothing here.
  case relativeRemote(RemoteName, ByteString)

  /// The source does not say where its data lies.
  case noRemote(ByteString)

  /// The pointer cannot be read.
  case pointer(RepositoryPath, PointerProblem)

  /// Git's part failed.
  case git(GitError)

  /// A clone could not be opened.
  case project(ProjectError)

  /// A store could not be opened.
  case remote(RemoteError)
}

extension SourceError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .address(let text, let problem): "Source '\(text)' \(problem)"
    case .vanished(let path):
      "Source '\(path)' cannot be reached: it holds no store and no git repository"
    case .notTracked(let path, let commit, _):
      "'\(path)' is not tracked by commit \(commit.prefix(10)) of the source"
    case .aboveTracked(let path, let tracked):
      "'\(path)' is no tracked path, but holds "
        + tracked.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
        + (tracked.count > 3 ? " and others" : "")
    case .unknownRevision(let revision, _): "The source has no revision '\(revision)'"
    case .revisionNeeded(let path, _):
      "Store '\(path)' has several branches, and none is called 'main' or 'master'"
    case .ambiguousRevision(let revision): "'\(revision)' is the beginning of several commits"
    case .relativeRemote(let name, let url):
      "Remote '\(name)' of the source lies at '\(url)', which is relative to a clone of it"
    case .noRemote(let location): "Source '\(location)' has no remote that its data is pushed to"
    case .pointer(let path, let problem):
      "Pointer '\(path)' of the source cannot be read: \(problem)"
    case .git(let error): error.description
    case .project(let error): error.description
    case .remote(let error): error.description
    }
  }
}

extension SourceError.AddressProblem: CustomStringConvertible {
  /// The end of the sentence that begins with the source.
  package var description: String {
    switch self {
    case .option: "begins with '-'"
    case .controlCharacter: "holds a control character"
    case .empty: "is empty"
    case .helper: "names a program that git would run"
    case .credentials: "holds a password, which its pointer would tell everybody"
    }
  }
}

// MARK: - Errors of lower layers

extension SourceError {
  static func onGit<Value>(_ body: () throws(GitError) -> Value) throws(SourceError) -> Value {
    do {
      return try body()
    } catch {
      throw .git(error)
    }
  }

  static func onProject<Value>(
    _ body: () throws(ProjectError) -> Value
  ) throws(SourceError) -> Value {
    do {
      return try body()
    } catch {
      throw .project(error)
    }
  }

  static func onRemote<Value>(
    _ body: () throws(RemoteError) -> Value
  ) throws(SourceError) -> Value {
    do {
      return try body()
    } catch {
      throw .remote(error)
    }
  }

  static func onFiles<Value>(
    _ body: () throws(FileError) -> Value
  ) throws(SourceError) -> Value {
    do {
      return try body()
    } catch {
      throw .project(.file(error))
    }
  }
}

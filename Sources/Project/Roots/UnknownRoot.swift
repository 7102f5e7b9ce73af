package import Git
package import Lineage
package import Platform
internal import Primitives
package import Remotes
package import Workspace

/// Something that may keep objects, and that cannot be read: nobody knows which.
package enum UnknownRoot: Error {
  /// A reference, a reflog, a commit or an index.
  case git(GitError)

  /// A file of a commit.
  case commit(GitID, GitError)

  /// A worktree that git knows, and whose files are not there now.
  case awayWorktree(FilePath)

  /// A repository that does not say where its main worktree lies.
  case unnamedWorktree(FilePath)

  /// A place that may hold pointers.
  case place(FilePath, FileError)

  /// A pointer, by the place where it lies.
  case pointer(String, PointerProblem)

  /// The record of a run, or its journal.
  case run(LineageError)

  /// A root in a store.
  case root(RemoteError)
}

extension UnknownRoot: CustomStringConvertible {
  package var description: String {
    switch self {
    case .git(let error): error.description
    case .commit(let id, let error): "Commit \(id.abbreviated) cannot be read: \(error)"
    case .awayWorktree(let path): "Worktree '\(path)' is not there, and git keeps it as locked"
    case .unnamedWorktree(let path): "Repository '\(path)' does not say where its worktree is"
    case .place(let path, let error):
      "Place '\(path)' may hold pointers, and cannot be read: \(error)"
    case .pointer(let place, let problem): "Pointer \(place) cannot be read: \(problem)"
    case .run(let error): error.description
    case .root(let error): error.description
    }
  }
}

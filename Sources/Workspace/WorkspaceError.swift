package import ObjectStore
package import Platform
package import Primitives

/// A reason why the user's files and their pointers could not be kept in step.
///
/// Cases carry the facts; the sentence is built here, and what to do about it is suggested by the
/// command that knows what the user was trying to do.
package enum WorkspaceError: Error, Equatable {
  /// The path leads out of the repository.
  case outsideRepository(FilePath)

  /// A name on the path cannot lie in a repository.
  case path(PathError)

  /// The file at the path is no pointer that this program reads.
  case pointer(RepositoryPath, PointerProblem)

  /// The operating system refused.
  case file(FileError)

  /// The object store refused.
  case store(StoreError)
}

extension WorkspaceError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .outsideRepository(let path):
      "'\(path)' is outside the repository"
    case .path(let error):
      error.description
    case .pointer(let path, let problem):
      "Pointer '\(path)' cannot be read: \(problem)"
    case .file(let error):
      error.description
    case .store(let error):
      error.description
    }
  }
}

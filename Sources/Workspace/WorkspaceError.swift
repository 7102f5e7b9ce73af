package import Git
package import ObjectStore
package import Platform
package import Primitives

/// A reason why the user's files and their pointers could not be kept in step.
///
/// Cases carry the facts; the sentence is built here, and what to do about it is suggested by the
/// command that knows what the user was trying to do.
package enum WorkspaceError: Error, Equatable {
  /// Nothing is at the path.
  case notFound(RepositoryPath)

  /// The path is the root of the worktree, or lies in `.git` or `.shale`.
  case notForData(RepositoryPath)

  /// The name ends in `.shale`, as only pointers do.
  case pointerName(RepositoryPath)

  /// A symlink or special file cannot be tracked by itself.
  case notAFileOrDirectory(RepositoryPath)

  /// Git tracks the path itself, where `files` is 0, or so many files below it.
  case trackedByGit(RepositoryPath, files: Int)

  /// Git's rules ignore the pointer, so it could not be committed.
  case pointerIgnored(RepositoryPath)

  /// One tracked path would lie in another.
  case nested(RepositoryPath, inside: RepositoryPath)

  /// The content of the first of so many files was forgotten, and is not to be stored again.
  case forgotten(RepositoryPath, Tombstone, count: Int)

  /// The path lies in another repository, such as a submodule.
  case inOtherRepository(RepositoryPath, RepositoryPath)

  /// The path is not tracked, and not part of what is.
  case notTracked(RepositoryPath)

  /// The data holds what cannot be kept: special files and git repositories.
  case unstorable(special: [RepositoryPath], repositories: [RepositoryPath])

  /// The directory lies below too many others to be brought back: ``TreeExpansion/depthLimit``.
  case tooDeep(RepositoryPath)

  /// Directories that cannot be read, by the first error.
  case unreadable(FileError, count: Int)

  /// Data and pointer both changed; `isBaseKnown` is false where the stat index was lost.
  case diverged(RepositoryPath, isBaseKnown: Bool)

  /// The pointer moved and the data did not.
  case behind(RepositoryPath)

  /// A merge left the pointer in conflict.
  case conflicted(RepositoryPath)

  /// There is no conflict that could be resolved.
  case notConflicted(RepositoryPath)

  /// Both sides of a merge changed these, and nobody said what to take; at most ten, and how many in
  /// all.
  case undecided(RepositoryPath, [RepositoryPath], count: Int)

  /// A merge has no such side.
  case sideMissing(RepositoryPath, MergeChoice)

  /// A merge depends on a directory that is not in the store.
  case mergeNeeds(RepositoryPath, MissingContent)

  /// A checkout has not finished bringing the data: it may be of two versions.
  case unfinishedCheckout(RepositoryPath)

  /// Another program wrote the pointer while the data was being read.
  case pointerMoved(RepositoryPath)

  /// The data that the pointer stands for was here and is gone.
  case dataMissing(RepositoryPath)

  /// Files that are in no store would be overwritten or removed; at most ten, and how many in all.
  case wouldOverwrite([RepositoryPath], count: Int)

  /// A checkout ended before all was brought, and these files are not there now.
  indirect case cutOff(WorkspaceError, absent: [RepositoryPath])

  /// Something is at the path already.
  case exists(RepositoryPath)

  /// Names that are one on this file system, which does not tell cases apart.
  case caseCollision(RepositoryPath, RepositoryPath)

  /// A name on the path cannot lie in a repository.
  case path(PathError)

  /// The file at the path is no pointer that this program reads.
  case pointer(RepositoryPath, PointerProblem)

  /// The operating system refused.
  case file(FileError)

  /// What the data at the path is made of cannot be used.
  case content(RepositoryPath, StoreError)

  /// The object store refused.
  case store(StoreError)

  /// Git's part could not be done.
  case git(GitError)
}

extension WorkspaceError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notFound(let path): "Path '\(path)' does not exist"
    case .notForData(let path): "Path '\(path)' cannot hold data: it belongs to git or to Shale"
    case .pointerName(let path): "Path '\(path)' has the name of a pointer"
    case .notAFileOrDirectory(let path): "Path '\(path)' is neither a file nor a directory"
    case .trackedByGit(let path, let files):
      files == 0
        ? "Path '\(path)' is tracked by git"
        : "Git tracks \(files) \(files == 1 ? "file" : "files") in '\(path)'"
    case .pointerIgnored(let path): "Pointer '\(path)' is ignored by git"
    case .nested(let path, let outer): "Path '\(path)' lies in the tracked path '\(outer)'"
    case .inOtherRepository(let path, let other):
      "Path '\(path)' lies in another git repository, '\(other)'"
    case .notTracked(let path): "Path '\(path)' is not tracked"
    case .tooDeep(let path):
      "Directory '\(path)' lies below more than \(TreeExpansion.depthLimit) others"
    case .unstorable(let special, let repositories):
      Self.unstorable(special, repositories)
    case .unreadable(let error, let count):
      count == 1 ? error.description : "\(error), and \(count - 1) more could not be read"
    case .diverged(let path, let isBaseKnown):
      isBaseKnown
        ? "Data '\(path)' and its pointer have both changed"
        : "Data '\(path)' differs from its pointer, and it is not known which of them is newer"
    case .forgotten(let path, let tombstone, let count):
      "Content of '\(path)'\(count > 1 ? " and \(count - 1) more" : "") was forgotten on "
        + "\(tombstone)"
    case .behind(let path): "Data '\(path)' is behind its pointer"
    case .conflicted(let path): "The pointer of '\(path)' is in conflict after a merge"
    case .notConflicted(let path): "Path '\(path)' has no conflict"
    case .undecided(let path, let files, let count):
      files == [path]
        ? "Both sides changed '\(path)'" : "Both sides changed \(Self.list(files, count: count))"
    case .sideMissing(let path, let side): "Path '\(path)' has no version '\(side.rawValue)'"
    case .mergeNeeds(let path, let missing):
      "Path '\(path)' cannot be merged: directory '\(missing.path)' of one side, "
        + "\(missing.id.abbreviated), is not in the store"
    case .unfinishedCheckout(let path):
      "Data '\(path)' may be of two versions: a checkout of it was interrupted"
    case .pointerMoved(let path): "Pointer '\(path)' changed while its data was read"
    case .dataMissing(let path): "Data '\(path)' is not there"
    case .wouldOverwrite(let paths, let count):
      "\(Self.list(paths, count: count)) changed and \(count == 1 ? "is" : "are") in no store"
    case .cutOff(let reason, let absent): "\(reason); \(Self.absent(absent))"
    case .exists(let path): "Path '\(path)' exists already"
    case .caseCollision(let one, let other):
      "Paths '\(one)' and '\(other)' are the same on this file system"
    case .path(let error): error.description
    case .pointer(let path, let problem): "Pointer '\(path)' cannot be read: \(problem)"
    case .file(let error): error.description
    case .content(let path, let error): "Data '\(path)' cannot be used: \(error)"
    case .store(let error): error.description
    case .git(let error): error.description
    }
  }

  private static func unstorable(
    _ special: [RepositoryPath], _ repositories: [RepositoryPath]
  ) -> String {
    var parts: [String] = []
    if !special.isEmpty {
      let noun = special.count == 1 ? "is no regular file" : "are no regular files"
      parts.append("\(list(special, count: special.count)) \(noun)")
    }
    if !repositories.isEmpty {
      let noun = repositories.count == 1 ? "is a git repository" : "are git repositories"
      parts.append("\(list(repositories, count: repositories.count)) \(noun)")
    }
    return parts.joined(separator: "; ")
  }

  /// Says that files are not there.
  package static func absent(_ paths: [RepositoryPath]) -> String {
    "\(list(paths, count: paths.count)) \(paths.count == 1 ? "is" : "are") not there now"
  }

  private static func list(_ paths: [RepositoryPath], count: Int) -> String {
    let names = paths.prefix(10).map { "'\($0)'" }.joined(separator: ", ")
    return count > min(10, paths.count)
      ? "\(names) and \(count - min(10, paths.count)) more" : names
  }
}

// MARK: - Errors of lower layers

/// Runs `body`, and turns what the operating system refuses into an error of this module.
func onFiles<Value: ~Copyable>(
  _ body: () throws(FileError) -> Value
) throws(WorkspaceError) -> Value {
  do {
    return try body()
  } catch {
    throw .file(error)
  }
}

/// Runs `body`, and turns what the store refuses into an error of this module.
func onStore<Value: ~Copyable>(
  _ body: () throws(StoreError) -> Value
) throws(WorkspaceError) -> Value {
  do {
    return try body()
  } catch {
    throw .store(error)
  }
}

/// Runs `body`, and turns what git refuses into an error of this module.
func onGit<Value: ~Copyable>(
  _ body: () throws(GitError) -> Value
) throws(WorkspaceError) -> Value {
  do {
    return try body()
  } catch {
    throw .git(error)
  }
}

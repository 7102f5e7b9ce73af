internal import Git
package import Primitives

/// A tracked path of which git has several versions, as a merge left it.
package struct ConflictedPath: Sendable {
  /// Where the data lies.
  package let path: RepositoryPath

  /// The versions as git has them; a side without the pointer is `nil`.
  package let sides: MergeSides<Result<PointerFile, PointerProblem>>

  /// The versions that can be read.
  package var pointers: PointerMerge.Sides {
    func pointer(_ side: Result<PointerFile, PointerProblem>?) -> PointerFile? {
      if case .success(let pointer)? = side { return pointer }
      return nil
    }
    return PointerMerge.Sides(
      base: pointer(sides.base), ours: pointer(sides.ours), theirs: pointer(sides.theirs))
  }

  /// What is wrong with the first version that cannot be read.
  package var problem: PointerProblem? {
    for side in [sides.ours, sides.theirs, sides.base] {
      if case .failure(let problem)? = side { return problem }
    }
    return nil
  }

  /// How the sides differ, going by which of them have a pointer.
  package var kind: MergeConflict.Kind { sides.kind }
}

extension Workspace {
  /// The tracked paths whose pointer a merge left in conflict, in order.
  ///
  /// - Throws: ``WorkspaceError/git(_:)`` when git's index or a version cannot be read; a version that
  ///   is no pointer is no error.
  package func conflictedPaths() throws(WorkspaceError) -> [ConflictedPath] {
    try conflictedPaths(in: onGit { () throws(GitError) in try git.indexedPointers() })
  }

  /// The tracked paths whose pointer is in conflict in an index.
  func conflictedPaths(
    in index: GitIndexSnapshot
  ) throws(WorkspaceError) -> [ConflictedPath] {
    try onGit { () throws(GitError) in
      var found: [ConflictedPath] = []
      for conflict in index.conflicts {
        guard let path = PointerFile.dataPath(of: conflict.path) else { continue }
        func version(
          _ entry: GitIndexEntry?
        ) throws(GitError) -> Result<PointerFile, PointerProblem>? {
          guard let entry else { return nil }
          do throws(GitError) {
            return PointerFile.reading(try git.blob(entry.id, limit: PointerFile.sizeLimit))
          } catch {
            if case .tooLarge = error { return .failure(.tooLarge) }
            throw error
          }
        }
        let sides = MergeSides(
          base: try version(conflict.base), ours: try version(conflict.ours),
          theirs: try version(conflict.theirs))
        found.append(ConflictedPath(path: path, sides: sides))
      }
      return found
    }
  }

  /// Refuses to go on with data whose pointer a merge left in conflict, and can be read.
  ///
  /// - Throws: ``WorkspaceError/conflicted(_:)``.
  func refuseConflicts(among tracked: [TrackedPath]) throws(WorkspaceError) {
    let conflicted = Set(try conflictedPaths().map(\.path))
    if conflicted.isEmpty { return }
    for tracked in tracked where conflicted.contains(tracked.path) {
      // What cannot be read is told as such.
      guard case .success = tracked.pointer else { continue }
      throw .conflicted(tracked.path)
    }
  }
}

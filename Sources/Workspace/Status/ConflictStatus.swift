internal import Git
package import Primitives

/// What `status` says of a tracked path whose pointer a merge left in conflict.
package struct ConflictStatus: Sendable {
  package let path: RepositoryPath

  /// How the sides differ, going by which of them track the path.
  package let kind: MergeConflict.Kind

  /// What both sides changed differently: the first thousand of it.
  package var conflicts: [MergeConflict] = []

  /// How much of that there is; 0 where the sides can be merged.
  package var count = 0

  /// Directories that a merge depends on and whose tree the store lacks.
  package var missing: [MissingContent] = []

  /// Why the sides cannot be compared, in words.
  package var problem: String?
}

extension Workspace {
  /// What conflicts are about, found out anew from the sides that git has.
  ///
  /// - Parameters:
  ///   - index: Git's index.
  ///   - paths: Only the conflicts of these paths, and in them; none for all.
  func conflicts(
    in index: GitIndexSnapshot, _ paths: [RepositoryPath]
  ) throws(WorkspaceError) -> [ConflictStatus] {
    var found: [ConflictStatus] = []
    for conflict in try conflictedPaths(in: index) {
      let path = conflict.path
      guard paths.isEmpty || paths.contains(where: { path.overlaps($0) }) else { continue }
      var status = ConflictStatus(path: path, kind: conflict.kind)
      if let problem = conflict.problem {
        status.problem = problem.description
      } else {
        do throws(WorkspaceError) {
          let merge = try PointerMerge(conflict.pointers, at: path, in: store)
          (status.conflicts, status.count) = (merge.conflicts, merge.conflictCount)
          status.missing = merge.missing
        } catch {
          // One conflict that cannot be looked into keeps nothing else from being told.
          status.problem = error.description
        }
      }
      found.append(status)
    }
    return found
  }
}

internal import Git
internal import Platform
package import Primitives

/// Data that Shale brought or recorded, and that no pointer stands for any more.
///
/// A plain `git checkout` of a branch that does not track it leaves it behind.
package struct LeftOverData: Hashable, Sendable {
  package let path: RepositoryPath

  /// Whether some commit tracks it as it was last recorded: only then may it be taken away.
  package let isCommitted: Bool
}

extension Workspace {
  /// Finds data that was left behind.
  ///
  /// Not among it is what git tracks itself, what lies in or around tracked data, and data whose
  /// pointer git has in its index though it is gone from the worktree.
  ///
  /// - Parameter tracked: All tracked paths of the worktree.
  func leftOverData(besides tracked: [RepositoryPath]) throws(WorkspaceError) -> [LeftOverData] {
    let suspects = try onFiles { () throws(FileError) in
      Set(try indexes.trackedPaths(besides: tracked)).subtracting(tracked)
    }
    if suspects.isEmpty { return [] }
    let index = try onGit { () throws(GitError) in try git.index() }
    var bases: [RepositoryPath: ObjectID?] = [:]
    for path in suspects {
      let isOthers =
        index.isTracked(PointerFile.path(of: path)) || isTrackedByGit(path, index)
        || tracked.contains { $0.overlaps(path) }
      if isOthers { continue }
      let (isThere, base) = try onFiles { () throws(FileError) in
        (try root.appending(path).statusIfPresent() != nil, try indexes.load(path).base)
      }
      if isThere { bases[path] = .some(base) }
    }
    let committed = try committed(bases.compactMapValues { $0 })
    return bases.keys.sorted().map {
      LeftOverData(path: $0, isCommitted: committed.contains($0))
    }
  }

  /// Whether git itself tracks the path, or anything below it.
  func isTrackedByGit(_ path: RepositoryPath, _ index: GitIndexSnapshot) -> Bool {
    index.isTracked(path) || index.tracksAnything(below: path)
  }

  /// The paths that some commit tracks with these oids.
  private func committed(
    _ bases: [RepositoryPath: ObjectID]
  ) throws(WorkspaceError) -> Set<RepositoryPath> {
    if bases.isEmpty { return [] }
    return try onGit { () throws(GitError) in
      var found: Set<RepositoryPath> = []
      try git.forEachCommittedPointer { path, pointer, _ in
        if bases[path] == pointer.id { found.insert(path) }
        return found.count < bases.count
      }
      return found
    }
  }

  /// Takes data away that was left behind, where nothing is lost by it.
  ///
  /// What the user changed stays, and is told in the report.
  func takeLeftOverData(
    besides tracked: [RepositoryPath], _ report: inout CheckoutReport, _ options: CheckoutOptions
  ) throws(WorkspaceError) {
    for data in try leftOverData(besides: tracked) where data.isCommitted {
      do throws(WorkspaceError) {
        report.add(
          try checkout([CheckoutTarget(path: data.path, pointer: nil)], options: options))
      } catch {
        guard case .wouldOverwrite(let paths, _) = error else { throw error }
        report.kept += paths
      }
    }
  }
}

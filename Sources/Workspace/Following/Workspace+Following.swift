internal import ObjectStore
internal import Platform
package import Primitives

/// What came of making data follow pointers that git has moved.
package struct FollowReport: Sendable {
  /// What was brought, and of that what could not be.
  package var checkout = CheckoutReport()

  /// Paths of which nothing was brought, because files that were changed here are in the way.
  package var refused: [RepositoryPath] = []

  /// Paths of which something else kept all or part away, with the reason.
  package var failed: [(path: RepositoryPath, error: WorkspaceError)] = []

  /// Paths of which the store lacks something now, and of which all was here before.
  package var incomplete: [RepositoryPath] = []

  /// Paths that have not wholly followed, for a reason that another attempt may not meet.
  package var leftBehind: Set<RepositoryPath> = []

  /// Takes over what a second attempt with the incomplete paths came to.
  package mutating func complete(with later: FollowReport) {
    checkout.missing.removeAll { content in incomplete.contains { content.path.isWithin($0) } }
    checkout.add(later.checkout)
    refused += later.refused
    failed += later.failed
    leftBehind.formUnion(later.leftBehind)
    incomplete = later.incomplete
  }
}

extension Workspace {
  /// Makes data follow the pointers that git has moved, each path by itself.
  ///
  /// The rules are those of ``checkout(_:options:progress:)``: nothing that was changed here and is
  /// in no store is overwritten. What stands in the way of one path does not stop another. No file
  /// that git tracks is changed, nor its index: git may be in the middle of something.
  ///
  /// - Parameters:
  ///   - changed: Paths whose pointer is another one.
  ///   - hasLeftOver: Whether data may lie here that no pointer stands for any more.
  ///   - progress: Told of bytes and files written.
  /// - Throws: What keeps everything from being done, such as an index of git that cannot be read.
  package func follow(
    _ changed: [RepositoryPath], hasLeftOver: Bool, progress: ProgressCounter? = nil
  ) throws(WorkspaceError) -> FollowReport {
    var report = FollowReport()
    var options = CheckoutOptions()
    options.keepsOutOfGit = false
    for path in changed {
      guard let tracked = try tracked(path) else { continue }
      switch tracked.pointer {
      case .failure(let problem): report.checkout.unreadable[path] = problem
      case .success(let pointer):
        do throws(WorkspaceError) {
          let wasWhole = try wasBroughtWhole(path)
          let found = try checkout(
            [CheckoutTarget(path: path, pointer: pointer)], options: options,
            progress: progress)
          if wasWhole, !found.missing.isEmpty { report.incomplete.append(path) }
          if !found.failures.isEmpty { report.leftBehind.insert(path) }
          report.checkout.add(found)
        } catch {
          if case .wouldOverwrite = error {
            report.refused.append(path)
          } else {
            report.failed.append((path, error))
            report.leftBehind.insert(path)
          }
        }
      }
    }
    if hasLeftOver {
      try takeLeftOverData(
        besides: try trackedPaths().map(\.path), &report.checkout, options)
    }
    return report
  }

  /// Whether all of what was last recorded or brought of a path was here.
  private func wasBroughtWhole(_ path: RepositoryPath) throws(WorkspaceError) -> Bool {
    let loaded = try onFiles { () throws(FileError) in try indexes.load(path) }
    guard let index = loaded.index, index.header.base != nil else { return false }
    for number in 0..<index.directoryCount {
      var cursor = index.block(number).cursor
      while let entry = cursor.next() {
        if entry.kind != .directory, !entry.flags.contains(.materialised) { return false }
      }
    }
    return true
  }
}

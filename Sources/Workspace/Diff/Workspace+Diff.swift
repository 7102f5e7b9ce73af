internal import ObjectStore
internal import Platform
package import Primitives

extension Workspace {
  /// Compares two states of a tracked path, found from tree objects alone.
  ///
  /// - Parameters:
  ///   - path: The tracked path.
  ///   - old: What it was; `nil` where it was not tracked.
  ///   - new: What it is; `nil` where it is not tracked any more.
  /// - Returns: What differs.
  /// - Throws: ``WorkspaceError/store(_:)`` when the store fails.
  package func diff(
    _ path: RepositoryPath, from old: PointerFile?, to new: PointerFile?
  ) throws(WorkspaceError) -> TreeComparison {
    try TreeComparison(from: old, to: new, at: path, store: store)
  }

  /// Compares the data in the worktree with a state of it.
  ///
  /// Where the state is the base, no unchanged file is read; otherwise files are read that are in
  /// neither.
  ///
  /// - Parameters:
  ///   - tracked: The tracked path.
  ///   - old: What to compare with.
  ///   - progress: Told of files that are read.
  /// - Returns: The differences that lead from `old` to the data.
  /// - Throws: ``WorkspaceError`` when data, index or store cannot be read.
  package func diffWorktree(
    _ tracked: TrackedPath, from old: PointerFile?, progress: ProgressCounter? = nil
  ) throws(WorkspaceError) -> [EntryChange] {
    var inspection = try inspect(tracked.path, pointer: old)
    try settle(&inspection, progress: progress)
    guard let reference = inspection.reference else { return [] }
    var local = changes(in: inspection)
    try findRenames(&local, inspection)
    guard let old, old.id != reference else { return local }
    // From `old` to the base by trees, and from the base to the data by the scan: what both
    // touched has the old side of the one and the new side of the other.
    let base =
      inspection.status?.kind == .file
      ? PointerFile.file(reference, size: old.size)
      : PointerFile.tree(reference, size: .zero, files: 0)
    let earlier = try TreeComparison(
      from: old, to: base, at: tracked.path, store: store, findsRenames: local.isEmpty)
    if local.isEmpty { return earlier.changes }
    var changes: [RepositoryPath: EntryChange] = [:]
    for change in earlier.changes { changes[change.path] = change }
    for change in local {
      if let source = change.oldPath { changes[source] = EntryChange(.deleted, source) }
      guard let before = changes[change.path] else {
        changes[change.path] = change
        continue
      }
      switch (before.kind, change.kind) {
      case (.added, .deleted): changes[change.path] = nil
      case (.added, _):
        changes[change.path] = EntryChange(.added, change.path, newSize: change.newSize)
      case (_, .deleted):
        changes[change.path] = EntryChange(.deleted, change.path, oldSize: before.oldSize)
      default:
        changes[change.path] = EntryChange(
          .modified, change.path, oldSize: before.oldSize, newSize: change.newSize)
      }
    }
    return changes.values.sorted { $0.path < $1.path }
  }
}

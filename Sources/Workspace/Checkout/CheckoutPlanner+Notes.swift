internal import ObjectStore
internal import Platform
internal import Primitives

// What a plan takes account of.
extension CheckoutPlanner {
  /// Takes account of something that the user had removed.
  mutating func noteRemoved(
    _ name: ByteString, in path: ByteString, _ deviations: [StatEntry]
  ) {
    guard deviations.contains(where: { $0.deviation == .gone }) else { return }
    plan.removedByUser.append(inspection.repositoryPath(name, in: path))
  }

  /// Takes account of a file of which the user had changed the permission to execute.
  mutating func noteMode(_ now: StatEntry, _ inner: ByteString) {
    guard now.deviation == .modeChanged else { return }
    plan.modesOfUser.append(SavedFile(path: place(inner), id: now.id, kind: now.kind))
  }

  mutating func removeFile(
    _ now: StatEntry, _ name: ByteString, _ directory: inout CheckoutPlan.Directory
  ) {
    plan.noteChange(of: now)
    var entry = now
    entry.flags = entry.flags.unmarked
    directory.removals.append(entry, name: name)
    plan.filesRemoved += 1
  }

  mutating func conflict(_ inner: ByteString, as kind: TreeEntry.Kind) {
    plan.conflicts.append(CheckoutPlan.Conflict(path: place(inner), kind: kind))
  }
}

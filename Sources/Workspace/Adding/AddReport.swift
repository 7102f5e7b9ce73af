package import Platform
package import Primitives

/// How `add` goes about its work.
package struct AddOptions: Sendable {
  /// Whether data that diverged from its pointer is recorded all the same.
  package var isForced = false

  /// Whether tracked paths without data are passed over instead of refused, as `commit` does.
  package var passesOverAbsent = false

  /// Whether pointers are staged in git's index.
  package var stages = true

  /// Whether a command that Shale ran has put the data there: taking it back brings what lay there
  /// before.
  package var isMadeByCommand = false

  package init() {}
}

/// A tracked path whose data or pointer an operation changed, for reports and the operation log.
package struct TrackedChange: Hashable, Sendable {
  package let path: RepositoryPath

  /// What the pointer was before; `nil` where there was none.
  package let old: PointerFile?

  /// What the pointer is now; `nil` where there is none any more.
  package let new: PointerFile?
}

/// The outcome of `add`.
package struct AddReport: Sendable {
  /// The paths whose pointer is new or another.
  package var changes: [TrackedChange] = []

  /// Paths whose data is what their pointer says.
  package var unchanged: [RepositoryPath] = []

  /// Paths whose pointer moved while the data did not: their pointer was left alone.
  package var behind: [RepositoryPath] = []

  /// Tracked paths that have no data here, and were passed over.
  package var absent: [RepositoryPath] = []

  /// Files that could not be recorded, and why: they changed while they were read, as a rule.
  package var skipped: [SkippedFile] = []

  /// Names in one directory that differ in case only: other file systems cannot hold both.
  package var caseCollisions: [[RepositoryPath]] = []

  /// Paths that git does not ignore although there is a line for them.
  package var notIgnored: [RepositoryPath] = []

  /// Files whose content was read.
  package var filesRead = 0

  /// What was new to the store.
  package var newRecords = 0
  package var newBytes = ByteCount.zero

  /// The report of nothing done.
  package init() {}
}

/// A file that could not be recorded or brought.
package struct SkippedFile: Hashable, Sendable, Encodable {
  package let path: RepositoryPath

  /// A sentence that says why.
  package let reason: String

  /// What the operating system refused; `nil` where the file changed meanwhile.
  package let refusal: FileError?

  /// Whether nothing is at the path now: what was there made way for what could not be brought.
  package var isAbsent = false

  private enum CodingKeys: CodingKey {
    case path, reason
  }
}

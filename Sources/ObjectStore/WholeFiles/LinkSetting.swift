package import Primitives

/// How large files in a worktree hang together with the store: `docs/design/0022-link-modes.md`.
package enum LinkSetting: String, Sendable, CaseIterable {
  /// The worktree has bytes of its own.
  case copy

  /// The worktree shares disk blocks with a whole file of the store until either is written to.
  case reflink

  /// The worktree has a further name of a whole file of the store, which is read-only.
  case hardlink

  /// Files below this size are copied.
  package static let leastSize = ByteCount.mebibytes(1)
}

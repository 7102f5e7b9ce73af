package import Primitives

/// How `resolve` goes about its work.
package struct ResolveOptions: Sendable {
  /// How sides are merged.
  package var merge = PointerMerge.Options()

  /// Whether changed files that are in no store are put there and then replaced.
  package var isForced = false

  /// Whether only what would be done is found out.
  package var isDryRun = false

  package init() {}
}

/// A tracked path that `resolve` brought in order.
package struct ResolvedPath: Sendable {
  package let path: RepositoryPath

  /// What it is now; `nil` where it is tracked no more.
  package let pointer: PointerFile?

  /// What had to be chosen: the first thousand of it, and how much there was.
  package let conflicts: [MergeConflict]
  package let conflictCount: Int

  /// Where the other side's version lies, where both were kept.
  package let beside: RepositoryPath?
}

/// The outcome of `resolve`.
package struct ResolveReport: Sendable {
  package var resolved: [ResolvedPath] = []

  /// The paths whose pointer is another.
  package var changes: [TrackedChange] = []

  /// The `.gitignore` files that were brought in order.
  package var ignoreFiles: [RepositoryPath] = []

  /// What became of the data.
  package var checkout = CheckoutReport()

  package init() {}
}

package import ObjectStore
package import Primitives

/// Brings from a remote what the local store lacks of some paths' data.
///
/// Every record is proven before it is stored, and what a recipe yields when it is first used. An
/// interrupted fetch goes on where it stopped.
package struct Fetch: Sendable {
  private let local: ObjectStore
  private let remote: RemoteStore
  private let roots: [ClosureRoot]

  /// Prepares a fetch; nothing is read yet.
  package init(_ paths: [TransferPath], from remote: RemoteStore, to local: ObjectStore) {
    self.local = local
    self.remote = remote
    roots = paths.compactMap { $0.root(base: nil) }
  }

  /// Finds out what the fetch would bring, and brings nothing.
  ///
  /// - Parameter lookups: Told of the files that were looked up.
  /// - Returns: Exactly what ``run(lookups:progress:)`` would then do.
  /// - Throws: ``RemoteError``.
  package func dryRun(lookups: ProgressCounter? = nil) throws(RemoteError) -> TransferReport {
    let plan = try remote.atStore { () throws(StoreError) in
      try ClosureTransfer.begin(
        from: remote.store, to: local, local: local, isDryRun: true
      ).plan(roots, progress: lookups)
    }
    return TransferReport(
      records: plan.records, bytes: plan.bytes, problems: plan.problems,
      problemCount: plan.problemCount, completePaths: plan.isComplete.count { $0 }, commits: 0,
      withheld: plan.withheld)
  }

  /// Brings what the local store lacks.
  ///
  /// - Parameters:
  ///   - lookups: Told of the files that were looked up.
  ///   - progress: Told of the bytes brought.
  /// - Returns: What was brought. Missing objects do not stop the rest.
  /// - Throws: ``RemoteError``: the remote went away, or the local disk is full. What arrived
  ///   stays.
  package func run(
    lookups: ProgressCounter? = nil, progress: ProgressCounter? = nil
  ) throws(RemoteError) -> TransferReport {
    let tombstones = try remote.bringTombstones(to: local)
    let outcome = try remote.atStore { () throws(StoreError) in
      try ClosureTransfer.bring(
        roots, from: remote.store, to: local, lookups: lookups, progress: progress)
    }
    return TransferReport(
      records: outcome.records, bytes: outcome.bytes, problems: outcome.problems,
      problemCount: outcome.problemCount, completePaths: outcome.isComplete.count { $0 },
      commits: 0, withheld: outcome.withheld, tombstones: tombstones)
  }
}

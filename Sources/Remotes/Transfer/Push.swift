package import ObjectStore
package import Primitives

/// Sends what a remote lacks of some commits' data, and writes their roots last.
///
/// The order is that of `docs/format/remote.md`: data packs, metadata packs, index, roots. An
/// interrupted push leaves the remote usable, and the next one goes on where it stopped.
package struct Push: Sendable {
  private let local: ObjectStore
  private let remote: RemoteStore
  private let commits: [TransferCommit]
  private let knownCommits: [String]

  /// How often a push starts over because a remover took away what it relied on.
  private static let attempts = 3

  /// Prepares a push; nothing is read yet.
  ///
  /// - Parameters:
  ///   - commits: What to send.
  ///   - local: Where it comes from.
  ///   - remote: Where it goes.
  ///   - knownCommits: Ids of commits that the remote may have, such as the parents of `commits`
  ///     and what remote-tracking branches point to. What the remote says of them as *complete*
  ///     need not be looked up again.
  package init(
    _ commits: [TransferCommit], from local: ObjectStore, to remote: RemoteStore,
    knownCommits: [String] = []
  ) {
    self.commits = commits
    self.local = local
    self.remote = remote
    self.knownCommits = knownCommits
  }

  /// Finds out what the push would send, and sends nothing.
  ///
  /// - Parameter lookups: Told of the files that were looked up.
  /// - Returns: Exactly what ``run(lookups:progress:)`` would then do.
  /// - Throws: ``RemoteError``.
  package func dryRun(lookups: ProgressCounter? = nil) throws(RemoteError) -> TransferReport {
    let transfer = try begin(isDryRun: true)
    let (known, plan) = try plan(transfer, generation: generation(), lookups: lookups)
    let complete = completeIDs(plan.isComplete, known)
    return TransferReport(
      records: plan.records, bytes: plan.bytes, problems: plan.problems,
      problemCount: plan.problemCount, commitOfRoot: commitOfRoot,
      completePaths: pathCount(complete), commits: commits.count, withheld: plan.withheld)
  }

  /// Sends what the remote lacks.
  ///
  /// - Parameters:
  ///   - lookups: Told of the files that were looked up.
  ///   - progress: Told of the bytes sent.
  /// - Returns: What was sent. Missing objects do not stop the rest.
  /// - Throws: ``RemoteError``: the remote is full, read-only, or went away. What arrived stays.
  package func run(
    lookups: ProgressCounter? = nil, progress: ProgressCounter? = nil
  ) throws(RemoteError) -> TransferReport {
    var sent = (records: 0, bytes: ByteCount.zero)
    var tombstones: [Tombstone] = []
    for attempt in 1...Self.attempts {
      do throws(RemoteError) {
        // The lease comes first: after it no remover takes away what is found.
        let transfer = try begin(isDryRun: false)
        tombstones += try remote.bringTombstones(to: local)
        try remote.sendTombstones(of: local)
        let generation = try generation()
        let (known, plan) = try plan(transfer, generation: generation, lookups: lookups)
        let outcome = try remote.atStore { () throws(StoreError) in
          try transfer.run(plan, progress: progress)
        }
        sent = (sent.records + outcome.records, sent.bytes + outcome.bytes)
        try remote.atStore { () throws(StoreError) in try transfer.synchronize() }
        let complete = completeIDs(outcome.isComplete, known)
        try writeRoots(complete: complete, generation: generation)
        try remote.atStore { () throws(StoreError) in try transfer.finish(durably: true) }
        // A remover that came in between has raised the generation, so nobody believes the roots.
        if try self.generation() != generation, attempt < Self.attempts { continue }
        return TransferReport(
          records: sent.records, bytes: sent.bytes, problems: outcome.problems,
          problemCount: outcome.problemCount, commitOfRoot: commitOfRoot,
          completePaths: pathCount(complete), commits: commits.count,
          withheld: outcome.withheld, tombstones: tombstones)
      } catch {
        guard case .store(.packVanished) = error, attempt < Self.attempts else { throw error }
      }
    }
    preconditionFailure("the last attempt returns or throws")
  }
}

// MARK: - Steps

extension Push {
  private func begin(isDryRun: Bool) throws(RemoteError) -> ClosureTransfer {
    try remote.atStore { () throws(StoreError) in
      try ClosureTransfer.begin(
        from: local, to: remote.store, local: local, isDryRun: isDryRun)
    }
  }

  private func generation() throws(RemoteError) -> Int {
    try remote.atStore { () throws(StoreError) in try remote.store.currentGeneration() }
  }

  /// What the remote says that it has, in roots of the current generation.
  private struct Knowledge {
    /// Objects whose closure it has.
    var complete: Set<ObjectID> = []

    /// Directories that it has as a whole, by the path they were tracked at.
    var bases: [RepositoryPath: ObjectID] = [:]
  }

  private func knowledge(generation: Int) throws(RemoteError) -> Knowledge {
    var known = Knowledge()
    // The commits themselves come last, so that a path's base is the nearest one.
    let roots = knownCommits.map { (CommitRoot.Kind.commit, $0) } + commits.map { ($0.kind, $0.id) }
    for (kind, id) in roots {
      guard let root = try remote.roots.commit(id, kind), root.generation == generation else {
        continue
      }
      for entry in root.entries where entry.isComplete {
        known.complete.insert(entry.id)
        if entry.isTree { known.bases[entry.path] = entry.id }
      }
    }
    return known
  }

  private func plan(
    _ transfer: ClosureTransfer, generation: Int, lookups: ProgressCounter?
  ) throws(RemoteError) -> (Knowledge, ClosureTransfer.Plan) {
    let known = try knowledge(generation: generation)
    let roots = wanted.compactMap { $0.root(base: known.bases[$0.path]) }
    let plan = try remote.atStore { () throws(StoreError) in
      try transfer.plan(roots, skipping: known.complete, progress: lookups)
    }
    return (known, plan)
  }

  /// The paths that something is wanted of, in the order of the walk's roots.
  private var wanted: [TransferPath] {
    commits.flatMap(\.paths).filter(\.isWanted)
  }

  /// The commit of each of those paths.
  private var commitOfRoot: [String] {
    commits.flatMap { commit in commit.paths.filter(\.isWanted).map { _ in commit.id } }
  }

  private func completeIDs(_ isComplete: [Bool], _ known: Knowledge) -> Set<ObjectID> {
    zip(wanted, isComplete).reduce(into: known.complete) { complete, pair in
      if pair.1 { complete.insert(pair.0.id) }
    }
  }

  private func pathCount(_ complete: Set<ObjectID>) -> Int {
    Set(commits.flatMap(\.paths).filter { complete.contains($0.id) }.map(\.path)).count
  }

  private func writeRoots(
    complete: Set<ObjectID>, generation: Int
  ) throws(RemoteError) {
    do {
      for commit in commits {
        let entries = commit.paths.map { path in
          CommitRoot.Entry(
            path: path.path, isTree: path.isTree, id: path.id, size: path.size,
            files: path.files, isComplete: commit.isReadable && complete.contains(path.id))
        }
        try remote.roots.record(
          CommitRoot(
            commit.kind, commit: commit.id, generation: generation, date: commit.date,
            entries: entries))
        for name in commit.references {
          try remote.roots.record(
            ReferenceRoot(name: name, commit: commit.id, date: commit.date))
        }
      }
    } catch {
      guard case .file(let reason) = error else { throw error }
      throw RemoteError(reason, of: remote.remote)
    }
  }
}

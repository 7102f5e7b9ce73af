internal import Platform
package import Primitives
internal import Synchronization

/// Moves from one store to another what bringing some paths back needs and the other one lacks.
///
/// Records are moved one by one, as they are stored, each proven on its way. What has arrived in
/// closed packs stays when a transfer is interrupted, and the next one goes on from there.
package final class ClosureTransfer: Sendable {
  private let source: RecordStore
  private let destination: RecordStore
  private let scratch: FilePath

  /// What either store says was forgotten: it stays where it is.
  private let forgotten: Set<ObjectID>

  /// The writer, or `nil` for a transfer that is only planned.
  private let session: RecordSession?

  /// Puts a transfer together; ``begin(from:to:local:isDryRun:)`` does so in the right order.
  init(
    source: RecordStore, destination: RecordStore, scratch: FilePath, session: RecordSession?,
    forgotten: Set<ObjectID> = []
  ) {
    self.forgotten = forgotten
    self.source = source
    self.destination = destination
    self.scratch = scratch
    self.session = session
  }

  /// Begins a transfer: publishes a lease at the destination, and only then looks at anything.
  ///
  /// - Parameters:
  ///   - source: Where objects come from.
  ///   - destination: Where they go.
  ///   - local: Which of the two is on this machine's own disk: temporary lists are kept there.
  ///   - isDryRun: Whether nothing may be written to the destination.
  /// - Throws: ``StoreError`` when either store cannot be used.
  package static func begin(
    from source: ObjectStore, to destination: ObjectStore, local: ObjectStore, isDryRun: Bool
  ) throws(StoreError) -> ClosureTransfer {
    let session: RecordSession? = isDryRun ? nil : try destination.records.session()
    if isDryRun { try destination.records.refresh() }
    try source.records.refresh()
    let forgotten = try source.latestTombstones().merging(destination.latestTombstones()).forgotten
    return ClosureTransfer(
      source: source.records, destination: destination.records, scratch: local.root,
      session: session, forgotten: forgotten)
  }

  /// What a transfer would move, or has moved.
  package struct Plan: Sendable {
    /// How many records the destination lacks and the source has.
    package var records: Int { list.count }

    /// Their size as stored: what is moved.
    package var bytes: ByteCount { .bytes(list.storedBytes) }

    /// What cannot be moved because no store has a good copy: the first 10,000.
    package let problems: [ClosureProblem]

    /// How many such objects there are.
    package let problemCount: Int

    /// For each root whether the destination has all of it once the plan is carried out.
    package let isComplete: [Bool]

    /// Contents that the source has and that were forgotten: they are not moved.
    package let withheld: Set<ObjectID>

    fileprivate let list: RecordList
    fileprivate let superseded: [RecordEntry]
    fileprivate let roots: [ClosureRoot]
    fileprivate let complete: Set<ObjectID>
  }

  /// Finds out what there is to move.
  ///
  /// - Parameters:
  ///   - roots: What is wanted.
  ///   - complete: Objects whose closure the destination is known to have as a whole.
  ///   - progress: Told of the files that were looked up.
  /// - Throws: ``StoreError`` when a store cannot be read, which is not the same as *missing*.
  package func plan(
    _ roots: [ClosureRoot], skipping complete: Set<ObjectID> = [],
    progress: ProgressCounter? = nil
  ) throws(StoreError) -> Plan {
    try plan(roots, skipping: complete, damaged: [:], progress: progress)
  }

  private func plan(
    _ roots: [ClosureRoot], skipping complete: Set<ObjectID>, damaged: [ObjectID: StoreError],
    progress: ProgressCounter?
  ) throws(StoreError) -> Plan {
    let walk = ClosureWalk(
      from: source, to: Target(records: destination, session: session), complete: complete,
      damaged: damaged, forgotten: forgotten, scratch: scratch, progress: progress)
    var isComplete: [Bool] = []
    for root in roots { isComplete.append(try walk.walk(root)) }
    let findings = try walk.finish()
    return Plan(
      problems: findings.problems.problems, problemCount: findings.problems.count,
      isComplete: isComplete, withheld: findings.withheld, list: findings.needed,
      superseded: findings.superseded,
      roots: roots, complete: complete)
  }

  /// Moves what was planned.
  ///
  /// A record that turns out to be damaged stops nothing else: it is told, and what needs it is no
  /// longer called complete.
  ///
  /// - Parameters:
  ///   - plan: What ``plan(_:skipping:progress:)`` of this transfer gave.
  ///   - progress: Told of the bytes moved, as stored.
  /// - Returns: What was moved, and what is still missing.
  /// - Throws: ``StoreError``: a disk is full, or a store went away. What arrived stays.
  /// - Precondition: The transfer is no dry run.
  package func run(
    _ plan: Plan, progress: ProgressCounter? = nil
  ) throws(StoreError) -> Outcome {
    guard let session else { preconditionFailure("a dry run moves nothing") }
    // What was called complete first: a crash in between must not leave a root that is believed.
    if !plan.superseded.isEmpty { try destination.raiseGeneration() }
    for entry in plan.superseded { try destination.markBad(entry) }
    progress?.expect(bytes: plan.list.storedBytes)
    let carriage = Carriage(plan.list, from: source, to: session, progress: progress)
    try carriage.run()
    let damaged = carriage.damaged.withLock { $0 }
    var last = plan
    if !damaged.isEmpty {
      // Which paths the damage concerns, and which are whole all the same, a second walk tells.
      last = try self.plan(plan.roots, skipping: plan.complete, damaged: damaged, progress: nil)
    }
    return Outcome(
      records: carriage.records.load(ordering: .relaxed),
      bytes: .bytes(carriage.bytes.load(ordering: .relaxed)), problems: last.problems,
      problemCount: last.problemCount, isComplete: last.isComplete, withheld: plan.withheld)
  }

  /// What a transfer has done.
  package struct Outcome: Sendable {
    /// How many records were moved.
    package let records: Int

    /// Their size as stored.
    package let bytes: ByteCount

    /// What could not be moved: the first 10,000.
    package let problems: [ClosureProblem]

    /// How many objects could not be moved.
    package let problemCount: Int

    /// For each root whether the destination has all of it.
    package let isComplete: [Bool]

    /// Contents that the source has and that were forgotten: they were not moved.
    package let withheld: Set<ObjectID>
  }

  /// Returns when everything that was moved is on disk, for a root to be written after it.
  ///
  /// - Throws: ``StoreError`` when the disk refuses.
  package func synchronize() throws(StoreError) {
    try session?.synchronize()
  }

  /// Ends the transfer: checks that nothing it relied on has gone, and gives the lease back.
  ///
  /// - Parameter durably: Whether to return only when everything is on disk.
  /// - Throws: ``StoreError/packVanished(_:)``: start over.
  package func finish(durably: Bool) throws(StoreError) {
    _ = try session?.finish(durably: durably)
  }

  /// How the walk looks objects up at the destination.
  private struct Target: ClosureWalk.Destination {
    let records: RecordStore
    let session: RecordSession?

    func find(_ id: ObjectID) throws(StoreError) -> RecordEntry? {
      if let session { return try session.find(id) }
      return try records.known(id)
    }
  }
}

/// The moving of records, by all cores.
private final class Carriage: Sendable {
  /// What turned out not to be good, in any copy.
  let damaged = Mutex<[ObjectID: StoreError]>([:])
  let records = Atomic(0)
  let bytes = Atomic(0)

  private let list: RecordList
  private let source: RecordStore
  private let session: RecordSession
  private let progress: ProgressCounter?

  /// How many records a thread takes at a time.
  private static let grain = 64

  init(
    _ list: RecordList, from source: RecordStore, to session: RecordSession,
    progress: ProgressCounter?
  ) {
    self.list = list
    self.source = source
    self.session = session
    self.progress = progress
  }

  func run() throws(StoreError) {
    let shares = WorkShares(of: list.count, grain: Self.grain)
    let failure = FirstError<StoreError>()
    Threads.run(max(1, min(Machine.processorCount, shares.total))) { _ in
      var probe = RecordProbe()
      while !failure.isSet, let share = shares.next() {
        do throws(StoreError) {
          for entry in try list.batch(from: share.lowerBound, limit: share.count) {
            try move(entry, with: &probe)
          }
        } catch {
          failure.set(error)
        }
      }
    }
    try failure.rethrow()
  }

  private func move(
    _ entry: RecordEntry, with probe: inout RecordProbe
  ) throws(StoreError) {
    progress?.advance(bytes: Int(entry.storedLength))
    let good: RecordEntry
    do {
      good = try probe.load(entry, from: source)
    } catch {
      guard error.isDamage else { throw error }
      damaged.withLock { $0[entry.oid] = error }
      return
    }
    try session.append(
      good.oid, kind: good.kind, length: good.length, stored: probe.stored.span)
    records.wrappingAdd(1, ordering: .relaxed)
    bytes.wrappingAdd(probe.stored.count, ordering: .relaxed)
  }
}

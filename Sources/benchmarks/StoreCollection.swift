internal import ObjectStore
internal import Platform
internal import Primitives

/// Collects a store and says how long each step took: a store that nothing else matters in.
enum StoreCollection {
  private enum Failure: Error {
    case usage
    case notAnObject(String)
  }

  /// Keeps some directories of a store, and collects all the rest without grace or age.
  ///
  /// - Parameter arguments: The directory of the store, and the oids of trees.
  static func run(_ arguments: [String]) throws {
    guard let directory = arguments.first else { throw Failure.usage }
    let roots = try arguments.dropFirst().map { text in
      guard let id = ObjectID(hex: Array(text.utf8)) else { throw Failure.notAnObject(text) }
      return ClosureRoot(id: id, isTree: true, path: try RepositoryPath(ByteString(text)))
    }
    var options = CollectionOptions()
    options.graceSeconds = 0
    options.minimumAgeSeconds = -1
    let store = try ObjectStore.open(at: FilePath(directory))
    var collector = try store.collector(options: options)
    let (marked, markSeconds) = try timed { try collector.mark(roots) }
    let (plan, planSeconds) = try timed { try collector.plan(marked) }
    print("mark: \(markSeconds) s, \(marked.records) records, \(marked.bytes)")
    print(
      "plan: \(planSeconds) s, \(plan.deadRecords) dead records, \(plan.deadBytes), of "
        + "\(plan.packs.count) packs \(plan.trashed.count) trashed, \(plan.repacked.count) "
        + "repacked, \(plan.copiedBytes) copied")
    var named = 0
    let (_, nameSeconds) = try timed {
      try collector.forEachDeadRecord(in: plan) { record in named += record.isCopy ? 0 : 1 }
    }
    print("preview: \(nameSeconds) s, \(named) records")
    let (_, carrySeconds) = try timed { try collector.carryOut(plan) }
    let (_, restoreSeconds) = try timed { try collector.restore(reachedBy: roots) }
    let (freed, emptySeconds) = try timed { try collector.emptyTrash(plan) }
    print(
      "carry out: \(carrySeconds) s, restore: \(restoreSeconds) s, "
        + "empty trash: \(emptySeconds) s, \(freed)")
  }

  private static func timed<Value>(_ body: () throws -> Value) throws -> (Value, Double) {
    let clock = ContinuousClock()
    let start = clock.now
    let value = try body()
    let seconds = (clock.now - start) / Duration.milliseconds(1) / 1_000
    return (value, (seconds * 1_000).rounded() / 1_000)
  }
}

internal import Primitives
internal import Synchronization

/// The oids that a session has added and that no index names yet.
///
/// Adding one is a single step, so that two threads with the same chunk store it once. Nothing is
/// allocated for each oid.
final class SessionTable: Sendable {
  private static let shardCount = 16
  private let shards: [Shard]

  init() {
    shards = (0..<Self.shardCount).map { _ in Shard() }
  }

  private final class Shard: Sendable {
    let slots = Mutex(Slots())
  }

  private func shard(_ id: ObjectID) -> Shard {
    // Other bits than those that choose a place in the shard.
    shards[Int(id.words.1 & UInt64(Self.shardCount - 1))]
  }

  func contains(_ id: ObjectID) -> Bool {
    shard(id).slots.withLock { $0.contains(id) }
  }

  /// Adds an oid.
  ///
  /// - Parameters:
  ///   - id: The oid.
  ///   - writer: The number of the pack that will hold it.
  /// - Returns: `false` when it was there.
  func insert(_ id: ObjectID, writer: UInt32) -> Bool {
    shard(id).slots.withLock { $0.insert(id, writer) }
  }

  /// Forgets the oids that went to these packs.
  func remove(writers: Set<UInt32>) {
    for shard in shards { shard.slots.withLock { $0.remove(writers) } }
  }

  /// How many oids it holds.
  var count: Int { shards.reduce(0) { $0 + $1.slots.withLock { $0.count } } }

  /// Open addressing with linear probing; at most three quarters full.
  private struct Slots: Sendable {
    private var ids: [ObjectID] = []

    /// The pack of each oid, or ``free``.
    private var writers: [UInt32] = []
    private(set) var count = 0
    private static let free = UInt32.max

    /// The place of `id`, or the free place where it belongs.
    private func place(of id: ObjectID) -> Int {
      let mask = ids.count - 1
      var place = Int(truncatingIfNeeded: id.words.0) & mask
      while writers[place] != Self.free, ids[place] != id { place = (place + 1) & mask }
      return place
    }

    func contains(_ id: ObjectID) -> Bool {
      !ids.isEmpty && writers[place(of: id)] != Self.free
    }

    mutating func insert(_ id: ObjectID, _ writer: UInt32) -> Bool {
      if (count + 1) * 4 > ids.count * 3 { grow() }
      let place = place(of: id)
      if writers[place] != Self.free { return false }
      ids[place] = id
      writers[place] = writer
      count += 1
      return true
    }

    private mutating func grow() {
      rebuild(capacity: max(64, ids.count * 2)) { _ in true }
    }

    mutating func remove(_ gone: Set<UInt32>) {
      if count > 0 { rebuild(capacity: ids.count) { !gone.contains($0) } }
    }

    private mutating func rebuild(capacity: Int, keeping isKept: (UInt32) -> Bool) {
      let (oldIDs, oldWriters) = (ids, writers)
      ids = Array(repeating: .empty, count: capacity)
      writers = Array(repeating: Self.free, count: capacity)
      count = 0
      for (id, writer) in zip(oldIDs, oldWriters) where writer != Self.free && isKept(writer) {
        let place = place(of: id)
        ids[place] = id
        writers[place] = writer
        count += 1
      }
    }
  }
}

internal import Platform
package import Primitives

/// What several groups of objects take in a store, and what they share.
package struct ClosureUsage: Sendable {
  /// What one group takes, as stored.
  package struct Share: Sendable, Equatable {
    /// All that it needs.
    package internal(set) var bytes = ByteCount.zero

    /// What of it no other group needs: so much is free once nobody needs the group any more.
    package internal(set) var own = ByteCount.zero

    /// What of it no group behind it needs: what it cost to store, where older ones stand behind.
    package internal(set) var added = ByteCount.zero

    /// Whether the store has all that the group needs.
    package internal(set) var isWhole = true
  }

  /// One for each group.
  package internal(set) var shares: [Share]

  /// What all of them take together, each record once.
  package internal(set) var bytes = ByteCount.zero
}

extension ObjectStore {
  /// Finds out what groups of objects take, with all that hangs on them.
  ///
  /// Memory does not grow with the number of records, but for a group's trees and recipes.
  ///
  /// - Parameters:
  ///   - groups: The objects; an object may be in several groups. At most a few hundred, for each
  ///     may need a temporary file.
  ///   - progress: Told of the files that were looked up.
  /// - Throws: ``StoreError`` when the store cannot be read.
  package func usage(
    ofEach groups: [[ClosureRoot]], progress: ProgressCounter? = nil
  ) throws(StoreError) -> ClosureUsage {
    try records.refresh()
    var usage = ClosureUsage(shares: groups.map { _ in .init() })
    var lists: [RecordList] = []
    for (number, group) in groups.enumerated() {
      let walk = ClosureWalk(
        from: records, to: EmptyDestination(records: records), scratch: root,
        residentLimit: 1 << 12, progress: progress)
      for root in group {
        // What was never fetched is nothing to look for again.
        let isWhole = try records.known(root.id) == nil ? false : walk.walk(root)
        if !isWhole { usage.shares[number].isWhole = false }
      }
      lists.append(try walk.finish().needed)
    }
    var (all, each) = (0, groups.map { _ in (bytes: 0, own: 0, added: 0) })
    try RecordList.merge(lists) { record, holders in
      let bytes = Int(record.storedLength)
      all += bytes
      for holder in holders { each[holder].bytes += bytes }
      if holders.count == 1 { each[holders[0]].own += bytes }
      if let last = holders.max() { each[last].added += bytes }
    }
    usage.bytes = .bytes(all)
    for (number, share) in each.enumerated() {
      usage.shares[number].bytes = .bytes(share.bytes)
      usage.shares[number].own = .bytes(share.own)
      usage.shares[number].added = .bytes(share.added)
    }
    return usage
  }
}

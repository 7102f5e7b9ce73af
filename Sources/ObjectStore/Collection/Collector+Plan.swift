internal import Platform
internal import Primitives

extension Collector {
  /// Finds out what there is to do.
  ///
  /// - Parameter marked: What the roots of everybody lead to.
  /// - Throws: ``StoreError/unknownReach(_:pack:)`` when something that a root leads through is
  ///   damaged, or is missing while there are packs that cannot be read.
  package mutating func plan(_ marked: Marked) throws(StoreError) -> CollectionPlan {
    try refuseUnknown(marked)
    var plan = CollectionPlan(marked: marked, unreadable: unreadable)
    let slices = try Slices(of: marked.list)
    for pack in packs.values.sorted(by: { $0.id < $1.id }) {
      let live = slices[pack.number]
      plan.places[pack.number] = plan.packs.count
      plan.packs.append(
        CollectionPlan.Pack(
          id: pack.id, size: .bytes(pack.size), records: pack.count,
          liveRecords: live?.count ?? 0, liveBytes: .bytes(live?.bytes ?? 0),
          recordBytes: .bytes(pack.recordBytes), fate: fate(of: pack, live: live),
          number: pack.number, kind: pack.kind, ranges: live?.ranges ?? []))
    }
    try dropCopies(&plan)
    try addTrash(to: &plan, slices)
    let files = WholeFiles(layout: records.layout)
    plan.wholeFiles = try StoreError.onFiles { () throws(FileError) in try files.unlinked() }
    return plan
  }

  func refuseUnknown(_ marked: Marked) throws(StoreError) {
    if options.ignoresDamage { return }
    if let damage = marked.damage { throw .unknownReach(damage, pack: nil) }
    if let pack = unreadable.first, let problem = marked.problems.first {
      throw .unknownReach(problem, pack: records.layout.pack(pack.id))
    }
  }

  // MARK: - Packs

  private func fate(of pack: PresentPack, live: Slices.Slice?) -> CollectionPlan.Fate {
    let age = Int64(options.minimumAgeSeconds) * 1_000_000_000
    let youngSince = min(now.nanoseconds - age, oldestLease?.nanoseconds ?? .max)
    if pack.modified.nanoseconds >= youngSince { return .kept(.young) }
    if !pack.isSafe { return .kept(.unsafe) }
    guard let live else { return .trashed }
    return isWorthRepacking(pack, dead: pack.recordBytes - live.bytes) ? .repacked : .kept(.live)
  }

  private func isWorthRepacking(_ pack: PresentPack, dead: Int) -> Bool {
    guard dead > 0, dead * 100 >= pack.recordBytes * options.repackPercent else { return false }
    return dead >= options.repackSize.bytes || pack.size < options.smallPack.bytes
  }

  /// Leaves out of what is copied the records that a pack which stays has as well.
  private func dropCopies(_ plan: inout CollectionPlan) throws(StoreError) {
    for place in plan.packs.indices where plan.packs[place].fate == .repacked {
      let number = plan.packs[place].number
      var copies: Set<UInt32> = []
      var bytes = 0
      try forEachLive(of: plan.packs[place], in: plan) { entry throws(StoreError) in
        var hasCopy = false
        try records.forEachCopy(of: entry.oid) { copy in
          hasCopy = copy.pack != number && isStaying(copy.pack, in: plan)
          return hasCopy
        }
        guard hasCopy, copies.insert(entry.offset).inserted else { return }
        bytes += Int(entry.storedLength)
      }
      if copies.isEmpty { continue }
      plan.packs[place].copies = copies
      plan.packs[place].liveRecords -= copies.count
      plan.packs[place].liveBytes = plan.packs[place].liveBytes - .bytes(bytes)
      if plan.packs[place].liveRecords == 0 { plan.packs[place].fate = .trashed }
    }
  }

  /// Whether a pack stays as it is, and is on disk for certain.
  private func isStaying(_ number: PackNumber, in plan: CollectionPlan) -> Bool {
    guard packs[number]?.isSafe == true, let place = plan.places[number] else { return false }
    if case .kept = plan.packs[place].fate { return true }
    return false
  }

  /// Calls `body` for each live record of a pack that has to be copied if the pack goes.
  func forEachLive(
    of pack: CollectionPlan.Pack, in plan: CollectionPlan,
    _ body: (RecordEntry) throws(StoreError) -> Void
  ) throws(StoreError) {
    try plan.marked.list.forEach(in: pack.ranges) { entry throws(StoreError) in
      if !pack.copies.contains(entry.offset) { try body(entry) }
    }
  }

  // MARK: - Trash

  private func addTrash(
    to plan: inout CollectionPlan, _ slices: Slices
  ) throws(StoreError) {
    let grace = Int64(options.graceSeconds) * 1_000_000_000
    for item in try Trash(layout: records.layout).items() {
      let file = CollectionPlan.TrashedFile(
        id: item.id, size: item.size, time: item.time, isPack: item.isPack)
      let number = records.table.pack(item.id).number
      if item.isPack, packs[number] == nil, let live = slices[number] {
        plan.trashRanges[item.id] = live.ranges
        plan.restored.append(file)
      } else if !item.isMoving, now.nanoseconds - item.time.nanoseconds >= grace,
        oldestLease.map({ item.time < $0 }) ?? true
      {
        plan.due.append(file)
      } else {
        plan.waiting.append(file)
      }
    }
  }
}

// MARK: - What is dead

/// A record that no root leads to.
package struct DeadRecord: Sendable {
  package let record: RecordEntry

  /// Whether another pack has the object as well and keeps it: only a copy goes.
  package let isCopy: Bool
}

extension Collector {
  /// Goes through the records that would go, pack by pack, for a preview in names.
  ///
  /// - Throws: What `body` throws, or that a pack cannot be read.
  package func forEachDeadRecord(
    in plan: CollectionPlan, _ body: (DeadRecord) throws(StoreError) -> Void
  ) throws(StoreError) {
    for pack in plan.packs {
      if case .kept = pack.fate { continue }
      var live: Set<UInt32> = []
      try forEachLive(of: pack, in: plan) { entry in _ = live.insert(entry.offset) }
      for record in try records.records(in: pack.id) where !live.contains(record.offset) {
        var isCopy = false
        // A list that is short on purpose: what most dead records lack is any other place.
        var others: [RecordEntry] = []
        try records.forEachCopy(of: record.oid) { copy in
          if copy.pack != record.pack { others.append(copy) }
          return false
        }
        for other in others where !isCopy { isCopy = try isKept(other, in: plan) }
        try body(DeadRecord(record: record, isCopy: isCopy))
      }
    }
  }

  private func isKept(_ entry: RecordEntry, in plan: CollectionPlan) throws(StoreError) -> Bool {
    guard let place = plan.places[entry.pack] else { return true }
    let pack = plan.packs[place]
    switch pack.fate {
    case .kept: return true
    case .trashed: return false
    case .repacked:
      if pack.copies.contains(entry.offset) { return false }
      return try plan.marked.list.contains(entry, in: pack.ranges)
    }
  }
}

/// Where a list has the records of each pack.
struct Slices {
  struct Slice {
    var ranges: [Range<Int>] = []
    var bytes = 0

    var count: Int { ranges.reduce(0) { $0 + $1.count } }
  }

  private var slices: [PackNumber: Slice] = [:]

  subscript(pack: PackNumber) -> Slice? { slices[pack] }

  /// Goes through the list once.
  init(of list: RecordList) throws(StoreError) {
    var current: (pack: PackNumber, start: Int)?
    var position = 0
    var bytes = 0
    func end(_ slices: inout [PackNumber: Slice]) {
      guard let current, current.start < position else { return }
      slices[current.pack, default: Slice()].ranges.append(current.start..<position)
      slices[current.pack, default: Slice()].bytes += bytes
      bytes = 0
    }
    try list.forEach(in: [0..<list.count]) { entry in
      if entry.pack != current?.pack {
        end(&slices)
        current = (entry.pack, position)
      }
      bytes += Int(entry.storedLength)
      position += 1
    }
    end(&slices)
  }
}

extension RecordList {
  private static let batchSize = 4_096

  /// Calls `body` for the records in some parts of the list.
  func forEach(
    in ranges: [Range<Int>], _ body: (RecordEntry) throws(StoreError) -> Void
  ) throws(StoreError) {
    for range in ranges {
      var start = range.lowerBound
      while start < range.upperBound {
        let limit = min(Self.batchSize, range.upperBound - start)
        for entry in try batch(from: start, limit: limit) { try body(entry) }
        start += limit
      }
    }
  }

  /// Whether a record is in one of the parts of the list that belong to its pack.
  func contains(_ entry: RecordEntry, in ranges: [Range<Int>]) throws(StoreError) -> Bool {
    for range in ranges {
      var (low, high) = (range.lowerBound, range.upperBound)
      while low < high {
        let middle = (low + high) / 2
        guard let found = try batch(from: middle, limit: 1).first else { return false }
        if found.offset == entry.offset { return true }
        if found.offset < entry.offset { low = middle + 1 } else { high = middle }
      }
    }
    return false
  }
}

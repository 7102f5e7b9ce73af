internal import Platform
package import Primitives

extension Collector {
  /// Brings back from trash what roots reach that were written since the first ones were read.
  ///
  /// A writer that relied on a pack and wrote its root before the pack went is content with that;
  /// only this step makes it right.
  ///
  /// - Parameters:
  ///   - roots: All roots, read after ``carryOut(_:progress:)``. Those that were marked already
  ///     cost nothing.
  ///   - progress: Told of the files that were looked up.
  /// - Returns: The packs that came back.
  /// - Throws: ``StoreError/unknownReach(_:pack:)``: what the new roots need cannot be told. What is
  ///   in trash stays there; do not call ``emptyTrash(_:)``.
  package mutating func restore(
    reachedBy roots: [ClosureRoot], progress: ProgressCounter? = nil
  ) throws(StoreError) -> [ObjectID] {
    let marked = try mark(roots, progress: progress)
    try refuseUnknown(marked)
    var plan = CollectionPlan(marked: marked, unreadable: unreadable)
    let slices = try Slices(of: marked.list)
    let present = try records.presentPacks()
    for item in try Trash(layout: records.layout).items() where item.isPack {
      let live = slices[records.table.pack(item.id).number]
      if let live, !present.contains(item.id) { plan.trashRanges[item.id] = live.ranges }
    }
    var collected = Collected()
    _ = try bringBack(plan.trashRanges.keys.sorted(), plan, &collected)
    return collected.restored
  }

  /// Brings packs back from trash, and lets lookups go through them.
  ///
  /// One that does not have the bytes it should have stays, and what is reached of it is copied.
  ///
  /// - Returns: The packs that have those records now.
  func bringBack(
    _ ids: [ObjectID], _ plan: CollectionPlan, _ collected: inout Collected
  ) throws(StoreError) -> Set<ObjectID> {
    if ids.isEmpty { return [] }
    let trash = Trash(layout: records.layout)
    var back: Set<ObjectID> = []
    for id in ids {
      guard let item = try trash.pack(id) else { continue }
      let pack = records.table.pack(id)
      if let reason = item.reason, reason != .lost, pack.trust != .lost {
        try trash.bringBack(item)
        back.insert(id)
      } else {
        back.formUnion(try copy(plan.trashRanges[id] ?? [], plan))
      }
      collected.restored.append(id)
    }
    // Packs that no index names are indexed now.
    try records.refresh()
    return back
  }

  private func copy(
    _ ranges: [Range<Int>], _ plan: CollectionPlan
  ) throws(StoreError) -> Set<ObjectID> {
    var new: Set<ObjectID> = []
    for kind in PackKind.allCases {
      var rewrite = PackRewrite(records, kind)
      var probe = RecordProbe()
      try plan.marked.list.forEach(in: ranges) { entry throws(StoreError) in
        guard PackKind(entry.kind.recordClass) == kind else { return }
        do throws(StoreError) {
          try rewrite.copy(entry, with: &probe)
        } catch {
          // A damaged record does not become better elsewhere.
          guard error.isDamage else { throw error }
        }
      }
      new.formUnion(try rewrite.finish().map(\.id))
    }
    return new
  }
}

// MARK: - The end of the grace

extension Collector {
  /// Unlinks what is due and was not brought back, and folds what is left of lists and indexes.
  ///
  /// - Parameter plan: What ``plan(_:)`` of this collector gave.
  /// - Returns: The sizes of the files that were unlinked.
  /// - Throws: ``StoreError`` when the disk refuses; the next collection goes on.
  package mutating func emptyTrash(_ plan: CollectionPlan) throws(StoreError) -> ByteCount {
    let trash = Trash(layout: records.layout)
    var freed = ByteCount.zero
    let due = Dictionary(grouping: plan.due, by: \.id)
    var gone: Set<ObjectID> = []
    var lost: Set<ObjectID> = []
    for item in try trash.items() {
      if item.isMoving {
        try trash.beginGrace(of: item)
      } else if due[item.id]?.contains(where: { $0.isPack == item.isPack && $0.time == item.time })
        == true
      {
        try trash.remove(item)
        freed += item.size
        if item.isPack {
          let wasIntended = item.reason != .damaged && item.reason != .lost
          if wasIntended { gone.insert(item.id) } else { lost.insert(item.id) }
        }
      }
    }
    let grace = Int64(options.graceSeconds) * 1_000_000_000
    let limit = min(now.nanoseconds - grace, oldestLease?.nanoseconds ?? .max)
    try trash.removeReasonsOfNothing(before: Timestamp(nanoseconds: limit))
    // A pack of the same bytes may be among the packs again.
    let present = try records.presentPacks()
    gone.subtract(present)
    lost.subtract(present)
    if !gone.isEmpty { try records.dropFromIndexes(gone) }
    if !lost.isEmpty { try records.dropFromIndexes(lost, isIntended: false) }
    try records.foldSafeLists(forgetting: gone)
    try records.removeLeftBehind()
    return freed
  }
}

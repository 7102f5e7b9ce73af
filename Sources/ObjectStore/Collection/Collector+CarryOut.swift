internal import Platform
package import Primitives

/// What collecting has done.
package struct Collected: Sendable {
  /// Packs of which nothing was live, and that are in trash now.
  package internal(set) var trashed: [ObjectID] = []

  /// Packs whose live records are in new packs, and that are in trash now.
  package internal(set) var repacked: [ObjectID] = []

  /// The sizes of all those files.
  package internal(set) var trashedBytes = ByteCount.zero

  /// What was written to new packs, as stored.
  package internal(set) var copiedBytes = ByteCount.zero

  /// Packs that came back from trash.
  package internal(set) var restored: [ObjectID] = []

  /// Packs that were to be written anew, and of which a live record turned out to be damaged: they
  /// are left alone.
  package internal(set) var damaged: [ObjectID] = []
}

extension Collector {
  /// How much is copied before old packs go: so much is done again after a crash.
  private static let batchBytes = 256 << 20
  private static let batchRecords = 262_144

  /// Brings back from trash what is reached, writes packs anew, and moves to trash what is dead.
  ///
  /// Nothing is unlinked. Ask for the roots again afterwards, and give them to
  /// ``restore(reachedBy:progress:)``.
  ///
  /// - Parameters:
  ///   - plan: What ``plan(_:)`` of this collector gave.
  ///   - progress: Told of the bytes copied.
  /// - Returns: What was done.
  /// - Throws: ``StoreError`` when the disk refuses. Whatever was done until then is complete in
  ///   itself: the next collection goes on.
  package mutating func carryOut(
    _ plan: CollectionPlan, progress: ProgressCounter? = nil
  ) throws(StoreError) -> Collected {
    var collected = Collected()
    let trashed = try bringBack(plan.restored.map(\.id), plan, &collected)
    if plan.trashed.isEmpty, plan.repacked.isEmpty { return collected }
    // What stays may be all that there is of a record, once another copy is in trash.
    try records.makeSafe()
    try records.raiseGenerationUnderLock()
    progress?.expect(bytes: plan.copiedBytes.bytes)
    var kept = trashed
    for kind in PackKind.allCases {
      kept.formUnion(try repack(kind, plan, &collected, progress))
    }
    // A new pack may be one that was there already, with no record that was found to be live.
    let dead = plan.trashed.filter { !kept.contains($0.id) }
    try retire(dead, because: .collected)
    collected.trashed = dead.map(\.id)
    collected.trashedBytes += dead.reduce(.zero) { $0 + $1.size }
    return collected
  }

  // MARK: - Repacking

  /// - Returns: The new packs.
  private func repack(
    _ kind: PackKind, _ plan: CollectionPlan, _ collected: inout Collected,
    _ progress: ProgressCounter?
  ) throws(StoreError) -> Set<ObjectID> {
    var all: Set<ObjectID> = []
    var rest = plan.repacked.filter { $0.kind == kind }[...]
    while !rest.isEmpty {
      var rewrite = PackRewrite(records, kind)
      var old: [CollectionPlan.Pack] = []
      while let pack = rest.first, rewrite.byteCount < Self.batchBytes,
        rewrite.count < Self.batchRecords
      {
        rest.removeFirst()
        if try copyLive(of: pack, plan, to: &rewrite, progress) {
          old.append(pack)
        } else {
          collected.damaged.append(pack.id)
        }
      }
      collected.copiedBytes += .bytes(rewrite.byteCount)
      let new = Set(try rewrite.finish().map(\.id))
      all.formUnion(new)
      old.removeAll { new.contains($0.id) }
      try retire(old, because: .repacked)
      collected.repacked += old.map(\.id)
      collected.trashedBytes += old.reduce(.zero) { $0 + $1.size }
    }
    return all
  }

  /// Copies the live records of a pack, each proven on its way.
  ///
  /// - Returns: Whether all of them were good.
  private func copyLive(
    of pack: CollectionPlan.Pack, _ plan: CollectionPlan, to rewrite: inout PackRewrite,
    _ progress: ProgressCounter?
  ) throws(StoreError) -> Bool {
    // What a recipe yields cannot be told from its record; the hash of the pack proves that.
    if pack.kind == .metadata, try !isWhole(pack.id) { return false }
    var probe = RecordProbe()
    do throws(StoreError) {
      for range in pack.ranges {
        try plan.marked.list.forEach(in: [range]) { entry throws(StoreError) in
          if pack.copies.contains(entry.offset) { return }
          let good = try rewrite.copy(entry, with: &probe)
          progress?.advance(bytes: Int(good.storedLength))
        }
      }
      return true
    } catch {
      guard error.isDamage else { throw error }
      return false
    }
  }

  func isWhole(_ id: ObjectID) throws(StoreError) -> Bool {
    do {
      let found = try records.hash(ofPack: id)
      if found != id { records.tell(.packUnreadable(id, .name(found: found))) }
      return found == id
    } catch {
      if Verification.isLocal(error) { return false }
      throw error
    }
  }

  // MARK: - To trash

  /// Moves packs to trash, and before that out of every index.
  private func retire(
    _ packs: [CollectionPlan.Pack], because reason: Trash.Reason
  ) throws(StoreError) {
    if packs.isEmpty { return }
    let trash = Trash(layout: records.layout)
    try records.dropFromIndexes(Set(packs.map(\.id)))
    for pack in packs {
      do {
        try trash.movePack(pack.id, because: reason)
      } catch {
        throw .file(error)
      }
    }
  }
}

extension RecordStore {
  /// Takes packs out of every index: lookups of this process do not go through them any more.
  ///
  /// The caller holds the store's lock, and moves the packs away next. Whoever lists the store in
  /// between indexes them again, which costs a look-up and nothing else.
  ///
  /// - Parameters:
  ///   - ids: The packs.
  ///   - isIntended: Whether their records were to go. Otherwise an index keeps the names of those
  ///     that no other pack has: they are lost, and somebody may bring them back.
  func dropFromIndexes(_ ids: Set<ObjectID>, isIntended: Bool = true) throws(StoreError) {
    try refresh()
    for id in ids { table.pack(id).place = .gone }
    for index in try listing().indexes where index.packs.contains(where: { ids.contains($0.id) }) {
      do {
        let new = try IndexMerge.merge([index], of: self, dropping: isIntended ? ids : []).id
        if new == index.id { continue }
        if let new { try adopt(index: new, over: []) }
        // One that cannot be unlinked would go on to say that the records are there.
        try Trash.remove(index.path)
        remove(indexes: [index])
      } catch {
        guard case .damagedIndex(_, let flaw) = error else { throw error }
        setAside(index: index.id, flaw, isLocked: true)
      }
    }
  }
}

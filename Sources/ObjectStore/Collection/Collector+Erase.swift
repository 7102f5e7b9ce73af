internal import Platform
package import Primitives

/// What erasing records has done.
package struct Erased: Sendable {
  /// The records that were found and are gone, with the number of their copies.
  package internal(set) var records: [ObjectID: Int] = [:]

  /// By how much the store is smaller.
  package internal(set) var freedBytes = ByteCount.zero

  /// Packs that cannot be read, so that nobody knows whether they hold any of it.
  package internal(set) var unreadable: [UnreadablePack] = []

  /// Records beside the erased ones that were damaged already and did not come along.
  package internal(set) var damaged: [ObjectID] = []
}

extension Collector {
  /// Takes records out of the store at once: from the packs and from trash.
  ///
  /// Every pack that holds one of them is written anew without it, on disk for certain, and then
  /// unlinked. The grace of what else was in a pack in trash begins anew. A writer that relied on
  /// such a pack starts over.
  ///
  /// - Parameters:
  ///   - ids: The names of the records: of contents of several parts also those of the parts.
  ///   - progress: Told of the bytes of packs that were looked at.
  /// - Returns: What was done.
  /// - Throws: ``StoreError`` when the disk refuses. Doing it again goes on.
  package mutating func erase(
    _ ids: Set<ObjectID>, progress: ProgressCounter? = nil
  ) throws(StoreError) -> Erased {
    var erased = Erased()
    if ids.isEmpty { return erased }
    try records.refresh()
    try records.raiseGenerationUnderLock()
    let present = try records.presentPacks()
    for id in present.sorted() {
      try erase(ids, from: id, at: records.layout.pack(id), isTrashed: false, &erased)
    }
    for item in try Trash(layout: records.layout).items() where item.isPack {
      try erase(ids, from: item.id, at: item.path, isTrashed: true, &erased)
    }
    erased.freedBytes += try eraseWholeFiles(ids)
    return erased
  }

  private func erase(
    _ ids: Set<ObjectID>, from id: ObjectID, at path: FilePath, isTrashed: Bool,
    _ erased: inout Erased
  ) throws(StoreError) {
    let entries: [PackEntry]
    let footer: PackFooter
    do {
      let reader = try PackReader(path)
      (footer, entries) = (reader.footer, try reader.entries())
    } catch {
      switch error {
      case .damagedPack(_, let flaw):
        erased.unreadable.append(UnreadablePack(id: id, flaw: flaw))
        return
      case .file(let reason) where reason.isNotFound: return
      default: throw error
      }
    }
    let found = entries.filter { ids.contains($0.oid) }
    if found.isEmpty { return }
    let before = try records.presentPacks()
    let new = try copy(
      entries.filter { !ids.contains($0.oid) }, of: id, footer.kind, &erased
    ).filter { !before.contains($0.id) }
    if isTrashed {
      for pack in new { try trashAgain(pack.id) }
    }
    try unlink(id, at: path, isTrashed: isTrashed)
    do {
      // What was told to be gone must not be back after a power cut.
      try path.parent.synchronizeDirectory()
    } catch {
      throw .file(error)
    }
    for entry in found { erased.records[entry.oid, default: 0] += 1 }
    erased.freedBytes += .bytes(footer.packSize)
    for pack in new { erased.freedBytes = erased.freedBytes - .bytes(pack.size) }
  }

  /// Writes what stays of a pack.
  private func copy(
    _ entries: [PackEntry], of id: ObjectID, _ kind: PackKind, _ erased: inout Erased
  ) throws(StoreError) -> [ClosedPack] {
    let pack = records.table.pack(id)
    var rewrite = PackRewrite(records, kind)
    var probe = RecordProbe()
    let inPlaces = entries.sorted { $0.offset < $1.offset }
    for entry in inPlaces where !records.lists.isBad(entry.oid, in: id, at: entry.offset) {
      let place = RecordStore.record(entry, in: pack)
      do throws(StoreError) {
        try rewrite.copy(place, with: &probe)
      } catch {
        guard error.isDamage else { throw error }
        if case .undecodable(_, .unknown) = error {
          try rewrite.copyAsIs(place)
        } else {
          erased.damaged.append(entry.oid)
        }
      }
    }
    return try rewrite.finish()
  }

  private func trashAgain(_ id: ObjectID) throws(StoreError) {
    try records.dropFromIndexes([id])
    do {
      try Trash(layout: records.layout).movePack(id, because: .repacked)
    } catch {
      throw .file(error)
    }
  }

  private func unlink(
    _ id: ObjectID, at path: FilePath, isTrashed: Bool
  ) throws(StoreError) {
    // An index may name a pack in trash as well: it would go on to say that the records are there.
    try records.dropFromIndexes([id])
    let trash = Trash(layout: records.layout)
    if isTrashed {
      if let item = try trash.pack(id) { try trash.remove(item) }
      try records.foldSafeLists(forgetting: [id])
      return
    }
    try Trash.remove(path)
    try records.foldSafeLists(forgetting: [id])
  }
}

internal import Platform
internal import Primitives

// MARK: - Folding packs

extension RecordStore {
  /// Folds small packs and indexes when there are many, if nobody else moves files of the store
  /// now, and clears away what crashes have left.
  ///
  /// What goes wrong is told and not thrown: everything is still found where it was.
  func foldIfMany() {
    do {
      if try !hasManySmallPacks() {
        try removeLeftBehindIfMany()
        return foldIndexesIfMany()
      }
      guard let lock = try StoreLock.ifPossible(layout, purpose: "fold") else { return }
      try fold()
      _ = consume lock
    } catch {
      tellNotFolded(error)
    }
  }

  /// Folds small packs, indexes and lists.
  ///
  /// The caller holds the store's lock.
  ///
  /// - Throws: ``StoreError``. Whatever was done until then is complete in itself.
  func fold() throws(StoreError) {
    try refresh()
    for (kind, packs) in zip(PackKind.allCases, try smallPacks(among: presentPacks())) {
      let count = Geometry.count(
        packs.map(\.size), keeping: options.fold.packCount, work: options.fold.work)
      if count > 0 { try foldPacks(packs[..<count].map(\.id), kind) }
    }
    try foldIndexes()
    try foldSafeLists()
    try removeLeftBehind()
  }

  private struct SmallPack {
    let id: ObjectID

    /// The size of the file, in bytes.
    let size: Int
  }

  /// Whether folding is worth its while, as far as the indexes that are worth being merged show.
  ///
  /// What a command writes is named there first. Looking at every pack would cost each command what
  /// the whole store has; ``fold()`` does so, and finds what went into a large index meanwhile.
  private func hasManySmallPacks() throws(StoreError) -> Bool {
    // Others may have written while this session did.
    try refresh(withPacks: false)
    var ids: Set<ObjectID> = []
    for index in try smallIndexes() {
      for pack in index.packs where pack.place != .gone { ids.insert(pack.id) }
    }
    let limit = options.fold.packCount
    if ids.count <= limit { return false }
    return try smallPacks(among: ids).contains { $0.count > limit }
  }

  /// How many packs folding would take together if there were more of them.
  func smallPackCount() throws(StoreError) -> Int {
    try smallPacks(among: presentPacks()).reduce(0) { $0 + $1.count }
  }

  /// The small ones of some packs by kind, the smallest first.
  private func smallPacks(among ids: Set<ObjectID>) throws(StoreError) -> [[SmallPack]] {
    var small: [[SmallPack]] = PackKind.allCases.map { _ in [] }
    for id in ids {
      let path = layout.pack(id)
      do {
        guard let status = try path.statusIfPresent(),
          status.size.bytes < options.fold.smallPack
        else { continue }
      } catch {
        throw .file(error)
      }
      do {
        let footer = try PackReader(path, withDirectory: false).footer
        if footer.count >= options.fold.smallPackRecords { continue }
        small[Int(footer.kind.rawValue)].append(SmallPack(id: id, size: footer.packSize))
      } catch {
        switch error {
        // One that cannot be read is left alone.
        case .damagedPack: continue
        case .file(let reason) where reason.isNotFound: continue
        default: throw error
        }
      }
    }
    return small.map { packs in
      packs.sorted { $0.size != $1.size ? $0.size < $1.size : $0.id < $1.id }
    }
  }

  /// Writes the records of small packs into new ones, and moves the old ones to trash.
  private func foldPacks(_ ids: [ObjectID], _ kind: PackKind) throws(StoreError) {
    var rewrite = PackRewrite(self, kind)
    var copied: [ObjectID] = []
    var seen: Set<ObjectID> = []
    for id in ids {
      guard let (entries, bytes) = try wholePack(id) else { continue }
      for entry in entries {
        guard !lists.isBad(entry.oid, in: id, at: entry.offset), seen.insert(entry.oid).inserted,
          let recordKind = RecordKind(byte: entry.kind)
        else { continue }
        let start = Int(entry.offset)
        try rewrite.append(
          entry.oid, kind: recordKind, length: Int(entry.length),
          stored: bytes.span.extracting(start..<start + Int(entry.storedLength)))
      }
      copied.append(id)
    }
    if copied.isEmpty { return }
    let new = Set(try rewrite.finish(folded: copied).map(\.id))

    // From here on lookups must not rely on the old packs; readers still find them in trash.
    let old = copied.filter { !new.contains($0) }
    for id in old { table.pack(id).place = .gone }
    let dead = try listing().indexes.filter { index in
      index.packs.allSatisfy { $0.place == .gone && isCovered($0.id) }
    }
    remove(indexes: dead)
    for id in old { moveToTrash(table.pack(id), because: .folded) }
  }

  /// The directory and all bytes of a small pack, checked against its name.
  ///
  /// - Returns: `nil` when it cannot be folded: it is gone, or damaged and left alone.
  private func wholePack(
    _ id: ObjectID
  ) throws(StoreError) -> (entries: [PackEntry], bytes: [UInt8])? {
    do {
      let reader = try PackReader(layout.pack(id))
      let entries = try reader.entries()
      var bytes: [UInt8] = []
      bytes.reserveCapacity(reader.footer.packSize)
      let found = try reader.hash { (span, _) throws(StoreError) in
        unsafe span.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
      }
      if found == id { return (entries, bytes) }
      tell(.packUnreadable(id, .name(found: found)))
      return nil
    } catch {
      switch error {
      case .damagedPack(_, let flaw):
        tell(.packUnreadable(id, flaw))
        return nil
      case .file(let reason) where reason.isNotFound:
        return nil
      default:
        throw error
      }
    }
  }
}

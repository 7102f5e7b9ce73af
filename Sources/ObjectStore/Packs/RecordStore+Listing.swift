internal import Platform
internal import Primitives
internal import Synchronization

// MARK: - What there is

extension RecordStore {
  /// What lookups go through now; listed first if nobody did.
  func listing() throws(StoreError) -> Listing {
    if let listing = state.withLock({ $0.listing }) { return listing }
    // The packs are listed only when an index does not know an oid: most questions need none.
    try refresh(withPacks: false)
    return state.withLock { $0.listing } ?? Listing(indexes: [], loose: [])
  }

  /// Lists the store anew, takes in what is new, and indexes packs that no index names.
  ///
  /// A listing that another thread began after this call serves as well.
  ///
  /// - Parameter withPacks: Whether to list the packs too.
  /// - Throws: ``StoreError`` when the store cannot be read.
  func refresh(withPacks: Bool = true) throws(StoreError) {
    let before = refreshCount.load(ordering: .acquiring)
    try refreshing.withLock { count throws(StoreError) in
      if withPacks, count > before { return }
      if withPacks {
        count += 1
        refreshCount.store(count, ordering: .releasing)
      }
      try list(withPacks: withPacks)
    }
  }

  private func list(withPacks: Bool) throws(StoreError) {
    state.withLock { state in
      state.adopted = []
      state.hasLostPacks = nil
      state.soundPacks = []
    }
    // Indexes first: packs that a fold names in between are then indexed once more, at worst.
    let names: [ByteString]
    do {
      names = try layout.index.namesIfPresent()
    } catch {
      throw .file(error)
    }
    var indexes = try openIndexes(names)
    try lists.readBadLists(names)
    var loose: [PackFile] = []
    if withPacks {
      // A pack has its name before it is heard of, so these are in the listing if they are there;
      // what is closed while it goes on must not be taken for gone.
      let heardOf = table.all
      let present = try presentPacks()
      var missing = present
      for index in indexes {
        for pack in index.packs { missing.remove(pack.id) }
      }
      let (unusable, pending) = state.withLock { ($0.unusablePacks, $0.pendingPacks) }
      missing.subtract(unusable)
      missing.subtract(pending)
      let rebuilt = try index(missing.sorted())
      indexes += rebuilt.indexes
      loose = rebuilt.loose
      let closing = state.withLock { $0.pendingPacks }
      for pack in heardOf where !closing.contains(pack.id) {
        pack.place = present.contains(pack.id) ? .packs : .gone
      }
    }
    let (opened, direct) = (indexes, loose)
    state.withLock { state in
      let known = Set(opened.map(\.id))
      let added = state.adopted.filter { !known.contains($0.id) }
      state.adopted = []
      state.listing = Listing(indexes: opened + added, loose: direct)
    }
  }

  /// The packs that are there, by a fresh listing.
  func presentPacks() throws(StoreError) -> Set<ObjectID> {
    var packs: Set<ObjectID> = []
    try StoreError.onFiles { () throws(FileError) in
      for name in try layout.packs.namesIfPresent() where name.count == 2 {
        for file in try layout.packs.appending(name).namesIfPresent() {
          if let id = StoreLayout.id(in: file, .pack),
            name.bytes.elementsEqual(file.bytes.prefix(2))
          {
            packs.insert(id)
          }
        }
      }
    }
    return packs
  }

  /// Opens the indexes among the names in `index/`; those that are open already are kept.
  private func openIndexes(_ names: [ByteString]) throws(StoreError) -> [IndexFile] {
    let (old, unusable) = state.withLock { ($0.listing?.indexes ?? [], $0.unusableIndexes) }
    let known = Dictionary(old.map { ($0.id, $0) }) { first, _ in first }
    var indexes: [IndexFile] = []
    for id in names.compactMap({ StoreLayout.id(in: $0, .index) }) where !unusable.contains(id) {
      if let index = known[id] {
        indexes.append(index)
      } else if let index = try open(index: id) {
        indexes.append(index)
      }
    }
    return indexes
  }

  /// Opens an index.
  ///
  /// - Returns: `nil` when it has gone meanwhile, or was damaged and set aside.
  func open(index id: ObjectID) throws(StoreError) -> IndexFile? {
    let openCount = state.withLock { $0.listing?.indexes.count ?? 0 }
    do {
      return try IndexFile(
        id, at: layout.indexFile(id), serial: nextSerial(), table: table, pages: pages,
        files: files, keepsOpen: openCount < options.openFiles / 2)
    } catch {
      switch error {
      case .damagedIndex(_, let flaw):
        setAside(index: id, flaw)
        return nil
      case .file(let error) where error.isNotFound:
        return nil
      default:
        throw error
      }
    }
  }

  /// Stops using an index that is damaged, and moves it to trash if that can be done now.
  ///
  /// - Parameters:
  ///   - id: The index.
  ///   - flaw: What is wrong with it.
  ///   - isLocked: Whether the caller holds the store's lock.
  func setAside(index id: ObjectID, _ flaw: IndexFlaw, isLocked: Bool = false) {
    state.withLock { state in
      state.unusableIndexes.insert(id)
      if let listing = state.listing {
        state.listing = Listing(
          indexes: listing.indexes.filter { $0.id != id }, loose: listing.loose)
      }
    }
    tell(.indexDamaged(id, flaw))
    if case .newer = flaw { return }
    let lock = isLocked ? nil : StoreLock.ifFree(layout, purpose: "quarantine")
    guard isLocked || lock != nil else { return }
    do {
      try Trash(layout: layout).moveIndex(id, because: .damaged)
    } catch {
      // It stays where it is, and the next process finds it damaged again.
      tell(.notFolded(.file(error)))
    }
    _ = consume lock
  }

  /// Lets lookups go through one more index.
  func adopt(index id: ObjectID, over packs: [ObjectID]) throws(StoreError) {
    guard let index = try open(index: id) else { return }
    state.withLock { state in
      let listing = state.listing
      let others = (listing?.indexes ?? []).filter { $0.id != id }
      state.listing = Listing(indexes: others + [index], loose: listing?.loose ?? [])
      state.adopted.append(index)
      state.pendingPacks.subtract(packs)
    }
  }
}

// MARK: - Indexing packs again

extension RecordStore {
  /// How many entries are gathered before an index is written.
  private static let rebuildBatch = 262_144

  /// Writes indexes over packs that no index names, from their tails.
  private func index(
    _ ids: [ObjectID]
  ) throws(StoreError) -> (indexes: [IndexFile], loose: [PackFile]) {
    var indexes: [IndexFile] = []
    var loose: [PackFile] = []
    var batch = IndexBatch()
    func write() throws(StoreError) {
      if batch.packs.isEmpty { return }
      defer { batch = IndexBatch() }
      do {
        if let id = try batch.write(in: layout), let index = try open(index: id) {
          indexes.append(index)
          return
        }
      } catch {
        // A store that cannot be written to is searched pack by pack.
        guard case .file(let reason) = error, reason.isNotPermitted || reason.isNoSpace else {
          throw error
        }
      }
      loose += batch.packs.map { table.pack($0) }
    }
    for id in ids {
      do {
        let reader = try PackReader(layout.pack(id))
        batch.add(id, try reader.entries())
      } catch {
        switch error {
        case .damagedPack(_, let flaw):
          state.withLock { _ = $0.unusablePacks.insert(id) }
          // One that was never on disk for certain is told as lost.
          if try !isLost(id) { tell(.packUnreadable(id, flaw)) }
        case .file(let reason) where reason.isNotFound:
          continue
        default:
          throw error
        }
      }
      if batch.count >= Self.rebuildBatch { try write() }
    }
    try write()
    return (indexes, loose)
  }
}

/// Entries of packs, gathered for one index.
struct IndexBatch: Sendable {
  private(set) var packs: [ObjectID] = []
  private var entries: [PackEntry] = []

  var count: Int { entries.count }

  /// Adds the directory of a pack.
  mutating func add(_ pack: ObjectID, _ directory: [PackEntry]) {
    let number = UInt32(packs.count)
    packs.append(pack)
    for var entry in directory {
      entry.pack = number
      entries.append(entry)
    }
  }

  /// Writes the index.
  ///
  /// - Returns: Its name, or `nil` when there were no entries.
  mutating func write(in layout: StoreLayout) throws(StoreError) -> ObjectID? {
    if packs.isEmpty { return nil }
    let sorted = packs.sorted()
    var numbers: [ObjectID: UInt32] = [:]
    for (number, pack) in sorted.enumerated() { numbers[pack] = UInt32(number) }
    let renumbered = packs.map { numbers[$0] ?? 0 }
    for index in entries.indices { entries[index].pack = renumbered[Int(entries[index].pack)] }
    entries.sort()
    var writer = try IndexWriter(over: sorted, in: layout)
    for entry in entries { try writer.append(entry) }
    return try writer.close()
  }
}

internal import Platform
internal import Primitives
internal import Synchronization

// MARK: - Which packs may be relied on

extension RecordStore {
  /// What a new pack says of the boot that it is written in.
  ///
  /// The records of a damaged pack, written anew in their order, would make a pack of its name, to
  /// which the marks of bad records apply. Where there are such marks, a number that no other pack
  /// has keeps the two apart; the pack is then checked like one of another boot.
  var bootIDOfNewPacks: [UInt8] {
    lists.hasBadRecords ? RandomBytes.make(options.bootID.count) : options.bootID
  }

  /// Whether the bytes of the pack are those that were written.
  ///
  /// A pack that is not known to be on disk, and that was written before the machine was last
  /// started, is hashed once.
  func isTrusted(_ pack: PackFile) throws(StoreError) -> Bool {
    switch pack.trust {
    case .trusted: return true
    case .lost, .unreadable: return false
    case .unknown: break
    }
    return try pack.checking.withLock { _ throws(StoreError) -> Bool in
      if pack.trust != .unknown { return pack.trust == .trusted }
      if lists.isSafe(pack.id) {
        pack.trust = .trusted
        return true
      }
      try lists.readSafeLists()
      let isProven = try lists.isSafe(pack.id) ? true : proves(pack)
      if isProven { pack.trust = .trusted }
      return isProven
    }
  }

  /// Whether a pack did not reach the disk before the machine stopped: it is set aside then.
  func isLost(_ id: ObjectID) throws(StoreError) -> Bool {
    let pack = table.pack(id)
    return try !isTrusted(pack) && pack.trust == .lost
  }

  /// Finds out about a pack that no safe list names.
  private func proves(_ pack: PackFile) throws(StoreError) -> Bool {
    do {
      let reader = try PackReader(layout.pack(pack.id), withDirectory: false)
      let isOfThisRun =
        reader.footer.bootID == options.bootID && options.bootID.contains { $0 != 0 }
      if isOfThisRun { return true }
      let found = try reader.hash()
      if found == pack.id { return true }
    } catch {
      switch error {
      case .damagedPack(_, .newer): return true
      case .damagedPack: break
      case .file(let reason) where reason.isNotFound:
        pack.place = .gone
        return false
      default: throw error
      }
    }
    lose(pack)
    return false
  }

  /// Whether what hangs on the records of a pack is there too: they were synced together, or
  /// nothing can have been lost since they were written.
  func isBeyondDoubt(_ number: PackNumber) throws(StoreError) -> Bool {
    if try hasLostPacks() { return false }
    // Many paths have their records in few packs.
    if state.withLock({ $0.soundPacks.contains(number) }) { return true }
    let isSound = try isSound(table[number])
    if isSound { state.withLock { _ = $0.soundPacks.insert(number) } }
    return isSound
  }

  private func isSound(_ pack: PackFile) throws(StoreError) -> Bool {
    if !lists.isSafe(pack.id) { try lists.readSafeLists() }
    if lists.isSafe(pack.id) { return true }
    do throws(StoreError) {
      let footer = try PackReader(layout.pack(pack.id), withDirectory: false).footer
      return footer.bootID == options.bootID && options.bootID.contains { $0 != 0 }
    } catch {
      // A pack that went meanwhile, or is in trash, vouches for nothing.
      guard case .file(let reason) = error, reason.isNotFound else { throw error }
      return false
    }
  }

  /// Whether a power cut took packs, as trash says: looked up once for each listing, and not for each
  /// of many paths.
  private func hasLostPacks() throws(StoreError) -> Bool {
    if let known = state.withLock({ $0.hasLostPacks }) { return known }
    let found = try StoreError.onFiles { () throws(FileError) in
      try Trash(layout: layout).hasLostPacks()
    }
    state.withLock { $0.hasLostPacks = found }
    return found
  }

  /// Sets a pack aside whose bytes are not those that were written.
  private func lose(_ pack: PackFile) {
    pack.trust = .lost
    tell(.packLost(pack.id))
    guard let lock = StoreLock.ifFree(layout, purpose: "quarantine") else { return }
    moveToTrash(pack, because: .lost)
    state.withLock { $0.hasLostPacks = nil }
    do {
      try raiseGenerationUnderLock()
    } catch {
      tell(.notFolded(error))
    }
    _ = consume lock
  }

  func moveToTrash(_ pack: PackFile, because reason: Trash.Reason) {
    do {
      try Trash(layout: layout).movePack(pack.id, because: reason)
      pack.place = .gone
    } catch {
      // Nothing relies on it in this process; the next one finds it again.
      tell(.notFolded(.file(error)))
    }
  }

  /// Returns when every pack that is in the store now is on disk, and a safe list says so.
  ///
  /// - Throws: ``StoreError/file(_:)`` when the disk refuses: the pack is then lost, for what the
  ///   kernel could not write it may have dropped, and its records have to be added again.
  func makeSafe() throws(StoreError) {
    try lists.readSafeLists()
    let unsafePacks = try presentPacks().filter { !lists.isSafe($0) }.sorted()
    if unsafePacks.isEmpty { return }
    let synced = Mutex<[ObjectID]>([])
    try Threads.forEach(unsafePacks.count) { index throws(StoreError) in
      let pack = table.pack(unsafePacks[index])
      guard try isTrusted(pack) else { return }
      if try synchronize(pack) { synced.withLock { $0.append(pack.id) } }
    }
    let ids = synced.withLock { $0 }
    if !ids.isEmpty { try declareSafe(ids) }
  }

  /// Waits until the names of packs are on disk, whose bytes are, and writes a safe list.
  ///
  /// - Parameters:
  ///   - packs: Packs that were synced.
  ///   - folded: Packs whose records are all in those.
  /// - Throws: ``StoreError/file(_:)`` when the disk refuses; the packs are then in trash, lost.
  func declareSafe(
    _ packs: [ObjectID], folded: [ObjectID] = []
  ) throws(StoreError) {
    do {
      for directory in Set(packs.map { layout.packDirectory(of: $0) }) {
        try directory.synchronizeDirectory()
      }
      try layout.packs.synchronizeDirectory()
    } catch {
      for id in packs { lose(unsynced: table.pack(id)) }
      throw .file(error)
    }
    try lists.write(SafeList(safe: packs, folded: folded))
  }

  /// Sets a pack aside that the disk has refused.
  ///
  /// Its boot id would make others trust it, so it cannot stay, lock or no lock.
  private func lose(unsynced pack: PackFile) {
    pack.trust = .lost
    moveToTrash(pack, because: .lost)
  }

  /// Waits until a pack is on disk.
  ///
  /// - Returns: `false` when the pack has gone meanwhile.
  private func synchronize(_ pack: PackFile) throws(StoreError) -> Bool {
    do {
      let reader = try PackReader(layout.pack(pack.id), withDirectory: false)
      try reader.synchronize()
      return true
    } catch {
      guard case .file(let reason) = error else { throw error }
      if reason.isNotFound { return false }
      if reason.operation == .sync { lose(unsynced: pack) }
      throw error
    }
  }

  /// Whether a pack, or all packs that took over its records, are there now.
  func isThere(_ pack: ObjectID) throws(StoreError) -> Bool {
    var waiting = [pack]
    var seen: Set<ObjectID> = []
    while let next = waiting.popLast() {
      guard seen.insert(next).inserted else { continue }
      do {
        if try layout.pack(next).statusIfPresent() != nil { continue }
      } catch {
        throw .file(error)
      }
      try lists.readSafeLists()
      // A pack that was folded into itself would be there.
      guard let successors = lists.successors(of: next), !successors.contains(next) else {
        return false
      }
      waiting += successors
    }
    return true
  }
}

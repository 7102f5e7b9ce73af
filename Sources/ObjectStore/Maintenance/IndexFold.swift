internal import Platform
internal import Primitives
internal import Synchronization

// MARK: - Folding indexes

extension RecordStore {
  /// Merges small indexes when there are many, if nobody else moves files of the store now.
  ///
  /// What goes wrong is told and not thrown: everything is still found where it was.
  func foldIndexesIfMany() {
    do {
      if try smallIndexes().count <= options.fold.indexCount { return }
      guard let lock = try StoreLock.ifPossible(layout, purpose: "fold") else { return }
      try foldIndexes()
      _ = consume lock
    } catch {
      tellNotFolded(error)
    }
  }

  func tellNotFolded(_ error: StoreError) {
    // A store that may be read only is not worth a word every time.
    if case .file(let reason) = error, reason.isNotPermitted || reason.isNotFound { return }
    tell(.notFolded(error))
  }

  /// The indexes that are worth being merged, the smallest first.
  func smallIndexes() throws(StoreError) -> [IndexFile] {
    try listing().indexes.filter { $0.size < options.fold.smallIndex }.reversed()
  }

  /// Merges the smallest indexes.
  ///
  /// The caller holds the store's lock.
  func foldIndexes() throws(StoreError) {
    try refresh()
    let small = try smallIndexes()
    let count = Geometry.count(
      small.map(\.size), keeping: options.fold.indexCount,
      work: min(options.fold.work, IndexFormat.sizeLimit))
    if count == 0 { return }
    let old = Array(small[..<count])
    do {
      let merged = try IndexMerge.merge(old, of: self)
      if let id = merged.id { try adopt(index: id, over: []) }
      remove(indexes: old.filter { $0.id != merged.id })
    } catch {
      if case .damagedIndex(let path, let flaw) = error,
        let damaged = old.first(where: { $0.path == path })
      {
        return setAside(index: damaged.id, flaw, isLocked: true)
      }
      throw error
    }
  }

  /// Stops using indexes, and unlinks them: they hold nothing that the packs do not.
  ///
  /// The caller holds the store's lock, and all their entries are in another index or lead to
  /// packs that are gone.
  func remove(indexes: [IndexFile]) {
    let ids = Set(indexes.map(\.id))
    state.withLock { state in
      guard let listing = state.listing else { return }
      state.listing = Listing(
        indexes: listing.indexes.filter { !ids.contains($0.id) }, loose: listing.loose)
    }
    for index in indexes {
      files.forget(UInt64(index.serial))
      do {
        try index.path.remove()
      } catch {
        if !error.isNotFound { tellNotFolded(.file(error)) }
      }
    }
  }
}

// MARK: - Merging safe lists

extension RecordStore {
  /// Merges safe lists when there are many.
  ///
  /// The caller holds the store's lock.
  ///
  /// A list that says where the records of a pack in trash went is kept until that pack is gone.
  ///
  /// - Parameter gone: Packs that went on purpose. Of another that is gone a list may be the last
  ///   to know, so it is named for as long as the lists are few.
  func foldSafeLists(forgetting gone: Set<ObjectID> = []) throws(StoreError) {
    let isMany: Bool
    do throws(FileError) {
      let names = try layout.index.names().compactMap { StoreLayout.id(in: $0, .safe) }
      isMany = names.count > options.fold.packCount
      if !isMany, gone.isEmpty { return }
    } catch {
      throw .file(error)
    }
    let trashed: Set<ObjectID>
    do {
      trashed = Set(try Trash(layout: layout).packs())
    } catch {
      throw .file(error)
    }
    let present = try presentPacks()
    var old: [ObjectID] = []
    var safe: Set<ObjectID> = []
    for (id, list) in try lists.allSafeLists() where trashed.isDisjoint(with: list.folded) {
      old.append(id)
      safe.formUnion(list.safe)
    }
    if isMany ? old.count < 2 : safe.isDisjoint(with: gone) { return }
    let merged = try lists.write(
      SafeList(safe: isMany ? safe.intersection(present) : safe.subtracting(gone)))
    for id in old where id != merged {
      do {
        try layout.indexFile(id, .safe).remove()
      } catch {
        if !error.isNotFound { throw .file(error) }
      }
    }
  }
}

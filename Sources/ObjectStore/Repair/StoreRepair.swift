internal import Platform
package import Primitives
internal import Synchronization

/// Mends a store that was looked at: `docs/design/0018-repair.md`.
///
/// The steps are taken one by one, so that whoever leads them can look for a copy in one place after
/// the other: ``salvage()``, ``bring(_:from:progress:)``, ``replaceDamaged()``, ``check(progress:)``.
/// A crash between any two leaves a store that is no worse, and the next repair goes on.
package final class StoreRepair: Sendable {
  let records: RecordStore
  private let report: VerificationReport

  /// Contents that are put together from parts, of which one was brought.
  private let mended = Mutex<[ObjectID: Bool]>([:])

  /// Packs that went to trash.
  private let replaced = Mutex<Set<ObjectID>>([])

  /// Packs that were there when the store was looked at.
  private let before: Set<ObjectID>

  /// Prepares the repair of a store; nothing is changed yet.
  ///
  /// - Parameters:
  ///   - store: The store, local or a remote's.
  ///   - report: What a look at every byte of it has found.
  /// - Throws: ``StoreError`` when the store cannot be read.
  package init(_ store: ObjectStore, _ report: VerificationReport) throws(StoreError) {
    records = store.records
    self.report = report
    before = try records.presentPacks()
  }

  /// Objects that no copy in this store can give back.
  ///
  /// - Throws: ``StoreError`` when the store cannot be read.
  package func wanted() throws(StoreError) -> Set<ObjectID> {
    var wanted = report.lost
    for damage in report.damage {
      switch damage {
      case .record(let id, _, _):
        if try records.known(id) == nil { wanted.insert(id) }
      // What a recipe yields was proven wrong: another one is needed.
      case .recipe(let id, _): wanted.insert(id)
      case .tree, .pack, .unreadablePack, .index, .list, .wholeFile: break
      }
    }
    return wanted.subtracting(report.salvageable)
  }
}

// MARK: - Another pack

extension StoreRepair {
  /// Stores again what packs that cannot be read, and packs in trash, hold and no other pack does.
  ///
  /// - Returns: How many records were saved.
  /// - Throws: ``StoreError`` when the disk refuses.
  package func salvage() throws(StoreError) -> Int {
    let good = report.lostPacks.flatMap(\.good)
    if good.isEmpty { return 0 }
    return try store(good)
  }

  /// Stores records again that lie somewhere in the store, where they are still good.
  private func store(_ entries: [RecordEntry]) throws(StoreError) -> Int {
    let session = try records.session()
    let count = Atomic(0)
    try Threads.forEach(
      entries.count, grain: 64, threads: min(entries.count / 64 + 1, Machine.processorCount)
    ) { index throws(StoreError) in
      var probe = RecordProbe()
      let entry = entries[index]
      do throws(StoreError) {
        try probe.decode(entry, from: records)
      } catch {
        guard error.isDamage || Verification.isLocal(error) else { throw error }
        return
      }
      try session.append(
        entry.oid, kind: entry.kind, length: entry.length, stored: probe.stored.span)
      count.wrappingAdd(1, ordering: .relaxed)
    }
    _ = try session.finish(durably: true)
    return count.load(ordering: .relaxed)
  }
}

// MARK: - Another store

/// What came from another store.
package struct BroughtObjects: Sendable {
  /// The objects that came, each proven on its way.
  package fileprivate(set) var ids: Set<ObjectID> = []

  /// Objects whose copy there is damaged, too.
  package fileprivate(set) var damaged: Set<ObjectID> = []

  /// What came, as stored.
  package fileprivate(set) var bytes = ByteCount.zero
}

extension StoreRepair {
  /// Which of some objects another store has records of; nobody has proven them yet.
  ///
  /// - Throws: ``StoreError`` when it cannot be asked.
  package static func present(
    _ ids: Set<ObjectID>, in source: ObjectStore
  ) throws(StoreError) -> Set<ObjectID> {
    try source.records.refresh()
    var found: Set<ObjectID> = []
    for id in ids {
      if try source.records.known(id) == nil, try source.records.findInTrash(id) == nil { continue }
      found.insert(id)
    }
    return found
  }

  /// Copies the records of some objects from another store, as far as it has good ones.
  ///
  /// - Parameters:
  ///   - ids: The objects.
  ///   - source: Where they are looked for.
  ///   - progress: Told of the bytes brought.
  /// - Returns: What came.
  /// - Throws: ``StoreError`` when the other store goes away or the disk refuses.
  package func bring(
    _ ids: Set<ObjectID>, from source: ObjectStore, progress: ProgressCounter? = nil
  ) throws(StoreError) -> BroughtObjects {
    let found = try Self.present(ids, in: source).sorted()
    if found.isEmpty { return BroughtObjects() }
    condemnFalseRecipes(among: Set(found))
    let session = try records.session()
    let state = Mutex(BroughtObjects())
    try Threads.forEach(
      found.count, grain: 16, threads: min(found.count / 16 + 1, Machine.processorCount)
    ) { index throws(StoreError) in
      let id = found[index]
      var probe = RecordProbe()
      let good: RecordEntry
      do throws(StoreError) {
        guard let entry = try source.records.find(id) else { return }
        good = try probe.load(entry, from: source.records)
      } catch {
        guard error.isDamage || Verification.isLocal(error) else { throw error }
        state.withLock { _ = $0.damaged.insert(id) }
        return
      }
      try session.append(id, kind: good.kind, length: good.length, stored: probe.stored.span)
      progress?.advance(bytes: probe.stored.count)
      let (size, isRecipe) = (probe.stored.count, good.kind.form == .recipe)
      let isTree = good.kind.recordClass == .tree
      state.withLock { state in
        state.ids.insert(id)
        state.bytes += .bytes(size)
      }
      if isRecipe { mended.withLock { $0[id] = isTree } }
    }
    _ = try session.finish(durably: true)
    return state.withLock { $0 }
  }

  /// Makes recipes count as absent that do not yield what their name says, so that another one is
  /// stored beside them.
  private func condemnFalseRecipes(among ids: Set<ObjectID>) {
    for damage in report.damage {
      guard case .recipe(let id, _) = damage, ids.contains(id),
        let entry = try? records.known(id)
      else { continue }
      records.condemn(entry)
    }
  }
}

// MARK: - The damaged files

extension StoreRepair {
  /// Moves to trash what is damaged and not needed any more: packs of which every record is
  /// elsewhere, after their good records were stored again, and lists and indexes that say nothing.
  ///
  /// A pack with a damaged record that nobody could give stays where it is, so that the damage is
  /// told until somebody can. One that cannot be read goes: an index keeps what was in it.
  ///
  /// - Returns: The packs that went to trash.
  /// - Throws: ``StoreError/locked(_:holder:)``, or ``StoreError`` when the disk refuses.
  package func replaceDamaged() throws(StoreError) -> [ObjectID] {
    var going: [ObjectID] = []
    var good: [RecordEntry] = []
    for id in report.impairedPacks.sorted() {
      let entries: [RecordEntry]
      do throws(StoreError) {
        entries = try records.records(in: id)
      } catch {
        guard Verification.isLocal(error) else { throw error }
        continue
      }
      var isCovered = true
      for entry in entries where records.lists.isBad(entry.oid, in: id, at: entry.offset) {
        if try records.known(entry.oid) == nil { isCovered = false }
      }
      guard isCovered else { continue }
      going.append(id)
      good += entries.filter { !records.lists.isBad($0.oid, in: id, at: $0.offset) }
    }
    if !good.isEmpty { _ = try store(good) }
    going += report.lostPacks.filter { $0.isThere && $0.isWrong }.map(\.id)
    let files = report.damage.compactMap(\.auxiliaryFile)
    if going.isEmpty, files.isEmpty { return [] }
    try moveToTrash(going, files)
    replaced.withLock { $0.formUnion(going) }
    try records.refresh()
    return going
  }

  private func moveToTrash(
    _ packs: [ObjectID], _ files: [FilePath]
  ) throws(StoreError) {
    let lock = try StoreLock(records.layout, purpose: "repair")
    let trash = Trash(layout: records.layout)
    do throws(FileError) {
      for id in packs {
        try trash.movePack(id, because: .damaged)
        records.table.pack(id).place = .gone
      }
      for file in files { try trash.moveIndexFile(file) }
    } catch {
      throw .file(error)
    }
    if !packs.isEmpty { try records.raiseGenerationUnderLock() }
    _ = consume lock
  }

  /// Looks at what the repair has touched.
  ///
  /// - Parameter progress: Told of the bytes of packs read.
  /// - Returns: What is still wrong with the store.
  /// - Throws: ``StoreError`` when the store cannot be read.
  package func check(progress: ProgressCounter? = nil) throws(StoreError) -> [StoreDamage] {
    let store = ObjectStore(records: records, proofs: nil)
    let fresh = try records.presentPacks().subtracting(before).sorted()
    let recipes = report.incompleteRecipes.merging(mended.withLock { $0 }) { $0 || $1 }
    let again = try Verification(store, progress: progress).run(packs: fresh, recipes: recipes)
    let gone = replaced.withLock { $0 }
    var damage = again.damage
    for old in report.damage {
      let isLeft =
        switch old {
        case .pack(let path, _), .unreadablePack(let path, _):
          !gone.contains { records.layout.pack($0) == path }
        // It does no harm any more once there is a good copy.
        case .record(let id, let pack, _):
          gone.contains(pack) ? false : try records.known(id) == nil
        case .recipe(let id, _): !recipes.keys.contains(id)
        case .tree: true
        case .index, .list, .wholeFile: false
        }
      if isLeft { damage.append(old) }
    }
    return damage
  }
}

extension StoreDamage {
  /// The index or list that is damaged.
  fileprivate var auxiliaryFile: FilePath? {
    switch self {
    case .index(let path, _), .list(let path): path
    default: nil
    }
  }
}

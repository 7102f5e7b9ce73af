internal import Platform
internal import Primitives
internal import Synchronization

/// Looks at one pack after the other: its bytes, its records, and what indexes say of them.
struct PackCheck: ~Copyable {
  private let verification: Verification
  private let indexes: [IndexFile]
  private var probe = RecordProbe()

  /// Damaged records of the pack that have a good copy elsewhere, and those that do not.
  private var healed = 0
  private var bad = 0

  init(_ verification: Verification, indexes: [IndexFile]) {
    self.verification = verification
    self.indexes = indexes
  }

  private var records: RecordStore { verification.records }

  /// Looks at a pack.
  ///
  /// - Throws: ``StoreError`` when the store as a whole cannot be read.
  mutating func run(_ id: ObjectID) throws(StoreError) {
    let path = records.layout.pack(id)
    let entries: [RecordEntry]
    let wrongHash: ObjectID?
    do {
      if try records.isLost(id) {
        verification.findings.setAside.withLock { _ = $0.insert(id) }
        return
      }
      entries = try records.records(in: id)
      wrongHash = try hash(of: id)
    } catch {
      if case .packVanished = error { return }
      guard Verification.isLocal(error) else { throw error }
      verification.findings.add(.unreadablePack(path, error))
      let isWrong = error.isWrongPack
      verification.findings.unreadable.withLock { $0[id] = isWrong }
      // What an index still knows of it would be gone with the index.
      records.table.pack(id).trust = .unreadable
      return
    }
    var recipes: [ObjectID: Bool] = [:]
    // From front to back, as the disk reads it.
    for entry in entries.sorted(by: { $0.offset < $1.offset }) {
      if try check(entry, in: id), entry.kind.form == .recipe {
        recipes[entry.oid] = entry.kind.recordClass == .tree
      }
    }
    // Bytes that are known to be bad, and that nobody needs any more, make a pack no worse.
    if let found = wrongHash, healed == 0 || bad > 0 {
      verification.findings.add(.pack(path, found: found))
    }
    checkIndexes(over: id, entries)
    let (found, healed, isImpaired) = (recipes, healed, wrongHash != nil || healed + bad > 0)
    verification.findings.recipes.withLock { $0.merge(found) { $0 || $1 } }
    verification.findings.report.withLock { report in
      report.packs += 1
      report.records += entries.count
      report.healed += healed
      if isImpaired { report.impairedPacks.insert(id) }
    }
  }

  /// What the pack's bytes hash to, if that is not its name both times.
  private func hash(of id: ObjectID) throws(StoreError) -> ObjectID? {
    let size = try records.summary(of: id).size
    var found: ObjectID? = try records.hash(ofPack: id)
    if found != id { found = try records.hash(ofPack: id) }
    verification.progress?.advance(bytes: size.bytes)
    verification.findings.report.withLock { $0.bytes += size }
    return found == id ? nil : found
  }

  /// Looks at one record.
  ///
  /// - Returns: Whether it is good.
  private mutating func check(
    _ entry: RecordEntry, in pack: ObjectID
  ) throws(StoreError) -> Bool {
    do throws(StoreError) {
      try probe.decode(entry, from: records)
    } catch {
      guard Verification.isLocal(error) else { throw error }
      do throws(StoreError) {
        try probe.decode(entry, from: records)
      } catch {
        let wasKnown = records.lists.isBad(entry.oid, in: pack, at: entry.offset)
        if !wasKnown { mark(entry, error) }
        if wasKnown, try records.known(entry.oid) != nil {
          healed += 1
        } else {
          bad += 1
          verification.findings.add(.record(entry.oid, pack: pack, error))
        }
        return false
      }
    }
    return checkStructure(of: entry)
  }

  /// Makes a record count as absent: for good only if its bytes are wrong for sure, not where this
  /// process cannot read them or does not know the codec.
  private func mark(_ entry: RecordEntry, _ error: StoreError) {
    guard error.isWrongContent else { return records.note(unreadable: entry) }
    // In a store that cannot be written to, it counts as absent in this process.
    _ = try? records.markBad(entry)
  }

  /// Looks at what only metadata has: the rules of its format.
  private func checkStructure(of entry: RecordEntry) -> Bool {
    guard entry.kind.form == .content else { return true }
    switch entry.kind.recordClass {
    case .data, .run: return true
    case .tree:
      let bytes = probe.bytes
      // The parts of a long directory follow each other without a beginning of their own.
      guard bytes.starts(with: Tree.magic) else { return true }
      do {
        _ = try Tree(decoding: bytes)
        return true
      } catch {
        verification.findings.add(.tree(entry.oid, error))
        return false
      }
    case .recipe:
      do {
        _ = try Recipe(decoding: probe.bytes, isRoot: false)
        return true
      } catch {
        verification.findings.add(.recipe(entry.oid, .invalidRecipe(entry.oid, error)))
        return false
      }
    }
  }

  /// Compares what the indexes that name the pack say of each record.
  private func checkIndexes(over pack: ObjectID, _ entries: [RecordEntry]) {
    for index in indexes where index.packs.contains(where: { $0.id == pack }) {
      do throws(StoreError) {
        for entry in entries {
          let isThere = try index.firstCopy(of: entry.oid) { candidate in
            index.packs[Int(candidate.pack)].id == pack && candidate.offset == entry.offset
              && candidate.storedLength == entry.storedLength
              && Int(candidate.length) == entry.length && candidate.kind == entry.kind.byte
          }
          if !isThere {
            verification.findings.add(.index(index.path, .disagrees(entry.oid, pack: pack)))
            records.setAside(index: index.id, .content)
            break
          }
        }
      } catch {
        verification.findings.add(.index(index.path, .unreadable(error)))
      }
    }
  }
}

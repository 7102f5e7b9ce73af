internal import Platform
package import Primitives

/// What roots lead to.
package struct Marked: Sendable {
  /// What could not be looked at: the first 10,000.
  ///
  /// That something is missing is lawful in a clone that has only part of the data.
  package let problems: [ClosureProblem]

  /// How many problems there are.
  package let problemCount: Int

  /// The first that is damaged, and not only missing: what hangs on it is unknown.
  package let damage: ClosureProblem?

  /// How many records are reached.
  package var records: Int { list.count }

  /// Their size as stored.
  package var bytes: ByteCount { .bytes(list.storedBytes) }

  /// Where they lie: each object once.
  let list: RecordList
}

extension Collector {
  /// Marks everything below the roots.
  ///
  /// Needs memory for the names of trees and recipes, and not for those of files and chunks.
  ///
  /// - Parameters:
  ///   - roots: What is to be kept. Roots that were given to an earlier call are passed over.
  ///   - progress: Told of the files that were looked up.
  /// - Returns: What is reached, and what could not be looked at.
  /// - Throws: ``StoreError`` when the store cannot be read.
  package mutating func mark(
    _ roots: [ClosureRoot], progress: ProgressCounter? = nil
  ) throws(StoreError) -> Marked {
    try records.refresh()
    let walk = ClosureWalk(
      from: records, to: EmptyDestination(records: records), damaged: try damagedParents(),
      scratch: records.layout.root, progress: progress)
    let absent = try absent(among: roots)
    for root in roots {
      if root.filter == nil, walked[root.isTree]?.contains(root.id) == true { continue }
      if absent.contains(root.id) {
        walk.lack(root)
        continue
      }
      // What is not whole may be so when it is asked for again: somebody fetches it.
      if try walk.walk(root) { walked[root.isTree, default: []].insert(root.id) }
    }
    let findings = try walk.finish()
    return Marked(
      problems: findings.problems.problems, problemCount: findings.problems.count,
      damage: findings.problems.firstDamaged, list: findings.needed)
  }

  /// The roots of which there is nothing, as in a clone that never fetched the history.
  ///
  /// Asked for all at once: a fresh look at the store costs as much as thousands of questions.
  private func absent(among roots: [ClosureRoot]) throws(StoreError) -> Set<ObjectID> {
    var absent: Set<ObjectID> = []
    for root in roots where try records.known(root.id) == nil { absent.insert(root.id) }
    if absent.isEmpty { return [] }
    try records.refresh()
    for id in absent where try records.known(id) != nil { absent.remove(id) }
    if try !Trash(layout: records.layout).items().isEmpty {
      for id in absent where try records.findInTrash(id) != nil { absent.remove(id) }
    }
    // A pack may have come back from trash between the two looks.
    try records.refresh()
    for id in absent where try records.known(id) != nil { absent.remove(id) }
    return absent
  }

  /// Objects that others hang on, that were found damaged, and of which there is no good copy.
  ///
  /// They count as absent for everybody else; here they must not be taken for never fetched.
  private func damagedParents() throws(StoreError) -> [ObjectID: StoreError] {
    var damaged: [ObjectID: StoreError] = [:]
    for bad in records.lists.badRecords where damaged[bad.oid] == nil {
      guard try records.find(bad.oid) == nil, try isParent(bad) else { continue }
      damaged[bad.oid] = .knownBad(bad.oid)
    }
    return damaged
  }

  private func isParent(_ bad: BadList.Record) throws(StoreError) -> Bool {
    do {
      guard let entry = try PackReader(records.layout.pack(bad.pack)).find(bad.oid),
        let kind = RecordKind(byte: entry.kind)
      else { return false }
      return kind.form == .recipe || kind.recordClass == .tree || kind.recordClass == .recipe
    } catch {
      // The pack has gone, or is told to be unreadable.
      if Verification.isLocal(error) { return false }
      throw error
    }
  }
}

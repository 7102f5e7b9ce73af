internal import Platform
package import Primitives
internal import Synchronization

/// Looks at every byte of a store: packs, records, recipes, directories, indexes, lists.
///
/// Runs on all cores and in bounded memory. What is found bad is read once more before it is called
/// so, and counts as absent from then on, so that a good copy is looked for; nothing is deleted.
package struct Verification: Sendable {
  let records: RecordStore
  let progress: ProgressCounter?
  let findings = Findings()

  /// What the threads have found.
  final class Findings: Sendable {
    let report = Mutex(VerificationReport())

    /// Contents whose root is a recipe, and whether they are directories.
    let recipes = Mutex<[ObjectID: Bool]>([:])

    /// Packs that cannot be read, and whether that is because their bytes are wrong for sure.
    let unreadable = Mutex<[ObjectID: Bool]>([:])

    /// Packs that did not reach the disk before the machine stopped: no damage, and set aside.
    let setAside = Mutex<Set<ObjectID>>([])

    func add(_ damage: StoreDamage) {
      report.withLock { $0.damage.append(damage) }
    }
  }

  /// Prepares the check of a store; nothing is read yet.
  ///
  /// - Parameters:
  ///   - store: The store, local or a remote's.
  ///   - progress: Told of the bytes of packs read.
  package init(_ store: ObjectStore, progress: ProgressCounter? = nil) {
    records = store.records
    self.progress = progress
  }

  /// Looks at everything.
  ///
  /// - Returns: What was looked at, and what is wrong with it.
  /// - Throws: ``StoreError`` only when the store as a whole cannot be read.
  package func run() throws(StoreError) -> VerificationReport {
    let ids = try records.presentPacks().sorted()
    try checkLists()
    let indexes = try checkIndexFiles()
    try expect(ids)
    try records.refresh()
    // Large and small packs mixed, so that no thread is left with a long one at the end.
    try Threads.forEach(ids.count) { index throws(StoreError) in
      var check = PackCheck(self, indexes: indexes)
      try check.run(ids[index])
    }
    checkCounts(of: indexes)
    try checkLostPacks(of: indexes, present: Set(ids))
    try RecipeCheck(self).run()
    try WholeFileCheck(self).run()
    let report = findings.report.withLock { $0 }
    if report.damage.contains(where: \.losesObjects) || !report.lost.isEmpty {
      // What was called complete may not be. A store that nobody can write to stays as it is.
      _ = try? records.raiseGeneration()
    }
    return report
  }

  /// Looks at some packs, and at contents that were put together anew.
  ///
  /// - Parameters:
  ///   - packs: The packs; one that is gone meanwhile is left out.
  ///   - recipes: Contents of several parts, and whether they are directories.
  /// - Returns: What was looked at, and what is wrong with it.
  /// - Throws: ``StoreError`` only when the store as a whole cannot be read.
  func run(
    packs: [ObjectID], recipes: [ObjectID: Bool]
  ) throws(StoreError) -> VerificationReport {
    try expect(packs)
    try records.refresh()
    let indexes = try records.listing().indexes
    try Threads.forEach(packs.count) { index throws(StoreError) in
      var check = PackCheck(self, indexes: indexes)
      try check.run(packs[index])
    }
    findings.recipes.withLock { $0.merge(recipes) { $0 || $1 } }
    try RecipeCheck(self).run()
    return findings.report.withLock { $0 }
  }

  private func expect(_ ids: [ObjectID]) throws(StoreError) {
    for id in ids {
      do {
        let size = try records.layout.pack(id).status().size
        progress?.expect(bytes: size.bytes)
      } catch {
        // A remover may have taken it away since it was listed.
        guard error.isNotFound else { throw .file(error) }
      }
    }
  }

  /// Whether an error concerns the thing that was looked at, and not the whole store.
  static func isLocal(_ error: StoreError) -> Bool {
    if case .file(let reason) = error { return reason.operation == .read || reason.isNotFound }
    return error.isDamage
  }
}

internal import Platform
internal import Primitives
internal import Synchronization

extension RecordStore {
  /// Ends the belief in everything that was said to be *complete* so far.
  ///
  /// Whoever finds that the store has lost something calls it: a push looks everything up again
  /// then, and sends what is missing.
  ///
  /// - Throws: ``StoreError/file(_:)`` when the store cannot be written to.
  func raiseGeneration() throws(StoreError) {
    if holdsLock.load(ordering: .acquiring) { return try raiseGenerationUnderLock() }
    let lock = try StoreLock(briefly: layout, purpose: "mark")
    try raiseGenerationUnderLock()
    _ = consume lock
  }

  /// Does so for who holds the store's lock.
  func raiseGenerationUnderLock() throws(StoreError) {
    // Others may have raised it since this store was opened.
    var format = try RecordStore.open(at: layout.root).format
    format.generation += 1
    do {
      try AtomicFile.replace(layout.format, with: format.encoded, durably: true)
    } catch {
      throw .file(error)
    }
  }
}

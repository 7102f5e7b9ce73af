package import ObjectStore
internal import Platform
package import Primitives

extension DataCache {
  /// What keeping a cache within its bound took away.
  package struct Bounded: Hashable, Sendable {
    /// How many contents went.
    package var contents: Int

    /// By how much the cache is smaller.
    package var freed: ByteCount

    /// What it takes now.
    package var size: ByteCount

    /// Whether somebody else was just doing the same, so that nothing was done here.
    package var isBusy: Bool

    package init(
      contents: Int = 0, freed: ByteCount = .zero, size: ByteCount = .zero, isBusy: Bool = false
    ) {
      self.contents = contents
      self.freed = freed
      self.size = size
      self.isBusy = isBusy
    }
  }

  /// How often what goes is measured and chosen again: what marks say is an estimate where contents
  /// share parts.
  private static let rounds = 4

  /// Takes away what was not used for longest, until the rest is within a bound.
  ///
  /// What a job uses stays, and so does what arrived since the oldest of the running jobs began: the
  /// bound holds as soon as they have ended.
  ///
  /// - Parameter limit: The bound in bytes.
  /// - Returns: What went.
  /// - Throws: ``StoreError`` when the disk refuses.
  package func bound(to limit: ByteCount) throws(StoreError) -> Bounded {
    var outcome = Bounded()
    let before = try size()
    outcome.size = before
    for _ in 0..<Self.rounds where outcome.size > limit {
      do throws(StoreError) {
        let gone = try collect(toFree: outcome.size - limit)
        // What went to trash is unlinked by the next one.
        _ = try collect(toFree: nil)
        outcome.contents += gone
        outcome.size = try size()
        if gone == 0 { break }
      } catch {
        guard case .locked = error else { throw error }
        outcome.isBusy = true
        break
      }
    }
    outcome.freed = max(.zero, before - outcome.size)
    return outcome
  }

  /// Collects once, after the marks of what is to go were taken away.
  ///
  /// - Returns: How many went.
  private func collect(toFree bytes: ByteCount?) throws(StoreError) -> Int {
    var options = CollectionOptions()
    // A lost copy is fetched again: nothing has to be had back, and marks come before their data.
    (options.graceSeconds, options.minimumAgeSeconds) = (0, 0)
    options.ignoresDamage = true
    // Of packs that may not be on disk, none is touched.
    try store.writer().finish(durably: true)
    var collector = try store.collector(options: options)
    let gone = try bytes.map { bytes throws(StoreError) in try forget(bytes) } ?? 0
    let marked = try collector.mark(contents().map { $0.content.root() })
    let plan = try collector.plan(marked)
    _ = try collector.carryOut(plan)
    _ = try collector.restore(reachedBy: contents().map { $0.content.root() })
    _ = try collector.emptyTrash(plan)
    return gone
  }

  /// Takes away the marks of what was not used for longest and is not in use.
  private func forget(_ bytes: ByteCount) throws(StoreError) -> Int {
    let contents = try contents()
    // Indexes and what packs have around their records take room as well.
    let room = Double(try size().bytes)
    let all = Double(max(1, contents.reduce(0) { $0 + $1.bytes.bytes }))
    var (left, gone) = (Double(bytes.bytes), 0)
    for marked in contents where left > 0 {
      let path = marks.appending(marked.content.name)
      do throws(FileError) {
        let lock = try AdvisoryLock(path, .exclusive, waiting: false)
        try path.remove()
        _ = consume lock
      } catch {
        if error.isLocked || error.isNotFound { continue }
        throw .file(error)
      }
      left -= Double(marked.bytes.bytes) * room / all
      gone += 1
    }
    return gone
  }
}

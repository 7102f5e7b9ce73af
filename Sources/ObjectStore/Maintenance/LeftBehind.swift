internal import Platform
internal import Primitives

// MARK: - What crashes have left

extension RecordStore {
  /// How long a temporary file is left alone in any case: an hour, in nanoseconds.
  private static let patience: Int64 = 3_600_000_000_000

  /// Clears away what crashes have left when it shows that there were some: every writer that died
  /// has left a lease.
  func removeLeftBehindIfMany() throws(StoreError) {
    do {
      if try layout.leases.namesIfPresent().count <= options.fold.packCount { return }
    } catch {
      throw .file(error)
    }
    guard let lock = StoreLock.ifFree(layout, purpose: "fold") else { return }
    try removeLeftBehind()
    _ = consume lock
  }

  /// Removes temporary files that nobody writes to any more.
  ///
  /// The caller holds the store's lock.
  ///
  /// All times are those of the store's own file system: the lock was written to just now.
  func removeLeftBehind() throws(StoreError) {
    try removeLeftBehind(before: Lease.oldest(in: layout), patience: Self.patience)
  }

  /// Removes temporary files older than any writer, however new they are: they may hold what must
  /// not stay.
  ///
  /// The caller holds the store's lock.
  ///
  /// - Returns: Whether a writer is at work, whose temporary files stay.
  func removeLeftBehindNow() throws(StoreError) -> Bool {
    let oldest = try Lease.oldest(in: layout)
    try removeLeftBehind(before: oldest, patience: 0)
    return oldest != nil
  }

  private func removeLeftBehind(
    before oldest: Timestamp?, patience: Int64
  ) throws(StoreError) {
    do throws(FileError) {
      let now = try layout.lock.status().modified
      let limit = Timestamp(nanoseconds: min(oldest ?? now, now).nanoseconds - patience)
      var directories = [
        layout.root, layout.packs, layout.index, layout.leases, layout.trashedPacks,
        layout.trashedIndexes, layout.wholeFiles,
      ]
      directories += try WholeFiles(layout: layout).directories()
      for directory in directories {
        for name in try directory.namesIfPresent()
        where name.bytes.starts(with: AtomicFile.temporaryPrefix.bytes) {
          let path = directory.appending(name)
          guard let status = try path.statusIfPresent(), status.kind == .file,
            status.modified < limit, Self.isUnlocked(path)
          else { continue }
          do {
            try path.remove()
          } catch {
            // Somebody else's file in a shared store is not ours to remove.
            guard error.isNotFound || error.isNotPermitted else { throw error }
          }
        }
      }
    } catch {
      throw .file(error)
    }
  }

  private static func isUnlocked(_ path: FilePath) -> Bool {
    (try? AdvisoryLock(path, .exclusive, waiting: false)) != nil
  }
}

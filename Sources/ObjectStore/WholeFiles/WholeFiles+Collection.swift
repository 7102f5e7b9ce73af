internal import Platform
package import Primitives

/// A whole file that no worktree has as a link.
package struct UnlinkedWholeFile: Sendable, Equatable {
  package let id: ObjectID
  package let size: ByteCount
}

extension WholeFiles {
  /// The whole files of which the store's name is the only one.
  func unlinked() throws(FileError) -> [UnlinkedWholeFile] {
    var found: [UnlinkedWholeFile] = []
    for id in try all() {
      guard let status = try path(id).statusIfPresent(), status.linkCount <= 1 else { continue }
      found.append(UnlinkedWholeFile(id: id, size: status.size))
    }
    return found
  }

  /// Removes a whole file for good, and what is written about it.
  func remove(_ id: ObjectID) throws(StoreError) {
    try Trash.remove(path(id))
    try Trash.remove(recordPath(id))
  }

  /// The files in trash that were whole files once, with their oids.
  func trashed() throws(FileError) -> [(id: ObjectID, path: FilePath)] {
    try layout.trashedFiles.namesIfPresent().compactMap { name in
      guard name.count > 65, name.bytes[64] == UInt8(ascii: "-"),
        let id = ObjectID(hex: name.bytes.prefix(64))
      else { return nil }
      return (id, layout.trashedFiles.appending(name))
    }
  }
}

extension Collector {
  /// Removes whole files that no worktree has as a link, and those that were set aside before the
  /// grace.
  ///
  /// They are copies of what packs hold, so that nothing has to be kept for anybody to come back
  /// to. One whose content is not in packs as a whole goes to trash: it may be what is left of
  /// it.
  ///
  /// - Returns: What was removed, and the size of it all.
  /// - Throws: ``StoreError`` when the disk refuses.
  package mutating func removeWholeFiles(
    _ plan: CollectionPlan
  ) throws(StoreError) -> (count: Int, bytes: ByteCount) {
    let files = WholeFiles(layout: records.layout)
    var removed = (count: 0, bytes: ByteCount.zero)
    if !plan.wholeFiles.isEmpty {
      let store = ObjectStore(records: records, proofs: nil)
      let lock = try StoreError.onFiles { () throws(FileError) in try files.lock() }
      for file in plan.wholeFiles {
        // Somebody may have made a link of it, or be about to: who is cut off from it only copies.
        let status = try StoreError.onFiles { () throws(FileError) in
          try files.path(file.id).statusIfPresent()
        }
        guard let status, status.linkCount <= 1 else { continue }
        if try store.containsWhole(file.id) {
          try files.remove(file.id)
          removed = (removed.count + 1, removed.bytes + status.size)
        } else {
          try StoreError.onFiles { () throws(FileError) in try files.setAside(file.id) }
        }
      }
      _ = consume lock
    }
    let limit = now.nanoseconds - Int64(options.graceSeconds) * 1_000_000_000
    try StoreError.onFiles { () throws(FileError) in
      for (_, path) in try files.trashed() {
        guard let status = try path.statusIfPresent(), status.changed.nanoseconds < limit else {
          continue
        }
        try path.remove()
        if status.linkCount <= 1 { removed.bytes += status.size }
      }
    }
    return removed
  }

  /// Takes contents out of `files/` and out of trash at once, as ``erase(_:progress:)`` does for
  /// packs.
  func eraseWholeFiles(_ ids: Set<ObjectID>) throws(StoreError) -> ByteCount {
    let files = WholeFiles(layout: records.layout)
    var freed = ByteCount.zero
    let all = try StoreError.onFiles { () throws(FileError) in
      (try files.all().map { (id: $0, path: files.path($0)) }) + (try files.trashed())
    }
    for (id, path) in all where ids.contains(id) {
      let status = try StoreError.onFiles { () throws(FileError) in try path.statusIfPresent() }
      try Trash.remove(path)
      try Trash.remove(files.recordPath(id))
      // What was told to be gone must not be back after a power cut.
      try StoreError.onFiles { () throws(FileError) in try path.parent.synchronizeDirectory() }
      if let status, status.linkCount <= 1 { freed += status.size }
    }
    return freed
  }
}

internal import Platform
package import Primitives
internal import Synchronization

// MARK: - What was forgotten

extension ObjectStore {
  /// What the store says of contents that were forgotten, read once.
  ///
  /// - Throws: ``StoreError/newerRoot(_:version:)``, or ``StoreError/file(_:)`` when that cannot be
  ///   read, which is not the same as *nothing*.
  package func tombstones() throws(StoreError) -> Tombstones {
    if let known = forgotten.withLock({ $0 }) { return known }
    return try latestTombstones()
  }

  /// The same, read anew: for who has just published a lease.
  func latestTombstones() throws(StoreError) -> Tombstones {
    let read = try readTombstones()
    forgotten.withLock { $0 = read }
    return read
  }

  /// The tombstone of a content that is to be nowhere; `nil` also where that cannot be read.
  ///
  /// For who explains that a content is not there.
  package func tombstone(of id: ObjectID) -> Tombstone? { (try? tombstones())?[id] }

  private func readTombstones() throws(StoreError) -> Tombstones {
    var found = Tombstones()
    for file in try tombstoneFiles() {
      do throws(RootLines.Flaw) {
        guard let tombstone = try readTombstone(file) else { continue }
        found.take(tombstone)
      } catch {
        if case .newer(let version) = error { throw .newerRoot(file, version: version) }
        found.damaged.append(file)
      }
    }
    return found
  }

  /// Every file below `roots/forgotten` that may be a tombstone.
  private func tombstoneFiles() throws(StoreError) -> [FilePath] {
    let home = records.layout.tombstones
    var files: [FilePath] = []
    do {
      for prefix in try home.namesIfPresent() where prefix.count == 2 {
        for name in try home.appending(prefix).namesIfPresent()
        where !name.bytes.starts(with: AtomicFile.temporaryPrefix.bytes) {
          files.append(home.appending(prefix).appending(name))
        }
      }
    } catch {
      throw .file(error)
    }
    return files
  }

  /// Reads one; `nil` where it is gone meanwhile.
  private func readTombstone(_ file: FilePath) throws(RootLines.Flaw) -> Tombstone? {
    let bytes: [UInt8]?
    do {
      bytes = try file.contentsIfPresent(limit: Tombstone.limit)
    } catch {
      // Like one with a wrong checksum it says nothing.
      throw .damaged
    }
    guard let bytes else { return nil }
    let tombstone = try Tombstone(decoding: bytes)
    guard ByteString(tombstone.id.hex) == file.name else { throw .damaged }
    return tombstone
  }

  /// Writes tombstones, each unless the store has one that counts, and returns when they are on
  /// disk.
  ///
  /// No byte is taken away: this only says that what is not there is not missed.
  ///
  /// - Returns: Those that were new here.
  /// - Throws: ``StoreError`` when the store cannot be read or written to.
  @discardableResult
  package func take(_ tombstones: some Sequence<Tombstone>) throws(StoreError) -> [Tombstone] {
    // Others may have written some since this store was opened.
    var known = try readTombstones()
    var taken: [Tombstone] = []
    for tombstone in tombstones where known.take(tombstone) {
      do {
        try records.layout.sharing.replace(
          records.layout.tombstone(tombstone.id), with: tombstone.encoded())
      } catch {
        throw .file(error)
      }
      taken.append(tombstone)
    }
    let now = known
    forgotten.withLock { $0 = now }
    return taken
  }
}

extension StoreLayout {
  var tombstones: FilePath { root.appending("roots").appending("forgotten") }

  /// The file that says that a content was forgotten.
  func tombstone(_ id: ObjectID) -> FilePath {
    tombstones.appending(Hex.string(of: CollectionOfOne(id[0]))).appending(id.hex)
  }
}

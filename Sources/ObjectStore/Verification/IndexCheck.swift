internal import Platform
internal import Primitives
internal import Synchronization

extension Verification {
  /// Hashes every index, and opens those that are whole.
  ///
  /// - Returns: The indexes that can be compared with the packs.
  func checkIndexFiles() throws(StoreError) -> [IndexFile] {
    var indexes: [IndexFile] = []
    for id in try names(.index) {
      let path = records.layout.indexFile(id)
      do throws(StoreError) {
        if let found = try wrongHash(of: path, named: id) {
          findings.add(.index(path, .hash(found: found)))
          records.setAside(index: id, .content)
          continue
        }
        if let index = try records.open(index: id) { indexes.append(index) }
      } catch {
        if case .file(let reason) = error, reason.isNotFound { continue }
        guard Self.isLocal(error) else { throw error }
        findings.add(.index(path, .unreadable(error)))
      }
    }
    let count = indexes.count
    findings.report.withLock { $0.indexes = count }
    return indexes
  }

  /// Hashes every safe list and every list of bad records.
  func checkLists() throws(StoreError) {
    for suffix in [StoreLayout.Suffix.safe, .bad] {
      for id in try names(suffix) {
        let path = records.layout.indexFile(id, suffix)
        do throws(StoreError) {
          if try wrongHash(of: path, named: id) != nil { findings.add(.list(path)) }
        } catch {
          if case .file(let reason) = error, reason.isNotFound { continue }
          throw error
        }
      }
    }
  }

  /// Finds indexes that name more than their packs have.
  ///
  /// Every record of a pack was found in them before; so the numbers tell.
  func checkCounts(of indexes: [IndexFile]) {
    for index in indexes {
      var count = 0
      var isWhole = true
      for pack in index.packs {
        // Entries of a pack that is gone or unreadable lead nowhere, and may.
        guard let summary = try? records.summary(of: pack.id) else {
          isWhole = false
          break
        }
        count += summary.records
      }
      if isWhole, index.entryCount > count {
        findings.add(.index(index.path, .surplus(index.entryCount - count)))
      }
    }
  }

  private func names(_ suffix: StoreLayout.Suffix) throws(StoreError) -> [ObjectID] {
    do {
      return try records.layout.index.namesIfPresent().compactMap {
        StoreLayout.id(in: $0, suffix)
      }
    } catch {
      throw .file(error)
    }
  }

  /// What a file hashes to, if it is not its name both times.
  private func wrongHash(
    of path: FilePath, named id: ObjectID
  ) throws(StoreError) -> ObjectID? {
    do {
      guard try hash(of: path) != id else { return nil }
      let found = try hash(of: path)
      return found == id ? nil : found
    } catch {
      throw .file(error)
    }
  }

  private func hash(of path: FilePath) throws(FileError) -> ObjectID {
    let file = try OpenFile.forReading(path, followingSymlink: false)
    var hash = SHA256()
    while true {
      let bytes = try file.upTo(.mebibytes(1), at: hash.byteCount)
      if bytes.isEmpty { return hash.finalize() }
      hash.update(bytes.span)
    }
  }
}

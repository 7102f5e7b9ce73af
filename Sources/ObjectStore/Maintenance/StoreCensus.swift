internal import Platform
package import Primitives

/// How much lies in a store, as its directories say: nothing is opened.
package struct StoreCensus: Hashable, Sendable {
  /// The packs, and the bytes of all of them.
  package internal(set) var packs = 0
  package internal(set) var size = ByteCount.zero

  /// The packs that are below the size from which on packs are not folded.
  package internal(set) var smallPacks = 0

  /// The packs in trash, and their bytes.
  package internal(set) var trashedPacks = 0
  package internal(set) var trashedSize = ByteCount.zero
}

extension ObjectStore {
  /// Counts the packs of the store.
  ///
  /// - Throws: ``StoreError/file(_:)`` when a directory cannot be listed.
  package func census() throws(StoreError) -> StoreCensus {
    let layout = records.layout
    let ids = try records.presentPacks()
    return try StoreError.onFiles { () throws(FileError) in
      var census = StoreCensus()
      for id in ids {
        // One that is folded in between is in another pack.
        guard let status = try layout.pack(id).statusIfPresent() else { continue }
        census.packs += 1
        census.size += status.size
        if status.size.bytes < FoldLimits().smallPack { census.smallPacks += 1 }
      }
      for id in try Trash(layout: layout).packs() {
        guard let status = try layout.trashedPack(id).statusIfPresent() else { continue }
        census.trashedPacks += 1
        census.trashedSize += status.size
      }
      return census
    }
  }
}

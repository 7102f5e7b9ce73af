package import Platform
package import Primitives

/// What the files of a store take.
package struct StoreSizes: Sendable, Equatable {
  package fileprivate(set) var packs = DirectoryUsage()
  package fileprivate(set) var indexes = DirectoryUsage()

  /// Whole files: a worktree may have the same blocks.
  package fileprivate(set) var wholeFiles = DirectoryUsage()

  /// What waits for the end of the grace.
  package fileprivate(set) var trash = DirectoryUsage()

  /// All of them together.
  package var bytes: ByteCount { packs.bytes + indexes.bytes + wholeFiles.bytes + trash.bytes }
}

extension ObjectStore {
  /// Adds up what the files of the store take.
  ///
  /// - Throws: ``StoreError/file(_:)`` when a directory cannot be listed.
  package func sizes() throws(StoreError) -> StoreSizes {
    let layout = records.layout
    var sizes = StoreSizes()
    try StoreError.onFiles { () throws(FileError) in
      try sizes.packs.add(layout.packs)
      try sizes.indexes.add(layout.index)
      try sizes.wholeFiles.add(layout.wholeFiles)
      try sizes.trash.add(layout.trash)
    }
    return sizes
  }

  /// How many packs are so small that folding takes them together when they are many.
  ///
  /// - Throws: ``StoreError`` when packs cannot be listed or read.
  package func smallPackCount() throws(StoreError) -> Int { try records.smallPackCount() }
}

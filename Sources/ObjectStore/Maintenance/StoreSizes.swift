internal import Platform
package import Primitives

/// What the files of a store take.
package struct StoreSizes: Sendable, Equatable {
  /// One of the directories of a store.
  package struct Part: Sendable, Equatable {
    package fileprivate(set) var files = 0

    /// Their sizes together.
    package fileprivate(set) var bytes = ByteCount.zero
  }

  package fileprivate(set) var packs = Part()
  package fileprivate(set) var indexes = Part()

  /// Whole files: a worktree may have the same blocks.
  package fileprivate(set) var wholeFiles = Part()

  /// What waits for the end of the grace.
  package fileprivate(set) var trash = Part()

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
}

extension StoreSizes.Part {
  /// Adds what lies below a directory; what goes away meanwhile counts as nothing.
  fileprivate mutating func add(_ directory: FilePath) throws(FileError) {
    for name in try directory.namesIfPresent() {
      let path = directory.appending(name)
      guard let status = try path.statusIfPresent() else { continue }
      if status.kind == .directory {
        try add(path)
      } else {
        files += 1
        bytes += status.size
      }
    }
  }
}

package import ObjectStore
package import Platform
package import Primitives

/// A store on this machine that keeps what was brought from elsewhere, for all jobs of a user.
///
/// All that is in it are copies, so it may be emptied at any time, and is: what was not used for
/// longest goes when it has grown beyond its bound. `docs/design/0026-get.md` says how.
package struct DataCache: Sendable {
  /// The directory, which holds the store, the marks of what was used, and what was proven.
  package let root: FilePath
  package let store: ObjectStore

  var marks: FilePath { root.appending("used") }

  private init(root: FilePath, store: ObjectStore) {
    self.root = root
    self.store = store
  }

  /// Opens a cache, which is made where it is missing, for its user alone.
  ///
  /// - Throws: ``StoreError`` when it cannot be used.
  package static func open(at root: FilePath) throws(StoreError) -> DataCache {
    try StoreError.onFiles { () throws(FileError) in
      try root.parent.makeDirectories()
      try root.makeDirectories(mode: 0o700)
      try root.appending("used").makeDirectories(mode: 0o700)
    }
    return DataCache(
      root: root,
      store: try ObjectStore.create(at: place(ofStore: root), proofs: place(ofProofs: root)))
  }

  /// Opens a cache that is there, or returns `nil`.
  ///
  /// - Throws: ``StoreError`` when it cannot be used.
  package static func openIfPresent(at root: FilePath) throws(StoreError) -> DataCache? {
    let format = try StoreError.onFiles { () throws(FileError) in
      try place(ofStore: root).appending("format").statusIfPresent()
    }
    guard format != nil else { return nil }
    return DataCache(
      root: root,
      store: try ObjectStore.open(at: place(ofStore: root), proofs: place(ofProofs: root)))
  }

  private static func place(ofStore root: FilePath) -> FilePath { root.appending("store") }
  private static func place(ofProofs root: FilePath) -> FilePath { root.appending("proofs") }

  /// Keeps a content from being taken away, whether it is there already or about to come.
  ///
  /// Called before anything of it is brought, so that it is never without a mark.
  ///
  /// - Throws: ``StoreError/file(_:)``: the disk refuses, or cannot lock.
  package func use(_ content: CachedContent) throws(StoreError) -> CacheUse {
    try StoreError.onFiles { () throws(FileError) in
      try CacheUse(marks.appending(content.name))
    }
  }

  /// Whether the cache has all of a content.
  ///
  /// - Throws: ``StoreError`` when that cannot be told.
  package func holds(_ content: CachedContent) throws(StoreError) -> Bool {
    try store.closureProblems(of: [content.root()]).count == 0
  }

  /// The one content of a name that is marked, so that what kind of thing it is is known.
  ///
  /// - Returns: `nil` also where there are several.
  /// - Throws: ``StoreError/file(_:)``.
  package func content(of id: ObjectID) throws(StoreError) -> CachedContent? {
    let found = try contents().filter { $0.content.id == id }
    return found.count == 1 ? found[0].content : nil
  }
}

// MARK: - What is in it

extension DataCache {
  /// A content that was brought, whole or in parts.
  package struct Marked: Sendable {
    package let content: CachedContent
    package let lastUsed: Timestamp

    /// What it brought into the cache, as stored: what was there already does not count.
    package let bytes: ByteCount
  }

  /// What is in the cache, what was used last at the end.
  ///
  /// - Throws: ``StoreError/file(_:)``.
  package func contents() throws(StoreError) -> [Marked] {
    try StoreError.onFiles { () throws(FileError) -> [Marked] in
      var found: [Marked] = []
      for name in try marks.namesIfPresent() {
        guard let content = CachedContent(name: name),
          let status = try marks.appending(name).statusIfPresent(), status.kind == .file,
          let bytes = try marks.appending(name).contentsIfPresent(limit: .kibibytes(4))
        else { continue }
        found.append(
          Marked(
            content: content, lastUsed: status.modified, bytes: .bytes(CacheUse.bytes(in: bytes))))
      }
      return found.sorted { $0.lastUsed < $1.lastUsed }
    }
  }

  /// How much room all of it takes, with what was taken away and is still in use.
  ///
  /// - Throws: ``StoreError/file(_:)``.
  package func size() throws(StoreError) -> ByteCount {
    var usage = DirectoryUsage()
    try StoreError.onFiles { () throws(FileError) in try usage.add(root) }
    return usage.bytes
  }
}

package import Platform
package import Primitives
internal import Synchronization

/// Keeps bytes under the name of their content.
///
/// A content goes in through a ``StoreWriter`` and comes out by its oid, checked against it. The
/// same layout serves a clone's own store, one that a team shares, and a remote directory;
/// `docs/format/store.md` is its specification.
package final class ObjectStore: Sendable {
  /// The directory of the store.
  package var root: FilePath { records.layout.root }

  /// How contents are cut into chunks here.
  package var format: StoreFormat { records.format }

  let records: RecordStore
  let proofs: ProofLog
  let loaders: LoaderPool

  /// What is known of ``tombstones()``.
  let forgotten = Mutex<Tombstones?>(nil)

  init(records: RecordStore, proofs: FilePath?) {
    self.records = records
    loaders = LoaderPool(records: records)
    self.proofs = ProofLog(path: proofs)
  }

  /// Opens a store.
  ///
  /// - Parameters:
  ///   - root: Its directory.
  ///   - sharing: Who else may use files that are made in it, beyond whom its directory is for.
  ///   - proofs: Where this clone keeps which recipes it has proven; `nil` to start from none.
  ///   - locking: How long who has to have the store's lock waits for it.
  /// - Returns: The open store.
  /// - Throws: ``StoreError/notAStore(_:)`` or the reason why it cannot be read.
  package static func open(
    at root: FilePath, sharing: StoreSharing = .umask, proofs: FilePath? = nil,
    locking: LockRequest = LockRequest(milliseconds: 0)
  ) throws(StoreError) -> ObjectStore {
    let options = RecordStore.Options(sharing: try sharing.orThatOf(root), locking: locking)
    return ObjectStore(records: try RecordStore.open(at: root, options: options), proofs: proofs)
  }

  /// What happened in the store that the user should hear of, since the last call.
  package func takeNotices() -> [StoreNotice] { records.takeNotices() }

  /// Makes a store, or opens the one that is there.
  ///
  /// - Parameters:
  ///   - root: Its directory, made when missing.
  ///   - format: How a new store cuts contents; a store that is there keeps its own.
  ///   - sharing: Who else may use files that are made in it, beyond whom its directory is for.
  ///   - proofs: Where this clone keeps which recipes it has proven.
  /// - Returns: The open store.
  /// - Throws: ``StoreError`` when the disk refuses.
  package static func create(
    at root: FilePath, format: StoreFormat = StoreFormat(), sharing: StoreSharing = .umask,
    proofs: FilePath? = nil
  ) throws(StoreError) -> ObjectStore {
    let options = RecordStore.Options(sharing: try sharing.orThatOf(root))
    let records = try RecordStore.create(at: root, format: format, options: options)
    return ObjectStore(records: records, proofs: proofs)
  }

  /// What the directory of a store can hold.
  package static let names: Set<ByteString> = [
    "format", "id", "packs", "index", "files", "roots", "trash", "lock",
  ]

  /// Finds a symlink where a store has a directory: what is written there would go elsewhere.
  ///
  /// - Parameter root: The store, which may be reached through symlinks itself.
  /// - Throws: ``FileError`` when a directory cannot be listed.
  package static func symlink(in root: FilePath) throws(FileError) -> FilePath? {
    let places = [
      "packs", "files", "roots", "roots/commits", "roots/runs", "roots/refs", "roots/forgotten",
    ]
    for directory in [root] + (places + ["trash"]).map({ root.appending($0) }) {
      do throws(FileError) {
        for entry in try OpenDirectory(directory).entries()
        where entry.kind == .symlink && (directory != root || names.contains(entry.name)) {
          return directory.appending(entry.name)
        }
      } catch {
        if !error.isNotFound { throw error }
      }
    }
    return nil
  }

  /// Which store it is, or `nil` for one that was made before stores had ids.
  ///
  /// - Throws: ``StoreError`` when that cannot be read.
  package func id() throws(StoreError) -> StoreID? { try records.id() }

  /// Gives the store an id if it has none.
  ///
  /// - Returns: The id that it has then.
  /// - Throws: ``StoreError`` when the store cannot be written to.
  package func giveID() throws(StoreError) -> StoreID { try records.giveID() }

  /// Starts to add objects.
  ///
  /// - Parameter compression: How to store what is new.
  /// - Returns: A writer, which holds a lease until it is finished or gone.
  /// - Throws: ``StoreError`` when the store cannot be written to.
  package func writer(
    compression: CompressionSetting = .auto
  ) throws(StoreError) -> StoreWriter {
    let session = try records.session()
    return StoreWriter(
      session: session, store: self, setting: compression, tombstones: try tombstones())
  }
}

// MARK: - Looking

extension ObjectStore {
  /// Whether the store has a record under a name.
  ///
  /// It says nothing about the parts of a recipe.
  ///
  /// - Throws: ``StoreError`` when that cannot be told.
  package func contains(_ id: ObjectID) throws(StoreError) -> Bool {
    try records.find(id) != nil
  }

  /// Whether an object is there, and whatever hangs on it as far as that is in doubt.
  ///
  /// After the machine was restarted, of what nobody synced a part may be lost: then all of it is
  /// looked up, which reads directories and no data. So it is while a pack is known to be lost.
  ///
  /// - Throws: ``StoreError`` when that cannot be told.
  package func holds(_ root: ClosureRoot) throws(StoreError) -> Bool {
    guard let entry = try records.find(root.id) else { return false }
    if try records.isBeyondDoubt(entry.pack) { return true }
    return try closureProblems(of: [root]).problems.isEmpty
  }

  /// Whether a directory stands under a name, as far as the store has anything there.
  ///
  /// - Throws: ``StoreError`` when that cannot be told.
  package func holdsTree(_ id: ObjectID) throws(StoreError) -> Bool {
    try records.find(id)?.kind.recordClass == .tree
  }

  /// Whether the store has a content with all of its parts.
  ///
  /// - Throws: ``StoreError`` when that cannot be told.
  package func containsWhole(_ id: ObjectID) throws(StoreError) -> Bool {
    guard let entry = try records.find(id) else { return false }
    if entry.kind.form == .content { return true }
    do {
      let layout = try loaders.withLoader { loader throws(StoreError) in
        try Layout(of: id, with: &loader)
      }
      try layout.forEachDifferentChunk(with: loaders) { part throws(StoreError) in
        if try records.find(part.id) == nil { throw .missing(part.id) }
      }
      return true
    } catch {
      if error.isDamage { return false }
      throw error
    }
  }

  /// The size of a content.
  ///
  /// - Throws: ``StoreError/missing(_:)`` when it is not in the store.
  package func size(of id: ObjectID) throws(StoreError) -> ByteCount {
    try loaders.withLoader { loader throws(StoreError) in
      .bytes(try Layout(of: id, with: &loader).length)
    }
  }
}

// MARK: - Reading

extension ObjectStore {
  /// The content of a small object, checked.
  ///
  /// - Parameters:
  ///   - id: Its oid.
  ///   - limit: The size beyond which it is refused, before anything of the size is allocated.
  /// - Returns: All of its bytes.
  /// - Throws: ``StoreError``: it is missing, damaged or too large.
  package func contents(of id: ObjectID, limit: ByteCount) throws(StoreError) -> [UInt8] {
    try loaders.withLoader { loader throws(StoreError) in
      let layout = try Layout(of: id, with: &loader)
      guard layout.length <= limit.bytes else {
        throw .tooLarge(id, size: .bytes(layout.length), limit: limit)
      }
      var bytes: [UInt8] = []
      bytes.reserveCapacity(layout.length)
      try read(layout, with: &loader) { bytes.append(contentsOf: [UInt8](copying: $0)) }
      return bytes
    }
  }

  /// A directory, checked against its oid and against the rules of its format.
  ///
  /// - Throws: ``StoreError``: it is missing, damaged or no valid directory.
  package func tree(_ id: ObjectID) throws(StoreError) -> Tree {
    let bytes = try contents(of: id, limit: .gibibytes(1))
    do {
      return try Tree(decoding: bytes)
    } catch {
      throw .invalidTree(id, error)
    }
  }

  /// What lies at a path below a tree, or `nil` for nothing; not for the tree itself.
  ///
  /// - Throws: ``StoreError``, when a directory on the way is missing or damaged.
  package func entry(
    at path: RepositoryPath, in tree: ObjectID
  ) throws(StoreError) -> TreeEntry? {
    if path.isRoot { return nil }
    return try entry(
      at: path, below: TreeEntry(kind: .directory, id: tree, size: .zero, files: 0, name: ""))
  }

  /// What lies at a path below an entry, or `nil` for nothing; the entry itself at the root.
  ///
  /// - Throws: ``StoreError``, as ``tree(_:)``.
  package func entry(
    at path: RepositoryPath, below entry: TreeEntry
  ) throws(StoreError) -> TreeEntry? {
    var entry = entry
    for name in path.components {
      guard entry.kind == .directory, let next = try tree(entry.id)[name] else { return nil }
      entry = next
    }
    return entry
  }

  /// Goes through a content from start to end in bounded memory.
  ///
  /// - Parameters:
  ///   - id: Its oid.
  ///   - body: Called with one piece after the other. Until this method returns, the content of an
  ///     unproven recipe may still turn out to be another.
  /// - Throws: What `body` throws, or that the content is missing or damaged.
  package func read(
    _ id: ObjectID, _ body: (Span<UInt8>) throws(StoreError) -> Void
  ) throws(StoreError) {
    try loaders.withLoader { loader throws(StoreError) in
      try read(Layout(of: id, with: &loader), with: &loader, body)
    }
  }

  private func read(
    _ layout: Layout, with loader: inout RecordLoader,
    _ body: (Span<UInt8>) throws(StoreError) -> Void
  ) throws(StoreError) {
    if let record = layout.record { return try loader.withContent(of: record, body) }
    var hash = isProven(layout) ? nil : SHA256()
    try layout.forEachChunk(overlapping: 0..<layout.length, with: &loader) {
      _, part, loader throws(StoreError) in
      let entry = try loader.load(part.id)
      guard entry.length == part.length else { throw .invalidRecipe(layout.id, .badLength) }
      try loader.withContent(of: entry) { bytes throws(StoreError) in
        hash?.update(bytes)
        try body(bytes)
      }
    }
    guard let found = hash?.finalize() else { return }
    guard found == layout.id else { throw .corrupt(layout.id, found: found) }
    if let proof = layout.proof { proofs.insert(proof) }
  }

  /// Finds out whether the store yields a content that a clone is about to rely on.
  ///
  /// A recipe that does not is called bad: it counts as absent from then on.
  ///
  /// - Parameters:
  ///   - id: The oid of the content.
  ///   - made: The root node that was made from the content.
  /// - Throws: ``StoreError`` when the store cannot be read.
  func yields(_ id: ObjectID, made: Proof) throws(StoreError) -> Bool {
    // What was written in this session and is in no index yet was made here.
    guard let entry = try records.known(id) else { return true }
    do throws(StoreError) {
      try loaders.withLoader { loader throws(StoreError) in
        let layout = try Layout(of: id, with: &loader)
        if layout.proof != made, !isProven(layout) { try read(layout, with: &loader) { _ in } }
      }
      return true
    } catch {
      if case .packVanished = error { throw error }
      guard error.isDamage else { throw error }
      records.condemn(entry)
      return false
    }
  }

  /// Writes a content into an empty file, on all cores where it is large.
  ///
  /// Small contents may be restored by many threads at once.
  ///
  /// - Parameters:
  ///   - id: Its oid.
  ///   - file: An empty file, open for writing.
  ///   - basis: A file that may have some of it.
  ///   - progress: Told of the bytes written.
  /// - Throws: ``StoreError``: it is missing or damaged, or the disk refuses. What is in the file
  ///   is then of no use.
  package func restore(
    _ id: ObjectID, into file: borrowing OpenFile, basis: Basis? = nil,
    progress: ProgressCounter? = nil
  ) throws(StoreError) {
    try loaders.withLoader { loader throws(StoreError) in
      let layout = try Layout(of: id, with: &loader)
      let restore = Restore(
        layout: layout, loaders: loaders, isProven: isProven(layout), basis: basis,
        progress: progress)
      try restore.write(to: file, with: &loader)
      if let proof = layout.proof { proofs.insert(proof) }
    }
  }

  /// Whether a file holds a content, read on all cores and only up to the first difference.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - id: The oid of the content.
  /// - Returns: `false` also when the sizes differ, which costs no read.
  /// - Throws: ``StoreError/missing(_:)`` when the store cannot say what the content is made of.
  package func matches(
    _ file: borrowing OpenFile, _ id: ObjectID
  ) throws(StoreError) -> Bool {
    let layout = try loaders.withLoader { loader throws(StoreError) in
      try Layout(of: id, with: &loader)
    }
    let status = try Ingest.status(of: file)
    guard status.size.bytes == layout.length else { return false }
    let comparison = Comparison(layout: layout, loaders: loaders, isProven: isProven(layout))
    let isEqual = try comparison.holds(file)
    try Ingest.checkUnchanged(file, since: status)
    return isEqual
  }

  /// Writes down which recipes were proven since the store was opened.
  ///
  /// - Throws: ``FileError``; they are then proven again another time.
  package func saveProofs() throws(FileError) {
    try proofs.save()
  }

  /// A content of one record needs no proof: it is checked against its own name.
  func isProven(_ layout: Layout) -> Bool {
    layout.proof.map { proofs.contains($0) } ?? true
  }
}

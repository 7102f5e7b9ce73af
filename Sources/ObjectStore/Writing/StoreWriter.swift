package import Platform
package import Primitives
internal import Synchronization

/// Adds objects to a store; any number of threads may use it at once.
///
/// While it lives its lease keeps removers from deleting what it relies on. Nothing that it adds
/// is promised to survive a power cut before ``synchronize()`` or a durable ``finish(durably:)``.
package final class StoreWriter: Sendable {
  private let session: RecordSession
  private let chunker: Chunker
  private let cutter: MetadataCutter
  private let setting: CompressionSetting
  private let store: ObjectStore

  /// What must not be stored.
  private let tombstones: Tombstones

  /// What single objects are added with: an encoder is too large to be made for each of them.
  private let idle = Mutex<[Encoder]>([])

  init(
    session: RecordSession, store: ObjectStore, setting: CompressionSetting,
    tombstones: Tombstones
  ) {
    self.tombstones = tombstones
    self.store = store
    self.session = session
    self.setting = setting
    chunker = Chunker(limits: store.format.limits, seed: store.format.seed)
    cutter = MetadataCutter(seed: store.format.seed)
  }

  /// Makes everything added so far durable, and what it relies on.
  ///
  /// - Throws: ``StoreError`` when the disk refuses; nothing may then be replaced that relies on
  ///   the store having it.
  package func synchronize() throws(StoreError) {
    try session.synchronize()
  }

  /// Ends the writing: what was added can be found from now on.
  ///
  /// - Parameter durably: Whether to return only when it would survive a power cut.
  /// - Returns: What was new to the store.
  /// - Throws: ``StoreError`` when the disk refuses, or a pack that was relied on has vanished.
  @discardableResult
  package func finish(durably: Bool) throws(StoreError) -> WriteSummary {
    let summary = try session.finish(durably: durably)
    return WriteSummary(newRecords: summary.records, newBytes: summary.storedBytes)
  }
}

/// What a writer added that the store did not have.
package struct WriteSummary: Hashable, Sendable {
  package let newRecords: Int

  /// What the new records take in the store, after compression.
  package let newBytes: ByteCount
}

/// A file that was added.
package struct AddedFile: Hashable, Sendable {
  package let id: ObjectID

  /// What the file system said of it, before and after it was read alike.
  package let status: FileStatus

  /// The digests that were asked for with it.
  package var md5: Set<MD5Digest> = []

  package var size: ByteCount { status.size }
}

// MARK: - Files

extension StoreWriter {
  /// Adds many files with all cores: small ones side by side, a large one on all of them.
  ///
  /// - Parameters:
  ///   - count: How many files.
  ///   - md5: Which digests by MD5 are taken along, of the same bytes, if any.
  ///   - progress: Told of bytes read and files done.
  ///   - open: Opens the file of a number; may be called twice for a large one.
  ///   - done: Called once for each number, from any thread, with what became of the file: it
  ///     changed meanwhile, is no regular file, or cannot be read, or else its oid.
  /// - Throws: ``StoreError`` when the store itself fails; `done` is then not called for all.
  package func addFiles(
    _ count: Int, md5: MD5Form? = nil, progress: ProgressCounter?,
    open: @Sendable (Int) throws(FileError) -> OpenFile,
    done: @Sendable (Int, Result<AddedFile, StoreError>) -> Void
  ) throws(StoreError) {
    let large = Mutex<[Int]>([])
    let shares = WorkShares(of: count)
    let failure = FirstError<StoreError>()
    Threads.run(min(shares.total, Machine.processorCount)) { _ in
      var ingest = SmallFileIngest(chunker: chunker, encoder: makeEncoder())
      while !failure.isSet, let index = shares.next()?.lowerBound {
        report(index, failure, done) { () throws(StoreError) in
          let file = try Ingest.open(index, open)
          let status = try Ingest.status(of: file)
          try refuseForgotten(file, status)
          if status.size.bytes > SmallFileIngest.limit {
            large.withLock { $0.append(index) }
            return nil
          }
          let added = try ingest.add(file, status: status, md5: md5, progress: progress)
          progress?.advance(files: 1)
          return AddedFile(id: added.id, status: status, md5: added.md5)
        }
      }
    }
    try failure.rethrow()
    try addLarge(
      large.withLock { $0.sorted() }, md5: md5, progress: progress, open: open, done: done)
  }

  private func addLarge(
    _ indices: [Int], md5: MD5Form?, progress: ProgressCounter?,
    open: @Sendable (Int) throws(FileError) -> OpenFile,
    done: @Sendable (Int, Result<AddedFile, StoreError>) -> Void
  ) throws(StoreError) {
    // One file is bound by the hash of its whole content, which no second core can help with:
    // two at a time keep all of them busy.
    let failure = FirstError<StoreError>()
    Threads.forEach(indices.count, threads: 2) { position in
      if failure.isSet { return }
      report(indices[position], failure, done) { () throws(StoreError) in
        let file = try Ingest.open(indices[position], open)
        let status = try Ingest.status(of: file)
        try refuseForgotten(file, status)
        let ingest = LargeFileIngest(
          status: status, chunker: chunker, workers: Machine.processorCount, md5: md5,
          progress: progress, makeEncoder: { self.makeEncoder() })
        let added = try ingest.add(file)
        progress?.advance(files: 1)
        return AddedFile(id: added.id, status: status, md5: added.md5)
      }
    }
    try failure.rethrow()
  }

  /// Calls `done` with what `body` comes to, unless it fails for a reason that concerns all files.
  private func report(
    _ index: Int, _ failure: FirstError<StoreError>,
    _ done: @Sendable (Int, Result<AddedFile, StoreError>) -> Void,
    _ body: () throws(StoreError) -> AddedFile?
  ) {
    do throws(StoreError) {
      if let file = try body() { done(index, .success(file)) }
    } catch {
      switch error {
      case .changedWhileReading, .notAFile, .unreadable, .forgotten: done(index, .failure(error))
      default: failure.set(error)
      }
    }
  }

  /// Refuses a content that was forgotten before a byte of it is stored.
  ///
  /// Only what has the size of such a content is read for it.
  private func refuseForgotten(
    _ file: borrowing OpenFile, _ status: FileStatus
  ) throws(StoreError) {
    guard tombstones.mayHold(status.size), let id = SHA256.id(of: file),
      let tombstone = tombstones[id]
    else { return }
    throw .forgotten(tombstone)
  }

  private func makeEncoder() -> RecordEncoder {
    RecordEncoder(session: session, store: store, setting: setting)
  }
}

// MARK: - Single objects

extension StoreWriter {
  /// Adds a content that is in memory: the target of a symlink, or a record of a run.
  ///
  /// - Returns: Its oid.
  /// - Throws: ``StoreError`` when the disk refuses.
  package func add(
    _ bytes: [UInt8], class recordClass: RecordClass
  ) throws(StoreError) -> ObjectID {
    if recordClass == .data, tombstones.mayHold(.bytes(bytes.count)),
      let tombstone = tombstones[SHA256.id(of: bytes.span)]
    {
      throw .forgotten(tombstone)
    }
    return try withEncoder { encoder throws(StoreError) in
      try encoder.put(bytes.span, cutBy: chunker, class: recordClass)
    }
  }

  /// Adds a directory, in parts where it is long (`docs/format/tree.md` §3).
  ///
  /// - Returns: Its oid.
  /// - Throws: ``StoreError`` when the disk refuses.
  package func add(_ tree: Tree) throws(StoreError) -> ObjectID {
    try withEncoder { encoder throws(StoreError) in
      try encoder.put(tree, cutBy: cutter)
    }
  }

  /// An encoder that waits for work.
  private final class Encoder: @unchecked Sendable {
    // Taken out of the pool by one thread at a time.
    var encoder: RecordEncoder

    init(_ encoder: consuming RecordEncoder) {
      self.encoder = encoder
    }
  }

  private func withEncoder(
    _ body: (inout RecordEncoder) throws(StoreError) -> ObjectID
  ) throws(StoreError) -> ObjectID {
    let box = idle.withLock { $0.popLast() } ?? Encoder(makeEncoder())
    defer { idle.withLock { $0.append(box) } }
    return try body(&box.encoder)
  }
}

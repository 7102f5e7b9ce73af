internal import Platform
internal import Primitives
internal import Synchronization

/// Adds one large file with all cores.
///
/// A thread reads blocks, one hashes the whole content, one finds the edges of chunks, one takes the
/// digests by MD5 that were asked for, and all the others hash, compress and store chunks. Queues of
/// fixed length join them, so the memory does not depend on the file's size, and each byte is read
/// once.
final class LargeFileIngest: Sendable {
  private static let blockSize = 2 << 20
  private static let blockCount = 16

  private let status: FileStatus
  private let chunker: Chunker
  private let workerCount: Int
  private let md5: MD5Form?
  private let makeEncoder: @Sendable () -> RecordEncoder
  private let progress: ProgressCounter?

  private let free = Channel<IOBuffer>(capacity: blockCount)
  private let toHash = Channel<Block>(capacity: blockCount)
  private let toCut = Channel<Block>(capacity: blockCount)
  private let toSum = Channel<Block>(capacity: blockCount)
  private let toStore = Channel<ChunkTask>(capacity: 4 * blockCount)
  private let collector = Mutex(PartCollector())
  private let digest = Mutex<(id: ObjectID, states: [SHA256State])?>(nil)
  private let sums = Mutex<Set<MD5Digest>>([])
  private let failure = FirstError<StoreError>()

  /// Prepares to add a file.
  ///
  /// - Parameters:
  ///   - status: What `fstat` says of the file.
  ///   - chunker: The chunker of the store.
  ///   - workers: How many threads store chunks.
  ///   - md5: Which digests are taken along, if any.
  ///   - progress: Told of the bytes read.
  ///   - makeEncoder: Makes the encoder of one thread.
  init(
    status: FileStatus, chunker: Chunker, workers: Int, md5: MD5Form?,
    progress: ProgressCounter?,
    makeEncoder: @escaping @Sendable () -> RecordEncoder
  ) {
    self.status = status
    self.chunker = chunker
    self.workerCount = workers
    self.md5 = md5
    self.progress = progress
    self.makeEncoder = makeEncoder
  }

  /// Reads and stores the file.
  ///
  /// - Returns: The oid of the content, and the digests that were asked for.
  /// - Throws: ``StoreError/changedWhileReading(_:)``, or what the disk refuses.
  func add(
    _ file: borrowing OpenFile
  ) throws(StoreError) -> (id: ObjectID, md5: Set<MD5Digest>) {
    for _ in 0..<Self.blockCount { free.send(IOBuffer(capacity: Self.blockSize)) }
    let others = md5 == nil ? 3 : 4
    Threads.run(others + workerCount) { index in
      do throws(StoreError) {
        switch index {
        case 0: try self.read(file)
        case 1: self.hash()
        case 2: try self.cut()
        case 3..<others: self.sum()
        default: try self.storeChunks()
        }
      } catch {
        self.fail(error)
      }
    }
    try failure.rethrow()
    guard let digest = digest.withLock({ $0 }) else { preconditionFailure("the hash never ended") }
    var encoder = makeEncoder()
    var builder = collector.withLock { $0.builder }
    try encoder.finish(&builder, as: digest.id, class: .data, states: digest.states)
    return (digest.id, sums.withLock { $0 })
  }

  /// Ends all threads: whoever waits for a queue finds it closed.
  private func fail(_ error: StoreError) {
    failure.set(error)
    free.close()
    toHash.close()
    toCut.close()
    toSum.close()
    toStore.close()
  }
}

// MARK: - The threads

extension LargeFileIngest {
  private func read(_ file: borrowing OpenFile) throws(StoreError) {
    let size = status.size.bytes
    var offset = 0
    while offset < size {
      guard let buffer = free.receive() else { return }
      let limit = min(buffer.capacity, size - offset)
      try Ingest.fill(buffer, from: file, at: offset, count: limit)
      offset += limit
      let block = Block(buffer, returningTo: free, isLast: offset == size)
      guard toHash.send(block), toCut.send(block) else { return }
      if md5 != nil, !toSum.send(block) { return }
      progress?.advance(bytes: limit)
    }
    try Ingest.checkUnchanged(file, since: status)
    toHash.close()
    toCut.close()
    toSum.close()
  }

  private func sum() {
    guard let md5 else { return }
    var running = MD5Sums(md5)
    while let block = toSum.receive() {
      block.buffer.withBytes(0..<block.count) { running.update($0) }
    }
    let found = running.finalize()
    sums.withLock { $0 = found }
  }

  private func hash() {
    var hash = SHA256()
    var states: [SHA256State] = []
    while let block = toHash.receive() {
      block.buffer.withBytes(0..<block.count) { hash.update($0) }
      if hash.byteCount.isMultiple(of: Recipe.segmentSize), hash.byteCount < status.size.bytes {
        states.append(hash.state)
      }
    }
    digest.withLock { $0 = (hash.finalize(), states) }
  }

  private func cut() throws(StoreError) {
    var cutter = BlockCutter(chunker: chunker)
    while let block = toCut.receive() {
      cutter.cut(block) { toStore.send($0) }
    }
    toStore.close()
  }

  private func storeChunks() throws(StoreError) {
    var encoder = makeEncoder()
    let scratch = IOBuffer(capacity: chunker.limits.maximum.bytes)
    while let task = toStore.receive() {
      let part = try task.withBytes(scratch: scratch) { bytes throws(StoreError) in
        let id = SHA256.id(of: bytes)
        try encoder.put(bytes, as: id, class: .data)
        return Recipe.Part(id: id, length: bytes.count)
      }
      try collector.withLock { collector throws(StoreError) in
        try collector.deliver(part, sequence: task.sequence, with: &encoder)
      }
    }
  }
}

/// Puts the parts, which many threads finish in any order, back into the order of the content.
private struct PartCollector {
  var builder = RecipeBuilder()
  private var next = 0
  private var waiting: [Int: Recipe.Part] = [:]

  mutating func deliver(
    _ part: Recipe.Part, sequence: Int, with encoder: inout RecordEncoder
  ) throws(StoreError) {
    waiting[sequence] = part
    while let part = waiting.removeValue(forKey: next) {
      try builder.append(part, with: &encoder)
      next += 1
    }
  }
}

internal import Platform
internal import Primitives
internal import Synchronization

/// Writes into one file what many threads make for it: from one thread, in large pieces.
///
/// The kernel lets one writer into a file at a time. Threads that wait for each other there, or at a
/// lock in front of it, burn the processor that decoding needs.
final class GatheredWriting: Sendable {
  /// How much is gathered before it is written, in bytes.
  private static let pieceSize = 1 << 20

  private let free: Channel<IOBuffer>
  private let full: Channel<Piece>
  private let failure = FirstError<StoreError>()

  /// Bytes that follow each other in the file.
  private struct Piece: Sendable {
    let buffer: IOBuffer
    let offset: Int
  }

  /// Prepares for some threads that make content.
  private init(makers: Int) {
    free = Channel(capacity: 2 * makers)
    full = Channel(capacity: 2 * makers)
    for _ in 0..<2 * makers { free.send(IOBuffer(capacity: Self.pieceSize)) }
  }

  /// Calls `body` for every number below `count`, on all processors, and writes what it makes.
  ///
  /// - Parameters:
  ///   - file: Where to write.
  ///   - count: How many calls.
  ///   - body: Makes the content of one number, and hands it to the gatherer.
  /// - Throws: The first error of `body`, or ``StoreError/file(_:)``.
  static func fill(
    _ file: borrowing OpenFile, count: Int,
    _ body: @Sendable (_ index: Int, _ gatherer: inout Gatherer) throws(StoreError) -> Void
  ) throws(StoreError) {
    let shares = WorkShares(of: count)
    let makers = min(Machine.processorCount, shares.total)
    let writing = GatheredWriting(makers: makers)
    let left = Atomic(makers)
    Threads.run(1 + makers) { number in
      do throws(StoreError) {
        if number == 0 { return try writing.write(to: file) }
        var gatherer = Gatherer(writing)
        while !writing.failure.isSet, let index = shares.next()?.lowerBound {
          try body(index, &gatherer)
        }
        try gatherer.flush()
        // The last one to end says that no more will come.
        if left.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue == 0 {
          writing.full.close()
        }
      } catch {
        writing.fail(error)
      }
    }
    try writing.failure.rethrow()
  }

  /// The work of the thread that writes.
  private func write(to file: borrowing OpenFile) throws(StoreError) {
    while let piece = full.receive() {
      let buffer = piece.buffer
      try buffer.withBytes(0..<buffer.count) { bytes throws(StoreError) in
        try StoreError.onFiles { () throws(FileError) in
          try file.write(bytes, at: piece.offset)
        }
      }
      free.send(buffer)
    }
  }

  /// Ends all threads: whoever waits for a queue finds it closed.
  private func fail(_ error: StoreError) {
    failure.set(error)
    free.close()
    full.close()
  }

  /// What one thread has made and not handed on yet.
  struct Gatherer: ~Copyable {
    private let writing: GatheredWriting
    private var buffer: IOBuffer?
    private var offset = 0
    private var count = 0

    fileprivate init(_ writing: GatheredWriting) {
      self.writing = writing
    }

    /// Takes bytes that belong at an offset of the file.
    ///
    /// - Throws: The error of another thread, which ends the work of all.
    mutating func add(_ bytes: Span<UInt8>, at start: Int) throws(StoreError) {
      var done = 0
      while done < bytes.count {
        if start + done != offset + count || count == GatheredWriting.pieceSize { try flush() }
        if buffer == nil { try begin(at: start + done) }
        let size = min(GatheredWriting.pieceSize - count, bytes.count - done)
        buffer?.copy(bytes.extracting(done..<done + size), to: count)
        count += size
        done += size
      }
    }

    private mutating func begin(at start: Int) throws(StoreError) {
      buffer = writing.free.receive()
      (offset, count) = (start, 0)
      if buffer == nil { try writing.failure.rethrow() }
    }

    /// Hands on what was gathered.
    fileprivate mutating func flush() throws(StoreError) {
      guard let full = buffer.take() else { return }
      if !writing.full.send(Piece(buffer: full, offset: offset)) { try writing.failure.rethrow() }
    }
  }
}

internal import Platform
internal import Primitives

/// One block of a file in memory; its buffer is free again when nobody holds the block.
final class Block: Sendable {
  let buffer: IOBuffer
  let count: Int

  /// Whether the file ends with this block.
  let isLast: Bool

  private let pool: Channel<IOBuffer>

  init(_ buffer: IOBuffer, returningTo pool: Channel<IOBuffer>, isLast: Bool) {
    self.buffer = buffer
    self.count = buffer.count
    self.pool = pool
    self.isLast = isLast
  }

  deinit {
    pool.send(buffer)
  }
}

/// Where the bytes of one chunk lie: in one block, or at the end of one and the start of the next.
struct ChunkTask: Sendable {
  /// The number of the chunk in its file, from 0.
  let sequence: Int
  let pieces: (first: Piece, second: Piece?)

  struct Piece: Sendable {
    let block: Block
    let range: Range<Int>
  }

  /// Calls `body` with the chunk's bytes, put together in `scratch` where they lie in two blocks.
  func withBytes<Result, Failure: Error>(
    scratch: IOBuffer, _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard let second = pieces.second else {
      return try pieces.first.block.buffer.withBytes(pieces.first.range, body)
    }
    pieces.first.copy(to: scratch, at: 0)
    second.copy(to: scratch, at: pieces.first.range.count)
    return try scratch.withBytes(0..<scratch.count, body)
  }
}

extension ChunkTask.Piece {
  fileprivate func copy(to target: IOBuffer, at position: Int) {
    block.buffer.withBytes(range) { target.copy($0, to: position) }
  }
}

/// Finds the edges of chunks in a content that arrives in blocks.
struct BlockCutter {
  private let chunker: Chunker
  private let window: IOBuffer
  private var sequence = 0

  /// The end of the block before, shorter than the longest chunk, in which no edge is known yet.
  private var carry: ChunkTask.Piece?

  init(chunker: Chunker) {
    self.chunker = chunker
    window = IOBuffer(capacity: 2 * chunker.limits.maximum.bytes)
  }

  /// Takes the next block and passes on each chunk whose end is now known.
  ///
  /// - Parameters:
  ///   - block: The next block. Every block but the last is longer than the longest chunk.
  ///   - body: Called with the chunks in their order.
  mutating func cut(_ block: Block, _ body: (ChunkTask) -> Void) {
    let maximum = chunker.limits.maximum.bytes
    var start = cutCarry(before: block, body)
    while start < block.count, block.isLast || block.count - start >= maximum {
      let end = min(block.count, start + maximum)
      let length = block.buffer.withBytes(start..<end) { chunker.firstChunkLength(in: $0) }
      let piece = ChunkTask.Piece(block: block, range: start..<start + length)
      pass(piece, nil, body)
      start += length
    }
    carry = start < block.count ? ChunkTask.Piece(block: block, range: start..<block.count) : nil
  }

  /// Cuts what the block before left over, and returns where the first chunk that lies wholly in
  /// `block` begins.
  private mutating func cutCarry(before block: Block, _ body: (ChunkTask) -> Void) -> Int {
    guard var rest = carry else { return 0 }
    let ahead = min(block.count, chunker.limits.maximum.bytes)
    rest.copy(to: window, at: 0)
    ChunkTask.Piece(block: block, range: 0..<ahead).copy(to: window, at: rest.range.count)
    let end = window.count
    var position = 0
    while true {
      let length = window.withBytes(position..<end) { chunker.firstChunkLength(in: $0) }
      position += length
      let start = rest.range.lowerBound
      if length < rest.range.count {
        pass(.init(block: rest.block, range: start..<start + length), nil, body)
        rest = .init(block: rest.block, range: start + length..<rest.range.upperBound)
        continue
      }
      let beyond = length - rest.range.count
      pass(rest, beyond > 0 ? .init(block: block, range: 0..<beyond) : nil, body)
      return beyond
    }
  }

  private mutating func pass(
    _ first: ChunkTask.Piece, _ second: ChunkTask.Piece?, _ body: (ChunkTask) -> Void
  ) {
    body(ChunkTask(sequence: sequence, pieces: (first, second)))
    sequence += 1
  }
}

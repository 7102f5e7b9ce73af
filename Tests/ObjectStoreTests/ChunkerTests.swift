import ObjectStore
import Primitives
import TestSupport
import Testing

@Suite struct ChunkerTests {
  @Test func `an edge is forced where the content never gives one`() {
    let zeros = [UInt8](repeating: 0, count: 600_000)
    #expect(chunkLengths(of: zeros, by: Chunker()) == [262_144, 262_144, 75_712])
  }
}

/// The lengths of all chunks of `bytes`.
func chunkLengths(of bytes: [UInt8], by chunker: Chunker) -> [Int] {
  var lengths: [Int] = []
  var start = 0
  while start < bytes.count {
    let length = chunker.firstChunkLength(in: bytes.span.extracting(start...))
    lengths.append(length)
    start += length
  }
  return lengths
}

import Primitives
import TestSupport
import Testing

@testable import ContentDiff

@Suite struct ByteComparisonTests {
  @Test(arguments: 1...40)
  func `changed bytes are those that differ at their offset`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let old = sampleBytes(count: 5_000, seed: seed)
    var new = old
    for _ in 0..<Int.random(in: 1...30, using: &generator) {
      new[Int.random(in: 0..<5_000, using: &generator)] ^= UInt8.random(
        in: 0...9, using: &generator)
    }
    let places = old.indices.filter { old[$0] != new[$0] }
    let found = try ByteComparison.compare(MemorySource(old), MemorySource(new), limit: 1_000)
    #expect(found.changedBytes == places.count)
    #expect(found.commonStart == places.first ?? 5_000)
    #expect(found.commonEnd == (places.last.map { 4_999 - $0 } ?? 0))
    #expect(found.stretches.count == found.stretchCount)
    for place in places {
      #expect(found.stretches.contains { ($0.offset..<$0.offset + $0.length).contains(place) })
    }
    let streamed = try ByteComparison.compare(
      SourceStream(MemorySource(old)), SourceStream(MemorySource(new)), limit: 1_000)
    #expect(streamed == found)
  }

  @Test(arguments: [0, 1, 2_500, 4_999, 5_000])
  func `what is inserted is what neither end has`(place: Int) throws {
    let old = sampleBytes(count: 5_000, seed: 7)
    // A byte that neither neighbour has.
    let inserted = try #require(
      (0...255).first { $0 != old[min(place, 4_999)] && $0 != old[max(0, place - 1)] })
    let new = old[..<place] + [UInt8](repeating: UInt8(inserted), count: 3) + old[place...]
    let found = try ByteComparison.compare(MemorySource(old), MemorySource(Array(new)), limit: 5)
    #expect((found.commonStart, found.commonEnd) == (place, 5_000 - place))
    #expect(found.changedBytes == 3)
    let back = try ByteComparison.compare(MemorySource(Array(new)), MemorySource(old), limit: 5)
    #expect((back.commonStart, back.commonEnd) == (place, 5_000 - place))
  }
}

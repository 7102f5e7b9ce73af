import ObjectStore
import Primitives
import TestSupport
import Testing

@Suite struct MetadataCutterTests {
  @Test(arguments: [45, 74, 300])
  func `parts have four kibibytes on average whatever the size of entries`(entrySize: Int) {
    let entries = (0..<20_000 / (entrySize / 40)).map {
      sampleBytes(count: entrySize, seed: UInt64($0))
    }
    let sizes = partSizes(of: entries)
    #expect(sizes.reduce(0, +) == entries.count * entrySize)
    #expect(sizes.dropLast().allSatisfy { (1_024...16_384).contains($0) })
    let average = entries.count * entrySize / sizes.count
    #expect((3_600...4_600).contains(average), "\(average)")
  }

  @Test func `entries that are all alike end parts at the maximum at the latest`() {
    let entries = [[UInt8]](repeating: [UInt8](repeating: 1, count: 305), count: 500)
    #expect(partSizes(of: entries).allSatisfy { $0 <= 16_384 })
  }

  @Test func `a huge entry has a part of its own`() {
    let small = [UInt8](repeating: 1, count: 100)
    let huge = [UInt8](repeating: 2, count: 20_000)
    #expect(partSizes(of: [small, huge, small]) == [100, 20_000, 100])
  }

  @Test func `a changed, a removed and a new entry change the parts next to them`() {
    let entries = (0..<5_000).map { sampleBytes(count: 60 + Int($0) % 9, seed: $0) }
    var changed = entries
    changed[1_000][3] ^= 1
    changed.remove(at: 2_500)
    changed.insert(sampleBytes(count: 70, seed: 99_999), at: 4_000)
    let fresh = Set(parts(of: changed)).subtracting(parts(of: entries))
    #expect((1...9).contains(fresh.count), "\(fresh.count)")
  }

  @Test(arguments: [Chunker.Seed.standard, ChunkerTests.seed(counting: true)])
  func `the vectors of the second implementation hold`(seed: Chunker.Seed) throws {
    let entries = (0..<1_000).map { number -> [UInt8] in
      let digest = SHA256.id(of: Array("\(number)".utf8).span).bytes
      return digest + [UInt8](repeating: UInt8(ascii: "x"), count: number % 7)
        + Array("name-\(number)".utf8)
    }
    let sizes = partSizes(of: entries, seed: seed, sizeBefore: 8).map { "\($0)" }
    #expect(try Vectors.values(of: "parts", seed) == sizes)
  }

  private func partSizes(
    of entries: [[UInt8]], seed: Chunker.Seed = .standard, sizeBefore: Int = 0
  ) -> [Int] {
    let cutter = MetadataCutter(seed: seed)
    var sizes: [Int] = []
    var size = sizeBefore
    for entry in entries {
      if cutter.begins(before: entry.span, partSize: size) {
        sizes.append(size)
        size = 0
      }
      size += entry.count
      if cutter.ends(after: entry.span, partSize: size) {
        sizes.append(size)
        size = 0
      }
    }
    return size > 0 ? sizes + [size] : sizes
  }

  private func parts(of entries: [[UInt8]]) -> [ArraySlice<UInt8>] {
    let bytes = entries.flatMap { $0 }
    var start = 0
    return partSizes(of: entries).map { size in
      defer { start += size }
      return bytes[start..<start + size]
    }
  }
}

@Suite struct RecipeCutterTests {
  @Test func `nodes have 64 to 1,024 entries, 320 on average`() {
    var generator = SeededGenerator(seed: 3)
    var counts: [Int] = []
    var count = 0
    for _ in 0..<200_000 {
      let id = ObjectID(words: (0, 0, 0, generator.next()))
      count += 1
      guard RecipeCutter.ends(after: id, entryCount: count) else { continue }
      counts.append(count)
      count = 0
    }
    #expect(counts.allSatisfy { (64...1_024).contains($0) })
    #expect((290...340).contains(counts.reduce(0, +) / counts.count))
  }

  @Test func `the last byte of the oid decides between 64 and 1,024 entries`() {
    let zero = ObjectID(words: (1, 2, 3, 0x100))
    let other = ObjectID(words: (0, 0, 0, 0x01))
    #expect(!RecipeCutter.ends(after: zero, entryCount: 63))
    #expect(RecipeCutter.ends(after: zero, entryCount: 64))
    #expect(!RecipeCutter.ends(after: other, entryCount: 64))
    #expect(!RecipeCutter.ends(after: other, entryCount: 1_023))
    #expect(RecipeCutter.ends(after: other, entryCount: 1_024))
    #expect(zero.bytes.last == 0)
  }
}

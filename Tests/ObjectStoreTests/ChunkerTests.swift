import Foundation
import Primitives
import TestSupport
import Testing

@testable import ObjectStore

@Suite struct ChunkerTests {
  /// Small enough that a few hundred kilobytes make many chunks.
  static let limits = limits(256, 1_024, 4_096)

  @Test(arguments: [0, 1, 255, 256, 257, 1_024, 4_096, 4_097, 300_000])
  func `chunk lengths add up to the content`(count: Int) {
    let lengths = chunkLengths(of: sampleBytes(count: count, seed: 1), by: Self.chunker())
    #expect(lengths.reduce(0, +) == count)
    #expect(lengths.allSatisfy { $0 > 0 })
  }

  @Test(arguments: 1...8)
  func `every chunk but the last keeps within the limits`(seed: UInt64) {
    let bytes = sampleBytes(count: 200_000, seed: seed)
    let lengths = chunkLengths(of: bytes, by: Self.chunker())
    #expect(lengths.dropLast().allSatisfy { (256...4_096).contains($0) })
    // 1,170 bytes on average: the share of 73 KiB in the standard limits.
    #expect((120...220).contains(lengths.count))
  }

  @Test func `an edge is forced where the content never gives one`() {
    let zeros = [UInt8](repeating: 0, count: 600_000)
    #expect(chunkLengths(of: zeros, by: Chunker()) == [262_144, 262_144, 75_712])
  }

  @Test(arguments: [limits, limits(64, 256, 257), limits(100, 512, 3_000), .standard])
  func `edges are where the specification says`(limits: Chunker.Limits) {
    for seed in UInt64(1)...2 {
      // Four letters make bytes repeat, so other fingerprints than those of random bytes occur.
      let count = limits == .standard ? 120_000 : 20_000
      let bytes = sampleBytes(count: count, seed: seed).map { seed == 2 ? $0 & 3 : $0 }
      let chunker = Chunker(limits: limits, seed: Self.seed(UInt8(seed)))
      #expect(
        chunkLengths(of: bytes, by: chunker)
          == SpecifiedChunker(limits, Self.seed(UInt8(seed))).lengths(bytes))
    }
  }

  @Test func `what comes after the maximum does not matter`() {
    let bytes = sampleBytes(count: 20_000, seed: 5)
    let chunker = Self.chunker()
    for start in stride(from: 0, to: 15_000, by: 700) {
      let rest = bytes.span.extracting(start...)
      let length = chunker.firstChunkLength(in: rest)
      #expect(length == chunker.firstChunkLength(in: rest.extracting(..<4_096)))
    }
  }

  @Test("An edit moves only the edges next to it", arguments: Edit.all)
  func editIsLocal(_ edit: Edit) {
    let original = sampleBytes(count: 300_000, seed: 7)
    let before = chunks(of: original)
    let after = chunks(of: edit.applied(original))
    let fresh = Set(after).subtracting(before)
    #expect(!fresh.isEmpty)
    #expect(fresh.count <= 6, "only chunks around the edit may be new")
  }

  @Test func `another seed makes other edges`() {
    let bytes = sampleBytes(count: 100_000, seed: 8)
    let first = chunkLengths(of: bytes, by: Self.chunker())
    let second = chunkLengths(of: bytes, by: Chunker(limits: Self.limits, seed: Self.seed(1)))
    #expect(first != second)
  }

  @Test func `limits outside the rules are refused`() {
    for (minimum, average, maximum) in [
      (63, 1_024, 4_096), (1_024, 1_024, 4_096), (256, 1_000, 4_096), (256, 1_024, 1_024),
      (64, 128, 4_096), (256, 2 << 20, 4 << 20), (256, 1_024, (8 << 20) + 1), (-1, 1_024, 4_096),
    ] {
      #expect(
        Chunker.Limits(
          minimum: .bytes(minimum), average: .bytes(average), maximum: .bytes(maximum)) == nil)
    }
    #expect(Chunker.Seed(bytes: [UInt8](repeating: 0, count: 8)) == nil)
    #expect(Chunker.Seed(bytes: [UInt8](repeating: 0, count: 16)) == .standard)
  }

  // MARK: - Specification and vectors

  @Test func `the examples of the page hold`() throws {
    let examples = try FormatPage.hexExamples(of: "chunking.md")
    try #require(examples.count == 2)
    let gear = GearTable(seed: .standard)
    #expect(gear.words.count == 256)
    #expect(gear.words.prefix(4).flatMap { Self.bytes($0) } == examples[0])
    let fingerprint = (0..<64).reduce(UInt64(0)) { $0 << 1 &+ gear.words[$1] }
    #expect(Self.bytes(fingerprint) == examples[1])
  }

  @Test(arguments: [Chunker.Seed.standard, seed(counting: true)])
  func `the vectors of the second implementation hold`(seed: Chunker.Seed) throws {
    let gear = GearTable(seed: seed).words
    let words = (gear.prefix(4) + gear.suffix(4)).map { Hex.string(of: Self.bytes($0)) }
    #expect(try Vectors.values(of: "table", seed) == words)
    let bytes = sampleBytes(count: 3_000_000, seed: 1)
    let lengths = chunkLengths(of: bytes, by: Chunker(seed: seed)).map { "\($0)" }
    #expect(try Vectors.values(of: "chunks", seed) == lengths)
  }

  // MARK: - Helpers

  static func limits(_ minimum: Int, _ average: Int, _ maximum: Int) -> Chunker.Limits {
    guard
      let limits = Chunker.Limits(
        minimum: .bytes(minimum), average: .bytes(average), maximum: .bytes(maximum))
    else { preconditionFailure("the limits of a test must be valid") }
    return limits
  }

  static func seed(_ first: UInt8 = 0, counting: Bool = false) -> Chunker.Seed {
    let bytes = counting ? Array(0..<16) : [first] + [UInt8](repeating: 0, count: 15)
    return Chunker.Seed(bytes: bytes) ?? .standard
  }

  static func chunker() -> Chunker { Chunker(limits: limits) }

  static func bytes(_ word: UInt64) -> [UInt8] {
    stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) }
  }

  private func chunks(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var start = 0
    return chunkLengths(of: bytes, by: Self.chunker()).map { length in
      defer { start += length }
      return bytes[start..<start + length]
    }
  }
}

// MARK: - Edits

extension ChunkerTests {
  /// A change in the middle of a file.
  struct Edit: CustomTestStringConvertible {
    let testDescription: String
    let applied: @Sendable (_ bytes: [UInt8]) -> [UInt8]

    init(_ description: String, _ change: @escaping @Sendable (inout [UInt8]) -> Void) {
      testDescription = description
      applied = { bytes in
        var bytes = bytes
        change(&bytes)
        return bytes
      }
    }

    static let all = [
      Edit("insert one byte") { $0.insert(0xFF, at: 150_000) },
      Edit("remove a hundred bytes") { $0.removeSubrange(150_000..<150_100) },
      Edit("overwrite one byte") { $0[150_000] ^= 0xFF },
      Edit("insert at the start") { $0.insert(0xFF, at: 0) },
      Edit("append") { $0.append(0xFF) },
    ]
  }
}

// MARK: - Specification

/// The page in words, and slow: the fingerprint is summed up anew at every position.
private struct SpecifiedChunker {
  let limits: Chunker.Limits
  let gear: [UInt64]

  init(_ limits: Chunker.Limits, _ seed: Chunker.Seed) {
    self.limits = limits
    gear = GearTable(seed: seed).words
  }

  func lengths(_ bytes: [UInt8]) -> [Int] {
    // Each fingerprint costs 64 steps, so they are kept for chunks that look at them again.
    let fingerprints = (0..<bytes.count).map { position -> UInt64 in
      (0..<min(64, position)).reduce(0) { $0 &+ gear[Int(bytes[position - 1 - $1])] << UInt64($1) }
    }
    let bits = limits.average.bytes.trailingZeroBitCount
    var lengths: [Int] = []
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count - start, limits.maximum.bytes)
      let length = (min(limits.minimum.bytes, end)..<end).first { distance in
        let zeros = distance < limits.average.bytes ? bits + 2 : bits - 2
        return fingerprints[start + distance].leadingZeroBitCount >= zeros
      }
      lengths.append(length ?? end)
      start += length ?? end
    }
    return lengths
  }
}

/// `fixtures/vectors/chunks.txt`.
enum Vectors {
  /// The words of the line that begins with `kind` and the seed.
  static func values(of kind: String, _ seed: Chunker.Seed) throws -> [String] {
    let file = ProjectRoot.file("fixtures/vectors/chunks.txt")
    let start = "\(kind) \(Hex.string(of: seed.bytes)) "
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    let line = try #require(lines.first { $0.hasPrefix(start) })
    return line.dropFirst(start.count).split(separator: " ").map(String.init)
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

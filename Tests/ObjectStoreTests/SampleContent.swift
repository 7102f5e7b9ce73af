import ObjectStore
import TestSupport
import Testing

/// Content of a kind, with what `auto` is expected to make of it.
struct SampleContent: CustomTestStringConvertible {
  let testDescription: String
  let bytes: [UInt8]

  /// The codec that `auto` is expected to choose.
  let codec: Codec

  /// The largest share of the size that may be left.
  let share: Double

  init(_ description: String, _ codec: Codec, _ share: Double, _ bytes: [UInt8]) {
    testDescription = description
    self.bytes = bytes
    self.codec = codec
    self.share = share
  }

  static let all = [
    Self("nothing", .stored, 1, []),
    Self("one byte", .stored, 1, [7]),
    Self("63 zeros", .stored, 1, [UInt8](repeating: 0, count: 63)),
    Self("64 zeros", .zstd, 0.5, [UInt8](repeating: 0, count: 64)),
    Self("zeros", .zstd, 0.01, [UInt8](repeating: 0, count: 65_536)),
    Self("random", .stored, 1, sampleBytes(count: 65_536, seed: 1)),
    Self("a little random", .stored, 1, sampleBytes(count: 300, seed: 1)),
    Self("random, twice", .zstd, 0.51, twice(sampleBytes(count: 1_000, seed: 1))),
    Self("CSV", .zstd, 0.5, sampleCSV(rows: 4_000, seed: 1)),
    Self("a little CSV", .zstd, 0.8, sampleCSV(rows: 20, seed: 1)),
    Self("JSON lines", .zstd, 0.3, sampleJSONLines(rows: 1_000, seed: 1)),
    Self("digits", .zstd, 0.45, sampleBytes(count: 65_536, seed: 1).map { 48 + $0 % 10 }),
    Self("bf16", .planes, 0.68, sampleWeights(count: 32_768, seed: 1)),
    Self("bf16 off by one", .planes, 0.68, Array(sampleWeights(count: 30_000, seed: 2)[1...])),
    Self("f32", .planes, 0.85, sampleFloats(count: 16_384, seed: 1)),
    Self("f32 off by three", .planes, 0.85, Array(sampleFloats(count: 20_001, seed: 2)[3...])),
    Self("f32 a little", .planes, 0.92, sampleFloats(count: 300, seed: 3)),
    Self("int64", .planes, 0.35, integers(count: 8_000, seed: 1)),
    Self("bf16 as f32", .planes, 0.36, widened(sampleWeights(count: 16_384, seed: 1))),
  ]

  private static func twice(_ bytes: [UInt8]) -> [UInt8] { bytes + bytes }

  private static func sampleJSONLines(rows: Int, seed: UInt64) -> [UInt8] {
    var generator = SeededGenerator(seed: seed)
    let lines = (0..<rows).map { row in
      "{\"id\": \(row), \"label\": \(generator.next() & 3), \"score\": 0.\(generator.next() & 255)}\n"
    }
    return Array(lines.joined().utf8)
  }

  /// Numbers up to 2^19 of eight bytes each, as columns of keys are.
  private static func integers(count: Int, seed: UInt64) -> [UInt8] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).flatMap { _ in
      let value = generator.next() >> 45
      return (0..<8).map { UInt8(truncatingIfNeeded: value >> UInt64($0 * 8)) }
    }
  }

  /// Numbers of two bytes, as the upper halves of numbers of four.
  private static func widened(_ halves: [UInt8]) -> [UInt8] {
    stride(from: 0, to: halves.count, by: 2).flatMap { [0, 0, halves[$0], halves[$0 + 1]] }
  }
}

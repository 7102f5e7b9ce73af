import ObjectStore
import Primitives
import TestSupport
import Testing

@Suite struct CompressionTests {
  @Test(arguments: SampleContent.all)
  func `what was compressed comes back`(_ sample: SampleContent) throws {
    var compressor = Compressor()
    var decompressor = Decompressor()
    for setting in CompressionSetting.allCases {
      var stored: [UInt8] = [1, 2, 3]
      let codec = compressor.compress(sample.bytes.span, setting: setting, into: &stored)
      #expect(stored.prefix(3) == [1, 2, 3])
      stored.removeFirst(3)
      #expect(stored.count <= sample.bytes.count)
      var back = [UInt8](repeating: 0xAA, count: sample.bytes.count)
      var span = back.mutableSpan
      try decompressor.decompress(codec, stored: stored.span, into: &span)
      #expect(back == sample.bytes, "setting \(setting), codec \(codec)")
    }
  }

  @Test(arguments: SampleContent.all)
  func `auto chooses what suits the content`(_ sample: SampleContent) {
    var compressor = Compressor()
    var stored: [UInt8] = []
    let codec = compressor.compress(sample.bytes.span, setting: .auto, into: &stored)
    #expect(codec == sample.codec)
    #expect(Double(stored.count) <= Double(sample.bytes.count) * sample.share)
  }
}

struct SampleContent: CustomTestStringConvertible {
  let testDescription: String
  let bytes: [UInt8]

  /// What `auto` is expected to choose, and the largest share of the size it may leave.
  let codec: Codec
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
    Self("zeros", .zstd, 0.01, [UInt8](repeating: 0, count: 65_536)),
    Self("random", .stored, 1, sampleBytes(count: 65_536, seed: 1)),
    Self("a little random", .stored, 1, sampleBytes(count: 700, seed: 1)),
    Self("CSV", .zstd, 0.5, sampleCSV(rows: 4_000, seed: 1)),
    Self("a little CSV", .zstd, 0.8, sampleCSV(rows: 20, seed: 1)),
    Self("bf16", .planes, 0.7, sampleWeights(count: 32_768, seed: 1)),
  ]
}

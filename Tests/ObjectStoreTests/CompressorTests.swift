import ObjectStore
import Primitives
import TestSupport
import Testing

@Suite struct CompressorTests {
  @Test(arguments: SampleContent.all)
  func `what was compressed comes back`(_ sample: SampleContent) throws {
    var compressor = Compressor()
    for setting in CompressionSetting.allCases {
      // What is in the buffer before must stay.
      var stored: [UInt8] = [1, 2, 3]
      let codec = compressor.compress(sample.bytes.span, setting: setting, into: &stored)
      #expect(stored.prefix(3) == [1, 2, 3])
      stored.removeFirst(3)
      #expect(stored.count <= sample.bytes.count)
      #expect(try content(of: codec, stored, sample.bytes.count) == sample.bytes)
      switch setting {
      case .none: #expect(codec == .stored)
      case .zlib: #expect([.stored, .zlib].contains(codec))
      case .zstd: #expect([.stored, .zstd].contains(codec))
      case .auto: #expect(codec != .zlib)
      }
    }
  }

  @Test(arguments: SampleContent.all)
  func `auto chooses what suits the content`(_ sample: SampleContent) {
    var compressor = Compressor()
    var stored: [UInt8] = []
    let codec = compressor.compress(sample.bytes.span, setting: .auto, into: &stored)
    #expect(codec == sample.codec)
    let share = Double(stored.count) / Double(max(1, sample.bytes.count))
    #expect(share <= sample.share)
  }

  @Test(arguments: [CompressionSetting.auto, .zstd, .zlib])
  func `what is compressed already is stored as it is`(setting: CompressionSetting) {
    var compressor = Compressor()
    let text = sampleCSV(rows: 60_000, seed: 4)
    var frames: [UInt8] = []
    for start in stride(from: 0, to: text.count - 300_000, by: 300_000) {
      let part = text.span.extracting(start..<start + 300_000)
      #expect(compressor.compress(part, setting: .zstd, into: &frames) == .zstd)
    }
    #expect(frames.count > 200_000)
    let chunk = frames.span.extracting(1_000..<150_000)
    var stored: [UInt8] = []
    #expect(compressor.compress(chunk, setting: setting, into: &stored) == .stored)
    #expect(stored == Array(frames[1_000..<150_000]))
  }

  @Test func `a saving below three per cent is not taken`() {
    var compressor = Compressor()
    // Random bytes but for zeros at the start, which make it worth trying.
    for (zeros, codec) in [(1_500, Codec.stored), (4_000, .zstd)] {
      let bytes = [UInt8](repeating: 0, count: zeros) + sampleBytes(count: 60_000, seed: 9)
      var stored: [UInt8] = []
      #expect(compressor.compress(bytes.span, setting: .zstd, into: &stored) == codec)
    }
  }

  @Test func `the result does not depend on what was compressed before`() {
    var used = Compressor()
    for _ in 0..<2 {
      for sample in SampleContent.all {
        var fresh = Compressor()
        var expected: [UInt8] = []
        var stored: [UInt8] = []
        let codec = fresh.compress(sample.bytes.span, setting: .auto, into: &expected)
        #expect(used.compress(sample.bytes.span, setting: .auto, into: &stored) == codec)
        #expect(stored == expected, "\(sample.testDescription)")
      }
    }
  }

  @Test(arguments: 1...6)
  func `numbers of any width come back from any place`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var compressor = Compressor()
    let weights = sampleWeights(count: 40_000, seed: seed)
    let floats = sampleFloats(count: 20_000, seed: seed)
    for round in 0..<20 {
      let source = round.isMultiple(of: 2) ? weights : floats
      let start = Int.random(in: 0..<50_000, using: &generator)
      let bytes = Array(source[start..<start + Int.random(in: 0...30_000, using: &generator)])
      var stored: [UInt8] = []
      let codec = compressor.compress(bytes.span, setting: .auto, into: &stored)
      #expect(try content(of: codec, stored, bytes.count) == bytes, "\(start) \(bytes.count)")
      if bytes.count > 4_000 { #expect(codec == .planes, "\(start) \(bytes.count)") }
    }
  }

  @Test func `a record of nearly 16 MiB comes back`() throws {
    let bytes = [UInt8](capacity: 16 << 20) { output in
      while output.count < 16 << 20 - 1 { output.append(UInt8(output.count >> 9 & 0x7f)) }
    }
    var compressor = Compressor()
    for setting in [CompressionSetting.auto, .zlib] {
      var stored: [UInt8] = []
      let codec = compressor.compress(bytes.span, setting: setting, into: &stored)
      #expect(codec != .stored)
      #expect(try content(of: codec, stored, bytes.count) == bytes)
    }
  }

  private func content(of codec: Codec, _ stored: [UInt8], _ size: Int) throws -> [UInt8] {
    var decompressor = Decompressor()
    var filled = [UInt8](repeating: 0xAA, count: size)
    var span = filled.mutableSpan
    try decompressor.decompress(codec, stored: stored.span, into: &span)
    var appended: [UInt8] = [9]
    try decompressor.decompress(
      codec, stored: stored.span, size: .bytes(size), appendingTo: &appended)
    #expect(appended.first == 9)
    #expect(appended.dropFirst() == filled[...])
    return filled
  }
}

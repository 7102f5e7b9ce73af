import ObjectStore
import Primitives
import TestSupport
import Testing

@Suite struct DecompressorTests {
  /// Content of a few kibibytes in each codec that compresses.
  struct Stored: CustomTestStringConvertible {
    let codec: Codec
    let bytes: [UInt8]
    let content: [UInt8]

    var testDescription: String { "\(codec)" }

    init(_ setting: CompressionSetting, _ content: [UInt8]) {
      var compressor = Compressor()
      var bytes: [UInt8] = []
      codec = compressor.compress(content.span, setting: setting, into: &bytes)
      self.bytes = bytes
      self.content = content
    }

    static let all = [
      Self(.zlib, sampleCSV(rows: 150, seed: 1)),
      Self(.zstd, sampleCSV(rows: 150, seed: 1)),
      Self(.auto, sampleWeights(count: 1_500, seed: 1)),
      Self(.auto, sampleFloats(count: 700, seed: 1)),
    ]
  }

  @Test func `the samples cover every codec that compresses`() {
    #expect(Set(Stored.all.map(\.codec)) == [.zlib, .zstd, .planes])
  }

  @Test(arguments: Stored.all)
  func `stored bytes that end too early are refused`(_ stored: Stored) {
    for count in 0..<stored.bytes.count {
      #expect(throws: CodecError.self, "\(count) bytes") {
        try decompress(stored.codec, Array(stored.bytes[..<count]), stored.content.count)
      }
    }
  }

  @Test(arguments: Stored.all)
  func `bytes left over are refused`(_ stored: Stored) {
    let tails: [[UInt8]] = [[0], [0x28, 0xb5, 0x2f, 0xfd], Self.emptyFrame, Self.skippable]
    for tail in tails + [stored.bytes] {
      #expect(throws: CodecError.damaged(stored.codec)) {
        try decompress(stored.codec, stored.bytes + tail, stored.content.count)
      }
    }
  }

  @Test(arguments: Stored.all)
  func `a recorded size that lies is refused`(_ stored: Stored) {
    let size = stored.content.count
    for wrong in [0, 1, size / 2, size - 1, size + 1, size * 2, size + 100_000] {
      #expect(throws: CodecError.self, "\(wrong)") {
        try decompress(stored.codec, stored.bytes, wrong)
      }
    }
  }

  @Test(arguments: Stored.all)
  func `flipped bits never overrun`(_ stored: Stored) {
    var generator = SeededGenerator(seed: 11)
    for round in 0..<3_000 {
      var bytes = stored.bytes
      for _ in 0...round % 4 {
        let index = Int.random(in: 0..<bytes.count, using: &generator)
        bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      }
      // Many flips go unnoticed here, and are found by the hash; none may write past the end,
      // which `decompress` below checks.
      _ = try? decompress(stored.codec, bytes, stored.content.count)
    }
  }

  @Test func `random bytes are refused`() {
    for seed in UInt64(1)...200 {
      let bytes = sampleBytes(count: 1 + Int(seed), seed: seed)
      for codec in [Codec.zlib, .zstd, .planes] {
        #expect(throws: CodecError.self) { try decompress(codec, bytes, 1_000) }
      }
    }
  }

  @Test func `a bomb fills the recorded size and no more`() {
    var compressor = Compressor()
    let zeros = [UInt8](repeating: 0, count: 8 << 20)
    for setting in [CompressionSetting.zlib, .zstd] {
      var bomb: [UInt8] = []
      let codec = compressor.compress(zeros.span, setting: setting, into: &bomb)
      #expect(bomb.count < 20_000)
      #expect(throws: CodecError.wrongSize(codec, recorded: .bytes(1_000))) {
        try decompress(codec, bomb, 1_000)
      }
    }
  }

  @Test func `frames that only the zstd library would read are refused`() {
    for bytes in [Self.emptyFrame, Self.skippable, Self.skippable + Self.letters, [0x1e, 0xb5]] {
      for size in [0, 1, 64] {
        #expect(throws: CodecError.self) { try decompress(.zstd, bytes, size) }
      }
    }
    #expect(throws: Never.self) { try decompress(.zstd, Self.letters, 64) }
  }

  @Test func `planes that lie about themselves are refused`() throws {
    let planes = try FormatPage.hexExamples(of: "codecs.md")[3]
    #expect(throws: Never.self) { try decompress(.planes, planes, 17) }
    let lies: [(offset: Int, value: UInt8)] = [
      (0, 0), (0, 1), (0, 3), (0, 4), (0, 8), (0, 255), (1, 0), (1, 1), (1, 3), (1, 6), (1, 0x82),
      (2, 9), (2, 11), (2, 0), (3, 1), (5, 0x80), (5, 0xff),
    ]
    for (offset, value) in lies {
      var bytes = planes
      bytes[offset] = value
      #expect(throws: CodecError.self, "\(value) at \(offset)") {
        try decompress(.planes, bytes, 17)
      }
    }
    for size in [0, 1, 2, 15, 16, 18, 34] {
      #expect(throws: CodecError.self) { try decompress(.planes, planes, size) }
    }
  }

  @Test func `stored bytes have the recorded size`() throws {
    #expect(try decompress(.stored, [], 0) == [])
    #expect(try decompress(.stored, [1, 2], 2) == [1, 2])
    #expect(throws: CodecError.wrongSize(.stored, recorded: .bytes(3))) {
      try decompress(.stored, [1, 2], 3)
    }
  }

  @Test func `the examples of the page hold`() throws {
    let examples = try FormatPage.hexExamples(of: "codecs.md")
    try #require(examples.count == 4)
    let letters = [UInt8](repeating: UInt8(ascii: "A"), count: 64)
    #expect(try decompress(.zlib, examples[0], 64) == letters)
    #expect(try decompress(.zstd, examples[1], 64) == letters)
    #expect(try decompress(.planes, examples[3], 17) == examples[2])
    #expect(examples[1] == Self.letters)
  }

  @Test func `a codec that is not known is told by its number`() throws {
    #expect(try (0..<4).map { try Codec(number: $0) } == [.stored, .zlib, .zstd, .planes])
    #expect(throws: CodecError.unknown(number: 4)) { try Codec(number: 4) }
    #expect("\(CodecError.unknown(number: 4))" == "Codec 4 is not known to this version")
  }

  @Test func `errors say what is wrong`() {
    #expect(
      "\(CodecError.damaged(.zstd))"
        == "Stored bytes are damaged: they are not valid in codec 'zstd'")
    #expect(
      "\(CodecError.wrongSize(.planes, recorded: .kibibytes(64)))"
        == "Stored bytes are damaged: codec 'planes' does not yield the 64 KiB recorded")
  }

  /// A frame of no bytes, one to be skipped, and one of 64 letters.
  static let emptyFrame: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd, 0x20, 0, 1, 0, 0]
  static let skippable: [UInt8] = [0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]
  static let letters: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x40, 3, 2, 0, 0x41]

  /// Decompresses into the middle of a larger buffer, and checks that nothing else was written.
  @discardableResult
  private func decompress(_ codec: Codec, _ stored: [UInt8], _ size: Int) throws -> [UInt8] {
    var decompressor = Decompressor()
    let guardSize = 64
    var buffer = [UInt8](repeating: 0xA5, count: size + 2 * guardSize)
    defer {
      #expect(buffer.prefix(guardSize).allSatisfy { $0 == 0xA5 }, "written before the start")
      #expect(buffer.suffix(guardSize).allSatisfy { $0 == 0xA5 }, "written past the end")
    }
    do {
      var span = buffer.mutableSpan
      var middle = span._mutatingExtracting(guardSize..<guardSize + size)
      try decompressor.decompress(codec, stored: stored.span, into: &middle)
    }
    return Array(buffer[guardSize..<guardSize + size])
  }
}

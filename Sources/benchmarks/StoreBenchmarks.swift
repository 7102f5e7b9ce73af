internal import ObjectStore
internal import Primitives

extension Benchmark {
  /// Every benchmark, in the order of the report.
  package static let all: [Benchmark] =
    [sha256, chunkHashes]
    + [SampleData.random, .csv, .zeros].map { chunker(on: $0) }
    + SampleData.allCases.flatMap { [compress($0, .auto), decompress($0, .auto)] }
    + [compress(.csv, .zlib), decompress(.csv, .zlib)]
    + [indexLookup, treeDiff, statScan]

  /// One SHA-256 over everything: the bound of whatever names content.
  private static let sha256 = Benchmark(name: "sha256") { size in
    let bytes = SampleData.random.bytes(size)
    return Work(amount: bytes.count) {
      Check(value: SHA256.id(of: bytes.span).words.0, share: nil)
    }
  }

  /// SHA-256 of every chunk by itself.
  private static let chunkHashes = Benchmark(name: "sha256 of chunks") { size in
    let bytes = SampleData.random.bytes(size)
    let lengths = chunkLengths(of: bytes)
    return Work(amount: bytes.count) {
      var start = 0
      var sum: UInt64 = 0
      for length in lengths {
        sum ^= SHA256.id(of: bytes.span.extracting(start..<start + length)).words.0
        start += length
      }
      return Check(value: sum, share: nil)
    }
  }

  private static func chunker(on data: SampleData) -> Benchmark {
    Benchmark(name: "chunk \(data)") { size in
      let bytes = data.bytes(size)
      return Work(amount: bytes.count) {
        let lengths = chunkLengths(of: bytes)
        let value = lengths.reduce(UInt64(lengths.count)) { $0 &* 31 &+ UInt64($1) }
        return Check(value: value, share: nil)
      }
    }
  }

  private static func compress(_ data: SampleData, _ setting: CompressionSetting) -> Benchmark {
    Benchmark(name: "compress \(data) \(setting)") { size in
      let bytes = data.bytes(size)
      let lengths = chunkLengths(of: bytes)
      return Work(amount: bytes.count) {
        let records = StoredRecords(bytes, lengths, setting)
        return Check(
          value: records.checkValue, share: Double(records.storedSize) / Double(bytes.count))
      }
    }
  }

  private static func decompress(_ data: SampleData, _ setting: CompressionSetting) -> Benchmark {
    Benchmark(name: "decompress \(data) \(setting)") { size in
      let bytes = data.bytes(size)
      let records = StoredRecords(bytes, chunkLengths(of: bytes), setting, keepingBytes: true)
      var output: [UInt8] = []
      output.reserveCapacity(Chunker.Limits.standard.maximum.bytes)
      return Work(amount: bytes.count) {
        Check(value: try records.decompressAll(into: &output), share: nil)
      }
    }
  }

  private static func chunkLengths(of bytes: [UInt8]) -> [Int] {
    let chunker = Chunker()
    let all = bytes.span
    var lengths: [Int] = []
    var start = 0
    while start < all.count {
      let length = chunker.firstChunkLength(in: all.extracting(start...))
      lengths.append(length)
      start += length
    }
    return lengths
  }
}

/// Chunks, compressed one after the other.
private struct StoredRecords {
  private var codecs: [Codec] = []
  private var sizes: [Int] = []
  private var storedSizes: [Int] = []
  private var bytes: [UInt8] = []
  private(set) var storedSize = 0

  init(
    _ content: [UInt8], _ lengths: [Int], _ setting: CompressionSetting,
    keepingBytes: Bool = false
  ) {
    var compressor = Compressor()
    var buffer: [UInt8] = []
    buffer.reserveCapacity(keepingBytes ? content.count + (1 << 20) : 1 << 20)
    var start = 0
    for length in lengths {
      if !keepingBytes { buffer.removeAll(keepingCapacity: true) }
      let before = buffer.count
      codecs.append(
        compressor.compress(
          content.span.extracting(start..<start + length), setting: setting, into: &buffer))
      sizes.append(length)
      storedSizes.append(buffer.count - before)
      storedSize += buffer.count - before
      start += length
    }
    bytes = buffer
  }

  /// Depends on every size and codec.
  var checkValue: UInt64 {
    zip(codecs, storedSizes).reduce(0) { $0 &* 31 &+ UInt64($1.0.rawValue) &+ UInt64($1.1) }
  }

  /// Decompresses every record into `output`, and returns a number that depends on all of them.
  func decompressAll(into output: inout [UInt8]) throws -> UInt64 {
    var decompressor = Decompressor()
    var start = 0
    var sum: UInt64 = 0
    for index in codecs.indices {
      let stored = bytes.span.extracting(start..<start + storedSizes[index])
      output.removeAll(keepingCapacity: true)
      try decompressor.decompress(
        codecs[index], stored: stored, size: .bytes(sizes[index]), appendingTo: &output)
      sum = sum &* 31 &+ UInt64(output[0]) &+ UInt64(output[output.count - 1]) << 8
      start += storedSizes[index]
    }
    return sum
  }
}

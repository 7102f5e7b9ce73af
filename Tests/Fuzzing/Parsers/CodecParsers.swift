import Primitives
import TestSupport

@testable import ObjectStore

extension FuzzedParser {
  /// What decompresses: three bytes with the size that a record claims, then the stored bytes.
  static let codecParsers: [FuzzedParser] = [Codec.zlib, .zstd, .planes].map { codec in
    FuzzedParser("codec-\(codec)", seeds: { try stored(codec) }) { bytes in
      guard bytes.count >= 3 else { return .refused }
      let size = Int(bytes[0]) | Int(bytes[1]) << 8 | Int(bytes[2]) << 16
      return try verdict {
        var decompressor = Decompressor()
        var content: [UInt8] = [7]
        let rest = Array(bytes[3...])
        try decompressor.decompress(
          codec, stored: rest.span, size: .bytes(size), appendingTo: &content)
        if content.count != size + 1 || content[0] != 7 {
          throw BrokenPromise("\(content.count - 1) bytes of \(size)")
        }
      }
    }
  }

  private static func stored(_ codec: Codec) throws -> [[UInt8]] {
    let contents = [
      sampleCSV(rows: 40, seed: 1), sampleWeights(count: 700, seed: 2),
      sampleFloats(count: 500, seed: 3), [UInt8](repeating: 0, count: 5_000),
    ]
    let setting: CompressionSetting =
      switch codec {
      case .zlib: .zlib
      case .zstd: .zstd
      case .planes, .stored: .auto
      }
    var compressor = Compressor()
    var seeds: [[UInt8]] = []
    for content in contents {
      var output: [UInt8] = []
      let used = compressor.compress(content.span, setting: setting, into: &output)
      guard used == codec else { continue }
      seeds.append((0..<3).map { UInt8(truncatingIfNeeded: content.count >> (8 * $0)) } + output)
    }
    return seeds
  }
}

import Primitives
import TestSupport

@testable import ContentDiff

extension FuzzedParser {
  /// Contents that `diff --content` reads: each is compared with itself and with an example.
  static let contentParsers: [FuzzedParser] = [
    content(
      "content-csv", "a.csv", ["\"", "\"\"", ",", "\r\n", "\n\n"],
      [Array("id,b\n1,\"x\"\"y\"\n2,\n".utf8)]),
    content(
      "content-jsonl", "a.jsonl", ["{\"id\":", "\n", "}", "[", "null"],
      [Array("{\"id\":1,\"a\":{\"b\":[1,2]}}\n{\"id\":2}\n".utf8)]),
    content("content-safetensors", "a.safetensors", words, [safetensors]),
    content("content-npy", "a.npy", ["'descr'", "(", ")", "|O", "<f8", "True", "'"], [array]),
    content("content-npz", "a.npz", ["PK\u{1}\u{2}", "PK\u{3}\u{4}", "PK\u{5}\u{6}"], [zip]),
    FuzzedParser("content-gzip", seeds: { [gzip] }) { bytes in
      try verdict {
        let stream = InflatedStream(gzip: SourceStream(MemorySource(bytes)), size: bytes.count)
        guard try stream.contents(limit: .mebibytes(1)) != nil else {
          throw ContentProblem.unreadable("more than a fuzzer waits for")
        }
      }
    },
    FuzzedParser("content-picture", seeds: { pictures }) { bytes in
      PictureHeader(bytes) == nil ? .refused : .accepted
    },
  ]

  private static let words = ["\"dtype\"", "\"F32\"", "\"shape\"", "\"data_offsets\"", "[0,8]"]

  /// A content that is accepted where it is read as its name says.
  private static func content(
    _ parser: String, _ name: ByteString, _ words: [String], _ seeds: [[UInt8]]
  ) -> FuzzedParser {
    FuzzedParser(parser, words: words, seeds: { seeds }) { bytes in
      try verdict {
        let (one, other) = (MemorySource(bytes), MemorySource(seeds[0]))
        let same = try ContentComparison(name, from: one, to: one).compare()
        if !same.isSame { throw BrokenPromise("a content differs from itself") }
        let there = try ContentComparison(name, from: one, to: other).compare()
        let back = try ContentComparison(name, from: other, to: one).compare()
        if there.form != back.form { throw BrokenPromise("the sides are not treated alike") }
        if let words = there.note { throw ContentProblem.unreadable(words) }
      }
    }
  }

  private static let safetensors: [UInt8] = {
    let header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}"
    return [UInt8(header.utf8.count), 0, 0, 0, 0, 0, 0, 0] + Array(header.utf8)
      + [0, 0, 128, 63, 0, 0, 0, 64]
  }()

  private static let array: [UInt8] = {
    let header = "{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
      + [1, 0, 2, 0]
  }()

  /// A zip file of one array that is stored.
  private static let zip: [UInt8] = {
    func number(_ value: Int, _ width: Int) -> [UInt8] {
      (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let name = Array("a.npy".utf8)
    let common =
      number(20, 2) + number(0, 2) + number(0, 2) + number(0, 4) + number(0, 4)
      + number(array.count, 4) + number(array.count, 4) + number(name.count, 2) + number(0, 2)
    let local = [0x50, 0x4B, 3, 4] + common + name + array
    let entry =
      [0x50, 0x4B, 1, 2] + number(20, 2) + common + number(0, 2) + number(0, 2) + number(0, 2)
      + number(0, 4) + number(0, 4) + name
    return local + entry + [0x50, 0x4B, 5, 6] + number(0, 4) + number(1, 2) + number(1, 2)
      + number(entry.count, 4) + number(local.count, 4) + number(0, 2)
  }()

  /// `hello` and a line break, as `gzip -n` writes them.
  private static let gzip: [UInt8] = [
    0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 0x03, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0xE7, 0x02, 0, 0x20,
    0x30, 0x3A, 0x36, 0x06, 0, 0, 0,
  ]

  private static let pictures: [[UInt8]] = [
    [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
      + [0, 0, 2, 128, 0, 0, 1, 224],
    [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0, 0xFF, 0xC0, 0, 17, 8, 0, 10, 2, 128],
    Array("GIF89a".utf8) + [128, 2, 10, 0],
    [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0, 1, 0, 0, 1, 3, 0, 1, 0, 0, 0, 128, 2, 0, 0],
  ]
}

import Primitives
import TestSupport

@testable import ObjectStore

extension FuzzedParser {
  /// The lists beside the indexes of a store.
  static let listParsers: [FuzzedParser] = [
    FuzzedParser(
      "safe-list",
      seeds: { [SafeList(safe: ids(3), folded: ids(2)).encoded, SafeList(safe: []).encoded] }
    ) { bytes in
      try verdict {
        let list = try SafeList(decoding: bytes, id: SHA256.id(of: bytes.span))
        try expectSame(list.encoded, as: bytes)
      }
    },
    FuzzedParser(
      "bad-list",
      seeds: { [BadList(ids(3).map { .init(oid: $0, pack: .empty, offset: 16) }).encoded] }
    ) { bytes in
      try verdict {
        let list = try BadList(decoding: bytes, id: SHA256.id(of: bytes.span))
        try expectSame(list.encoded, as: bytes)
      }
    },
  ]

  private static func ids(_ count: Int) -> [ObjectID] {
    (0..<count).map { SHA256.id(of: sampleBytes(count: 8, seed: UInt64($0)).span) }
  }
}

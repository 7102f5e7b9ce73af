internal import Primitives

/// The random words of the gear hash: one for each value of a byte.
///
/// `docs/format/chunking.md` §2 says how they follow from the seed.
struct GearTable: Sendable {
  let words: [UInt64]

  init(seed: Chunker.Seed) {
    var words: [UInt64] = []
    words.reserveCapacity(256)
    for index in 0..<UInt8(64) {
      var bytes = Array("shale gear 1\n".utf8)
      bytes += seed.bytes
      bytes.append(index)
      let four = SHA256.id(of: bytes.span).words
      words += [four.0, four.1, four.2, four.3]
    }
    self.words = words
  }
}

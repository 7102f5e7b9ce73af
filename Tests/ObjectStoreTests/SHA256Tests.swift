import ObjectStore
import Primitives
import TestSupport
import Testing

@Suite struct SHA256Tests {
  /// Content and digest as FIPS 180-2 and its examples publish them.
  static let published: [(content: String, digest: String)] = [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqr"
        + "lmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
  ]

  @Test(arguments: published)
  func `published digests are met`(content: String, digest: String) {
    #expect(SHA256.id(of: Array(content.utf8).span).hex == digest)
  }

  @Test func `the published digest of a million letters is met`() {
    let letters = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
    #expect(
      SHA256.id(of: letters.span).hex
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test(arguments: [1, 7, 63, 64, 65, 1_000])
  func `pieces of any size give the digest of the whole`(piece: Int) {
    let bytes = sampleBytes(count: 10_000, seed: 1)
    var hash = SHA256()
    for start in stride(from: 0, to: bytes.count, by: piece) {
      hash.update(bytes.span.extracting(start..<min(bytes.count, start + piece)))
    }
    #expect(hash.byteCount == bytes.count)
    #expect(hash.finalize() == SHA256.id(of: bytes.span))
  }

  @Test func `a hash goes on after its digest was taken`() {
    let bytes = sampleBytes(count: 200, seed: 2)
    var hash = SHA256()
    hash.update(bytes.span.extracting(..<100))
    #expect(hash.finalize() == SHA256.id(of: bytes.span.extracting(..<100)))
    hash.update(bytes.span.extracting(100...))
    #expect(hash.finalize() == SHA256.id(of: bytes.span))
  }

  @Test func `the state before the first byte and after the first block is the published one`() {
    // FIPS 180-4 §5.3.3, and the intermediate value of the two-block example in FIPS 180-2 B.2.
    #expect(
      Hex.string(of: SHA256State.initial.bytes)
        == "6a09e667bb67ae853c6ef372a54ff53a510e527f9b05688c1f83d9ab5be0cd19")
    let message = Array(Self.published[2].content.utf8)
    let block = message + [0x80] + [UInt8](repeating: 0, count: 64 - message.count - 1)
    var hash = SHA256()
    hash.update(block.span)
    #expect(
      Hex.string(of: hash.state.bytes)
        == "85e655d6417a17953363376a624cde5c76e09589cac5f811cc4b32c1f20e533a")
  }

  @Test func `segments hashed by themselves meet at their states`() {
    let bytes = sampleBytes(count: 64 * 50 + 17, seed: 3)
    let edges = [0, 64, 64 * 7, 64 * 49]
    var states: [SHA256State] = []
    var whole = SHA256()
    for (start, end) in zip(edges, edges.dropFirst()) {
      states.append(whole.state)
      whole.update(bytes.span.extracting(start..<end))
    }
    states.append(whole.state)
    #expect(states[0] == .initial)
    for (index, (start, end)) in zip(edges, edges.dropFirst()).enumerated() {
      let state = SHA256State(bytes: states[index].bytes.span)
      var segment = SHA256(resuming: state, byteCount: start)
      segment.update(bytes.span.extracting(start..<end))
      #expect(segment.state == states[index + 1])
    }
    var last = SHA256(resuming: states[3], byteCount: edges[3])
    last.update(bytes.span.extracting(edges[3]...))
    #expect(last.finalize() == SHA256.id(of: bytes.span))
  }

  @Test func `a resumed hash counts more than 512 MiB in bits`() {
    // The length in bits needs more than one 32-bit word here.
    var hash = SHA256()
    let mebibyte = [UInt8](repeating: 0, count: 1 << 20)
    for _ in 0..<513 { hash.update(mebibyte.span) }
    var resumed = SHA256(resuming: hash.state, byteCount: 513 << 20)
    #expect(resumed.finalize() == hash.finalize())
    hash.update([1].span)
    resumed.update([1].span)
    #expect(resumed.finalize() == hash.finalize())
  }
}

import Primitives
import TestSupport
import Testing

@Suite struct ObjectIDTests {
  static let hex = "00112233445566778899aabbccddeeff0123456789abcdeffedcba9876543210"

  @Test func `an id reads back from its digits and its bytes`() throws {
    let id = try #require(ObjectID(hex: Self.hex))
    #expect(id.hex == Self.hex)
    #expect(id.abbreviated == "001122334455")
    #expect(id.bytes.count == ObjectID.byteCount)
    #expect(ObjectID(bytes: id.bytes.span) == id)
    #expect(id[0] == 0x00)
    #expect(id[1] == 0x11)
    #expect(id[31] == 0x10)
    var bytes = [UInt8](repeating: 0xFF, count: 40)
    var span = bytes.mutableSpan
    id.write(to: &span, at: 4)
    #expect(Array(bytes[4..<36]) == id.bytes)
    #expect(bytes[3] == 0xFF && bytes[36] == 0xFF)
    #expect(ObjectID(bytes: bytes.span, at: 4) == id)
  }

  @Test(arguments: [
    "", "00", String(hex.dropLast()), hex + "0", hex.uppercased(), "g" + hex.dropFirst(),
    "0x" + hex.dropFirst(2), " " + hex.dropFirst(),
  ])
  func `what is not 64 lower-case digits is no id`(text: String) {
    #expect(ObjectID(hex: text) == nil)
  }

  @Test func `the empty content has the id that sha256sum prints for it`() throws {
    let line = try Program.succeed("sha256sum", []).line
    #expect(line.hasPrefix(ObjectID.empty.hex))
  }

  @Test func `order is that of the bytes`() {
    let ids = (0..<50).map { ObjectID(bytes: sampleBytes(count: 32, seed: UInt64($0)).span) }
    #expect(ids.sorted().map(\.hex) == ids.map(\.hex).sorted())
  }
}

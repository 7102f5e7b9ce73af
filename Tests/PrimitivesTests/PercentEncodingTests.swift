import Primitives
import Testing

@Suite struct PercentEncodingTests {
  @Test func `every byte comes back`() {
    let bytes = ByteString(UInt8.min...UInt8.max)
    let encoded = PercentEncoding.encode(bytes.bytes)
    #expect(!encoded.contains { $0 < 0x20 })
    #expect(PercentEncoding.decode(encoded) == bytes)
    let more = PercentEncoding.encode(bytes.bytes, also: [0x20, 0x2F])
    #expect(!more.contains(0x20) && !more.contains(0x2F))
    #expect(PercentEncoding.decode(more, also: [0x20, 0x2F]) == bytes)
  }

  @Test(arguments: ["%", "%4", "%0g", "%0a", "%41", "a\nb", "%%"])
  func `only the one spelling is read`(text: String) {
    #expect(PercentEncoding.decode(text.utf8) == nil)
  }
}

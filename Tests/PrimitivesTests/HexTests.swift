import Primitives
import Testing

@Suite struct HexTests {
  @Test func `every byte reads back from its digits`() {
    let bytes = (0...255).map { UInt8($0) }
    let text = Hex.string(of: bytes)
    #expect(text.count == 512)
    #expect(text.hasPrefix("000102") && text.hasSuffix("fdfeff"))
    #expect(Hex.bytes(of: text.utf8) == bytes)
  }

  @Test(arguments: ["0", "abc", "0g", "AB", " 0", "0x", "é"])
  func `a wrong or missing digit is refused`(text: String) {
    #expect(Hex.bytes(of: text.utf8) == nil)
  }
}

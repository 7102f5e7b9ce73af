import Primitives
import Testing

@Suite struct ByteStringTests {
  @Test(arguments: [
    ("plain", "plain"), ("with space", "with space"), ("grün", "grün"), ("日本", "日本"),
    ("a\nb", #""a\nb""#), ("a\tb", #""a\tb""#), ("say \"hi\"", #""say \"hi\"""#),
    (#"back\slash"#, #""back\\slash""#), ("\u{1B}[31m", #""\033[31m""#),
    ("a\u{202E}b", #""a\342\200\256b""#), ("", ""),
  ])
  func `a name that a terminal could misread is quoted as git quotes it`(
    text: String, shown: String
  ) {
    #expect(ByteString(text).description == shown)
  }

  @Test func `bytes that are not UTF-8 are shown as octal digits and survive`() {
    let name = ByteString([0x63, 0x61, 0x66, 0xE9])
    #expect(name.text == nil)
    #expect(name.description == #""caf\351""#)
    #expect(name.bytes == [0x63, 0x61, 0x66, 0xE9])
  }

  @Test func `two different names are never shown alike`() {
    let names: [ByteString] = [
      "a", #""a""#, #"\141"#, ByteString([0xE9]), #"\351"#, #""\351""#, "a\n", #"a\n"#,
    ]
    #expect(Set(names.map(\.description)).count == names.count)
  }

  @Test func `order is that of unsigned bytes`() {
    let sorted: [ByteString] = ["", "A", "a", "a-b", "a/b", "ab", ByteString([0xFF])]
    #expect(sorted.shuffled().sorted() == sorted)
  }
}

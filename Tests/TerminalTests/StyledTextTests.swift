import Platform
import Primitives
import Terminal
import Testing

@Suite struct StyledTextTests {
  @Test func `labels become colours, or nothing`() {
    let line: StyledString = "\("added", .added) \(ByteString("data"), .path): \(3) files"
    var colored = StyledText(palette: .colors)
    colored.line(line)
    #expect(colored.text == "\u{1B}[32madded\u{1B}[0m data: 3 files\n")
    var plain = StyledText()
    plain.line(line)
    #expect(plain.text == "added data: 3 files\n")
    #expect(line.text == "added data: 3 files")
    #expect(line.width == 19)
  }

  @Test func `a text within a text keeps its labels`() {
    let inner: StyledString = "<\("x", .error)>"
    var text = StyledText(palette: .colors)
    text.write("a \(inner) b")
    #expect(text.text == "a <\u{1B}[1;31mx\u{1B}[0m> b")
  }

  @Test(arguments: Label.allCases)
  func `a colour is always taken back`(label: Label) {
    var text = StyledText(palette: .colors)
    text.write(StyledString("x", label))
    #expect(text.text == "x" || text.text.hasSuffix("mx\u{1B}[0m"))
  }

  @Test(arguments: [
    ("a\u{1B}[2Jb", "a␛[2Jb"), ("a\rb", "a␍b"), ("a\u{7F}\u{0}b", "a␡␀b"),
    ("a\u{9B}31mb", "a\u{FFFD}31mb"), ("a\u{202E}b", "a\u{FFFD}b"), ("a\r\nb", "a␍\nb"),
    ("a\tb\nc", "a\tb\nc"), ("日本 é", "日本 é"),
  ])
  func `text of others cannot command the terminal`(text: String, shown: String) {
    var styled = StyledText()
    styled.write(StyledString(text))
    #expect(styled.text == shown)
  }

  @Test func `a name that is not UTF-8 is quoted`() {
    var text = StyledText()
    text.line("'\(ByteString([0x61, 0xFF]), .path)'")
    #expect(text.text == "'\"a\\377\"'\n")
  }

  @Test func `long output goes out in blocks, complete and in order`() {
    let output = MemoryOutput()
    var text = StyledText(output: output)
    for number in 0..<50_000 { text.line("line \(number)") }
    #expect(output.bytes.count > 100_000)
    #expect(text.text.utf8.count < 100_000)
    text.flush()
    #expect(output.text == (0..<50_000).map { "line \($0)\n" }.joined())
  }

  @Test func `what cannot be written is told once, and the rest is dropped`() {
    var text = StyledText(output: ClosedOutput())
    text.line("a")
    #expect(text.failure == nil)
    text.flush()
    #expect(text.failure?.isBrokenPipe == true)
    text.line("b")
    text.flush()
    #expect(text.text == "")
  }
}

/// A pipe that nobody reads.
private struct ClosedOutput: ByteOutput {
  func write(_: Span<UInt8>) throws(FileError) {
    throw FileError(.write, FilePath("standard output"), code: 32)
  }
}

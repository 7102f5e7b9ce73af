import Documents
import Primitives
import Terminal
import Testing

@testable import Commands

@Suite struct ValueChangeTests {
  private func change(_ old: DocumentValue?, _ new: DocumentValue?) -> ValueChange {
    ValueChange(path: .root, key: "a", old: old, new: new)
  }

  @Test func `per cent are of what was, and nothing where that was zero`() {
    #expect(change(.integer(4), .integer(5)).percent == 25)
    #expect(change(.number(-4), .number(-5)).percent == -25)
    #expect(change(.integer(0), .integer(5)).percent == nil)
    #expect(change(.number(.nan), .integer(5)).change == nil)
    #expect(change(.number(-1e308), .number(1e308)).change == nil)
    #expect(change(.number(.leastNonzeroMagnitude), .number(1e308)).percent == nil)
    #expect(change(.text("1"), .integer(5)).change == nil)
  }

  @Test func `what a record cannot tell apart is the same`() {
    #expect(change(.integer(1), .number(1)).isSame)
    #expect(change(.number(.nan), .number(.nan)).isSame)
    #expect(change(.text("\(Int.max)"), .integer(.max)).isSame)
    #expect(!change(.text("1"), .integer(1)).isSame)
    #expect(!change(.integer(.max), .integer(.max - 1)).isSame)
    #expect(!change(nil, .null).isSame)
    #expect(!change(.boolean(true), .integer(1)).isSame)
  }

  @Test func `numbers stand with their points below each other`() {
    let texts = ["1.5", "100", "-0.25", "2e-7"].map { ($0, true) } + [("text", false)]
    #expect(ValueText.aligned(texts) == ["  1.5", "100", " -0.25", "  2e-7", "text"])
    #expect(ValueText.aligned([]) == [])
  }

  @Test func `more digits are shown where rounding would hide a difference`() {
    let words = ValueText(digits: 3)
    #expect(words.texts(.number(0.12345), .number(0.5)) == ("0.123", "0.5"))
    #expect(words.texts(.number(0.12341), .number(0.12342)) == ("0.12341", "0.12342"))
  }

  @Test func `nothing that stands in a cell breaks a table of Markdown`() {
    var text = StyledText()
    let change = ValueChange(
      path: .root, key: "a|b", old: .text("`x`\n<b>"), new: .number(-.infinity))
    ValueChangeTable([change]).writeMarkdown(to: &text)
    let lines = text.text.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[2].hasPrefix("| a\\|b | "))
    #expect(!lines[2].contains("<b>") || lines[2].contains("\\<b>"))
  }
}

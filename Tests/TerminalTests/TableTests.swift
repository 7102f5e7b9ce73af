import Terminal
import Testing

@Suite struct TableTests {
  @Test func `columns line up by what is seen`() {
    var table = Table([.left, .right, .left])
    table.add(["data", "1.5 KiB", "file"])
    table.add(["数据集", "12 B", "wide"])
    table.add(["cafe\u{301}", "0 B", "combining"])
    table.add(["👩‍🔬🇫🇷", "7 B", "joined"])
    var text = StyledText()
    text.table(table)
    #expect(
      text.text == """
        data    1.5 KiB  file
        数据集     12 B  wide
        cafe\u{301}        0 B  combining
        👩‍🔬🇫🇷        7 B  joined

        """)
  }

  @Test func `no line ends in spaces`() {
    var table = Table([.left, .right, .left], headings: ["Name", "Size", ""])
    table.add(["a", "", ""])
    table.add(["", "12", ""])
    table.add(["long name", "1", "x"])
    table.add(["", "", ""])
    var text = StyledText()
    text.table(table, indent: 2)
    #expect(
      text.text == """
          Name       Size
          a
                       12
          long name     1  x


        """)
  }

  @Test func `colours take no room`() {
    var table = Table([.left, .left])
    table.add(["\("added", .added)", "a"])
    table.add(["changed", "b"])
    var text = StyledText(palette: .colors)
    text.table(table)
    #expect(text.text == "\u{1B}[32madded\u{1B}[0m    a\nchanged  b\n")
  }
}

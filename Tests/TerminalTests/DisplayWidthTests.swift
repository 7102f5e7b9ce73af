import Terminal
import Testing

@Suite struct DisplayWidthTests {
  @Test(arguments: [
    ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("ß…–", 3), ("日本", 4), ("한글", 4),
    ("\u{1112}\u{1161}\u{11AB}", 2), ("ﾊﾝ", 2), ("Ａ", 2), ("😀", 2), ("👍🏽", 2), ("👨‍👩‍👧", 2),
    ("🇩🇪", 2), ("❤️", 2), ("a\u{200B}b", 2), ("𠀀", 2), ("ไทย", 3), ("กำ", 2),
  ])
  func `a text takes as many columns as a terminal gives it`(text: String, columns: Int) {
    #expect(DisplayWidth.columns(of: text) == columns)
  }

  @Test(arguments: [
    ("abcdef", 3, "abc"), ("abc", 9, "abc"), ("日本語", 5, "日本"), ("e\u{301}e\u{301}", 1, "e\u{301}"),
    ("abc", 0, ""),
  ])
  func `a text is cut before what does not fit`(text: String, columns: Int, beginning: String) {
    #expect(DisplayWidth.prefix(of: text, columns: columns) == beginning)
  }
}

@testable import Figures

/// Names that a file or a metric may have, made to break out of where they stand.
enum HostileText {
  static let all = [
    "</script><script>alert(1)</script>", "</style><b>", "]]>", "<!--", "--><i>", "&lt;&amp;&#1;",
    "\" onload=\"alert(1)", "' onload='alert(1)", "\u{0}\u{1}\u{8}\u{B}\u{1F}\u{7F}\u{9F}",
    "a\nb\r\nc\td", "\u{202E}gnp.exe\u{202C}", "\u{2066}x\u{2069}\u{200F}\u{061C}",
    "\u{2028}\u{2029}",
    noncharacters, "𝔘𝔫𝔦 漢字 🏳️‍🌈 e\u{301}\u{302}", "${x} `x` \\u003c \\",
    "javascript:alert(1)", "%%{init:{}}%%", "[x](y) #quot; ;end", "{}|<f0>\\N\\G\\n",
    String(repeating: "W", count: 3000),
    "", " ",
  ]

  private static let noncharacters = String(
    [0xFFFE, 0xFFFF, 0x1FFFE, 0xFDD0, 0xFEFF].compactMap(Unicode.Scalar.init).map(Character.init))

  /// What no text of a figure may hold.
  static let forbidden = Set<UInt32>([
    0, 1, 8, 0xB, 0xD, 0x1F, 0x7F, 0x9F, 0x061C, 0x200F, 0x2028, 0x202C, 0x202E, 0x2066, 0x2069,
    0xFDD0, 0xFEFF, 0xFFFE, 0xFFFF,
  ])

  /// A figure that has the text wherever a figure can have text.
  static func figure(of text: String) -> GraphFigure {
    GraphFigure(
      title: text,
      nodes: [
        .init(
          id: text, kind: .data, title: text, subtitle: text, marks: [],
          details: [.init(label: text, value: text)]),
        .init(id: "other", kind: .run, title: "b"),
      ], edges: [.init(from: text, to: "other", label: text)])
  }

  /// A figure with the same elements and nothing to escape.
  static let harmless = figure(of: "x")
}

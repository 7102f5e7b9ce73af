import TestSupport
import Testing

@testable import Figures

@Suite struct GraphLanguageTests {
  @Test func `a small graph in the languages of Graphviz and Mermaid reads as agreed`() throws {
    try expectGolden(SampleGraphs.training.dot(), "figures/graph-dot")
    try expectGolden(SampleGraphs.training.mermaid(), "figures/graph-mermaid")
  }

  @Test(arguments: [
    (#"a "b" \N &amp; <c>"#, #"a \"b\" \\N &amp;amp; <c>"#), ("a\nb", "a␊b"), (#"\"#, #"\\"#),
  ]) func `text stays in its string of DOT`(text: String, escaped: String) {
    let figure = GraphFigure(
      title: text, nodes: [.init(id: "", kind: .run, title: text)], edges: [])
    #expect(figure.dot().contains("label=\"\(escaped)\";"))
    #expect(figure.dot().contains("n0 [label=\"\(escaped)\", "))
  }

  @Test(arguments: [
    (#"a "b" #35; c"#, "a #34;b#34; #35;35#59; c"), ("1. x", "1#46; x"), ("- x", "#45; x"),
    ("`*x*`", "#96;#42;x#42;#96;"), ("%%{x}%%", "#37;#37;#123;x#125;#37;#37;"),
    ("style: a#b;", "style#58; a#35;b#59;"), ("data/a_b-1.csv", "data/a_b-1#46;csv"),
    ("model.onnx", "model.onnx"), ("", "#160;"),
  ]) func `text stays in its string of Mermaid`(text: String, escaped: String) {
    let figure = GraphFigure(
      title: "", nodes: [.init(id: "", kind: .metrics, title: text)], edges: [])
    #expect(figure.mermaid().contains("n0[\"\(escaped)\"]"))
  }

  @Test func `hostile text adds no line`() {
    let dot = HostileText.harmless.dot().split(separator: "\n").count
    let mermaid = HostileText.harmless.mermaid().split(separator: "\n").count
    for text in HostileText.all where !text.isEmpty {
      #expect(HostileText.figure(of: text).dot().split(separator: "\n").count == dot)
      #expect(HostileText.figure(of: text).mermaid().split(separator: "\n").count == mermaid)
    }
  }
}

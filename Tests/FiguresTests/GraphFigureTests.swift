import TestSupport
import Testing

@testable import Figures

@Suite(.temporaryDirectory) struct GraphFigureTests {
  @Test func `a small graph is drawn as agreed`() throws {
    try expectGolden(SampleGraphs.training.svg(), "figures/graph-svg")
  }

  @Test(arguments: [0, 1, 7, 60]) func `a graph of any size is well-formed`(count: Int) throws {
    let figure =
      count == 0
      ? GraphFigure(title: "Nothing", nodes: [], edges: [])
      : SampleGraphs.random(nodes: count, edges: count * 2, seed: 3)
    let page = try ParsedPage(svg: figure.svg())
    #expect(page.count("g", "n") == count)
  }

  @Test func `hostile text is shown as what it is`() throws {
    let known = Set(try ParsedPage(svg: HostileText.harmless.svg()).elements)
    let page = try ParsedPage(svgs: HostileText.all.map { HostileText.figure(of: $0).svg() })
    #expect(Set(page.elements).isSubset(of: known.union(["all "])))
    #expect(page.count("svg", "graph") == HostileText.all.count)
    #expect(!page.text.unicodeScalars.contains { HostileText.forbidden.contains($0.value) })
    for text in HostileText.all { #expect(page.text.contains(PlainText(text).text)) }
  }

  @Test func `a name of a megabyte is cut without delay`() {
    let width = TextWidth(fontSize: 12)
    let name = String(repeating: "a/", count: 500_000)
    let time = ContinuousClock().measure {
      #expect(width.measure(width.fitEnd(name, 100)) <= 100)
      #expect(width.measure(width.fitMiddle(name, 100)) <= 100)
    }
    #expect(time < .seconds(5))
    #expect(width.fitMiddle("a/long/path/to/file.csv", 90) == "a/lon…o/file.csv")
  }

  @Test func `a figure drawn twice is the same`() {
    let figures = (0..<2).map { _ in SampleGraphs.experiments(runs: 40, seed: 8).svg() }
    #expect(figures[0] == figures[1])
  }

  @Test func `an edge to nowhere is left out, and two between the same nodes are one`() {
    let figure = GraphFigure(
      title: "",
      nodes: [
        .init(id: "a", kind: .data, title: "first"), .init(id: "a", kind: .run, title: "second"),
        .init(id: "b", kind: .run, title: "b"),
      ],
      edges: [
        .init(from: "a", to: "b", label: "x"), .init(from: "a", to: "c"),
        .init(from: "a", to: "b", label: "y"), .init(from: "a", to: "b", label: ""),
      ])
    #expect(figure.nodes.map(\.title) == ["first", "b"])
    #expect(figure.links.map(\.label) == ["x, y"])
  }

  @Test func `a graph with a cycle says so`() {
    let nodes = ["a", "b"].map { GraphFigure.Node(id: $0, kind: .run, title: $0) }
    let edges = [GraphFigure.Edge(from: "a", to: "b"), GraphFigure.Edge(from: "b", to: "a")]
    let cycle = GraphFigure(title: "", nodes: nodes, edges: edges)
    #expect(cycle.svg().contains("because the graph has a cycle"))
    let chain = GraphFigure(title: "", nodes: nodes, edges: [edges[0]])
    #expect(!chain.svg().contains("cycle"))
  }

  /// Debug builds are some twenty times slower than what is released.
  @Test func `six thousand nodes are laid out while a reader waits`() {
    let figure = SampleGraphs.experiments(runs: 1000, seed: 1)
    #expect(figure.nodes.count == 6001)
    let time = ContinuousClock().measure { _ = GraphDrawing(figure) }
    #expect(time < .seconds(20))
  }
}

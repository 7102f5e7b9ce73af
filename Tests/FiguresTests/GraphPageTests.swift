import TestSupport
import Testing

@testable import Figures

@Suite(.temporaryDirectory) struct GraphPageTests {
  @Test func `a page holds the picture and a list of all nodes with their details`() throws {
    let page = try ParsedPage(html: SampleGraphs.training.html())
    #expect(page.count("g", "n") == SampleGraphs.training.nodes.count)
    #expect(page.count("details", "item") == SampleGraphs.training.nodes.count)
    for node in SampleGraphs.training.nodes {
      #expect(page.text.contains(node.title))
      #expect(node.details.allSatisfy { page.text.contains($0.value) })
    }
  }

  @Test func `every link of a page leads to something in it`() throws {
    let html = SampleGraphs.training.html()
    let targets = Set(html.matches(of: /href="#([^"]+)"/).map(\.output.1))
    let names = Set(html.matches(of: /\sid="([^"]+)"/).map(\.output.1))
    #expect(targets.isSubset(of: names))
    #expect(targets.count > SampleGraphs.training.nodes.count)
    #expect(html.matches(of: /(href|src)="([^#][^"]*)"/).isEmpty)
  }

  @Test func `the policy allows the style and the script of the page and nothing else`() throws {
    try expectPolicy(of: SampleGraphs.training.html())
  }

  @Test func `hostile text is shown as what it is`() throws {
    let known = Set(try ParsedPage(html: HostileText.harmless.html()).elements)
    for text in HostileText.all {
      let page = try ParsedPage(html: HostileText.figure(of: text).html())
      #expect(Set(page.elements).isSubset(of: known))
      #expect(page.text.contains(PlainText(text).text))
      #expect(!page.text.unicodeScalars.contains { HostileText.forbidden.contains($0.value) })
    }
  }

  @Test func `the script knows which curves an edge consists of`() throws {
    let figure = SampleGraphs.random(nodes: 30, edges: 60, seed: 4)
    let layout = GraphDrawing(figure).layout
    let html = figure.html()
    let json = try #require(html.firstMatch(of: /id="edges">\[([0-9,]*)\]</)?.output.1)
    let numbers = json.split(separator: ",").compactMap { Int($0) }
    let drawn = figure.links.indices.filter { layout.routes[$0] != nil }
    #expect(numbers.count == drawn.count * 5)
    for (place, link) in drawn.enumerated() {
      let route = try #require(layout.routes[link])
      let expected = [
        figure.links[link].from, figure.links[link].to, route.trunk.lowerBound, route.trunk.count,
        route.branch,
      ]
      #expect(Array(numbers[place * 5..<place * 5 + 5]) == expected)
    }
  }

  @Test func `the page of an ordinary graph is small`() {
    #expect(SampleGraphs.experiments(runs: 30, seed: 1).html().utf8.count < 300_000)
    #expect(SampleGraphs.training.html().utf8.count < 40_000)
  }
}

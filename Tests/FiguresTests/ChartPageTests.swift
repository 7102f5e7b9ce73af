import TestSupport
import Testing

@testable import Figures

@Suite(.temporaryDirectory) struct ChartPageTests {
  static let page = ChartPage(
    title: "Plots", charts: SampleCharts.all.map(\.chart), notes: ["Of five runs."])

  @Test func `each chart has its numbers as a table`() throws {
    let page = try ParsedPage(html: Self.page.html())
    #expect(page.elements.count { $0 == "figure " } == SampleCharts.all.count)
    #expect(page.elements.count { $0 == "table " } == SampleCharts.all.count)
    #expect(page.text.contains("Of five runs."))
    #expect(page.text.contains("0.912"))
  }

  @Test func `the policy allows the style and the script of the page and nothing else`() throws {
    try expectPolicy(of: Self.page.html())
  }

  @Test func `hostile text is shown as what it is`() throws {
    let known = Set(try ParsedPage(html: Self.page(of: ["x", "x"]).html()).elements)
    let page = try ParsedPage(html: Self.page(of: HostileText.all).html())
    #expect(Set(page.elements).isSubset(of: known))
    #expect(!page.text.unicodeScalars.contains { HostileText.forbidden.contains($0.value) })
    for text in HostileText.all { #expect(page.text.contains(PlainText(text).text)) }
    let pictures = HostileText.all.flatMap { Self.charts(of: $0).map { $0.svg() } }
    let parsed = try ParsedPage(svgs: pictures)
    #expect(parsed.count("svg", "chart") == pictures.count)
  }

  @Test func `a page of ordinary size is small`() {
    let charts = (0..<8).map { _ in SampleCharts.noise(series: 3, points: 1000) }
    #expect(ChartPage(title: "", charts: charts).html().utf8.count < 300_000)
  }

  @Test func `a table of too many values sums them up`() {
    let few = ChartTable(SampleCharts.lines)
    #expect(few.rows.count == 12)
    #expect(few.rows[5] == ["5", "0.753664", "–", ""])
    let many = ChartTable(SampleCharts.noise(series: 3, points: 5000))
    #expect(many.rows.count == 3)
    #expect(many.rows[0][1] == "5000")
    let labels = (0..<80).map(String.init)
    let counts = labels.indices.map { row in
      labels.indices.map { row == $0 ? 9 : row == $0 + 1 ? row : 0 }
    }
    let confusion = ChartTable(
      Chart(title: "", content: .confusion(labels: labels, counts: counts)))
    #expect(confusion.rows.count == 50)
    #expect(confusion.rows.first == ["79", "78", "79"])
  }

  private static func page(of texts: [String]) -> ChartPage {
    ChartPage(title: texts.joined(), charts: texts.flatMap(charts), notes: texts)
  }

  private static func charts(of text: String) -> [Chart] {
    let series = [Chart.Series(name: text, points: [.init(x: 1, y: 2), .init(x: 2, y: 3)])]
    let bar = Chart.Bar(name: text, value: 1)
    let contents: [Chart.Content] = [
      .lines(series), .scatter(series),
      .bars([.init(name: text, bars: [bar, .init(name: "y", value: 2)])]),
      .confusion(labels: [text, "y"], counts: [[1, 2], [3, 4]]),
    ]
    return contents.map { Chart(title: text, xTitle: text, yTitle: text, content: $0) }
  }
}

import TestSupport
import Testing

@testable import Figures

@Suite(.temporaryDirectory) struct ChartTests {
  @Test(arguments: SampleCharts.all.map(\.name)) func `a chart of each kind is drawn as agreed`(
    name: String
  ) throws {
    let sample = try #require(SampleCharts.all.first { $0.name == name })
    try expectGolden(sample.chart.svg(), "figures/chart-\(name)")
    _ = try ParsedPage(svg: sample.chart.svg())
  }

  @Test func `what is not finite is a gap`() {
    let values: [Double] = [1, 2, .nan, 3, .infinity, 4, 5, -.infinity]
    let series = Chart.Series(
      name: "a", points: values.enumerated().map { Chart.Point(x: Double($0), y: $1) })
    let svg = Chart(title: "", content: .lines([series])).svg()
    let parts = svg.matches(of: /class="ln" d="([^"]*)"/).map(\.output.1)
    #expect(parts.first?.count { $0 == "M" } == 3)
  }

  @Test func `numbers of any size are drawn within the picture`() throws {
    let extremes: [[Double]] = [
      [], [.nan], [0], [5, 5, 5], [1e300, -1e300], [.greatestFiniteMagnitude, 1],
      [.leastNonzeroMagnitude, 1e-305],
      [1e15, 1e15 + 1], [-0.0, 0], [1e-12, 1e12], [.infinity, -.infinity], [1, 1 + 1e-16],
    ]
    for values in extremes {
      for options in [
        Chart.Options(), .logarithmicX, .logarithmicY, [.logarithmicX, .logarithmicY],
      ] {
        let points = values.enumerated().map {
          Chart.Point(x: $1, y: values[values.count - 1 - $0])
        }
        let series = [Chart.Series(name: "a", points: points)]
        let bars = [Chart.Group(name: "g", bars: values.map { Chart.Bar(name: "b", value: $0) })]
        for content in [Chart.Content.lines(series), .scatter(series), .bars(bars)] {
          let chart = Chart(title: "t", content: content, options: options)
          #expect(!chart.svg().contains("nan") && !chart.svg().contains("inf"))
          _ = ChartPage(title: "t", charts: [chart]).html()
        }
      }
    }
  }

  @Test func `values that a logarithmic axis cannot show are counted`() {
    let points = [-1.0, 0, 1, 10].map { Chart.Point(x: $0, y: $0) }
    let chart = Chart(
      title: "", content: .lines([Chart.Series(name: "", points: points)]), options: .logarithmicY)
    #expect(chart.svg().contains("2 values not above zero"))
  }

  @Test func `of a matrix that is too small or odd the rest is zero`() {
    let counts = [[5], [], [1, -2, 3, 9, 9]]
    let chart = Chart(title: "", content: .confusion(labels: ["a", "b", "c"], counts: counts))
    #expect(chart.svg().matches(of: /class="cell"/).count == 9)
    let huge = Chart(
      title: "", content: .confusion(labels: ["a", "b"], counts: [[.max, .max], [.min, .min]]))
    #expect(huge.svg().contains("50 % of a"))
  }

  @Test func `each of many series looks different`() {
    let looks = (0..<24).map { index in
      let style = SeriesStyle(index: index)
      return "\(style.color) \(style.dashes) \(style.mark)"
    }
    #expect(Set(looks).count == 24)
    let legend = SampleCharts.noise(series: 40, points: 3).svg()
    #expect(legend.contains("and 16 more"))
  }

  @Test func `a series with emphasis is drawn over the others`() throws {
    let svg = SampleCharts.noise(series: 5, points: 10).svg()
    let last = try #require(svg.matches(of: /class="s (c\d) d0 (em|dim)"/).last)
    #expect(last.output.1 == "c2" && last.output.2 == "em")
  }

  @Test func `a long series is drawn with its extremes and little else`() {
    var points = (0..<20_000).map { Chart.Point(x: Double($0), y: Double($0 % 7)) }
    points[12_345] = Chart.Point(x: 12_345, y: 100)
    points[6_789] = Chart.Point(x: 6_789, y: -100)
    let svg = Chart(title: "", content: .lines([Chart.Series(name: "", points: points)])).svg()
    #expect(svg.utf8.count < 20_000)
    // The axis goes from -100 to 100, and so do the steps of the path.
    let path = svg.firstMatch(of: /class="ln dense" d="M[^l]*l([^M"]*)/)?.output.1 ?? ""
    let downs = path.matches(of: /-?[0-9.]+/).compactMap { Double($0.output) }
    #expect((downs.max() ?? 0) > 105 && (downs.min() ?? 0) < -105)
  }
}

/// Charts on a page of HTML that needs nothing else: each with its numbers as a table.
package struct ChartPage: Sendable {
  private let title: String
  private let charts: [Chart]
  private let notes: [String]

  private static let style = Page.Asset(
    parts: [PageStyle.rules, ChartStyle.rules, rules],
    hash: "sha256-5adKPjfgRr7alLcPVWoGfGHrI4l4PSBhk3jVGwnMKqg=")

  private static let script = Page.Asset(
    parts: [ChartScript.script],
    hash: "sha256-noiMwHnF/vWklsWHK7Rt8C4Toc7LP3uMXDVdWbTgrRw=")

  /// From how many charts on the page begins with a list of them.
  private static let contentsLimit = 6

  /// Makes a page.
  ///
  /// - Parameters:
  ///   - title: What the page shows, as a heading.
  ///   - charts: The charts, in their order.
  ///   - notes: What a reader should know first, a paragraph each.
  package init(title: String, charts: [Chart], notes: [String] = []) {
    self.title = PlainText(title).text
    self.charts = charts
    self.notes = notes.map { PlainText($0).text }
  }

  /// The page as text.
  package func html() -> String {
    Page(title: title, style: Self.style, script: Self.script).html { markup in
      markup.element("header") { markup in
        markup.element("h1", text: title)
        for note in notes { markup.element("p", text: note) }
      }
      markup.fixed("\n")
      if charts.count >= Self.contentsLimit { writeContents(to: &markup) }
      markup.element("main") { markup in
        for (index, chart) in charts.enumerated() {
          markup.fixed("\n")
          write(chart, index, to: &markup)
        }
        if charts.isEmpty { markup.element("p", text: "No charts") }
      }
      markup.fixed("\n")
    }
  }

  private func writeContents(to markup: inout Markup) {
    markup.element("nav", ["aria-label": "Charts"]) { markup in
      for (index, chart) in charts.enumerated() {
        markup.element("a", ["href": "#c\(index)"], text: chart.title)
      }
    }
    markup.fixed("\n")
  }

  private func write(_ chart: Chart, _ index: Int, to markup: inout Markup) {
    let drawing = ChartDrawing(chart, isAlone: false)
    let table = ChartTable(chart)
    markup.element("figure", ["id": "c\(index)"]) { markup in
      markup.element("figcaption") { $0.element("h2", text: chart.title) }
      markup.element("svg", attributes(of: drawing, chart)) { markup in
        markup.fixed("\n")
        markup.append(drawing.markup)
      }
      if let note = drawing.note { markup.element("p", ["class": "note"], text: note) }
      markup.element("output", ["class": "tip", "hidden": ""]) { _ in }
      markup.element("details") { markup in
        markup.element("summary", text: "Data")
        table.write(to: &markup)
      }
    }
  }

  private func attributes(
    of drawing: ChartDrawing, _ chart: Chart
  ) -> KeyValuePairs<StaticString, String> {
    let box = "0 0 \(ChartFrame.width.pixels) \(drawing.height.pixels)"
    guard let axes = drawing.axes else {
      return ["class": "chart", "viewBox": box, "role": "img", "aria-label": chart.title]
    }
    return [
      "class": "chart", "viewBox": box, "role": "img", "aria-label": chart.title, "tabindex": "0",
      "data-x": axes.x, "data-y": axes.y, "data-n": chart.xTitle,
    ]
  }
}

/// A chart as elements of SVG.
struct ChartDrawing: Sendable {
  /// What is drawn.
  let markup: Markup

  /// The height in pixels; the width is that of ``ChartFrame``.
  let height: Double

  /// The axes in numbers, for a script that reads points out.
  let axes: (x: String, y: String)?

  /// What the picture does not show, in words.
  let note: String?

  /// Draws a chart.
  ///
  /// - Parameter isAlone: Whether the title is a part of the picture, and no script will read it.
  init(_ chart: Chart, isAlone: Bool) {
    var markup = Markup()
    var top = 12.0
    if isAlone {
      let title = TextWidth(fontSize: 15, isBold: true).fitEnd(chart.title, ChartFrame.width - 28)
      markup.element("text", ["class": "h", "x": "14", "y": "26"], text: title)
      top = 44
    }
    if !chart.yTitle.isEmpty {
      let title = ChartFrame.text.fitEnd(chart.yTitle, 340)
      markup.element("text", ["class": "a", "x": "14", "y": (top + 4).pixels], text: title)
      top += 20
    }
    let plot = Plot(chart, top: top, to: &markup, withNumbers: !isAlone)
    var bottom = plot.bottom
    if !chart.xTitle.isEmpty {
      let title = ChartFrame.text.fitEnd(chart.xTitle, 340)
      markup.element(
        "text", ["class": "a r", "x": plot.right.pixels, "y": (bottom + 12).pixels],
        text: title)
      bottom += 20
    }
    bottom += plot.legend?.write(top: bottom + 2, to: &markup) ?? 0
    if plot.omittedCount > 0 {
      let word = plot.omittedCount == 1 ? "value" : "values"
      note = "\(plot.omittedCount) \(word) not above zero: a logarithmic axis has no place for them"
    } else {
      note = nil
    }
    if isAlone, let note {
      markup.element("text", ["class": "a", "x": "14", "y": (bottom + 16).pixels], text: note)
      bottom += 20
    }
    axes = plot.axes
    height = bottom + 8
    self.markup = markup
  }
}

/// The part of a chart that depends on its kind.
private struct Plot {
  let bottom: Double
  let legend: ChartLegend?
  let axes: (x: String, y: String)?
  let omittedCount: Int
  var right = ChartFrame.width - 16

  init(_ chart: Chart, top: Double, to markup: inout Markup, withNumbers: Bool) {
    switch chart.content {
    case .lines(let series), .scatter(let series):
      let plot = SeriesPlot(chart, series, isScatter: chart.content.isScatter, top: top)
      bottom = plot.write(to: &markup, withNumbers: withNumbers)
      (legend, axes, omittedCount) = (plot.legend, plot.numbers, plot.omittedCount)
    case .bars(let groups):
      let plot = BarPlot(chart, groups, top: top)
      bottom = plot.write(to: &markup)
      (legend, axes, omittedCount) = (plot.legend, nil, plot.omittedCount)
    case .confusion(let labels, let counts):
      let plot = ConfusionPlot(labels: labels, counts: counts, top: top)
      bottom = plot.write(to: &markup)
      right = max(plot.right, 120)
      (legend, axes, omittedCount) = (nil, nil, 0)
    }
  }
}

extension Chart.Content {
  /// Whether it is points alone.
  fileprivate var isScatter: Bool {
    if case .scatter = self { true } else { false }
  }
}

extension Chart {
  /// The chart as a file of its own: SVG that any browser shows, light or dark as the reader likes.
  package func svg() -> String {
    let drawing = ChartDrawing(self, isAlone: true)
    let width = ChartFrame.width.pixels
    let height = drawing.height.pixels
    var markup = Markup()
    markup.element(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "class": "chart", "width": width, "height": height,
        "viewBox": "0 0 \(width) \(height)", "role": "img",
      ]
    ) { markup in
      markup.fixed("\n")
      markup.element("title", text: title)
      markup.fixed("\n")
      markup.element("style") { $0.fixed(ChartStyle.rules) }
      markup.empty("rect", ["class": "bg", "width": "100%", "height": "100%"])
      markup.append(drawing.markup)
    }
    markup.fixed("\n")
    return markup.text
  }
}

/// Lines or points in a frame.
struct SeriesPlot: Sendable {
  private let series: [Chart.Series]
  private let isScatter: Bool
  private let x: Scale
  private let y: Scale
  private let frame: ChartFrame

  /// How many points lie where a logarithmic axis has no place.
  let omittedCount: Int

  static let height = 230.0

  /// How many dots of points are drawn, and of a line before only its extremes are.
  private static let dotLimit = 900
  private static let lineLimit = 450

  /// Up to how many points each has a mark of its own on a line.
  private static let markLimit = 30

  /// How many points of a series a script can read out.
  private static let readOutLimit = 200

  init(_ chart: Chart, _ series: [Chart.Series], isScatter: Bool, top: Double) {
    self.isScatter = isScatter
    self.series =
      isScatter
      ? series
      : series.map { series in
        let points = series.points.enumerated().filter { !$0.element.x.isNaN }
          .sorted { ($0.element.x, $0.offset) < ($1.element.x, $1.offset) }
        return Chart.Series(
          name: series.name, points: points.map(\.element), isEmphasised: series.isEmphasised)
      }
    let isLogarithmicX = chart.options.contains(.logarithmicX)
    let isLogarithmicY = chart.options.contains(.logarithmicY)
    // A point that has no place on one axis must not stretch the other.
    let shown = series.lazy.flatMap(\.points).filter {
      Scale.isShown($0.x, isLogarithmic: isLogarithmicX)
        && Scale.isShown($0.y, isLogarithmic: isLogarithmicY)
    }
    y = Scale(
      shown.lazy.map(\.y), isLogarithmic: isLogarithmicY, isWidened: true,
      pixels: (top + Self.height, top), tickCount: 5)
    let labelWidth = y.ticks.map { ChartFrame.text.measure($0.label) }.max() ?? 0
    frame = ChartFrame(top: top, height: Self.height, labelWidth: labelWidth)
    x = Scale(
      shown.lazy.map(\.x), isLogarithmic: isLogarithmicX, isWidened: isScatter,
      pixels: (frame.left + (isScatter ? 0 : 6), frame.right), tickCount: 6)
    omittedCount = series.reduce(0) { sum, series in
      sum
        + series.points.count { point in
          (isLogarithmicX && point.x <= 0) || (isLogarithmicY && point.y <= 0)
        }
    }
  }

  /// What a script needs to find numbers at a place: those of the axes.
  var numbers: (x: String, y: String) { (x.numbers, y.numbers) }

  var legend: ChartLegend {
    ChartLegend(
      names: series.map(\.name), sign: isScatter ? .mark : .line,
      emphasised: Set(series.indices.filter { series[$0].isEmphasised }))
  }

  /// Writes axes and series, those with emphasis last and so above the others.
  ///
  /// - Returns: The height that is taken from the top of the chart.
  func write(to markup: inout Markup, withNumbers: Bool) -> Double {
    frame.writeRows(y, to: &markup)
    frame.writeColumns(x, to: &markup)
    let hasEmphasis = series.contains(where: \.isEmphasised)
    let order =
      series.indices.filter { !series[$0].isEmphasised }
      + series.indices.filter { series[$0].isEmphasised }
    for index in order {
      let style = SeriesStyle(index: index)
      let emphasis = !hasEmphasis ? "" : series[index].isEmphasised ? " em" : " dim"
      let name = "s \(style.color) \(style.dashes)\(emphasis)"
      let attributes: KeyValuePairs<StaticString, String> =
        withNumbers ? ["class": name, "data-p": readOut(index)] : ["class": name]
      markup.element("g", attributes) { markup in
        markup.element("title", text: series[index].name)
        if isScatter {
          writeMarks(
            at: Decimation.distinct(dots(of: index), limit: Self.dotLimit), style, to: &markup)
        } else {
          writeLine(index, style, to: &markup)
        }
      }
      markup.fixed("\n")
    }
    if series.indices.allSatisfy({ dots(of: $0).isEmpty }) { writeEmptiness(to: &markup) }
    return frame.bottom + 26
  }

  private func writeEmptiness(to markup: inout Markup) {
    let middle = (frame.left + frame.right) / 2
    markup.element(
      "text",
      ["class": "a m", "x": middle.pixels, "y": ((frame.top + frame.bottom) / 2).pixels],
      text: "No values")
  }

  private func writeLine(_ index: Int, _ style: SeriesStyle, to markup: inout Markup) {
    let runs = runs(of: index)
    let isDense = runs.contains { $0.count > Self.lineLimit }
    let path = runs.map { Self.path(through: Decimation.extremes($0, limit: Self.lineLimit)) }
    markup.empty("path", ["class": isDense ? "ln dense" : "ln", "d": path.joined()])
    writeMarks(at: marked(index), style, to: &markup)
  }

  private func writeMarks(
    at dots: [Decimation.Dot], _ style: SeriesStyle, to markup: inout Markup
  ) {
    guard !dots.isEmpty else { return }
    markup.empty("path", ["class": "mk", "d": dots.map { $0.start + style.mark }.joined()])
  }

  /// All points of a short line; some of a long one, so that its mark can be seen.
  private func marked(_ index: Int) -> [Decimation.Dot] {
    let dots = dots(of: index)
    guard dots.count > Self.markLimit else { return dots }
    let step = dots.count / 5
    return stride(from: step * (index % 5) / 5, to: dots.count, by: step).map { dots[$0] }
  }

  private static func path(through dots: [Decimation.Dot]) -> String {
    guard let first = dots.first else { return "" }
    guard dots.count > 1 else { return first.start + "h.1" }
    let steps = zip(dots.dropFirst(), dots).map { $0.step(from: $1) }
    return first.start + "l" + steps.joined(separator: " ")
  }

  // MARK: Places

  private func dot(_ point: Chart.Point) -> Decimation.Dot? {
    guard let left = x.position(point.x), let top = y.position(point.y) else { return nil }
    return Decimation.Dot(x: left, y: top)
  }

  private func dots(of index: Int) -> [Decimation.Dot] {
    series[index].points.compactMap(dot)
  }

  /// The dots of a series, apart where a point has no place.
  private func runs(of index: Int) -> [[Decimation.Dot]] {
    var runs: [[Decimation.Dot]] = [[]]
    for point in series[index].points {
      if let dot = dot(point) {
        runs[runs.count - 1].append(dot)
      } else if runs[runs.count - 1].isEmpty == false {
        runs.append([])
      }
    }
    return runs
  }

  /// Numbers of points for a script, as `x,y x,y`: all, or the extremes of as many columns.
  private func readOut(_ index: Int) -> String {
    let points = series[index].points.filter { dot($0) != nil }
    let kept = Self.sample(points, limit: Self.readOutLimit)
    return kept.map { "\($0.x.words),\($0.y.words)" }.joined(separator: " ")
  }

  /// The lowest and the highest of each of equal parts, and the first and last of all.
  private static func sample(_ points: [Chart.Point], limit: Int) -> [Chart.Point] {
    guard points.count > limit else { return points }
    var kept: [Int] = [0]
    let partCount = limit / 2
    for part in 0..<partCount {
      let range = part * points.count / partCount..<(part + 1) * points.count / partCount
      guard let low = range.min(by: { points[$0].y < points[$1].y }),
        let high = range.max(by: { points[$0].y < points[$1].y })
      else { continue }
      kept += [min(low, high), max(low, high)]
    }
    return (kept + [points.count - 1]).map { points[$0] }
  }
}

/// Groups of bars in a frame.
struct BarPlot: Sendable {
  private let groups: [Chart.Group]

  /// The names of bars, in the order in which they first occur.
  let names: [String]
  private let y: Scale
  private let frame: ChartFrame

  /// How many bars a logarithmic axis has no place for.
  let omittedCount: Int

  static let height = 230.0

  /// Up to how many bars have their numbers written above them.
  private static let labelLimit = 16

  init(_ chart: Chart, _ groups: [Chart.Group], top: Double) {
    self.groups = groups
    var seen: Set<String> = []
    names = groups.flatMap(\.bars).map(\.name).filter { seen.insert($0).inserted }
    let isLogarithmic = chart.options.contains(.logarithmicY)
    let values = groups.flatMap(\.bars).map(\.value)
    y = Scale(
      isLogarithmic ? values : values + [0], isLogarithmic: isLogarithmic, isWidened: true,
      pixels: (top + Self.height, top), tickCount: 5)
    let labelWidth = y.ticks.map { ChartFrame.text.measure($0.label) }.max() ?? 0
    frame = ChartFrame(top: top, height: Self.height, labelWidth: labelWidth)
    omittedCount = isLogarithmic ? values.count { $0 <= 0 } : 0
  }

  var legend: ChartLegend {
    ChartLegend(names: names.count > 1 ? names : [], sign: .bar, emphasised: [])
  }

  /// Writes the axis and the bars.
  ///
  /// - Returns: The height that is taken from the top of the chart.
  func write(to markup: inout Markup) -> Double {
    frame.writeRows(y, to: &markup)
    let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    let room = (frame.right - frame.left) / Double(max(groups.count, 1))
    let widest = groups.map(\.bars.count).max() ?? 1
    let barWidth = min(room * 0.82 / Double(max(widest, 1)), 44)
    let count = groups.reduce(0) { $0 + $1.bars.count }
    var labels: [(name: String, x: Double)] = []
    for (index, group) in groups.enumerated() {
      let middle = frame.left + room * (Double(index) + 0.5)
      labels.append((group.name, middle))
      for (place, bar) in group.bars.enumerated() {
        let left = middle + barWidth * (Double(place) - Double(group.bars.count) / 2)
        let style = SeriesStyle(index: places[bar.name] ?? 0)
        write(bar, of: group, style, left: left, width: barWidth, to: &markup)
        if count <= Self.labelLimit {
          writeNumber(bar, at: left + barWidth / 2, barWidth, to: &markup)
        }
      }
      markup.fixed("\n")
    }
    if count == 0 {
      labels = [("No values", (frame.left + frame.right) / 2)]
    }
    markup.empty(
      "path", ["class": "z", "d": "M\(frame.left.pixels) \(y.base.pixels)H\(frame.right.pixels)"])
    return frame.bottom + frame.writeNames(labels, to: &markup)
  }

  private func write(
    _ bar: Chart.Bar, of group: Chart.Group, _ style: SeriesStyle, left: Double, width: Double,
    to markup: inout Markup
  ) {
    guard let end = y.position(bar.value) else { return }
    let gap = min(1, width * 0.1)
    let sides = "M\((left + gap).pixels) \(y.base.pixels)V\(end.pixels)h\((width - 2 * gap).pixels)"
    markup.element("g", ["class": "\(style.color) \(style.dashes) at"]) { markup in
      let parts = [group.name, bar.name].filter { !$0.isEmpty }.joined(separator: ", ")
      markup.element("title", text: "\(parts): \(bar.value.words)")
      markup.empty("path", ["class": "bar", "d": "\(sides)V\(y.base.pixels)z"])
    }
  }

  private func writeNumber(
    _ bar: Chart.Bar, at x: Double, _ width: Double, to markup: inout Markup
  ) {
    let label = bar.value.words(digits: 3)
    guard ChartFrame.text.measure(label) <= width + 8 else { return }
    let end = y.position(bar.value) ?? y.base
    let place = bar.value < 0 ? end + 14 : end - 5
    markup.element("text", ["class": "num m", "x": x.pixels, "y": place.pixels], text: label)
  }
}

/// The names of series with their signs, in rows below a chart.
struct ChartLegend: Sendable {
  /// What stands before a name.
  enum Sign: Sendable { case line, mark, bar }

  let names: [String]
  let sign: Sign

  /// The series that come first where not all fit.
  let emphasised: Set<Int>

  /// How many names are shown.
  private static let limit = 24
  private static let nameWidth = 165.0

  /// How much wider names are on a phone: less than other text, whose room cannot be shared.
  private static let growth = 1.24

  /// Where a name begins after its sign.
  private var signWidth: Double {
    switch sign {
    case .line: 34
    case .mark, .bar: 22
    }
  }

  /// Writes the rows.
  ///
  /// - Returns: Their height.
  func write(top: Double, to markup: inout Markup) -> Double {
    guard names.contains(where: { !$0.isEmpty }) else { return 0 }
    let order = names.indices.sorted {
      (emphasised.contains($0) ? 0 : 1, $0) < (emphasised.contains($1) ? 0 : 1, $1)
    }
    let shown = names.count <= Self.limit ? Array(names.indices) : Array(order.prefix(Self.limit))
    let short = names.map { ChartFrame.text.fitMiddle($0, Self.nameWidth) }
    let widest = shown.map { ChartFrame.text.measure(short[$0]) }.max() ?? 0
    let width = signWidth + widest * Self.growth + 12
    let columnCount = max(1, Int((ChartFrame.width - 14) / width))
    for (place, index) in shown.enumerated() {
      let x = 14 + Double(place % columnCount) * width
      let y = top + 14 + Double(place / columnCount) * 22
      writeEntry(index, short[index], x: x, y: y, to: &markup)
    }
    var y = top + 14 + Double((shown.count - 1) / columnCount) * 22
    if shown.count < names.count {
      y += 22
      markup.element(
        "text", ["class": "a", "x": "14", "y": (y + 4).pixels],
        text: "and \(names.count - shown.count) more, in the data")
    }
    markup.fixed("\n")
    return y + 14 - top
  }

  private func writeEntry(
    _ index: Int, _ short: String, x: Double, y: Double, to markup: inout Markup
  ) {
    let style = SeriesStyle(index: index)
    let isBold = emphasised.contains(index)
    markup.element("g", ["class": "\(style.color) \(style.dashes)\(isBold ? " em" : "")"]) {
      markup in
      if short != names[index] { markup.element("title", text: names[index]) }
      switch sign {
      case .line:
        markup.empty("path", ["class": "ln", "d": "M\(x.pixels) \(y.pixels)h26"])
        markup.empty("path", ["class": "mk", "d": "M\((x + 13).pixels) \(y.pixels)\(style.mark)"])
      case .mark:
        markup.empty("path", ["class": "mk", "d": "M\((x + 7).pixels) \(y.pixels)\(style.mark)"])
      case .bar:
        markup.empty(
          "path", ["class": "bar", "d": "M\((x + 1).pixels) \((y - 6).pixels)h13v12h-13z"])
      }
      markup.element(
        "text", ["class": "a", "x": (x + signWidth).pixels, "y": (y + 4).pixels], text: short)
    }
  }
}

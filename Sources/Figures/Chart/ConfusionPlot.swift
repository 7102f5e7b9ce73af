/// A confusion matrix: a row for each true label, a column for each predicted one.
struct ConfusionPlot: Sendable {
  private let labels: [String]
  private let counts: [[Int]]
  private let left: Double
  private let top: Double
  private let cell: Double

  /// Up to how many labels cells say what they mean when the pointer rests on them.
  private static let titleLimit = 40

  init(labels: [String], counts: [[Int]], top: Double) {
    self.labels = labels
    self.counts = counts
    self.top = top
    let widest = labels.map { ChartFrame.text.measure($0) }.max() ?? 0
    left = (min(widest, 110) * ChartFrame.growth + 18).rounded(.up)
    let room = (ChartFrame.width - left - 16) / Double(max(labels.count, 1))
    cell = min(room, 72)
  }

  /// A count, or 0 where the matrix has none.
  static func count(_ counts: [[Int]], _ row: Int, _ column: Int) -> Int {
    row < counts.count && column < counts[row].count ? counts[row][column] : 0
  }

  /// The sum of a row; of counts below zero none is taken away.
  static func sum(_ counts: [[Int]], _ row: Int) -> Double {
    guard row < counts.count else { return 0 }
    return counts[row].reduce(0) { $0 + Double(max($1, 0)) }
  }

  /// Where the matrix ends.
  var right: Double { left + cell * Double(labels.count) }

  /// Writes the cells and the labels.
  ///
  /// - Returns: The height that is taken from the top of the chart.
  func write(to markup: inout Markup) -> Double {
    for row in labels.indices { writeRow(row, to: &markup) }
    let size = cell * Double(labels.count)
    markup.empty(
      "rect",
      [
        "class": "edge", "x": left.pixels, "y": top.pixels, "width": size.pixels,
        "height": size.pixels,
      ])
    guard !labels.isEmpty else { return top + 20 }
    let frame = ChartFrame(left: left, right: left + size, top: top, bottom: top + size)
    let names = labels.enumerated().map { ($1, left + cell * (Double($0) + 0.5)) }
    return frame.bottom + frame.writeNames(names, to: &markup)
  }

  private func writeRow(_ row: Int, to markup: inout Markup) {
    let y = top + cell * Double(row)
    let sum = Self.sum(counts, row)
    let stride = max(1, Int((15 / cell).rounded(.up)))
    if row.isMultiple(of: stride) {
      let short = ChartFrame.text.fitMiddle(labels[row], 110)
      markup.element(
        "text", ["class": "a r", "x": (left - 8).pixels, "y": (y + cell / 2 + 4).pixels]
      ) { markup in
        markup.write(short)
        if short != labels[row] { markup.element("title", text: labels[row]) }
      }
    }
    for column in labels.indices {
      let count = Self.count(counts, row, column)
      // In a large matrix most cells are empty, and nobody could read what they would say.
      guard count != 0 || labels.count <= Self.titleLimit else { continue }
      let share = sum > 0 ? Double(max(count, 0)) / sum : 0
      write(count, share, row, column, y: y, to: &markup)
    }
    markup.fixed("\n")
  }

  private func write(
    _ count: Int, _ share: Double, _ row: Int, _ column: Int, y: Double, to markup: inout Markup
  ) {
    let x = left + cell * Double(column)
    let hasTitle = labels.count <= Self.titleLimit
    markup.element("g", ["class": "at"]) { markup in
      if hasTitle {
        let percent = (share * 100).words(digits: 3)
        markup.element(
          "title",
          text:
            "\(labels[row]) taken for \(labels[column]): \(count) (\(percent) % of \(labels[row]))")
      }
      markup.empty(
        "rect",
        [
          "class": "cell", "x": x.pixels, "y": y.pixels, "width": cell.pixels,
          "height": cell.pixels, "fill-opacity": "\((share * 96).rounded() / 100)",
        ])
      let label = count.magnitude < 10_000 ? String(count) : Double(count).words(digits: 3)
      guard cell >= 18, ChartFrame.text.measure(label) <= cell - 2 else { return }
      markup.element(
        "text",
        [
          "class": share > 0.5 ? "in m" : count == 0 ? "a m" : "m", "x": (x + cell / 2).pixels,
          "y": (y + cell / 2 + 4).pixels,
        ], text: label)
    }
  }
}

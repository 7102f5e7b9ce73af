/// The numbers of a chart as a table: all where they are few, or what sums them up.
struct ChartTable: Sendable {
  /// What the table holds, in a few words.
  let caption: String
  let headings: [String]
  let rows: [[String]]

  /// How many rows a table of all numbers may have, and how many cells.
  private static let rowLimit = 200
  private static let cellLimit = 2000

  init(_ chart: Chart) {
    switch chart.content {
    case .lines(let series):
      self = Self.values(chart, series) ?? Self.summary(of: series)
    case .scatter(let series): self = Self.points(chart, series) ?? Self.summary(of: series)
    case .bars(let groups): self = Self.bars(groups)
    case .confusion(let labels, let counts): self = Self.confusion(chart, labels, counts)
    }
  }

  private init(caption: String, headings: [String], rows: [[String]]) {
    self.caption = caption
    self.headings = headings
    self.rows = rows
  }

  func write(to markup: inout Markup) {
    markup.element("div", ["class": "scroll", "tabindex": "0"]) { markup in
      markup.element("table") { markup in
        markup.element("caption", text: caption)
        markup.element("thead") { markup in
          markup.element("tr") { markup in
            for heading in headings { markup.element("th", ["scope": "col"], text: heading) }
          }
        }
        markup.element("tbody") { markup in
          for row in rows {
            markup.element("tr") { markup in
              for (place, cell) in row.enumerated() {
                if place == 0 {
                  markup.element("th", ["scope": "row"], text: cell)
                } else {
                  markup.element("td", text: cell)
                }
              }
            }
            markup.fixed("\n")
          }
        }
      }
    }
  }

  /// A row for each `x`, a column for each series; `nil` if that is too much to read.
  private static func values(_ chart: Chart, _ series: [Chart.Series]) -> ChartTable? {
    var columns: [[Double: Double]] = []
    var places: Set<Double> = []
    for series in series {
      var column: [Double: Double] = [:]
      for point in series.points where !point.x.isNaN { column[point.x] = point.y }
      // Two numbers in one place do not fit into one cell.
      guard column.count == series.points.count else { return nil }
      places.formUnion(column.keys)
      columns.append(column)
    }
    guard places.count <= rowLimit, places.count * series.count <= cellLimit else { return nil }
    let rows = places.sorted().map { place in
      [place.words] + columns.map { $0[place]?.words ?? "" }
    }
    return ChartTable(
      caption: "All values",
      headings: [chart.xTitle.isEmpty ? "x" : chart.xTitle]
        + series.map(\.name), rows: rows)
  }

  /// A row for each point; `nil` if they are too many to read.
  private static func points(_ chart: Chart, _ series: [Chart.Series]) -> ChartTable? {
    guard series.reduce(0, { $0 + $1.points.count }) <= rowLimit else { return nil }
    let rows = series.flatMap { series in
      series.points.map { [series.name, $0.x.words, $0.y.words] }
    }
    let x = chart.xTitle.isEmpty ? "x" : chart.xTitle
    let y = chart.yTitle.isEmpty ? "y" : chart.yTitle
    return ChartTable(caption: "All points", headings: ["Series", x, y], rows: rows)
  }

  /// A row for each series.
  private static func summary(of series: [Chart.Series]) -> ChartTable {
    let rows = series.map { series in
      let shown = series.points.filter { $0.x.isFinite && $0.y.isFinite }
      let low = shown.min { $0.y < $1.y }
      let high = shown.max { $0.y < $1.y }
      let last = shown.max { $0.x < $1.x }
      return [
        series.name, String(series.points.count), place(low), place(high), place(last),
        String(series.points.count - shown.count),
      ]
    }
    return ChartTable(
      caption: "The values are too many to list: what they come to",
      headings: ["Series", "Points", "Lowest", "Highest", "Last", "Gaps"], rows: rows)
  }

  private static func place(_ point: Chart.Point?) -> String {
    point.map { "\($0.y.words) at \($0.x.words)" } ?? ""
  }

  private static func bars(_ groups: [Chart.Group]) -> ChartTable {
    let rows = groups.flatMap { group in
      group.bars.map { [group.name, $0.name, $0.value.words] }
    }
    return ChartTable(caption: "All bars", headings: ["Group", "Bar", "Value"], rows: rows)
  }

  /// The whole matrix, or in a large one what was confused most often.
  private static func confusion(
    _ chart: Chart, _ labels: [String], _ counts: [[Int]]
  ) -> ChartTable {
    let corner = [chart.yTitle, chart.xTitle].filter { !$0.isEmpty }.joined(separator: " \\ ")
    if labels.count <= 30 {
      let rows = labels.indices.map { row in
        [labels[row]]
          + labels.indices.map { String(ConfusionPlot.count(counts, row, $0)) }
      }
      return ChartTable(caption: "All counts", headings: [corner] + labels, rows: rows)
    }
    var confused: [(count: Int, row: Int, column: Int)] = []
    for row in labels.indices {
      for column in labels.indices where column != row {
        let count = ConfusionPlot.count(counts, row, column)
        if count > 0 { confused.append((count, row, column)) }
      }
    }
    confused.sort { (-$0.count, $0.row, $0.column) < (-$1.count, $1.row, $1.column) }
    let rows = confused.prefix(50).map { [labels[$0.row], labels[$0.column], String($0.count)] }
    return ChartTable(
      caption: "What was confused most often", headings: ["True", "Predicted", "Count"],
      rows: rows)
  }
}

/// How a series is told from the others: by its colour and its mark, then by its dashes too.
struct SeriesStyle: Sendable {
  /// The position of the series, from 0.
  let index: Int

  /// The number of colours, and of marks.
  private static let count = 6

  /// The class that gives the colour.
  var color: String { "c\(index % Self.count)" }

  /// The class that gives the dashes of lines and the filling of bars.
  var dashes: String { "d\(index / Self.count % 4)" }

  /// A mark around the point where a path is, as relative commands; it is filled and outlined.
  var mark: String {
    switch index % Self.count {
    case 0: "m-3.6 0a3.6 3.6 0 1 0 7.2 0a3.6 3.6 0 1 0-7.2 0z"
    case 1: "m-3.3-3.3h6.6v6.6h-6.6z"
    case 2: "m-4.3 3.2h8.6l-4.3-7.6z"
    case 3: "m-4.5 0l4.5-4.5 4.5 4.5-4.5 4.5z"
    case 4: "m-4.2-1.4h2.8v-2.8h2.8v2.8h2.8v2.8h-2.8v2.8h-2.8v-2.8h-2.8z"
    default: "m-4.3-3.2h8.6l-4.3 7.6z"
    }
  }
}

extension Decimation.Dot {
  init(x: Double, y: Double) {
    self.init(x: Int((x * 10).rounded()), y: Int((y * 10).rounded()))
  }

  /// The beginning of a path at this place.
  var start: String { "M\((Double(x) / 10).pixels) \((Double(y) / 10).pixels)" }

  /// The way from another place, as a path goes on.
  func step(from other: Decimation.Dot) -> String {
    let down = y - other.y
    let rest = (Double(down) / 10).pixels
    return (Double(x - other.x) / 10).pixels + (down < 0 ? rest : " \(rest)")
  }
}

/// What the signs of a graph mean: those that are in it.
struct GraphLegend: Sendable {
  /// One sign and its word.
  enum Entry: Sendable {
    case kind(GraphFigure.NodeKind)
    case mark(GraphFigure.Mark)

    var words: String {
      switch self {
      case .kind(let kind): kind.rawValue
      case .mark(let mark): mark.words
      }
    }
  }

  let entries: [Entry]

  init(_ figure: GraphFigure) {
    let kinds = Set(figure.nodes.map(\.kind))
    let marks = figure.nodes.reduce(into: Set<GraphFigure.Mark>()) { $0.formUnion($1.marks) }
    entries =
      GraphFigure.NodeKind.allCases.filter(kinds.contains).map(Entry.kind)
      + GraphFigure.Mark.allCases.filter(marks.contains).map(Entry.mark)
  }

  /// The signs that nodes refer to, and the head of arrows.
  static func writeDefinitions(to markup: inout Markup) {
    markup.element("defs") { markup in
      markup.element(
        "marker",
        [
          "id": "head", "viewBox": "0 0 8 8", "refX": "7.5", "refY": "4", "markerWidth": "8",
          "markerHeight": "8", "markerUnits": "userSpaceOnUse", "orient": "auto-start-reverse",
        ]
      ) { $0.empty("path", ["class": "head", "d": "M0 .5L8 4L0 7.5Z"]) }
      for kind in GraphFigure.NodeKind.allCases {
        markup.empty("path", ["id": "k-\(kind.rawValue)", "class": "k", "d": kind.sign])
      }
      for mark in GraphFigure.Mark.allCases {
        markup.element("g", ["id": "m-\(mark.rawValue)", "class": "m \(mark.rawValue)"]) {
          $0.empty("circle", ["r": "8"])
          $0.empty("path", ["d": mark.sign])
        }
      }
    }
    markup.fixed("\n")
  }

  /// Writes the entries in lines that are at most `width` pixels wide.
  ///
  /// - Returns: The height of all lines.
  func write(to markup: inout Markup, left: Double, top: Double, width: Double) -> Double {
    let measure = TextWidth(fontSize: 11)
    var x = 0.0
    var y = 0.0
    for entry in entries {
      let room = 22 + measure.measure(entry.words) + 18
      if x > 0, x + room > width { (x, y) = (0, y + 24) }
      let place = "translate(\((left + x).pixels) \((top + y).pixels))"
      markup.element("g", ["class": Self.name(of: entry), "transform": place]) { markup in
        Self.writeSign(of: entry, to: &markup)
        markup.element("text", ["class": "w", "x": "22", "y": "12"], text: entry.words)
      }
      markup.fixed("\n")
      x += room
    }
    return entries.isEmpty ? 0 : y + 24
  }

  private static func name(of entry: Entry) -> String {
    switch entry {
    case .kind(let kind): kind.rawValue
    case .mark: "mark"
    }
  }

  /// Writes the sign in a square of 16 pixels.
  static func writeSign(of entry: Entry, to markup: inout Markup) {
    switch entry {
    case .kind(let kind): markup.empty("use", ["href": "#k-\(kind.rawValue)"])
    case .mark(let mark):
      markup.empty("use", ["href": "#m-\(mark.rawValue)", "x": "8", "y": "8"])
    }
  }
}

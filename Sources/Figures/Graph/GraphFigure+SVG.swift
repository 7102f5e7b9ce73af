extension GraphFigure {
  /// The figure as a file of its own: SVG that any browser shows, light or dark as the reader likes.
  package func svg() -> String {
    let drawing = GraphDrawing(self)
    let legend = GraphLegend(self)
    let width = max(drawing.layout.width, 320) + 2 * Self.margin
    let bottom = Self.drawingTop + drawing.layout.height + 28
    // The legend's height has to be known before the element that holds it is opened.
    var legendMarkup = Markup()
    let legendHeight = legend.write(
      to: &legendMarkup, left: Self.margin, top: bottom, width: width - 2 * Self.margin)
    let height = bottom + legendHeight + 8

    var markup = Markup()
    markup.element(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "class": "graph", "width": width.pixels,
        "height": height.pixels, "viewBox": "0 0 \(width.pixels) \(height.pixels)", "role": "img",
      ]
    ) { markup in
      markup.fixed("\n")
      markup.element("title", text: title)
      markup.element("desc", text: drawing.summary)
      markup.fixed("\n")
      markup.element("style") { $0.fixed(GraphStyle.rules) }
      GraphLegend.writeDefinitions(to: &markup)
      markup.empty("rect", ["class": "bg", "width": "100%", "height": "100%"])
      let heading = TextWidth(fontSize: 16, isBold: true)
      markup.element(
        "text", ["class": "h", "x": Self.margin.pixels, "y": "32"],
        text: heading.fitEnd(title, width - 2 * Self.margin))
      markup.element(
        "text", ["class": "s", "x": Self.margin.pixels, "y": "50"],
        text: TextWidth(fontSize: 11).fitEnd(drawing.summary, width - 2 * Self.margin))
      markup.fixed("\n")
      let place = "translate(\(Self.margin.pixels) \(Self.drawingTop.pixels))"
      markup.element("g", ["transform": place]) { markup in
        markup.fixed("\n")
        drawing.write(to: &markup, isLinked: false)
      }
      markup.fixed("\n")
      markup.append(legendMarkup)
    }
    markup.fixed("\n")
    return markup.text
  }

  private static let margin = 28.0
  private static let drawingTop = 76.0
}

extension GraphDrawing {
  /// How much there is of what, in words, and whether arrows had to be turned around.
  var summary: String {
    let counts = GraphFigure.NodeKind.allCases.compactMap { kind in
      let count = figure.nodes.count { $0.kind == kind }
      return count == 0 ? nil : "\(count) \(kind.counted(count))"
    }
    let nodeWord = figure.nodes.count == 1 ? "node" : "nodes"
    let edgeWord = figure.links.count == 1 ? "edge" : "edges"
    let list = counts.isEmpty ? "" : " (\(counts.joined(separator: ", ")))"
    let sum = "\(figure.nodes.count) \(nodeWord)\(list), \(figure.links.count) \(edgeWord)"
    let turned = layout.isReversed.count { $0 }
    return turned == 0
      ? sum : "\(sum); \(turned) dashed, from right to left, because the graph has a cycle"
  }
}

extension GraphFigure.NodeKind {
  /// The word for so many: `run`, `runs`; most are the same for any number.
  fileprivate func counted(_ count: Int) -> String {
    switch self {
    case .run, .model: count == 1 ? rawValue : "\(rawValue)s"
    case .data, .code, .parameters, .metrics: rawValue
    }
  }
}

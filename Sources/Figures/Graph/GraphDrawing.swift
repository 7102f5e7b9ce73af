/// A graph that has been laid out, as elements of SVG.
struct GraphDrawing: Sendable {
  let figure: GraphFigure
  let layout: GraphLayout

  /// Where the text of a box begins, and what stays free behind it.
  private static let textLeft = 40.0
  private static let textRight = 16.0

  private static let titleWidth = TextWidth(fontSize: 13, isBold: true)
  private static let smallWidth = TextWidth(fontSize: 11)

  /// The number of edges above which labels are left to the lists, for they would cover the arrows.
  private static let labelLimit = 80

  init(_ figure: GraphFigure) {
    self.figure = figure
    let hasLabels = figure.links.count <= Self.labelLimit
    layout = GraphLayout(
      GraphLayout.Request(
        widths: figure.nodes.map(Self.width),
        edges: figure.links.map { LayoutGraph.Edge(from: $0.from, to: $0.to) },
        labelWidths: figure.links.map { link in
          hasLabels ? Self.smallWidth.measure(Self.shortLabel(link.label)) : 0
        },
        leading: Set(figure.nodes.indices.filter { figure.nodes[$0].marks.contains(.focus) })))
  }

  /// Writes all edges, then all nodes over them.
  ///
  /// - Parameter isLinked: Whether each node leads to `#dN`, where a page tells more of node `N`.
  func write(to markup: inout Markup, isLinked: Bool) {
    for curve in layout.curves { write(curve, to: &markup) }
    for link in figure.links where link.from == link.to {
      writeLoop(at: layout.boxes[link.from], to: &markup)
    }
    if figure.links.count <= Self.labelLimit { writeLabels(to: &markup) }
    for index in figure.nodes.indices {
      if isLinked {
        markup.element("a", ["href": "#d\(index)"]) { writeNode(index, to: &$0) }
      } else {
        writeNode(index, to: &markup)
      }
      markup.fixed("\n")
    }
  }

  private static func width(of node: GraphFigure.Node) -> Double {
    let text = max(titleWidth.measure(node.title), smallWidth.measure(node.subtitle))
    return min(max(textLeft + text + textRight, 104), 232).rounded(.up)
  }

  private static func shortLabel(_ label: String) -> String {
    smallWidth.fitEnd(label, 110)
  }

  // MARK: Edges

  private func write(_ curve: Curve, to markup: inout Markup) {
    let head =
      switch curve.head {
      case .none: ""
      case .start: " back"
      case .end: " to"
      }
    let name = "e\(head)\(curve.isReversed ? " turned" : "")"
    markup.empty("path", ["class": name, "d": curve.path])
    markup.fixed("\n")
  }

  /// An arrow that leaves a box at the top and comes back to it.
  private func writeLoop(at box: GraphLayout.Box, to markup: inout Markup) {
    let start = "M\((box.right - 40).pixels) \(box.top.pixels)"
    markup.empty("path", ["class": "e to", "d": "\(start)c6 -16 22 -16 22 -1"])
    markup.fixed("\n")
  }

  private func writeLabels(to markup: inout Markup) {
    for (link, route) in zip(figure.links, layout.routes) {
      guard let route, !link.label.isEmpty else { continue }
      let place = layout.curves[route.branch].middle
      markup.element("text", ["class": "l", "x": place.x.pixels, "y": (place.y + 4).pixels]) {
        let short = Self.shortLabel(link.label)
        $0.write(short)
        if short != link.label { $0.element("title", text: link.label) }
      }
      markup.fixed("\n")
    }
  }

  // MARK: Nodes

  private func writeNode(_ index: Int, to markup: inout Markup) {
    let node = figure.nodes[index]
    let box = layout.boxes[index]
    let marks = node.orderedMarks
    let names = ["n", node.kind.rawValue] + marks.map(\.rawValue)
    markup.element(
      "g",
      [
        "class": names.joined(separator: " "),
        "transform": "translate(\(box.left.pixels) \(box.top.pixels))",
      ]
    ) { markup in
      let outline = node.kind.outline(width: box.width, height: box.height)
      markup.element("title", text: node.summary)
      if marks.contains(.focus) { markup.empty("path", ["class": "halo", "d": outline]) }
      markup.empty("path", ["class": "b", "d": outline])
      markup.empty("use", ["href": "#k-\(node.kind.rawValue)", "x": "16", "y": "15"])
      writeText(of: node, in: box, to: &markup)
      for (place, mark) in marks.enumerated() {
        let right = box.width - 12 - Double(place) * 20
        markup.empty("use", ["href": "#m-\(mark.rawValue)", "x": right.pixels, "y": "0"])
      }
    }
  }

  private func writeText(
    of node: GraphFigure.Node, in box: GraphLayout.Box, to markup: inout Markup
  ) {
    let room = box.width - Self.textLeft - Self.textRight
    let hasSubtitle = !node.subtitle.isEmpty
    markup.element(
      "text", ["class": "t", "x": Self.textLeft.pixels, "y": hasSubtitle ? "20" : "27.5"],
      text: Self.titleWidth.fitMiddle(node.title, room))
    guard hasSubtitle else { return }
    markup.element(
      "text", ["class": "s", "x": Self.textLeft.pixels, "y": "35"],
      text: Self.smallWidth.fitEnd(node.subtitle, room))
  }
}

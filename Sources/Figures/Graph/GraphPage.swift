/// The page of a graph: the picture, and a list of all nodes with what is known of them.
struct GraphPage: Sendable {
  let figure: GraphFigure
  private let drawing: GraphDrawing

  private static let style = Page.Asset(
    parts: [PageStyle.rules, GraphStyle.rules, rules],
    hash: "sha256-9e0kGqpAijuTPxPgCRFHJCJWHG5fFnHRCIzYcOm95XA=")

  private static let script = Page.Asset(
    parts: [GraphScript.view, GraphScript.selection, GraphScript.start],
    hash: "sha256-y1HayomOOwBmZa2YyilrfqITBIEH6oI4Cepcr/UbxMc=")

  /// The room around the picture, in pixels.
  private static let margin = 24.0

  /// How many neighbours of a node are listed.
  private static let neighbourLimit = 30

  init(_ figure: GraphFigure) {
    self.figure = figure
    drawing = GraphDrawing(figure)
  }

  func html() -> String {
    let page = Page(title: figure.title, style: Self.style, script: Self.script)
    return page.html { markup in
      markup.element("a", ["class": "skip", "href": "#nodes"], text: "Skip the picture")
      markup.element("header") { markup in
        markup.element("h1", text: figure.title)
        markup.element("p", text: drawing.summary)
      }
      markup.fixed("\n")
      markup.element("main") { markup in
        markup.element("section", ["class": "picture", "aria-label": "Picture"]) { markup in
          markup.fixed(Self.tools)
          writeCanvas(to: &markup)
        }
        markup.fixed("\n")
        markup.element("section", ["class": "panel", "aria-label": "Nodes"], content: writePanel)
      }
      markup.fixed("\n")
      markup.element("script", ["type": "application/json", "id": "edges"]) {
        $0.write(numbers: edgeNumbers)
      }
      markup.fixed("\n")
    }
  }

  /// For each edge its nodes, the first of its trunk's curves, their number, and its own curve.
  ///
  /// An edge from a node to itself has no curve that could be highlighted, and is left out.
  private var edgeNumbers: [Int] {
    zip(figure.links, drawing.layout.routes).flatMap { link, route in
      guard let route else { return [Int]() }
      return [link.from, link.to, route.trunk.lowerBound, route.trunk.count, route.branch]
    }
  }

  private func writeCanvas(to markup: inout Markup) {
    let width = drawing.layout.width + 2 * Self.margin
    let height = drawing.layout.height + 2 * Self.margin
    markup.element(
      "div",
      ["class": "canvas", "id": "canvas", "tabindex": "0", "aria-label": "Graph, arrow keys move"]
    ) { markup in
      markup.element(
        "svg",
        [
          "class": "graph", "id": "graph", "width": width.pixels, "height": height.pixels,
          "viewBox": "\((-Self.margin).pixels) \((-Self.margin).pixels) "
            + "\(width.pixels) \(height.pixels)",
        ]
      ) { markup in
        markup.fixed("\n")
        GraphLegend.writeDefinitions(to: &markup)
        drawing.write(to: &markup, isLinked: true)
      }
    }
  }

  // MARK: The list

  private func writePanel(to markup: inout Markup) {
    markup.element("ul", ["class": "legend graph", "aria-label": "Signs"]) { markup in
      for entry in GraphLegend(figure).entries {
        markup.element("li") { markup in
          writeSign(of: entry, to: &markup)
          markup.write(entry.words)
        }
      }
    }
    markup.fixed("\n")
    markup.fixed(Self.search)
    markup.element("h2", ["id": "nodes", "tabindex": "-1"], text: "Nodes")
    let neighbours = Neighbours(figure)
    for index in figure.nodes.indices {
      markup.fixed("\n")
      writeItem(index, neighbours, to: &markup)
    }
    markup.element("p", ["class": "none", "id": "none", "hidden": ""], text: "No node has that.")
  }

  private func writeItem(_ index: Int, _ neighbours: Neighbours, to markup: inout Markup) {
    let node = figure.nodes[index]
    markup.element("details", ["class": "item"]) { markup in
      markup.element("summary") { markup in
        writeSign(of: .kind(node.kind), to: &markup)
        markup.element("b", text: node.title)
        if !node.subtitle.isEmpty { markup.element("span", text: node.subtitle) }
        for mark in node.orderedMarks {
          markup.element("em", ["class": mark.rawValue], text: mark.words)
        }
      }
      markup.element("div", ["id": "d\(index)"]) { markup in
        markup.element("dl") { markup in
          writeDetail("Kind", to: &markup) { $0.write(node.kind.rawValue) }
          for detail in node.details {
            writeDetail(detail.label, to: &markup) { $0.write(detail.value) }
          }
          writeLinks("From", neighbours.before[index], to: &markup)
          writeLinks("To", neighbours.after[index], to: &markup)
        }
      }
    }
  }

  private func writeDetail(
    _ label: String, to markup: inout Markup, content: (inout Markup) -> Void
  ) {
    markup.element("dt", text: label)
    markup.element("dd", content: content)
  }

  private func writeLinks(_ label: String, _ nodes: [Int], to markup: inout Markup) {
    guard !nodes.isEmpty else { return }
    markup.element("dt", text: label)
    markup.element("dd", ["class": "near"]) { markup in
      for node in nodes.prefix(Self.neighbourLimit) {
        markup.element("a", ["href": "#d\(node)"], text: figure.nodes[node].title)
      }
      if nodes.count > Self.neighbourLimit {
        markup.write("and \(nodes.count - Self.neighbourLimit) more")
      }
    }
  }

  private func writeSign(of entry: GraphLegend.Entry, to markup: inout Markup) {
    let name =
      switch entry {
      case .kind(let kind): kind.rawValue
      case .mark: "mark"
      }
    markup.element(
      "svg", ["class": "sign \(name)", "viewBox": "-1 -1 18 18", "aria-hidden": "true"]
    ) {
      GraphLegend.writeSign(of: entry, to: &$0)
    }
  }
}

/// What edges lead to each node, and where they lead from it.
struct Neighbours: Sendable {
  private(set) var before: [[Int]]
  private(set) var after: [[Int]]

  init(_ figure: GraphFigure) {
    before = Array(repeating: [], count: figure.nodes.count)
    after = before
    for link in figure.links {
      after[link.from].append(link.to)
      before[link.to].append(link.from)
    }
  }
}

extension GraphFigure {
  /// The figure as a page of HTML: the picture, a list of all nodes, and their details.
  package func html() -> String { GraphPage(self).html() }
}

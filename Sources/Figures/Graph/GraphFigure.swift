/// A picture of things and of what was made from what, read from left to right.
///
/// It knows its nodes and edges, and can be written as SVG, as an HTML page, and in the languages of
/// two programs that draw graphs. Titles and labels may hold any text: it is escaped for its place,
/// and what could mislead a reader is shown as what it is.
package struct GraphFigure: Sendable {
  /// What a node stands for; each kind has a shape, a sign and a colour of its own.
  package enum NodeKind: String, CaseIterable, Sendable {
    case data, model, run, code, parameters, metrics
  }

  /// What a reader should notice about a node.
  package enum Mark: String, CaseIterable, Sendable {
    /// The figure was asked for this node.
    case focus
    /// The run did not succeed.
    case failed
    /// It is recorded, and its content is not here.
    case missing
    /// Its content is not what was recorded.
    case damaged
  }

  /// A line of what is known about a node.
  package struct Detail: Sendable, Hashable {
    package let label: String
    package let value: String

    package init(label: String, value: String) {
      self.label = PlainText(label).text
      self.value = PlainText(value).text
    }
  }

  /// A box of the graph.
  package struct Node: Sendable {
    /// The name by which edges mean this node; it is never shown.
    package let id: String
    package let kind: NodeKind
    package let title: String
    package let subtitle: String
    package let marks: Set<Mark>
    package let details: [Detail]

    package init(
      id: String, kind: NodeKind, title: String, subtitle: String = "", marks: Set<Mark> = [],
      details: [Detail] = []
    ) {
      self.id = id
      self.kind = kind
      self.title = PlainText(title).text
      self.subtitle = PlainText(subtitle).text
      self.marks = marks
      self.details = details
    }
  }

  /// An arrow from what was used to what used it, or from what made something to what was made.
  package struct Edge: Sendable {
    package let from: String
    package let to: String
    package let label: String

    package init(from: String, to: String, label: String = "") {
      self.from = from
      self.to = to
      self.label = PlainText(label).text
    }
  }

  /// An edge by the positions of its nodes.
  struct Link: Sendable {
    let from: Int
    let to: Int
    var label: String
  }

  let title: String
  let nodes: [Node]
  let links: [Link]

  /// Makes a figure.
  ///
  /// - Parameters:
  ///   - title: What the figure shows, as a heading.
  ///   - nodes: The boxes, in the order in which lists show them. Of two with one id the first counts.
  ///   - edges: The arrows. Several between the same two nodes become one that has all their labels.
  ///     One that leads to no node is left out, so a figure can show a part of a graph.
  package init(title: String, nodes: [Node], edges: [Edge]) {
    var position: [String: Int] = [:]
    var kept: [Node] = []
    for node in nodes where position[node.id] == nil {
      position[node.id] = kept.count
      kept.append(node)
    }
    var links: [Link] = []
    var known: [SIMD2<Int>: Int] = [:]
    for edge in edges {
      guard let from = position[edge.from], let to = position[edge.to] else { continue }
      if let earlier = known[SIMD2(from, to)] {
        links[earlier].label = Self.joined(links[earlier].label, edge.label)
      } else {
        known[SIMD2(from, to)] = links.count
        links.append(Link(from: from, to: to, label: edge.label))
      }
    }
    self.title = PlainText(title).text
    self.nodes = kept
    self.links = links
  }

  private static func joined(_ first: String, _ second: String) -> String {
    if second.isEmpty || first == second { return first }
    return first.isEmpty ? second : "\(first), \(second)"
  }
}

extension GraphFigure.Mark {
  /// What the mark says, in a word or two.
  var words: String {
    switch self {
    case .focus: "asked for"
    case .failed: "failed"
    case .missing: "missing"
    case .damaged: "damaged"
    }
  }
}

extension GraphFigure.Node {
  /// The marks in the order in which they are explained.
  var orderedMarks: [GraphFigure.Mark] {
    GraphFigure.Mark.allCases.filter(marks.contains)
  }

  /// The node in words: what a screen reader says, and what shows when the pointer rests on it.
  var summary: String {
    var parts = ["\(kind.rawValue) \(title)"]
    if !subtitle.isEmpty { parts.append(subtitle) }
    return (parts + orderedMarks.map(\.words)).joined(separator: ", ")
  }
}

extension GraphFigure {
  /// The graph in the language of Graphviz: `dot -Tpdf` draws it.
  package func dot() -> String {
    var lines = [
      "digraph figure {", "  rankdir=LR;", "  label=\(Self.quotedForDOT(title));",
      "  labelloc=t; fontname=\"Arial\"; fontsize=14;",
      "  node [fontname=\"Arial\", fontsize=11, style=filled, fillcolor=white];",
      "  edge [fontname=\"Arial\", fontsize=9, color=\"#6a727c\"];",
    ]
    for (index, node) in nodes.enumerated() {
      let text = node.labelLines.map(Self.escapedForDOT).joined(separator: "\\n")
      lines.append("  n\(index) [label=\"\(text)\", \(node.dotStyle)];")
    }
    for link in links {
      let label = link.label.isEmpty ? "" : " [label=\(Self.quotedForDOT(link.label))]"
      lines.append("  n\(link.from) -> n\(link.to)\(label);")
    }
    return lines.joined(separator: "\n") + "\n}\n"
  }

  private static func quotedForDOT(_ text: String) -> String { "\"\(escapedForDOT(text))\"" }

  /// Text in a quoted string of DOT, where a backslash begins an escape and `&` an entity.
  private static func escapedForDOT(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": escaped += "\\\""
      case "\\": escaped += "\\\\"
      case "&": escaped += "&amp;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}

extension GraphFigure.Node {
  /// Shape, colours and lines as attributes of DOT.
  fileprivate var dotStyle: String {
    let shape =
      switch kind {
      case .data: "note"
      case .model: "hexagon"
      case .run: "box"
      case .code: "component"
      case .parameters: "parallelogram"
      case .metrics: "octagon"
      }
    var styles = ["filled"]
    if kind == .run { styles.append("rounded") }
    if marks.contains(.missing) { styles.append("dashed") }
    let isBad = marks.contains(.failed) || marks.contains(.damaged)
    let width = marks.contains(.focus) ? 3 : isBad ? 2 : 1
    return "shape=\(shape), style=\"\(styles.joined(separator: ","))\", "
      + "fillcolor=\"\(kind.ground)\", color=\"\(isBad ? "#c0152f" : kind.line)\", "
      + "penwidth=\(width)"
  }
}

extension GraphFigure.Node {
  /// The lines of text in the box, for languages without our signs.
  var labelLines: [String] {
    let words = orderedMarks.filter { $0 != .focus }.map { "(\($0.words))" }
    return (subtitle.isEmpty ? [title] : [title, subtitle]) + words
  }
}

extension GraphFigure.NodeKind {
  /// The colour inside a box, for languages without our style.
  var ground: String {
    switch self {
    case .data: "#e8f2fc"
    case .model: "#f5ecfb"
    case .run: "#e2f5ee"
    case .code: "#f0f2f4"
    case .parameters: "#fdf3dc"
    case .metrics: "#fceaf1"
    }
  }

  /// The colour of the outline.
  var line: String {
    switch self {
    case .data: "#0b62b0"
    case .model: "#7d3c9e"
    case .run: "#00735a"
    case .code: "#59626d"
    case .parameters: "#8a5a00"
    case .metrics: "#a8336a"
    }
  }
}

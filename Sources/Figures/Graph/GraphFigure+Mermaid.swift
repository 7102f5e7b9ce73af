extension GraphFigure {
  /// The graph in the language of Mermaid, which forges draw in Markdown.
  ///
  /// Mermaid itself refuses more than 500 edges and 50,000 characters unless it is told otherwise.
  package func mermaid() -> String {
    var lines = ["---", "title: \(Self.quotedForYAML(title))", "---", "flowchart LR"]
    for (index, node) in nodes.enumerated() {
      let text = node.labelLines.map(Self.escapedForMermaid).joined(separator: "<br/>")
      let (open, close) = node.kind.mermaidBrackets
      lines.append("  n\(index)\(open)\"\(text)\"\(close)")
    }
    for link in links {
      let label = link.label.isEmpty ? "" : "|\"\(Self.escapedForMermaid(link.label))\"|"
      lines.append("  n\(link.from) -->\(label) n\(link.to)")
    }
    lines += classLines
    return lines.joined(separator: "\n") + "\n"
  }

  /// The colours of kinds and the lines of marks, for those that occur.
  private var classLines: [String] {
    var lines: [String] = []
    for kind in NodeKind.allCases {
      let members = nodes.indices.filter { nodes[$0].kind == kind }.map { "n\($0)" }
      guard !members.isEmpty else { continue }
      let style = "fill:\(kind.ground),stroke:\(kind.line),color:#1f2328"
      lines.append("  classDef \(kind.rawValue) \(style)")
      lines.append("  class \(members.joined(separator: ",")) \(kind.rawValue)")
    }
    for mark in Mark.allCases {
      let members = nodes.indices.filter { nodes[$0].marks.contains(mark) }.map { "n\($0)" }
      guard !members.isEmpty else { continue }
      let style =
        switch mark {
        case .focus: "stroke-width:4px"
        case .failed, .damaged: "stroke:#c0152f,stroke-width:3px"
        case .missing: "stroke-dasharray:5 4"
        }
      lines.append("  classDef \(mark.rawValue) \(style)")
      lines.append("  class \(members.joined(separator: ",")) \(mark.rawValue)")
    }
    return lines
  }

  /// Text between quotation marks, where whatever Mermaid or Markdown could understand is a number.
  private static func escapedForMermaid(_ text: String) -> String {
    guard text.contains(where: { $0 != " " }) else { return "#160;" }
    var escaped = ""
    var previous: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      // After a number at the beginning, a full stop would begin a list of Markdown.
      let isSafeMark = "_-,/=+".unicodeScalars.contains(scalar) && previous != " "
      let isStop = scalar == "." && !("0"..."9").contains(previous)
      let isPlain =
        !scalar.isASCII || scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
        || scalar == " " || isSafeMark || isStop
      if isPlain {
        escaped.unicodeScalars.append(scalar)
      } else {
        escaped += "#\(scalar.value);"
      }
      previous = scalar
    }
    return escaped
  }

  /// A string of YAML in quotation marks, with numbers for whatever is no letter, digit or space.
  private static func quotedForYAML(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      let isPlain =
        scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
        || " _-.,/=+".unicodeScalars.contains(scalar)
      if isPlain {
        quoted.unicodeScalars.append(scalar)
      } else {
        let digits = String(scalar.value, radix: 16)
        quoted += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
      }
    }
    return quoted + "\""
  }
}

extension GraphFigure.NodeKind {
  /// What stands around a label to give the box its shape.
  fileprivate var mermaidBrackets: (open: String, close: String) {
    switch self {
    case .data: ("[(", ")]")
    case .model: ("{{", "}}")
    case .run: ("([", "])")
    case .code: ("[[", "]]")
    case .parameters: ("[/", "/]")
    case .metrics: ("[", "]")
    }
  }
}

extension HelpDocument {
  /// The help as a manual page in roff with the `man` macros, for section 1.
  ///
  /// - Parameter version: What the page's foot shows as its source: `shale 1.0.0`.
  /// - Returns: The page, with a line break at its end.
  package func manualPage(version: String) -> String {
    let page = title.split(separator: " ").joined(separator: "-")
    var lines = [
      ".TH \"\(page.uppercased())\" 1 \"\" \"\(Self.escaped(version))\" \"Shale manual\"",
      ".SH NAME",
      "\(Self.escaped(page)) \\- \(Self.escaped(summary))",
    ]
    for section in sections {
      let heading = section.heading == "Usage" ? "Synopsis" : section.heading
      lines.append(".SH \"\(heading.uppercased())\"")
      lines += section.blocks.flatMap(Self.roff)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func roff(_ block: Block) -> [String] {
    switch block {
    case .paragraph(let text):
      [".PP", inline(text)]
    case .usage(let usages):
      [".nf"] + usages.map { ".B \(quoted($0))" } + [".fi"]
    case .definitions(let definitions):
      definitions.flatMap { [".TP", ".B \(quoted($0.term))", inline($0.meaning)] }
    case .examples(let examples):
      examples.flatMap {
        [".PP", "\(inline($0.meaning)):", ".RS 4", ".nf", ".B \(quoted($0.line))", ".fi", ".RE"]
      }
    }
  }

  /// Text in which backticks become bold.
  private static func inline(_ text: String) -> String {
    let parts = text.split(separator: "`", omittingEmptySubsequences: false)
    let line = parts.enumerated().map { index, part in
      index % 2 == 1 ? "\\fB\(escaped(String(part)))\\fR" : escaped(String(part))
    }.joined()
    // A line that begins with a dot or an apostrophe would be taken for a request.
    return line.hasPrefix(".") || line.hasPrefix("'") ? "\\&\(line)" : line
  }

  /// An argument of a macro.
  private static func quoted(_ text: String) -> String {
    let parts = escaped(text).split(separator: "\"", omittingEmptySubsequences: false)
    return "\"\(parts.joined(separator: "\\(dq"))\""
  }

  /// Text in which nothing is special to roff, and a hyphen can be copied as one.
  private static func escaped(_ text: String) -> String {
    text.map { character in
      switch character {
      case "\\": "\\e"
      case "-": "\\-"
      case "'": "\\(aq"
      case "`": "\\(ga"
      case "~": "\\(ti"
      case "^": "\\(ha"
      case "…": "\\&..."
      default: String(character)
      }
    }.joined()
  }
}

extension ToolSpec {
  /// The names of all manual pages: `shale`, `shale-add`, `shale-remote`, `shale-remote-add`.
  package var manualPageNames: [String] { topics.map(\.page) }

  /// The manual page of that name in roff, or `nil` when there is none.
  ///
  /// - Parameters:
  ///   - name: One of ``manualPageNames``.
  ///   - version: What the page's foot shows as its source: `shale 1.0.0`.
  /// - Returns: The page, with a line break at its end.
  package func manualPage(_ name: String, version: String) -> String? {
    topics.first { $0.page == name }.map { help(on: $0.topic).manualPage(version: version) }
  }

  private var topics: [(page: String, topic: HelpTopic)] {
    let families = visibleFamilies.map { ("\(name)-\($0.name)", HelpTopic.family($0)) }
    let commands = visibleCommands.map { spec in
      ("\(name)-\(spec.words.joined(separator: "-"))", HelpTopic.command(spec))
    }
    return [(name, .tool)] + families + commands
  }
}

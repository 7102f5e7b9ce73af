extension HelpDocument {
  /// The help as a manual page in roff with the `man` macros, for section 1.
  ///
  /// - Parameter version: What the page's foot shows as its source: `shale 1.0.0`.
  /// - Returns: The page, with a line break at its end.
  package func manualPage(version: String) -> String {
    var lines = [
      ".TH \"\(page.uppercased())\" 1 \"\" \"\(Self.escaped(version))\" \"Shale manual\"",
      // Words that may be typed are not cut, and lines not padded.
      ".nh", ".ad l",
      ".SH NAME",
      "\(Self.escaped(page)) \\- \(Self.escaped(summary))",
    ]
    for section in sections where section.heading != "See also" {
      let heading = section.heading == "Usage" ? "Synopsis" : section.heading
      lines.append(".SH \"\(heading.uppercased())\"")
      if heading == "JSON result" {
        lines += ["Keys of \\fBresult\\fR in the object that \\fB\\-\\-json\\fR prints:", ".sp"]
      }
      lines += section.blocks.flatMap(Self.roff)
    }
    lines += [".SH \"SEE ALSO\""] + seeAlso
    return lines.joined(separator: "\n") + "\n"
  }

  /// The name of the page: `shale-remote-add`.
  private var page: String { Self.page(of: title) }

  private static func page(of title: some StringProtocol) -> String {
    title.split(separator: " ").joined(separator: "-")
  }

  /// The section that names other pages: that of the tool, and those of related commands.
  private var seeAlso: [String] {
    let tool = title.prefix { $0 != " " }
    var titles = tool == title[...] ? [] : [String(tool)]
    var sentences: [String] = []
    let blocks = sections.filter { $0.heading == "See also" }.flatMap(\.blocks)
    for case .paragraph(let text) in blocks {
      let parts = text.split(separator: "`", omittingEmptySubsequences: false)
      let isList = parts.enumerated().allSatisfy { $0 % 2 == 1 || $1.isEmpty || $1 == ", " }
      if isList {
        titles += parts.filter { $0.hasPrefix("\(tool) ") }.map { String($0) }
      } else {
        sentences.append(text)
      }
    }
    let pages = titles.map { "\\fB\(Self.escaped(Self.page(of: $0)))\\fR(1)" }
    let each = "Each command has a page: \\fB\(Self.escaped(page))\\-\\fR\\fICOMMAND\\fR(1)."
    return sentences.flatMap { [".PP", Self.inline($0)] }
      + [".PP", pages.isEmpty ? each : pages.joined(separator: ", ")]
  }

  private static func roff(_ block: Block) -> [String] {
    switch block {
    case .paragraph(let text):
      [".PP", inline(text)]
    case .usage(let usages):
      [".nf"] + usages.map(syntax) + [".fi"]
    case .definitions(let definitions):
      roff(definitions)
    case .examples(let examples):
      examples.flatMap {
        [".PP", "\(inline($0.meaning)):", ".RS 4", ".nf", ".B \(quoted($0.line))", ".fi", ".RE"]
      }
    }
  }

  /// Terms in a column, where all of them are short, or else each above what it means.
  private static func roff(_ definitions: [Definition]) -> [String] {
    let longest = definitions.map(\.term.count).max() ?? 0
    let isTable = longest <= 18
    let lines = definitions.flatMap {
      [isTable ? ".TP \(longest + 3)" : ".TP", syntax($0.term), inline($0.meaning)]
    }
    return isTable ? [".PD 0"] + lines + [".PD"] : lines
  }

  /// What is typed as it stands is bold, and what it stands for in its place, in capitals, italic.
  private static func syntax(_ text: String) -> String {
    var line = ""
    var rest = text[...]
    while !rest.isEmpty {
      let typed = rest.prefix { !$0.isUppercase }
      rest = rest[typed.endIndex...]
      let word = rest.prefix { $0.isUppercase || $0 == "_" }
      rest = rest[word.endIndex...]
      let isPlaceholder = word.count > 1 && typed.last?.isLetter != true && typed.last != "-"
      if !typed.isEmpty { line += "\\fB\(escaped(String(typed)))\\fR" }
      if !word.isEmpty { line += "\\f\(isPlaceholder ? "I" : "B")\(escaped(String(word)))\\fR" }
    }
    return line
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

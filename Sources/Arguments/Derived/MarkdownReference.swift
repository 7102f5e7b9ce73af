extension ToolSpec {
  /// All commands as one page of Markdown; what they share stands under the tool.
  package var markdownReference: String {
    var lines = [
      "# Command reference", "",
      "<!-- Written from the commands' declarations by `UPDATE_GOLDEN=1 swift test`. -->", "",
    ]
    lines += help(on: .tool).markdown(level: 2)
    var described: Set<String> = []
    for spec in visibleCommands {
      if let word = spec.words.first, spec.words.count == 2, let family = family(String(word)),
        described.insert(family.name).inserted
      {
        lines += help(on: .family(family)).markdown(level: 2)
      }
      lines += help(on: spec, isWhole: false).markdown(level: spec.words.count + 1)
    }
    return lines.joined(separator: "\n")
  }
}

extension HelpDocument {
  /// The help as Markdown.
  ///
  /// - Parameter level: How many `#` the title has.
  /// - Returns: The lines, the last one empty.
  fileprivate func markdown(level: Int) -> [String] {
    var lines = [String(repeating: "#", count: level) + " `\(title)`", "", summary + ".", ""]
    for section in sections {
      if section.heading != "Usage" && section.heading != "Description" {
        lines += ["**\(section.heading)**", ""]
      }
      lines += section.blocks.flatMap(Self.markdown)
    }
    return lines
  }

  private static func markdown(_ block: Block) -> [String] {
    switch block {
    case .paragraph(let text):
      [text, ""]
    case .usage(let usages):
      ["```"] + usages + ["```", ""]
    case .definitions(let definitions):
      ["| | |", "| --- | --- |"]
        + definitions.map { "| `\($0.term)` | \(cell($0.meaning)) |" } + [""]
    case .examples(let examples):
      ["```sh"] + examples.flatMap { ["# \($0.meaning)", $0.line] } + ["```", ""]
    }
  }

  /// Text that cannot end a table's cell.
  private static func cell(_ text: String) -> String {
    text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  }
}

/// Rows of texts as a table of Markdown.
package struct MarkdownTable: Sendable {
  private let columns: [(heading: String, alignment: Table.Alignment)]
  private var rows: [[String]] = []

  /// Makes a table without rows.
  ///
  /// - Parameter columns: What each column is called, and on which side its texts stand.
  package init(_ columns: [(heading: String, alignment: Table.Alignment)]) {
    self.columns = columns
  }

  /// Adds a row with one text for each column.
  package mutating func add(_ row: [String]) {
    precondition(row.count == columns.count, "a text for each column")
    rows.append(row)
  }

  /// Writes the headings, a rule, and the rows.
  package func write(to text: inout StyledText) {
    text.line(Self.line(columns.map { Self.escaped($0.heading) }))
    text.line(Self.line(columns.map { $0.alignment == .right ? "--:" : "---" }))
    for row in rows { text.line(Self.line(row.map(Self.escaped))) }
  }

  private static func line(_ cells: [String]) -> StyledString {
    StyledString("| \(cells.joined(separator: " | ")) |")
  }

  /// A text that stays in its cell, and is nothing else than text.
  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "|", "\\", "`", "*", "_", "<", "[", "]", "#", "~": escaped += "\\\(character)"
      case "\n", "\r", "\r\n": escaped += " "
      default: escaped.append(character)
      }
    }
    return escaped
  }
}

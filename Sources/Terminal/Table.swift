/// Rows of texts in columns that line up.
package struct Table: Sendable {
  /// On which side of a column its texts stand.
  package enum Alignment: Hashable, Sendable {
    case left
    /// For numbers.
    case right
  }

  private let alignments: [Alignment]
  private var rows: [[StyledString]] = []
  private var widths: [Int]

  /// Makes a table without rows.
  ///
  /// - Parameters:
  ///   - columns: The alignment of each column.
  ///   - headings: A first row in the style of headings, or nothing.
  package init(_ columns: [Alignment], headings: [String] = []) {
    precondition(headings.isEmpty || headings.count == columns.count, "a heading for each column")
    alignments = columns
    widths = columns.map { _ in 0 }
    if !headings.isEmpty { add(headings.map { StyledString($0, .heading) }) }
  }

  /// Adds a row with one text for each column.
  package mutating func add(_ row: [StyledString]) {
    precondition(row.count == alignments.count, "a text for each column")
    for (index, cell) in row.enumerated() { widths[index] = max(widths[index], cell.width) }
    rows.append(row)
  }

  fileprivate func write(to text: inout StyledText, indent: Int) {
    for row in rows {
      var pending = indent
      for (index, cell) in row.enumerated() {
        let room = widths[index] - cell.width
        if alignments[index] == .right { pending += room }
        // Spaces are written only before something, so that no line ends in them.
        if cell.width > 0 {
          text.write(StyledString(String(repeating: " ", count: pending)))
          text.write(cell)
          pending = 0
        }
        if alignments[index] == .left { pending += room }
        pending += 2
      }
      text.line()
    }
  }
}

extension StyledText {
  /// Writes a table, two spaces between its columns.
  ///
  /// - Parameters:
  ///   - table: What is written.
  ///   - indent: How many spaces each line begins with.
  package mutating func table(_ table: Table, indent: Int = 0) {
    table.write(to: &self, indent: indent)
  }
}

/// Makes a table from pieces of a file of any size.
package struct DocumentTableReader {
  private var rows: DocumentRows
  private var columns: TableColumns
  private let wanted: Set<String>?

  /// Starts a table.
  ///
  /// - Parameters:
  ///   - format: `csv`, `tsv` or `jsonLines`.
  ///   - wanted: The columns to keep, or `nil` for all.
  ///   - rowLimit: How many rows are kept at most, at least 2.
  package init(
    as format: DocumentFormat, columns wanted: Set<String>? = nil, rowLimit: Int = 100_000
  ) throws(DocumentError) {
    precondition(rowLimit >= 2)
    rows = try DocumentRows(as: format)
    columns = TableColumns(rowLimit: rowLimit)
    self.wanted = wanted
  }

  /// Takes the next bytes of the file.
  package mutating func read(_ bytes: Span<UInt8>) throws(DocumentError) {
    // A copy, for `self` cannot be changed in two ways at once; it is one row at most.
    var rows = rows
    try rows.read(bytes) { row throws(DocumentError) in try columns.append(row, wanted: wanted) }
    self.rows = rows
  }

  /// The table, once all bytes were taken.
  package mutating func finish() throws(DocumentError) -> DocumentTable {
    var rows = rows
    try rows.finish { row throws(DocumentError) in try columns.append(row, wanted: wanted) }
    return columns.finish()
  }
}

extension TableColumns {
  /// Adds the wanted cells of a row, or throws where there are too many columns by now.
  fileprivate mutating func append(
    _ row: DocumentRow, wanted: Set<String>?
  ) throws(DocumentError) {
    append(wanted.map { wanted in row.cells.filter { wanted.contains($0.key) } } ?? row.cells)
    if count > DocumentLimits.columns {
      throw .tooManyCells(line: row.line, count: count, limit: DocumentLimits.columns)
    }
  }
}

/// The rows of a log or table, by columns.
///
/// What is held is bounded: of a longer table every second, fourth, eighth … row is kept, and the
/// last one always.
package struct DocumentTable: Equatable, Sendable {
  /// The columns in the order in which the file names them first.
  package let columns: [DocumentColumn]

  /// How many rows the file has, kept or not.
  package let rowCount: Int

  /// Every how many rows one was kept: 1 where all are.
  package let stride: Int

  /// The column of a name, or `nil`.
  package subscript(name: String) -> DocumentColumn? { columns.first { $0.name == name } }
}

/// A column of a table.
package struct DocumentColumn: Equatable, Sendable {
  /// The name in the first row, or the key path in JSON Lines.
  package let name: String

  /// One value for each row that was kept; `null` where the row has none.
  package let values: [DocumentValue]

  /// Whether all values of the file, kept or not, are numbers or `null`, and one is a number.
  package let isNumeric: Bool

  /// The numbers of a numeric column, `nil` where a row has none.
  package var numbers: [Double?] { values.map(\.double) }
}

extension DocumentTable {
  /// Reads a table that is in memory.
  ///
  /// - Parameters:
  ///   - bytes: The file.
  ///   - format: `csv`, `tsv` or `jsonLines`.
  ///   - rowLimit: How many rows are kept at most, at least 2.
  package init(
    reading bytes: [UInt8], as format: DocumentFormat, rowLimit: Int = 100_000
  ) throws(DocumentError) {
    var reader = try DocumentTableReader(as: format, rowLimit: rowLimit)
    try reader.read(bytes.span)
    self = try reader.finish()
  }

  /// The table that a list of tables is, as some tools write their logs in JSON; otherwise `nil`.
  package init?(_ value: DocumentValue) {
    guard case .list(let rows) = value else { return nil }
    var columns = TableColumns(rowLimit: rows.count + 2)
    for row in rows {
      guard case .table = row else { return nil }
      let leaves = row.flattened.filter { $0.path != .root }
      columns.append(leaves.map { DocumentField(key: $0.path.description, value: $0.value) })
    }
    self = columns.finish()
  }
}

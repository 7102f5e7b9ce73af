/// A row of a table: a line of a log, mostly.
package struct DocumentRow: Sendable {
  /// The line of the file in which the row begins, from 1.
  package let line: Int

  /// The cells by their columns, in the file's order.
  ///
  /// Cells of CSV and TSV are text, or `null` where they are empty. Those of JSON Lines are scalars,
  /// empty lists and empty tables; the column is the key path, as in `eval.loss`.
  package let cells: [DocumentField]
}

/// Reads the rows of CSV, TSV or JSON Lines from pieces of a file of any size.
///
/// One row is held at a time: at most 1 MiB and 10,000 columns.
package struct DocumentRows {
  private var reader: any RowReader

  /// Throws ``DocumentError/notATable(_:)`` for formats without rows.
  package init(as format: DocumentFormat) throws(DocumentError) {
    switch format {
    case .csv: reader = SeparatedLines(by: UInt8(ascii: ","), format: format)
    case .tsv: reader = SeparatedLines(by: UInt8(ascii: "\t"), format: format)
    case .jsonLines: reader = JSONLines()
    case .yaml, .json, .toml: throw .notATable(format)
    }
  }

  /// Takes the next bytes of the file, and hands out the rows that end in them.
  ///
  /// Nothing is to be read after an error, which `take` may throw too.
  package mutating func read(
    _ bytes: Span<UInt8>, _ take: (DocumentRow) throws(DocumentError) -> Void
  ) throws(DocumentError) {
    try reader.read(bytes, take)
  }

  /// Hands out the last row, if no line break ended it.
  package mutating func finish(
    _ take: (DocumentRow) throws(DocumentError) -> Void
  ) throws(DocumentError) {
    try reader.finish(take)
  }
}

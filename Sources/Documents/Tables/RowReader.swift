/// Reads rows from pieces of a file.
protocol RowReader {
  /// Takes the next bytes, and hands out the rows that end in them.
  mutating func read(
    _ bytes: Span<UInt8>, _ take: (DocumentRow) throws(DocumentError) -> Void
  ) throws(DocumentError)

  /// Hands out the last row, if no line break ended it.
  mutating func finish(
    _ take: (DocumentRow) throws(DocumentError) -> Void
  ) throws(DocumentError)
}

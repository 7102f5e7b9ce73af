internal import Documents
internal import Primitives

extension MomentFiles {
  /// Reads a table of any size.
  ///
  /// - Parameters:
  ///   - path: What the file is called in messages.
  ///   - place: Where its content is.
  ///   - format: CSV, TSV or JSON Lines.
  ///   - columns: The columns to keep; `nil` for all.
  ///   - rowLimit: How many rows are kept at most.
  func table(
    _ path: RepositoryPath, _ place: Place, _ format: DocumentFormat,
    columns: Set<String>? = nil, rowLimit: Int
  ) throws(CommandFailure) -> DocumentTable {
    var reader = try reading(path) { () throws(DocumentError) in
      try DocumentTableReader(as: format, columns: columns, rowLimit: rowLimit)
    }
    var problem: DocumentError?
    try read(place) { bytes in
      do throws(DocumentError) {
        try reader.read(bytes)
        return true
      } catch {
        problem = error
        return false
      }
    }
    return try reading(path) { () throws(DocumentError) in
      if let problem { throw problem }
      return try reader.finish()
    }
  }

  /// Goes through the rows of a table of any size.
  ///
  /// - Parameters:
  ///   - path: What the file is called in messages.
  ///   - place: Where its content is.
  ///   - format: CSV, TSV or JSON Lines.
  ///   - take: Called with one row after the other.
  func forEachRow(
    _ path: RepositoryPath, _ place: Place, _ format: DocumentFormat,
    _ take: (DocumentRow) -> Void
  ) throws(CommandFailure) {
    var rows = try reading(path) { () throws(DocumentError) in try DocumentRows(as: format) }
    var problem: DocumentError?
    try read(place) { bytes in
      do throws(DocumentError) {
        try rows.read(bytes) { row throws(DocumentError) in take(row) }
        return true
      } catch {
        problem = error
        return false
      }
    }
    try reading(path) { () throws(DocumentError) in
      if let problem { throw problem }
      try rows.finish { row throws(DocumentError) in take(row) }
    }
  }

  /// Runs `body`, and says of which file it complains.
  func reading<Value>(
    _ path: RepositoryPath, _ body: () throws(DocumentError) -> Value
  ) throws(CommandFailure) -> Value {
    do {
      return try body()
    } catch {
      throw CommandFailure(unreadable: path, error, at: moment)
    }
  }
}

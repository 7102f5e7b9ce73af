/// A place in a text, as editors count: from 1, columns in characters of Unicode.
package struct DocumentPlace: Hashable, Sendable {
  package let line: Int
  package let column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}

extension DocumentPlace: CustomStringConvertible {
  /// `line 3, column 5`.
  package var description: String { "line \(line), column \(column)" }
}

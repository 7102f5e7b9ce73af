internal import Documents
internal import Primitives

/// Reads JSON Lines: one object a line, whose leaves are the cells, by their key paths.
///
/// Lines with nothing but space are passed over. Texts keep their quotes, so that none is taken for
/// a number.
struct JSONRows: RowReader {
  let header: [Int] = []
  private var lines: LineRows
  private var lineColumns: TableColumns
  private var text = TableRow()

  init(_ stream: any ByteStream) {
    var columns = TableColumns()
    lines = LineRows(stream, &columns)
    lineColumns = columns
  }

  mutating func next(
    into row: inout TableRow, _ columns: inout TableColumns
  ) throws(ContentProblem) -> Bool {
    repeat {
      guard try lines.next(into: &text, &lineColumns) else { return false }
    } while text.bytes.allSatisfy { $0 <= 0x20 }
    row.clear()
    row.line = text.line
    for leaf in try leaves() {
      let start = row.bytes.count
      if case .text(let words) = leaf.value {
        row.bytes.append(UInt8(ascii: "\""))
        row.bytes += words.utf8
        row.bytes.append(UInt8(ascii: "\""))
      } else {
        row.bytes += leaf.value.description.utf8
      }
      let column = columns.number(of: leaf.path.description)
      row.cells.append(TableRow.Cell(column: column, range: start..<row.bytes.count))
    }
    if columns.names.count > 2 * ContentLimits.columns {
      throw .unreadable("it has more than \(ContentLimits.columns) keys")
    }
    return true
  }

  private func leaves() throws(ContentProblem) -> [DocumentLeaf] {
    do throws(DocumentError) {
      let value = try DocumentValue(reading: text.bytes, as: .json)
      guard case .table = value else { throw .rowNotTable(line: text.line) }
      return value.flattened.filter { $0.path != .root }
    } catch {
      if case .rowNotTable = error { throw .unreadable("\(error)") }
      throw .unreadable("line \(text.line) is not JSON: \(error)")
    }
  }
}

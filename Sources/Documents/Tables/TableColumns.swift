/// The columns of a table while its rows come in.
struct TableColumns {
  private struct Column {
    let name: String
    var values: [DocumentValue]
    var hasNumber = false
    var hasOther = false
  }

  private let rowLimit: Int
  private var columns: [Column] = []
  private var numbers: [String: Int] = [:]
  private var rowCount = 0
  private var keptCount = 0
  private var stride = 1
  /// The last row, if it was not kept.
  private var last: [DocumentField]?

  init(rowLimit: Int) {
    self.rowLimit = rowLimit
  }

  var count: Int { columns.count }

  /// Adds a row, and drops every second one where they become too many.
  mutating func append(_ cells: [DocumentField]) {
    note(cells)
    if rowCount.isMultiple(of: stride) {
      // One place is for the last row.
      if keptCount == rowLimit - 1 { halve() }
    }
    if rowCount.isMultiple(of: stride) {
      keep(cells)
      last = nil
    } else {
      last = cells
    }
    rowCount += 1
  }

  /// The table of all rows.
  mutating func finish() -> DocumentTable {
    if let last { keep(last) }
    return DocumentTable(
      columns: columns.map { column in
        let isNumeric = column.hasNumber && !column.hasOther
        return DocumentColumn(
          name: column.name,
          values: isNumeric
            ? column.values.map { CellNumber.value(of: $0) ?? .null } : column.values,
          isNumeric: isNumeric)
      }, rowCount: rowCount, stride: stride)
  }

  /// Names new columns, and remembers which hold something else than numbers.
  private mutating func note(_ cells: [DocumentField]) {
    for cell in cells {
      let number = numbers[cell.key] ?? columns.count
      if number == columns.count {
        numbers[cell.key] = number
        let missing = [DocumentValue](repeating: .null, count: keptCount)
        columns.append(Column(name: cell.key, values: missing))
      }
      if cell.value == .null { continue }
      let isNumber = CellNumber.value(of: cell.value) != nil
      if isNumber { columns[number].hasNumber = true } else { columns[number].hasOther = true }
    }
  }

  private mutating func keep(_ cells: [DocumentField]) {
    for index in columns.indices { columns[index].values.append(.null) }
    for cell in cells {
      guard let number = numbers[cell.key] else { continue }
      columns[number].values[keptCount] = cell.value
    }
    keptCount += 1
  }

  private mutating func halve() {
    for index in columns.indices {
      let values = columns[index].values
      columns[index].values = values.indices.filter { $0.isMultiple(of: 2) }.map { values[$0] }
    }
    keptCount = (keptCount + 1) / 2
    stride *= 2
  }
}

/// The columns of a table while its rows come in.
struct TableColumns {
  private struct Column {
    let name: String
    var values: [DocumentValue]
    var hasNumber = false
    var hasOther = false
  }

  private var thinning: RowThinning
  private var columns: [Column] = []
  private var numbers: [String: Int] = [:]
  /// The last row, if it was not kept.
  private var last: [DocumentField]?

  init(rowLimit: Int) {
    thinning = RowThinning(limit: rowLimit)
  }

  var count: Int { columns.count }

  /// Adds a row, and drops every second one where they become too many.
  mutating func append(_ cells: [DocumentField]) {
    note(cells)
    let decision = thinning.next()
    if decision.halves {
      for index in columns.indices { columns[index].values = columns[index].values.halved }
    }
    if decision.keeps { keep(cells) }
    last = decision.keeps ? nil : cells
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
      }, rowCount: thinning.rowCount, stride: thinning.stride)
  }

  /// Names new columns, and remembers which hold something else than numbers.
  private mutating func note(_ cells: [DocumentField]) {
    for (index, cell) in cells.enumerated() {
      let number = number(of: cell.key, at: index) ?? columns.count
      if number == columns.count {
        numbers[cell.key] = number
        let missing = [DocumentValue](repeating: .null, count: columns.first?.values.count ?? 0)
        columns.append(Column(name: cell.key, values: missing))
      }
      if columns[number].hasOther || cell.value == .null { continue }
      let isNumber = CellNumber.isNumber(cell.value)
      if isNumber { columns[number].hasNumber = true } else { columns[number].hasOther = true }
    }
  }

  /// The number of a column; mostly it is that of the cell in its row.
  private func number(of name: String, at index: Int) -> Int? {
    index < columns.count && columns[index].name == name ? index : numbers[name]
  }

  private mutating func keep(_ cells: [DocumentField]) {
    for index in columns.indices { columns[index].values.append(.null) }
    for (index, cell) in cells.enumerated() {
      guard let number = number(of: cell.key, at: index) else { continue }
      columns[number].values[columns[number].values.count - 1] = cell.value
    }
  }
}

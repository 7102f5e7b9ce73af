/// What the first rows of two tables tell about their columns.
struct TableSample {
  /// How many rows of each side are looked at.
  static let rowCount = 10_000

  /// How many columns can be found to be a key.
  private static let columnLimit = 64

  private struct Column {
    var old: Set<Int> = []
    var new: Set<Int> = []
    var isUnique = true
    var hasFractions = false
  }

  private var columns: [Column] = []
  private(set) var rows = TableDifference.Counts()

  /// Looks at a row.
  mutating func add(_ row: TableRow, isOld: Bool) {
    if isOld { rows.old += 1 } else { rows.new += 1 }
    for cell in row.cells where cell.column < Self.columnLimit {
      while columns.count <= cell.column { columns.append(Column()) }
      guard columns[cell.column].isUnique else { continue }
      let bytes = row.bytes[cell.range]
      if Self.isFraction(bytes) { columns[cell.column].hasFractions = true }
      let hash = RowHash.value(of: bytes, in: cell.column)
      let isNew =
        isOld
        ? columns[cell.column].old.insert(hash).inserted
        : columns[cell.column].new.insert(hash).inserted
      if !isNew { columns[cell.column] = Column(isUnique: false) }
    }
  }

  /// The columns that may be a key, the likeliest first.
  ///
  /// In each row that was looked at there is something, and never the same twice; a number with a
  /// fraction is measured, and names nothing. Columns that are called so come first, then those of
  /// which both sides have more in common.
  ///
  /// - Parameter names: The names of the columns by their numbers.
  func keys(names: [String]) -> [Int] {
    typealias Candidate = (number: Int, named: Int, common: Int)
    let candidates = columns.indices.compactMap { number -> Candidate? in
      let column = columns[number]
      let common = column.old.intersection(column.new).count
      guard column.isUnique, !column.hasFractions, column.old.count == rows.old,
        column.new.count == rows.new
      else { return nil }
      return (number, Self.isNameOfKey(names[number]) ? 1 : 0, common)
    }
    let sorted = candidates.sorted {
      ($1.named, $1.common, $0.number) < ($0.named, $0.common, $1.number)
    }
    return sorted.map(\.number)
  }

  private static func isNameOfKey(_ name: String) -> Bool {
    let name = name.lowercased()
    return ["id", "key", "uuid", "guid", "index", "name", "path", "file", "filename"].contains(name)
      || name.hasSuffix("_id") || name.hasSuffix(".id")
  }

  /// Whether a cell is a number with a fraction or an exponent.
  private static func isFraction(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let first = bytes.first,
      first == UInt8(ascii: "-") || first == UInt8(ascii: ".")
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first),
      bytes.count < 64,
      bytes.contains(where: { ".eE".utf8.contains($0) })
    else { return false }
    return Double(String(decoding: bytes, as: UTF8.self)) != nil
  }
}

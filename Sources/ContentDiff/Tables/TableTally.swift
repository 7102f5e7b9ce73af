/// Counts what became of rows, and keeps some of them to be shown.
struct TableTally {
  private let plan: TablePlan
  private let limit: Int
  private var rows = TableDifference.Counts()
  private var ragged = TableDifference.Counts()
  private var firstRaggedLine: Int?
  private var unchanged = 0
  private var added = 0
  private var removed = 0
  private var isReordered = false

  /// The lines of the rows that were matched last.
  private var last = (old: 0, new: 0)

  /// How many of the changed rows differ in a column, by its number.
  private var changedColumns: [Int: Int] = [:]
  private var countedRows = 0
  private var changed = 0

  /// Rows that changed: both sides as far as they are kept.
  private var changedSamples: [(old: (Int, TableRow?), new: (Int, TableRow?))] = []
  private var otherSamples: [TableDifference.Row] = []

  /// How many rows waited behind one with their key.
  private(set) var repeatedKeys = 0

  init(_ plan: TablePlan, limit: Int) {
    self.plan = plan
    self.limit = limit
  }

  /// Counts a row that was read.
  mutating func count(_ row: TableRow, isOld: Bool) {
    if isOld { rows.old += 1 } else { rows.new += 1 }
    guard row.isRagged else { return }
    if isOld { ragged.old += 1 } else { ragged.new += 1 }
    if firstRaggedLine == nil { firstRaggedLine = row.line }
  }

  /// Matches the rows that were read at the same time, if they belong to a pass.
  mutating func match(
    _ old: TableRow, _ new: TableRow,
    _ prints: (old: RowJoin.Fingerprint?, new: RowJoin.Fingerprint?), pass: Int,
    in join: inout RowJoin
  ) {
    func isMeant(_ print: RowJoin.Fingerprint) -> Bool {
      plan.passes == 1 || Int(bitPattern: UInt(bitPattern: print.key) % UInt(plan.passes)) == pass
    }
    let one = prints.old.flatMap { isMeant($0) ? $0 : nil }
    let other = prints.new.flatMap { isMeant($0) ? $0 : nil }
    if let one, let other, one.key == other.key, join.isFree(one.key) {
      if one.content == other.content { return noteMatch(old.line, new.line) }
      return noteChange((old.line, old), (new.line, new))
    }
    if let one { add(old, one, isOld: true, to: &join) }
    if let other { add(new, other, isOld: false, to: &join) }
  }

  private mutating func add(
    _ row: TableRow, _ print: RowJoin.Fingerprint, isOld: Bool, to join: inout RowJoin
  ) {
    let wasFree = join.isFree(print.key)
    guard let partner = join.add(row, print, isOld: isOld) else {
      if !wasFree { repeatedKeys += 1 }
      return
    }
    let lines = isOld ? (row.line, partner.line) : (partner.line, row.line)
    if partner.content == print.content { return noteMatch(lines.0, lines.1) }
    let (here, there): ((Int, TableRow?), (Int, TableRow?)) = (
      (row.line, row), (partner.line, partner.row)
    )
    if isOld { noteChange(here, there) } else { noteChange(there, here) }
  }

  private mutating func noteMatch(_ old: Int, _ new: Int) {
    unchanged += 1
    noteOrder(old, new)
  }

  private mutating func noteOrder(_ old: Int, _ new: Int) {
    // As long as the order is the same, partners are found in it.
    if old < last.old || new < last.new { isReordered = true }
    last = (old, new)
  }

  private mutating func noteChange(_ old: (Int, TableRow?), _ new: (Int, TableRow?)) {
    changed += 1
    noteOrder(old.0, new.0)
    if let left = old.1, let right = new.1 {
      countedRows += 1
      for column in differentColumns(left, right) { changedColumns[column, default: 0] += 1 }
    }
    if changedSamples.count < limit { changedSamples.append((old, new)) }
  }

  /// The columns in which two rows differ, in order.
  private func differentColumns(_ old: TableRow, _ new: TableRow) -> [Int] {
    var cells: [Int: Range<Int>] = [:]
    for cell in new.cells where plan.isCompared(cell.column) { cells[cell.column] = cell.range }
    var different: [Int] = []
    for cell in old.cells where plan.isCompared(cell.column) {
      let partner = cells.removeValue(forKey: cell.column)
      if partner.map({ new.bytes[$0] == old.bytes[cell.range] }) != true {
        different.append(cell.column)
      }
    }
    return (different + cells.keys).sorted()
  }

  // MARK: - The end

  /// Counts the rows that found no partner in a pass, and ends it.
  mutating func addLeftOver(_ join: RowJoin, _ names: [String]) {
    last = (0, 0)
    for isOld in [true, false] {
      var places: [(line: Int, place: Int32)] = []
      var count = 0
      join.forEachLeftOver { side, line, place in
        guard side == isOld else { return }
        count += 1
        places.append((line, place))
        // Only the first ones are shown.
        if places.count >= 2 * limit + 1_024 { places.keepFirst(limit) }
      }
      if isOld { removed += count } else { added += count }
      places.keepFirst(limit)
      otherSamples += places.map { line, place in
        sample(isOld ? .removed : .added, line, join.row(at: place), names)
      }
    }
  }

  /// All that was found out.
  mutating func finish(_ names: [String]) -> TableDifference {
    var difference = TableDifference(
      key: plan.key.map { names[$0] }, isKeyDetected: plan.isKeyDetected,
      addedColumns: plan.headers[1].filter(plan.added.contains).map { names[$0] },
      removedColumns: plan.headers[0].filter(plan.removed.contains).map { names[$0] },
      areColumnsMoved: areColumnsMoved)
    (difference.rows, difference.ragged) = (rows, ragged)
    difference.firstRaggedLine = firstRaggedLine
    (difference.added, difference.removed) = (added, removed)
    (difference.changed, difference.unchanged) = (changed, unchanged)
    difference.isReordered = isReordered
    difference.repeatedKeys = plan.key.isEmpty ? 0 : repeatedKeys
    difference.countedRows = countedRows
    difference.changedColumns = changedColumns.sorted {
      ($1.value, $0.key) < ($0.value, $1.key)
    }.map { .init(name: names[$0.key], rows: $0.value) }
    difference.samples = changedSamples.map { change(from: $0.old, to: $0.new, names) }
    for kind in [TableDifference.Row.Kind.removed, .added] {
      let rows = otherSamples.filter { $0.kind == kind }
      difference.samples += rows.sorted {
        ($0.oldLine ?? 0, $0.newLine ?? 0) < ($1.oldLine ?? 0, $1.newLine ?? 0)
      }.prefix(limit)
    }
    return difference
  }

  private var areColumnsMoved: Bool {
    let common = plan.headers.map { $0.filter(plan.isCompared) }
    return plan.isOrdered && common[0] != common[1]
  }

  private func sample(
    _ kind: TableDifference.Row.Kind, _ line: Int, _ row: TableRow?, _ names: [String]
  ) -> TableDifference.Row {
    let cells = (row?.cells ?? []).prefix(Self.cellLimit).map { cell in
      let text = Excerpt.text(of: row?.bytes[cell.range] ?? [])
      return TableDifference.Cell(
        column: names[cell.column], old: kind == .removed ? text : nil,
        new: kind == .added ? text : nil)
    }
    return TableDifference.Row(
      kind: kind, oldLine: kind == .removed ? line : nil, newLine: kind == .added ? line : nil,
      key: key(of: row), cells: Array(cells))
  }

  /// A row that is shown has no more cells than this.
  private static let cellLimit = 32

  private func change(
    from old: (Int, TableRow?), to new: (Int, TableRow?), _ names: [String]
  ) -> TableDifference.Row {
    var cells: [TableDifference.Cell] = []
    if let left = old.1, let right = new.1 {
      cells = differentColumns(left, right).prefix(Self.cellLimit).map { column in
        TableDifference.Cell(
          column: names[column], old: left[column].map { Excerpt.text(of: $0) },
          new: right[column].map { Excerpt.text(of: $0) })
      }
    }
    return TableDifference.Row(
      kind: .changed, oldLine: old.0, newLine: new.0, key: key(of: old.1 ?? new.1), cells: cells)
  }

  private func key(of row: TableRow?) -> [String] {
    guard let row else { return [] }
    return plan.key.map { Excerpt.text(of: row[$0] ?? []) }
  }
}

extension [(line: Int, place: Int32)] {
  /// Keeps the first lines.
  fileprivate mutating func keepFirst(_ count: Int) {
    sort { $0.line < $1.line }
    if self.count > count { removeLast(self.count - count) }
  }
}

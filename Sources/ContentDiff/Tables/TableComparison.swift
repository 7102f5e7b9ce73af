/// Compares two tables row by row, in bounded memory.
///
/// Both sides are read at once, and rows wait for their partner. Where more wait than may be held,
/// both are read again several times, each time for a share of the keys.
struct TableComparison {
  /// How rows are written.
  enum Form: Equatable {
    case separated(by: UInt8)
    case jsonLines
    /// Lines of text, which have no columns.
    case lines
  }

  /// Opens one side anew.
  typealias Opening = () throws(ContentProblem) -> any ByteStream

  let form: Form
  let old: Opening
  let new: Opening

  /// The names of the columns of the key, if they are given.
  let wantedKey: [String]

  /// How many rows of each kind are shown.
  let limit: Int

  /// How many rows may wait at a time.
  var waitingLimit = ContentLimits.waitingRows

  private var columns = TableColumns()

  /// Prepares to compare.
  init(
    _ form: Form, _ old: @escaping Opening, _ new: @escaping Opening, key: [String] = [],
    limit: Int
  ) {
    self.form = form
    self.old = old
    self.new = new
    wantedKey = key
    self.limit = limit
  }

  /// How one reading of both sides ended.
  private enum Outcome {
    case done(TableDifference)
    /// More rows waited than may be held.
    case tooManyWait
    /// A key that was found in the first rows comes again.
    case keyRepeats
    /// A column that was thought to be of one side alone is on both.
    case columnIsShared(Int)
  }

  /// Compares the tables.
  ///
  /// - Throws: ``ContentProblem/unreadable(_:)`` where they are no tables, have no columns in common,
  ///   or differ in more rows than can be matched.
  mutating func compare() throws(ContentProblem) -> TableDifference {
    var plan = try makePlan()
    while true {
      switch try attempt(plan) {
      case .done(let difference): return difference
      case .keyRepeats: plan.useNextKey()
      case .columnIsShared(let column): plan.share(column)
      case .tooManyWait:
        plan.passes *= 4
        guard plan.passes <= ContentLimits.passes else {
          throw .unreadable("more rows differ than can be matched")
        }
      }
    }
  }

  private static func reader(
    _ form: Form, _ open: Opening, _ columns: inout TableColumns
  ) throws(ContentProblem) -> any RowReader {
    let stream = try open()
    switch form {
    case .separated(let separator): return try SeparatedRows(by: separator, stream, &columns)
    case .jsonLines: return JSONRows(stream)
    case .lines: return LineRows(stream, &columns)
    }
  }

  // MARK: - The plan

  /// Looks at the first rows of both sides.
  private mutating func makePlan() throws(ContentProblem) -> TablePlan {
    var sample = TableSample()
    var headers: [[Int]] = []
    do throws(ContentProblem) {
      headers.append(try look(at: old, isOld: true, &sample))
    } catch {
      throw error.on(.old)
    }
    do throws(ContentProblem) {
      headers.append(try look(at: new, isOld: false, &sample))
    } catch {
      throw error.on(.new)
    }
    if Set(headers[0]).isDisjoint(with: headers[1]), !headers[0].isEmpty, !headers[1].isEmpty {
      throw .unreadable("the two have no column in common")
    }
    return try TablePlan(
      headers: headers, isOrdered: form != .jsonLines, names: columns.names, sample: sample,
      key: key())
  }

  /// The columns of a side, as far as its first rows have them.
  private mutating func look(
    at open: Opening, isOld: Bool, _ sample: inout TableSample
  ) throws(ContentProblem) -> [Int] {
    var reader = try Self.reader(form, open, &columns)
    var header = reader.header
    // Lines of text have no columns to look at.
    if form == .lines { return header }
    var known = Set(header)
    var row = TableRow()
    for _ in 0..<TableSample.rowCount {
      guard try reader.next(into: &row, &columns) else { break }
      sample.add(row, isOld: isOld)
      guard form == .jsonLines else { continue }
      for cell in row.cells where known.insert(cell.column).inserted { header.append(cell.column) }
    }
    return header
  }

  /// The numbers of the columns of the key, if it is given.
  private func key() throws(ContentProblem) -> [Int] {
    var key: [Int] = []
    for name in wantedKey {
      guard let number = columns[name] else { throw .unreadable("it has no column '\(name)'") }
      key.append(number)
    }
    return key
  }

  // MARK: - Reading both

  private static func next(
    of reader: inout any RowReader, into row: inout TableRow, _ columns: inout TableColumns,
    _ side: ContentProblem.Side
  ) throws(ContentProblem) -> Bool {
    do throws(ContentProblem) {
      return try reader.next(into: &row, &columns)
    } catch {
      throw error.on(side)
    }
  }

  private mutating func attempt(_ plan: TablePlan) throws(ContentProblem) -> Outcome {
    var tally = TableTally(plan, limit: limit)
    for pass in 0..<plan.passes {
      var join = RowJoin()
      var left = try Self.reader(form, old, &columns)
      var right = try Self.reader(form, new, &columns)
      var (one, other) = (TableRow(), TableRow())
      var (hasOld, hasNew) = (true, true)
      while true {
        if hasOld { hasOld = try Self.next(of: &left, into: &one, &columns, .old) }
        if hasNew { hasNew = try Self.next(of: &right, into: &other, &columns, .new) }
        if !hasOld, !hasNew { break }
        var prints: (old: RowJoin.Fingerprint?, new: RowJoin.Fingerprint?)
        if hasOld { prints.old = plan.fingerprint(of: one) }
        if hasNew { prints.new = plan.fingerprint(of: other) }
        if let column = (hasOld ? plan.strayColumn(in: one, isOld: true) : nil)
          ?? (hasNew ? plan.strayColumn(in: other, isOld: false) : nil)
        {
          return .columnIsShared(column)
        }
        if pass == 0 {
          if hasOld { tally.count(one, isOld: true) }
          if hasNew { tally.count(other, isOld: false) }
        }
        tally.match(one, other, prints, pass: pass, in: &join)
        if plan.isKeyDetected, tally.repeatedKeys > 0 { return .keyRepeats }
        if join.count > waitingLimit { return .tooManyWait }
      }
      tally.addLeftOver(join, columns.names)
    }
    return .done(tally.finish(columns.names))
  }
}

/// What is compared of two tables, and how.
struct TablePlan {
  /// The columns of each side in its order.
  let headers: [[Int]]

  /// Whether columns have an order.
  let isOrdered: Bool

  /// The columns of the key; none where whole rows are compared.
  private(set) var key: [Int]
  private(set) var isKeyDetected: Bool

  /// In how many shares both sides are read.
  var passes = 1

  /// Keys that were not tried yet.
  private var candidates: [Int]

  /// Columns of one side alone.
  private(set) var removed: Set<Int>
  private(set) var added: Set<Int>

  init(
    headers: [[Int]], isOrdered: Bool, names: [String], sample: TableSample, key: [Int]
  ) throws(ContentProblem) {
    self.headers = headers
    self.isOrdered = isOrdered
    // A side without rows has no columns in JSON Lines.
    let isEmpty = headers[0].isEmpty || headers[1].isEmpty
    let common = isEmpty ? Set(key) : Set(headers[0]).intersection(headers[1])
    if let lost = key.first(where: { !common.contains($0) }) {
      throw .unreadable("only one side has the column '\(names[lost])'")
    }
    removed = isEmpty ? [] : Set(headers[0]).subtracting(common)
    added = isEmpty ? [] : Set(headers[1]).subtracting(common)
    candidates = key.isEmpty ? Array(sample.keys(names: names).reversed()) : []
    self.key = key
    isKeyDetected = false
    if key.isEmpty { useNextKey() }
  }

  /// Takes the next column that may be a key; behind the last one, whole rows are compared.
  mutating func useNextKey() {
    key = candidates.popLast().map { [$0] } ?? []
    isKeyDetected = !key.isEmpty
  }

  /// Compares a column that is on both sides after all.
  mutating func share(_ column: Int) {
    removed.remove(column)
    added.remove(column)
  }

  func fingerprint(of row: TableRow) -> RowJoin.Fingerprint {
    var content = 0
    for cell in row.cells where isCompared(cell.column) {
      // A sum, for the cells of two rows may come in another order.
      content &+= RowHash.value(of: row.bytes[cell.range], in: cell.column)
    }
    return RowJoin.Fingerprint(
      key: key.isEmpty ? content : RowHash.key(of: row, key), content: content)
  }

  /// Whether both sides have a column.
  func isCompared(_ column: Int) -> Bool {
    (removed.isEmpty || !removed.contains(column)) && (added.isEmpty || !added.contains(column))
  }

  /// A column of a row that was thought to be of the other side alone.
  func strayColumn(in row: TableRow, isOld: Bool) -> Int? {
    let others = isOld ? added : removed
    if others.isEmpty { return nil }
    return row.cells.first { others.contains($0.column) }?.column
  }
}

internal import Lineage
internal import Primitives
internal import Terminal

extension RunTable {
  /// The columns of the cells of text on a terminal beyond which a cell is cut.
  private static let cellLimit = 24

  /// The lines below a table that tell what is the same in all runs, at most.
  private static let constantLimit = 12

  /// Writes the table, as wide as the terminal is, and what did not fit into it.
  ///
  /// - Parameter width: The columns of the terminal; `nil` where there is none.
  func write(to text: inout StyledText, width: Int?) {
    let isBound = width != nil && !isAsked
    let cells = columns.map { column in
      runs.indices.map { row in
        let cell = cell(row, column)
        return isBound ? cell.cut(to: Self.cellLimit) : cell
      }
    }
    let widths = zip(columns, cells).map { column, cells in
      cells.reduce(DisplayWidth.columns(of: column.heading)) { max($0, $1.width) }
    }
    let shown = isBound ? chosen(widths, within: width ?? .max) : Array(columns.indices)
    var table = Table(
      shown.map { columns[$0].alignment }, headings: shown.map { columns[$0].heading })
    for row in runs.indices { table.add(shown.map { cells[$0][row] }) }
    text.table(table)
    let left = columns.indices.filter { !shown.contains($0) }.map { columns[$0].heading }
    if !left.isEmpty {
      let names = left.prefix(8).joined(separator: ", ") + (left.count > 8 ? ", …" : "")
      text.line(
        "\("\(counted(left.count, "column")) left out for want of room: \(names)", .faint)")
    }
    writeConstants(to: &text)
  }

  /// The columns that fit, those that matter most first, in their order.
  private func chosen(_ widths: [Int], within room: Int) -> [Int] {
    var rest = room
    var chosen: Set<Int> = []
    for index in columnsByWeight where chosen.isEmpty || widths[index] + 2 <= rest {
      chosen.insert(index)
      rest -= widths[index] + (chosen.count == 1 ? 0 : 2)
    }
    return chosen.sorted()
  }

  /// The columns in the order in which they deserve room: some of each kind before all of one.
  private var columnsByWeight: [Int] {
    func weight(_ key: RunKey, _ rank: Int) -> Int {
      switch key {
      case .fact(.id): 0
      case .fact(.name): 3
      case .fact(.state): 4
      case .fact(.started): 5
      case .fact(.duration): 8
      case .fact: 9
      // The first of each come early, the others by turns.
      case .metric: rank == 0 ? 1 : 2 * rank + 4
      case .parameter: rank == 0 ? 2 : 2 * rank + 5
      }
    }
    var ranks = (parameters: 0, metrics: 0)
    var weighed: [(weight: Int, index: Int)] = []
    for (index, column) in columns.enumerated() {
      switch column.key {
      case .fact: weighed.append((weight(column.key, 0), index))
      case .parameter:
        weighed.append((weight(column.key, ranks.parameters), index))
        ranks.parameters += 1
      case .metric:
        weighed.append((weight(column.key, ranks.metrics), index))
        ranks.metrics += 1
      }
    }
    return weighed.sorted { ($0.weight, $0.index) < ($1.weight, $1.index) }.map(\.index)
  }

  private func writeConstants(to text: inout StyledText) {
    guard !constants.isEmpty else { return }
    let isShort = text.verbosity != .verbose && constants.count > Self.constantLimit
    let shown = isShort ? constants.prefix(Self.constantLimit) : constants[...]
    let parts = shown.map { label, value in
      "\(ByteString(label)) \(StyledString(value).cut(to: 2 * Self.cellLimit).text)"
    }
    let rest = constants.count - shown.count
    text.line(
      "The same in all: \(parts.joined(separator: ", "))\(rest > 0 ? ", and \(counted(rest, "other"))" : "")"
    )
  }
}

extension StyledString {
  /// The text, or as much of its beginning as fits, with a sign that it goes on.
  func cut(to limit: Int) -> StyledString {
    if width <= limit { return self }
    return StyledString(DisplayWidth.prefix(of: text, columns: limit - 1) + "…")
  }
}

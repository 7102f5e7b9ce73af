internal import Primitives

/// Matches the rows of two tables by their keys while both are read.
///
/// A row waits for its partner, so that memory follows how far rows have moved and how many have no
/// partner, and not how many there are. Rows with the same key are matched in their order.
struct RowJoin {
  /// A row as far as it has to be known to find its partner.
  struct Fingerprint {
    /// A hash of the cells of its key.
    let key: Int

    /// A hash of all its cells.
    let content: Int
  }

  /// A row that waited.
  struct Partner {
    let content: Int
    let line: Int

    /// Its cells, unless too many rows waited to keep them.
    let row: TableRow?
  }

  private struct Waiting {
    let content: Int
    let line: Int
    var next: Int32
  }

  /// The rows of one key that wait, in their order: all are of one side.
  private struct Chain {
    let isOld: Bool
    var first: Int32
    var last: Int32
  }

  private var chains: [Int: Chain] = [:]
  private var waiting: [Waiting] = []
  private var free: [Int32] = []
  private var rows: [Int32: TableRow] = [:]
  private var rowCost = 0

  /// How many rows wait.
  var count: Int { waiting.count - free.count }

  /// Whether no row of a key waits.
  func isFree(_ key: Int) -> Bool { chains.isEmpty || chains[key] == nil }

  /// Takes a row.
  ///
  /// - Returns: The row of the other side with its key that waited longest; `nil` if none did, and
  ///   the row waits itself.
  mutating func add(_ row: TableRow, _ print: Fingerprint, isOld: Bool) -> Partner? {
    guard let chain = chains[print.key] else {
      let place = wait(row, print)
      chains[print.key] = Chain(isOld: isOld, first: place, last: place)
      return nil
    }
    if chain.isOld == isOld {
      let place = wait(row, print)
      waiting[Int(chain.last)].next = place
      chains[print.key]?.last = place
      return nil
    }
    let found = waiting[Int(chain.first)]
    if chain.first == chain.last {
      chains[print.key] = nil
    } else {
      chains[print.key]?.first = found.next
    }
    return release(chain.first)
  }

  /// Calls `body` for each row that waits, in no order.
  func forEachLeftOver(_ body: (_ isOld: Bool, _ line: Int, _ place: Int32) -> Void) {
    for chain in chains.values {
      var place = chain.first
      while place >= 0 {
        let row = waiting[Int(place)]
        body(chain.isOld, row.line, place)
        place = row.next
      }
    }
  }

  /// The cells of a row that waits.
  func row(at place: Int32) -> TableRow? { rows[place] }

  private mutating func wait(_ row: TableRow, _ print: Fingerprint) -> Int32 {
    let new = Waiting(content: print.content, line: row.line, next: -1)
    let place: Int32
    if let old = free.popLast() {
      place = old
      waiting[Int(old)] = new
    } else {
      place = Int32(waiting.count)
      waiting.append(new)
    }
    if rowCost + row.cost <= ContentLimits.waitingText.bytes {
      rowCost += row.cost
      rows[place] = row
    }
    return place
  }

  private mutating func release(_ place: Int32) -> Partner {
    let found = waiting[Int(place)]
    let row = rows.removeValue(forKey: place)
    rowCost -= row?.cost ?? 0
    free.append(place)
    return Partner(content: found.content, line: found.line, row: row)
  }
}

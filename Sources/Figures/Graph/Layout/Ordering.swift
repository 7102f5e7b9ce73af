/// In which order the items of each column stand, so that few wires cross.
///
/// Sweeps to the right and to the left sort each column by the middle of its neighbours; the order
/// with the fewest crossings is kept.
struct Ordering: Sendable {
  /// The items of each column, from top to bottom.
  private(set) var columns: [[Int]]

  private let left: [[Int]]
  private let right: [[Int]]

  /// Where each item stands in its column.
  private var position: [Int]

  /// How often columns are sorted by one side: more hardly helps.
  private static let sweepCount = 12

  /// The number of items above which neighbours are no longer swapped one by one.
  private static let swapLimit = 600

  init(_ ladder: Ladder) {
    (left, right) = ladder.neighbours
    position = Array(repeating: 0, count: ladder.column.count)
    columns = Self.initial(ladder, left: left, right: right)
    for column in columns.indices { renumber(column) }
    improve()
  }

  /// The number of pairs of wires that cross.
  var crossings: Int {
    columns.indices.reduce(0) { $0 + crossings(after: $1) }
  }

  /// Items in the order in which a search from the left meets them: branches stay together.
  private static func initial(_ ladder: Ladder, left: [[Int]], right: [[Int]]) -> [[Int]] {
    var columns = [[Int]](repeating: [], count: (ladder.column.max() ?? -1) + 1)
    var isSeen = [Bool](repeating: false, count: ladder.column.count)
    let byColumn = ladder.column.indices.sorted {
      (ladder.column[$0], $0) < (ladder.column[$1], $1)
    }
    for start in byColumn where !isSeen[start] {
      var stack = [start]
      while let item = stack.popLast() {
        guard !isSeen[item] else { continue }
        isSeen[item] = true
        columns[ladder.column[item]].append(item)
        stack += left[item].reversed()
        stack += right[item].reversed()
      }
    }
    return columns
  }

  private mutating func improve() {
    var best = columns
    var fewest = crossings
    for sweep in 0..<Self.sweepCount where fewest > 0 {
      let isRightward = sweep % 2 == 0
      let order = isRightward ? Array(columns.indices) : columns.indices.reversed()
      for column in order { sort(column, by: isRightward ? left : right) }
      if position.count <= Self.swapLimit { swapNeighbours() }
      let count = crossings
      if count < fewest {
        fewest = count
        best = columns
      }
    }
    columns = best
    for column in columns.indices { renumber(column) }
  }

  /// Sorts a column by the mean position of the items' neighbours; one without stays where it is.
  private mutating func sort(_ column: Int, by neighbours: [[Int]]) {
    var keys: [(mean: Double, place: Int, item: Int)] = []
    keys.reserveCapacity(columns[column].count)
    for (place, item) in columns[column].enumerated() {
      var sum = 0
      for neighbour in neighbours[item] { sum += position[neighbour] }
      let count = neighbours[item].count
      keys.append((count == 0 ? Double(place) : Double(sum) / Double(count), place, item))
    }
    keys.sort { ($0.mean, $0.place) < ($1.mean, $1.place) }
    columns[column] = keys.map(\.item)
    renumber(column)
  }

  /// Swaps items next to each other wherever that takes crossings away.
  private mutating func swapNeighbours() {
    for column in columns.indices {
      for place in columns[column].indices.dropFirst() {
        let upper = columns[column][place - 1]
        let lower = columns[column][place]
        guard pairCrossings(lower, upper) < pairCrossings(upper, lower) else { continue }
        columns[column].swapAt(place - 1, place)
        position[upper] = place
        position[lower] = place - 1
      }
    }
  }

  /// How many wires of two items would cross if `upper` stood above `lower`.
  private func pairCrossings(_ upper: Int, _ lower: Int) -> Int {
    var count = 0
    for neighbours in [left, right] {
      for above in neighbours[upper] {
        for below in neighbours[lower] where position[above] > position[below] { count += 1 }
      }
    }
    return count
  }

  private mutating func renumber(_ column: Int) {
    for (place, item) in columns[column].enumerated() { position[item] = place }
  }

  /// The crossings between a column and the next, counted with a tree of sums.
  private func crossings(after column: Int) -> Int {
    guard column + 1 < columns.count else { return 0 }
    let size = columns[column + 1].count
    var tree = [Int](repeating: 0, count: size + 1)
    var seen = 0
    var count = 0
    for item in columns[column] {
      let targets = right[item].map { position[$0] }.sorted()
      for target in targets {
        var index = target + 1
        var notBelow = 0
        while index > 0 {
          notBelow += tree[index]
          index -= index & -index
        }
        count += seen - notBelow
      }
      for target in targets {
        var index = target + 1
        while index <= size {
          tree[index] += 1
          index += index & -index
        }
        seen += 1
      }
    }
    return count
  }
}

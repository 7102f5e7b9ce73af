/// How high each item stands: close to the middle of its neighbours, and never over another.
///
/// For the items of a column in their order, with a least distance between two, the heights that are
/// closest to the wanted ones are found exactly (isotonic regression by pooling). Sweeps to and fro
/// spread them through the graph.
struct Placement: Sendable {
  /// The middle of each item, in pixels; the least is not zero yet.
  private(set) var middles: [Double]

  private let ladder: Ladder
  private let columns: [[Int]]

  /// The number of sweeps: after these nothing moves that a reader would see.
  ///
  /// What is too large to be seen at once gets fewer.
  private static func sweepCount(for itemCount: Int) -> Int { itemCount > 3000 ? 12 : 48 }

  init(_ ladder: Ladder, _ ordering: Ordering, nodeHeight: Double) {
    self.ladder = ladder
    columns = ordering.columns
    middles = Array(repeating: 0, count: ladder.column.count)
    let distances = Self.distances(in: columns, ladder, nodeHeight: nodeHeight)
    for column in columns.indices {
      for (place, item) in columns[column].enumerated() { middles[item] = distances[column][place] }
    }
    let (left, right) = ladder.neighbours
    let sweepCount = Self.sweepCount(for: ladder.column.count)
    for sweep in 0..<sweepCount {
      let isRightward = sweep % 2 == 0
      for column in isRightward ? Array(columns.indices) : columns.indices.reversed() {
        let sides = sweep >= sweepCount / 2 ? [left, right] : [isRightward ? left : right]
        place(column, distances[column], by: sides)
      }
    }
  }

  /// How far each item is below the first of its column when all are as close as they may be.
  private static func distances(
    in columns: [[Int]], _ ladder: Ladder, nodeHeight: Double
  ) -> [[Double]] {
    columns.map { column in
      var sum = 0.0
      return column.enumerated().map { place, item in
        guard place > 0 else { return 0 }
        switch (ladder.isTrunk(column[place - 1]), ladder.isTrunk(item)) {
        case (false, false): sum += nodeHeight + GraphLayout.rowGap
        case (true, true): sum += GraphLayout.trunkGap
        default: sum += nodeHeight / 2 + GraphLayout.rowGap - 4
        }
        return sum
      }
    }
  }

  /// Puts the items of a column where their neighbours on the given sides want them.
  private mutating func place(_ column: Int, _ distances: [Double], by sides: [[[Int]]]) {
    var blocks: [(mean: Double, weight: Double, count: Int)] = []
    for (place, item) in columns[column].enumerated() {
      let (wanted, weight) = wanted(item, by: sides)
      blocks.append((wanted - distances[place], weight, 1))
      while blocks.count > 1, blocks[blocks.count - 2].mean >= blocks[blocks.count - 1].mean {
        let lower = blocks.removeLast()
        let upper = blocks.removeLast()
        let weight = upper.weight + lower.weight
        let mean = (upper.mean * upper.weight + lower.mean * lower.weight) / weight
        blocks.append((mean, weight, upper.count + lower.count))
      }
    }
    var place = 0
    for block in blocks {
      for _ in 0..<block.count {
        middles[columns[column][place]] = block.mean + distances[place]
        place += 1
      }
    }
  }

  /// The height an item wants, and how much it wants it: trunks most of all, to stay straight.
  private func wanted(_ item: Int, by sides: [[[Int]]]) -> (height: Double, weight: Double) {
    var sum = 0.0
    var weight = 0.0
    for side in sides {
      for neighbour in side[item] {
        let share = ladder.isTrunk(item) && ladder.isTrunk(neighbour) ? 8.0 : 1
        sum += middles[neighbour] * share
        weight += share
      }
    }
    guard weight > 0 else { return (middles[item], 0.2) }
    return (sum / weight, ladder.isTrunk(item) ? 4 : 1)
  }
}

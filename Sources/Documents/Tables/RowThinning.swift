/// Decides which rows of a table of unknown length are kept: all, then every second, fourth, ….
///
/// One of the places is left for the last row, whichever that is.
struct RowThinning {
  /// What to do with a row.
  struct Decision {
    /// Whether every second of the rows that were kept is to be dropped first.
    let halves: Bool
    /// Whether the row is kept.
    let keeps: Bool
  }

  private let limit: Int
  private(set) var rowCount = 0
  private var keptCount = 0
  private(set) var stride = 1

  /// - Parameter limit: How many rows are kept at most, at least 2.
  init(limit: Int) {
    self.limit = limit
  }

  /// Decides about the next row.
  mutating func next() -> Decision {
    defer { rowCount += 1 }
    guard rowCount.isMultiple(of: stride) else { return Decision(halves: false, keeps: false) }
    let isFull = keptCount == limit - 1
    if isFull {
      keptCount = (keptCount + 1) / 2
      stride *= 2
    }
    let keeps = rowCount.isMultiple(of: stride)
    if keeps { keptCount += 1 }
    return Decision(halves: isFull, keeps: keeps)
  }
}

extension Array {
  /// The elements at even places.
  var halved: [Element] { indices.filter { $0.isMultiple(of: 2) }.map { self[$0] } }
}

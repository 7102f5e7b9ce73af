/// Which of many small things are worth being merged into one.
enum Geometry {
  /// Chooses the smallest ones, so that each one left is at least as large as all that were
  /// smaller together: what is merged again and again then grows each time.
  ///
  /// - Parameters:
  ///   - sizes: The sizes, ascending.
  ///   - keeping: How many may be left as they are.
  ///   - work: The sum that one merge may have.
  /// - Returns: How many of the first are to be merged: 0, or at least 2.
  static func count(_ sizes: [Int], keeping: Int, work: Int) -> Int {
    guard sizes.count > keeping else { return 0 }
    // At least as many as are needed to come back to the number that may be left.
    var count = max(sizes.count - keeping + 1, 2)
    var sum = 0
    for (index, size) in sizes.enumerated() {
      if index > 0, size < sum { count = max(count, index + 1) }
      sum += size
    }
    count = min(count, sizes.count)
    var total = sizes[..<count].reduce(0, +)
    while count > 0, total > work {
      count -= 1
      total -= sizes[count]
    }
    return count >= 2 ? count : 0
  }
}

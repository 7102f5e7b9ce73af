package import Primitives

/// The shortest beginnings of ids that mean one run and no other.
package struct RunNames: Sendable {
  /// Fewer digits are not worth saving.
  package static let minimum = 7

  private let lengths: [ObjectID: Int]

  /// Finds how many digits each of the runs needs among all of them.
  ///
  /// A run is also found by its invocation, so ids keep clear of those too.
  package init(_ runs: [RunSummary]) {
    var entries: [(digits: UInt64, run: Int)] = []
    entries.reserveCapacity(2 * runs.count)
    for (number, run) in runs.enumerated() {
      entries.append((run.id.words.0, number))
      if let invocation = UInt64(run.invocation.prefix(Self.digitCount), radix: 16) {
        entries.append((invocation, number))
      }
    }
    entries.sort { $0.digits < $1.digits }
    var needed = [Int](repeating: Self.minimum, count: runs.count)
    for (left, right) in zip(entries, entries.dropFirst()) where left.run != right.run {
      let common = (left.digits ^ right.digits).leadingZeroBitCount / 4
      let count = common >= Self.digitCount ? 2 * ObjectID.byteCount : common + 1
      needed[left.run] = max(needed[left.run], count)
      needed[right.run] = max(needed[right.run], count)
    }
    var lengths: [ObjectID: Int] = [:]
    for (number, count) in needed.enumerated() where count > Self.minimum {
      lengths[runs[number].id] = count
    }
    self.lengths = lengths
  }

  /// The digits that one word holds.
  private static let digitCount = 16

  /// The digits that name a run.
  package subscript(id: ObjectID) -> String {
    String(id.hex.prefix(lengths[id] ?? Self.minimum))
  }
}

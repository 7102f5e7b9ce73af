package import Primitives

/// How many bytes differ, and where.
package struct ByteDifference: Encodable, Equatable, Sendable {
  /// A stretch of bytes of which the first and the last differ.
  package struct Stretch: Encodable, Equatable, Sendable {
    /// Where it begins, in bytes from the start.
    package let offset: Int

    /// How long it is, in bytes.
    package let length: Int
  }

  /// The sizes.
  package let oldSize: ByteCount
  package let newSize: ByteCount

  /// How many bytes both have in common at the start, and, behind those, at the end.
  package let commonStart: Int
  package let commonEnd: Int

  /// How many bytes differ, where both are of one size; otherwise those between what is in common,
  /// on the longer side.
  package let changedBytes: Int

  /// How many stretches the changed bytes are in; fewer than 16 equal bytes do not part two.
  package let stretchCount: Int

  /// The first of the stretches, as far as both are of one size.
  package let stretches: [Stretch]
}

/// Compares bytes by their offsets, in bounded memory.
struct ByteComparison {
  /// How much is read at a time, in bytes.
  private static let pieceSize = 1 << 20

  /// So many equal bytes part two stretches.
  private static let gap = 16

  let limit: Int
  private var stretches: [ByteDifference.Stretch] = []
  private var stretchCount = 0
  private var changedBytes = 0
  private var open: Range<Int>?

  init(limit: Int) {
    self.limit = limit
  }

  /// Compares two sources; what they are known to share is not read.
  static func compare(
    _ old: any ByteSource, _ new: any ByteSource, limit: Int
  ) throws(ContentProblem) -> ByteDifference {
    if old.size != new.size { return try compareEnds(old, new) }
    var comparison = Self(limit: limit)
    let whole = 0..<old.size
    for range in try SharedParts.mayDiffer(old, whole, new, whole) {
      for start in stride(from: range.lowerBound, to: range.upperBound, by: pieceSize) {
        let piece = start..<min(start + pieceSize, range.upperBound)
        let (left, right) = (try old.bytes(in: piece), try new.bytes(in: piece))
        comparison.add(left, right, at: start)
      }
    }
    return comparison.finish(size: old.size)
  }

  /// Compares two streams, as far as both go.
  static func compare(
    _ old: any ByteStream, _ new: any ByteStream, limit: Int
  ) throws(ContentProblem) -> ByteDifference {
    var comparison = Self(limit: limit)
    var (left, right): ([UInt8], [UInt8]) = ([], [])
    var offset = 0
    while true {
      if left.isEmpty { left = try old.next() }
      if right.isEmpty { right = try new.next() }
      let count = min(left.count, right.count)
      if count == 0 { break }
      comparison.add(Array(left[..<count]), Array(right[..<count]), at: offset)
      left = Array(left[count...])
      right = Array(right[count...])
      offset += count
    }
    let (oldSize, newSize) = (
      try offset + left.count + old.rest(), try offset + right.count + new.rest()
    )
    if oldSize == newSize { return comparison.finish(size: oldSize) }
    let start = comparison.firstOffset ?? offset
    return ByteDifference(
      oldSize: .bytes(oldSize), newSize: .bytes(newSize), commonStart: start, commonEnd: 0,
      changedBytes: max(oldSize, newSize) - start, stretchCount: 1, stretches: [])
  }

  private mutating func add(_ left: [UInt8], _ right: [UInt8], at offset: Int) {
    if left == right { return }
    for index in left.indices where left[index] != right[index] {
      changedBytes += 1
      let place = offset + index
      if let last = open, place - last.upperBound < Self.gap {
        open = last.lowerBound..<place + 1
      } else {
        close()
        open = place..<place + 1
      }
    }
  }

  private mutating func close() {
    guard let range = open else { return }
    stretchCount += 1
    if stretches.count < max(limit, 1) {
      stretches.append(.init(offset: range.lowerBound, length: range.count))
    }
    open = nil
  }

  private var firstOffset: Int? { stretches.first?.offset ?? open?.lowerBound }

  private mutating func finish(size: Int) -> ByteDifference {
    let last = open?.upperBound
    close()
    let start = firstOffset ?? size
    return ByteDifference(
      oldSize: .bytes(size), newSize: .bytes(size), commonStart: start,
      commonEnd: size - (last ?? start), changedBytes: changedBytes, stretchCount: stretchCount,
      stretches: Array(stretches.prefix(limit)))
  }

  // MARK: - Different sizes

  private static func compareEnds(
    _ old: any ByteSource, _ new: any ByteSource
  ) throws(ContentProblem) -> ByteDifference {
    let shorter = min(old.size, new.size)
    let start = try commonStart(old, new, shorter)
    let end = try commonEnd(old, new, shorter - start)
    let middles = (old.size - start - end, new.size - start - end)
    return ByteDifference(
      oldSize: .bytes(old.size), newSize: .bytes(new.size), commonStart: start, commonEnd: end,
      changedBytes: max(middles.0, middles.1), stretchCount: 1, stretches: [])
  }

  private static func commonStart(
    _ old: any ByteSource, _ new: any ByteSource, _ count: Int
  ) throws(ContentProblem) -> Int {
    for range in try SharedParts.mayDiffer(old, 0..<count, new, 0..<count) {
      for start in stride(from: range.lowerBound, to: range.upperBound, by: pieceSize) {
        let piece = start..<min(start + pieceSize, range.upperBound)
        let (left, right) = (try old.bytes(in: piece), try new.bytes(in: piece))
        if let index = left.indices.first(where: { left[$0] != right[$0] }) {
          return start + index
        }
      }
    }
    return count
  }

  private static func commonEnd(
    _ old: any ByteSource, _ new: any ByteSource, _ count: Int
  ) throws(ContentProblem) -> Int {
    let (oldStart, newStart) = (old.size - count, new.size - count)
    let ranges = try SharedParts.mayDiffer(
      old, oldStart..<old.size, new, newStart..<new.size)
    for range in ranges.reversed() {
      var end = range.upperBound
      while end > range.lowerBound {
        let start = max(range.lowerBound, end - pieceSize)
        let left = try old.bytes(in: oldStart + start..<oldStart + end)
        let right = try new.bytes(in: newStart + start..<newStart + end)
        if let index = left.indices.last(where: { left[$0] != right[$0] }) {
          return count - (start + index + 1)
        }
        end = start
      }
    }
    return count
  }
}

extension ByteStream {
  /// How many bytes are left.
  fileprivate func rest() throws(ContentProblem) -> Int {
    var count = 0
    while true {
      let piece = try next()
      if piece.isEmpty { return count }
      count += piece.count
    }
  }
}

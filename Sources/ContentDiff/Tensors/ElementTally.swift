/// What differs between the elements of two tensors.
struct ElementTally: Sendable {
  /// How many elements have other bits, or, where their types differ, are other numbers.
  private(set) var changed = 0

  /// The sum of the squares of the differences.
  private(set) var squares = 0.0

  /// The greatest difference.
  private(set) var greatest = 0.0

  /// How many changed elements are infinite or no number on a side: they are in neither of the above.
  private(set) var notFinite = 0

  /// Adds what another part of the same tensor came to.
  mutating func add(_ other: Self) {
    changed += other.changed
    squares += other.squares
    greatest = max(greatest, other.greatest)
    notFinite += other.notFinite
  }

  /// Compares as many elements of two types.
  mutating func compare(
    _ old: Span<UInt8>, _ oldType: ElementType, _ new: Span<UInt8>, _ newType: ElementType
  ) {
    guard oldType == newType else { return compareNumbers(old, oldType, new, newType) }
    let type = oldType
    switch (type.kind, type.width) {
    case _ where type.isBigEndian: compareAny(old, new, type)
    case (.brainFloat, 2): compare(old, new, 2) { ElementType.brainFloat($0) }
    case (.float, 2): compare(old, new, 2) { ElementType.half(UInt16(truncatingIfNeeded: $0)) }
    case (.float, 4):
      compare(old, new, 4) { Double(Float(bitPattern: UInt32(truncatingIfNeeded: $0))) }
    case (.float, 8): compare(old, new, 8) { Double(bitPattern: $0) }
    default: compareAny(old, new, type)
    }
  }

  /// Compares elements of a type that the compiler makes a loop of its own for.
  @inline(__always)
  private mutating func compare(
    _ old: Span<UInt8>, _ new: Span<UInt8>, _ width: Int, _ value: (UInt64) -> Double
  ) {
    let count = min(old.count, new.count) / width
    for index in 0..<count {
      let left = Self.bits(old, at: index * width, width)
      let right = Self.bits(new, at: index * width, width)
      if left != right {
        changed += 1
        note(value(right) - value(left))
      }
    }
  }

  private mutating func compareAny(_ old: Span<UInt8>, _ new: Span<UInt8>, _ type: ElementType) {
    let count = min(old.count, new.count) / type.width
    for index in 0..<count {
      let range = index * type.width..<(index + 1) * type.width
      if !Self.areDifferent(old.extracting(range), new.extracting(range)) { continue }
      changed += 1
      guard type.isNumeric else { continue }
      var isFinite = true
      for start in stride(from: range.lowerBound, to: range.upperBound, by: type.partWidth) {
        let left = type.value(of: Self.bits(old, at: start, type))
        let right = type.value(of: Self.bits(new, at: start, type))
        isFinite = add(right - left) && isFinite
      }
      if !isFinite { notFinite += 1 }
    }
  }

  /// Compares elements of two types of numbers by what they are.
  private mutating func compareNumbers(
    _ old: Span<UInt8>, _ oldType: ElementType, _ new: Span<UInt8>, _ newType: ElementType
  ) {
    let count = min(old.count / oldType.partWidth, new.count / newType.partWidth)
    for index in 0..<count {
      let left = oldType.value(of: Self.bits(old, at: index * oldType.partWidth, oldType))
      let right = newType.value(of: Self.bits(new, at: index * newType.partWidth, newType))
      if left == right || left.isNaN && right.isNaN { continue }
      changed += 1
      note(right - left)
    }
  }

  @inline(__always)
  private mutating func note(_ difference: Double) {
    if !add(difference) { notFinite += 1 }
  }

  /// Counts a difference in, if it is finite.
  @inline(__always)
  private mutating func add(_ difference: Double) -> Bool {
    guard difference.isFinite else { return false }
    squares += difference * difference
    greatest = max(greatest, difference.magnitude)
    return true
  }

  private static func areDifferent(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    for index in left.indices where left[index] != right[index] { return true }
    return false
  }

  @inline(__always)
  private static func bits(_ bytes: Span<UInt8>, at start: Int, _ width: Int) -> UInt64 {
    var bits: UInt64 = 0
    for index in 0..<width { bits |= UInt64(bytes[start + index]) << UInt64(8 * index) }
    return bits
  }

  private static func bits(_ bytes: Span<UInt8>, at start: Int, _ type: ElementType) -> UInt64 {
    let bits = bits(bytes, at: start, type.partWidth)
    return type.isBigEndian ? bits.byteSwapped >> UInt64(64 - 8 * type.partWidth) : bits
  }
}

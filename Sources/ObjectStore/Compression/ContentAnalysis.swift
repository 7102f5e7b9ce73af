/// Decides from a sample what suits the bytes of a record.
///
/// The counts of byte values in each position modulo eight tell numbers in an array (their
/// exponents and high bytes differ from the rest) from text and from what is compressed already.
/// The decision is the same on every machine: all arithmetic is on whole numbers.
struct ContentAnalysis {
  /// What to try for a record.
  enum Plan: Equatable {
    case stored
    case zstd
    case planes(width: Int)
  }

  /// The planes that shrink, after ``plan(for:)`` said `planes`: bit `p` for plane `p`.
  private(set) var codedPlanes: UInt8 = 0

  /// How often each byte occurs, for each position modulo eight: 8 times 256 counts.
  private var counts = [UInt32](repeating: 0, count: 8 * 256)

  /// `n * log2(n)` for each `n` up to the sample's size, in 1/1,024 bits.
  private let bits: [UInt32]

  /// The size of each of the three pieces of a sample, in bytes.
  private static let pieceSize = 4_096
  private static let sampleSize = 3 * pieceSize

  init() {
    bits = Self.logarithms(upTo: Self.sampleSize)
  }

  @unsafe
  mutating func plan(for bytes: UnsafeBufferPointer<UInt8>) -> Plan {
    guard bytes.count >= 512 else { return .zstd }
    let size = unsafe count(bytes)
    let whole = entropy(ofPlane: 0, width: 1, size: size)
    var best = whole
    var bestWidth = 1
    for width in PlaneSplitting.widths {
      var coded: UInt8 = 0
      var total = 0
      for plane in 0..<width {
        let share = PlaneSplitting.size(ofPlane: plane, width: width, count: size)
        let cost = entropy(ofPlane: plane, width: width, size: share)
        // In 1/1,024 bits: a plane is coded when it loses an eighth of a bit in every byte.
        if cost < share * (8 * 1_024 - 160) { coded |= 1 << UInt8(plane) }
        total += min(cost, share * 8 * 1_024)
      }
      // A wider split must gain at least a fifteenth.
      if coded != 0, total < best - best / 15 {
        best = total
        bestWidth = width
        codedPlanes = coded
      }
    }
    if bestWidth > 1 { return .planes(width: bestWidth) }
    return whole > size * (8 * 1_024 - 100) ? .stored : .zstd
  }

  /// Counts the bytes of the sample and returns its size.
  @unsafe
  private mutating func count(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var counts = counts.mutableSpan
    for index in counts.indices { counts[index] = 0 }
    guard bytes.count > Self.sampleSize else {
      for index in 0..<bytes.count { unsafe counts[(index & 7) << 8 | Int(bytes[index])] += 1 }
      return bytes.count
    }
    let last = (bytes.count - Self.pieceSize) & ~7
    for start in [0, (last / 2) & ~7, last] {
      for index in start..<start + Self.pieceSize {
        unsafe counts[(index & 7) << 8 | Int(bytes[index])] += 1
      }
    }
    return Self.sampleSize
  }

  private func entropy(ofPlane plane: Int, width: Int, size: Int) -> Int {
    let counts = counts.span
    let bits = bits.span
    var sum = 0
    var distinct = 0
    for value in 0..<256 {
      var count = 0
      var position = plane
      while position < 8 {
        count += Int(counts[position << 8 | value])
        position += width
      }
      sum += Int(bits[count])
      distinct += count > 0 ? 1 : 0
    }
    // A sample shows less than there is: the correction by Miller and Madow, 0.72 = 1 / (2 ln 2).
    return Int(bits[size]) - sum + max(0, distinct - 1) * 739
  }

  /// `n * log2(n)` in 1/1,024 bits for `n` from 0 to `limit`, by whole numbers alone.
  private static func logarithms(upTo limit: Int) -> [UInt32] {
    (0...UInt64(limit)).map { number in
      guard number > 1 else { return 0 }
      let whole = UInt64(63 - number.leadingZeroBitCount)
      var fraction: UInt64 = 0
      var square = number << (31 - whole)  // From 1 up to 2, in 1/2^31.
      for _ in 0..<16 {
        square = (square * square) >> 31
        fraction <<= 1
        if square >> 32 != 0 {
          fraction |= 1
          square >>= 1
        }
      }
      return UInt32((number * (whole << 16 | fraction)) >> 6)
    }
  }
}

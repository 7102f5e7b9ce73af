/// Tells from a sample what suits the bytes of a record.
///
/// How often each byte occurs at each position modulo eight tells arrays of numbers, whose
/// exponents and high bytes differ from the rest, from text and from what is compressed already.
/// How often a four-byte word comes again tells whether looking for matches is worth the time.
/// Everything is reckoned in whole numbers: the same bytes get the same answer on every machine.
struct ContentAnalysis {
  /// What suits some bytes.
  struct Plan: Equatable {
    /// What to do when the bytes are not split.
    var whole: Whole

    /// How to split the bytes, where that is better or might be.
    var split: Split?
  }

  /// What suits bytes that are not split.
  enum Whole {
    /// Nothing helps.
    case stored

    /// Some bytes are more frequent than others, and nothing comes twice.
    case literals

    /// Words come again.
    case matches
  }

  /// How to split bytes into planes.
  struct Split: Equatable {
    /// 2, 4 or 8.
    var width: Int

    /// Bit `p` is set when plane `p` shrinks.
    var coded: UInt8
  }

  /// A record below this size is not analysed, in bytes: trying is as fast.
  private static let leastSize = 512

  /// A larger record is judged by four pieces of it, of this size in bytes.
  private static let pieceSize = 2_048
  private static let sampleSize = 4 * pieceSize

  /// Words that were seen, by hash; zero at first.
  private static let slotCount = 2_048

  /// Counts of 256 values for the 8 planes of width 8, the 4 of width 4, the 2 of width 2, and all.
  private var counts = [UInt16](repeating: 0, count: 15 * 256)
  private var slots = [UInt32](repeating: 0, count: slotCount)

  /// `n * log2(n)` for each `n` up to the sample's size, in 1/1,024 bits.
  private let logarithms = Self.logarithms(upTo: sampleSize)

  @unsafe
  mutating func plan(for bytes: UnsafeBufferPointer<UInt8>) -> Plan {
    guard bytes.count >= Self.leastSize, let base = bytes.baseAddress else {
      return Plan(whole: .matches, split: nil)
    }
    let starts = Self.pieceStarts(bytes.count)
    let pieceSize = bytes.count > Self.sampleSize ? Self.pieceSize : bytes.count & ~7
    let size = starts.count * pieceSize
    unsafe count(base, starts, pieceSize)
    let repeats = unsafe hasRepeats(base, [starts[0], starts[starts.count / 2]], pieceSize)
    let whole = entropy(ofCounts: 14, size: size)
    // What a table of code lengths costs, scaled down from the record to the sample.
    let table = 64 * 8 * 1_024 * size / bytes.count
    var plan = Plan(whole: .matches, split: nil)
    var best = min(whole + table, size << 13)
    if !repeats { plan.whole = best > Self.worthwhile(size << 13) ? .stored : .literals }
    for (width, first) in [(2, 12), (4, 8), (8, 0)] {
      let (cost, coded) = cost(width: width, firstCounts: first, size: size, table: table)
      guard cost < best - best / 40, cost <= Self.worthwhile(size << 13) else { continue }
      best = cost
      plan.split = Split(width: width, coded: coded)
    }
    return plan
  }

  /// What must be left of some bits, for a saving of 3 %.
  private static func worthwhile(_ bits: Int) -> Int { bits - bits / 33 }

  /// Where the pieces of a sample start: at multiples of eight, so that positions keep their plane.
  private static func pieceStarts(_ count: Int) -> [Int] {
    guard count > sampleSize else { return [0] }
    let last = count - pieceSize
    return [0, last / 3 & ~7, last / 3 * 2 & ~7, last & ~7]
  }

  // MARK: - Entropy

  /// Counts the bytes of the sample for each width.
  @unsafe
  private mutating func count(_ base: UnsafePointer<UInt8>, _ starts: [Int], _ pieceSize: Int) {
    unsafe counts.withUnsafeMutableBufferPointer { buffer in
      guard let counts = buffer.baseAddress else { return }
      unsafe counts.update(repeating: 0, count: 8 * 256)
      for start in starts {
        var position = unsafe UnsafeRawPointer(base + start)
        for _ in 0..<pieceSize / 8 {
          // Eight tables also keep one byte's count from waiting for that of the byte before.
          let word = unsafe position.loadUnaligned(as: UInt64.self).littleEndian
          unsafe counts[Int(word & 0xff)] &+= 1
          unsafe counts[256 | Int(word >> 8 & 0xff)] &+= 1
          unsafe counts[512 | Int(word >> 16 & 0xff)] &+= 1
          unsafe counts[768 | Int(word >> 24 & 0xff)] &+= 1
          unsafe counts[1_024 | Int(word >> 32 & 0xff)] &+= 1
          unsafe counts[1_280 | Int(word >> 40 & 0xff)] &+= 1
          unsafe counts[1_536 | Int(word >> 48 & 0xff)] &+= 1
          unsafe counts[1_792 | Int(word >> 56)] &+= 1
          unsafe position += 8
        }
      }
      // Half the width is the sum of the planes that fall together.
      for index in 0..<1_024 {
        unsafe counts[2_048 + index] = counts[index] &+ counts[1_024 + index]
      }
      for index in 0..<512 {
        unsafe counts[3_072 + index] = counts[2_048 + index] &+ counts[2_560 + index]
      }
      for index in 0..<256 {
        unsafe counts[3_584 + index] = counts[3_072 + index] &+ counts[3_328 + index]
      }
    }
  }

  /// The bits that the sample takes when split to a width, in 1/1,024, and the planes that shrink.
  private func cost(width: Int, firstCounts: Int, size: Int, table: Int) -> (Int, UInt8) {
    var coded: UInt8 = 0
    var total = 0
    for plane in 0..<width {
      let raw = (size / width) << 13
      let bits = entropy(ofCounts: firstCounts + plane, size: size / width) + table
      if bits <= Self.worthwhile(raw) {
        coded |= 1 << UInt8(plane)
        total += bits
      } else {
        total += raw
      }
    }
    return (total, coded)
  }

  /// The bits that a perfect code without matches needs for `size` counted bytes, in 1/1,024.
  private func entropy(ofCounts table: Int, size: Int) -> Int {
    let (sum, distinct) = unsafe counts.withUnsafeBufferPointer { counts in
      unsafe logarithms.withUnsafeBufferPointer { logarithms in
        var sum = 0
        var distinct = 0
        for index in table << 8..<(table + 1) << 8 {
          let count = unsafe Int(counts[index])
          unsafe sum &+= Int(logarithms[count])
          distinct &+= count > 0 ? 1 : 0
        }
        return (sum, distinct)
      }
    }
    // A sample shows less than there is: Miller and Madow's correction, 739 / 1,024 = 1 / (2 ln 2).
    return Int(logarithms[size]) - sum + max(0, distinct - 1) * 739
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

  // MARK: - Matches

  /// Whether at least one word in sixteen came before within the same pieces.
  @unsafe
  private mutating func hasRepeats(
    _ base: UnsafePointer<UInt8>, _ starts: [Int], _ pieceSize: Int
  ) -> Bool {
    let span = min(pieceSize, Self.pieceSize)
    var repeats = 0
    var probes = 0
    unsafe slots.withUnsafeMutableBufferPointer { buffer in
      guard let slots = buffer.baseAddress else { return }
      unsafe slots.update(repeating: 0, count: Self.slotCount)
      for start in starts {
        let piece = unsafe UnsafeRawPointer(base + start)
        for offset in stride(from: 0, through: span - 4, by: 2) {
          let word = unsafe piece.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
            .littleEndian
          let slot = Int((word &* 2_654_435_761) >> 21)
          unsafe repeats &+= slots[slot] == word ? 1 : 0
          unsafe slots[slot] = word
        }
        probes += span / 2
      }
    }
    return repeats * 16 >= probes
  }
}

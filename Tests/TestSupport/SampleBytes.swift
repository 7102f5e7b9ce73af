/// A random number generator that gives the same numbers for the same seed, for ever (SplitMix64).
package struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) {
    state = seed
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }
}

/// Bytes that look random, do not compress, and are the same for the same seed.
///
/// The first `n` bytes of a longer sample are the sample of `n` bytes.
package func sampleBytes(count: Int, seed: UInt64) -> [UInt8] {
  var generator = SeededGenerator(seed: seed)
  var bytes: [UInt8] = []
  bytes.reserveCapacity(count + 7)
  while bytes.count < count {
    let word = generator.next()
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
    }
  }
  bytes.removeLast(bytes.count - count)
  return bytes
}

/// Lines of comma-separated values that compress as real tables do, the same for the same seed.
///
/// Each line is an ascending number, a word from a small set, and two decimal fractions.
package func sampleCSV(rows: Int, seed: UInt64) -> [UInt8] {
  let kinds = ["setosa", "versicolor", "virginica", "unknown"]
  var generator = SeededGenerator(seed: seed)
  var text = "row,kind,length,width\n"
  for row in 0..<rows {
    let word = generator.next()
    text += "\(row),\(kinds[Int(word & 3)]),\(word >> 2 & 0x3FF).\(word >> 12 & 7)"
    text += ",\(word >> 15 & 0xFF).\(word >> 23 & 15)\n"
  }
  return Array(text.utf8)
}

/// The bytes of little-endian `bfloat16` numbers around zero, as trained weights are spread.
///
/// They are the same for the same seed, and byte planes compress them where plain bytes hardly do.
package func sampleWeights(count: Int, seed: UInt64) -> [UInt8] {
  var generator = SeededGenerator(seed: seed)
  var bytes: [UInt8] = []
  bytes.reserveCapacity(count * 2)
  for _ in 0..<count {
    // The sum of four uniform numbers is close enough to a bell curve.
    let word = generator.next()
    let sum = (0..<4).reduce(0) { $0 + Int(word >> UInt64($1 * 16) & 0xFFFF) }
    let weight = Float(sum - 2 * 0xFFFF) / Float(0xFFFF) * 0.02
    let bits = weight.bitPattern >> 16
    bytes.append(UInt8(truncatingIfNeeded: bits))
    bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
  }
  return bytes
}

/// The bytes of little-endian `float32` numbers around zero, all of whose bits are in use.
///
/// They are the same for the same seed; only the byte with sign and exponent compresses.
package func sampleFloats(count: Int, seed: UInt64) -> [UInt8] {
  var generator = SeededGenerator(seed: seed)
  var bytes: [UInt8] = []
  bytes.reserveCapacity(count * 4)
  for _ in 0..<count {
    let sum = (0..<4).reduce(0.0) { sum, _ in sum + Double(generator.next() >> 11) * 0x1p-53 }
    let bits = Float((sum - 2) * 0.02).bitPattern
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
    }
  }
  return bytes
}

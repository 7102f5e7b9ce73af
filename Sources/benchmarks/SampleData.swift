/// Kinds of content that benchmarks work on, the same for the same size on every machine.
package enum SampleData: String, CaseIterable, Sendable {
  case random
  case bf16
  case f32
  case f64
  case csv
  case jsonl
  case zeros

  /// Makes about `size` bytes; text ends with a whole line.
  package func bytes(_ size: Int) -> [UInt8] {
    var generator = Generator(state: 7)
    switch self {
    case .random: return words(size) { generator.next() }
    case .bf16:
      return words(size) {
        (0..<4).reduce(0) { word, index in
          word | UInt64(Float(generator.weight()).bitPattern >> 16) << UInt64(index * 16)
        }
      }
    case .f32:
      return words(size) {
        let first = Float(generator.weight()).bitPattern
        return UInt64(first) | UInt64(Float(generator.weight()).bitPattern) << 32
      }
    case .f64:
      return words(size) { generator.weight().bitPattern }
    case .csv: return lines(size) { Self.row($0, &generator) }
    case .jsonl: return lines(size) { Self.object($0, &generator) }
    case .zeros: return [UInt8](repeating: 0, count: size)
    }
  }

  private func words(_ size: Int, _ next: () -> UInt64) -> [UInt8] {
    [UInt8](capacity: size + 8) { output in
      while output.count < size {
        let word = next()
        for shift in 0..<UInt64(8) {
          output.append(UInt8(truncatingIfNeeded: word >> (shift * 8)))
        }
      }
    }
  }

  private func lines(_ size: Int, _ line: (_ number: Int) -> String) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size + 1_024)
    var number = 0
    while bytes.count < size {
      bytes.append(contentsOf: line(number).utf8)
      number += 1
    }
    return bytes
  }

  /// A row as tables of measurements have them: a number, a time, a sensor, readings, a remark.
  private static func row(_ number: Int, _ generator: inout Generator) -> String {
    let word = generator.next()
    let minute = number / 7 % 60
    let time = "2024-03-\(10 + number / 9_000 % 20)T\(10 + number / 420 % 10):\(10 + minute % 50)"
    let remarks = ["ok", "ok", "ok", "recalibrated", "out of range", "ok", "missing", "ok"]
    return """
      \(number),\(time),sensor-\(word & 63),\(word >> 6 & 0x3FF).\(word >> 16 & 0xFF),\
      \(word >> 24 & 0xFFF).\(word >> 36 & 0xF),\(word >> 40 & 0x7F),\(remarks[Int(word >> 60 & 7)])

      """
  }

  /// An object as collections of texts have them.
  private static func object(_ number: Int, _ generator: inout Generator) -> String {
    let stems = [
      "model", "data", "train", "the", "of", "a", "value", "layer", "learning", "result", "with",
      "batch", "and", "large", "small", "token", "in", "measure", "is", "open", "sample", "for",
    ]
    let count = 6 + Int(generator.next() & 15)
    let words = (0..<count).map { _ in stems[Int(generator.next() % UInt64(stems.count))] }
    return """
      {"id": \(number), "label": \(generator.next() & 3), "score": 0.\(generator.next() & 0xFFFF), \
      "text": "\(words.joined(separator: " "))"}

      """
  }
}

/// SplitMix64: the same numbers for the same seed, for ever.
package struct Generator {
  var state: UInt64

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }

  /// A number around zero, spread as trained weights are.
  mutating func weight() -> Double {
    // The sum of twelve uniform numbers is a bell curve to within a per cent.
    var sum = -6.0
    for _ in 0..<12 { sum += Double(next() >> 11) * 0x1p-53 }
    return sum * 0.02
  }
}

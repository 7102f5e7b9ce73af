import TestSupport
import Testing

@testable import Figures

@Suite struct ScaleTests {
  @Test(arguments: [
    (0.0, 1.0, ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
    (0.1, 0.35, ["0.1", "0.15", "0.2", "0.25", "0.3", "0.35"]),
    (-3, 12, ["-4", "-2", "0", "2", "4", "6", "8", "10", "12"]),
    (0, 23_000, ["0", "5k", "10k", "15k", "20k", "25k"]),
    (0, 2.5e6, ["0", "0.5M", "1M", "1.5M", "2M", "2.5M"]),
    (0, 3e-5, ["0", "5e-6", "1e-5", "1.5e-5", "2e-5", "2.5e-5", "3e-5"]),
  ]) func `ticks stand at round numbers`(low: Double, high: Double, labels: [String]) {
    let ticks = LinearTicks(low, high, isWidened: true, count: 5)
    #expect(ticks.ticks.map(\.label) == labels)
  }

  @Test func `ticks of a logarithmic axis stand at powers of ten, or between them`() {
    let wide = LogarithmicTicks(1e-6, 10, isWidened: true, count: 5)
    #expect(wide.ticks.map(\.label).contains("1e-6"))
    #expect(wide.ticks.map(\.label).contains("10"))
    let narrow = LogarithmicTicks(12, 40, isWidened: true, count: 5)
    #expect(narrow.ticks.map(\.label) == ["10", "20", "50"])
  }

  @Test func `ticks of random ranges are few, in order, and within the axis`() {
    var generator = SeededGenerator(seed: 9)
    for _ in 0..<2000 {
      let power = Int(generator.next() % 60) - 30
      let size = Double("1e\(power)") ?? 1
      let low = (Double(generator.next() % 2000) - 1000) * size
      let high = low + Double(generator.next() % 5000 + 1) * size / 100
      for isWidened in [true, false] {
        let ticks = LinearTicks(low, high, isWidened: isWidened, count: 5)
        #expect((2...12).contains(ticks.ticks.count), "\(low) \(high) \(ticks.ticks.map(\.label))")
        #expect(ticks.lower <= low && ticks.upper >= high)
        // No eye sees a billionth of the axis.
        let slack = (high - low) * 1e-9
        #expect(
          ticks.ticks.allSatisfy {
            $0.value >= ticks.lower - slack && $0.value <= ticks.upper + slack
          })
        #expect(Set(ticks.ticks.map(\.label)).count == ticks.ticks.count)
      }
    }
  }

  @Test(arguments: [
    (1.0, 0.0), (10, 1), (1000, 3), (0.001, -3), (2, 0.301_029_995_663_981_2), (1e300, 300),
    (.leastNonzeroMagnitude, -323.306_215_343_115_8), (3, 0.477_121_254_719_662_4),
    (0.7, -0.154_901_959_985_743_2),
  ]) func `logarithms are right`(value: Double, logarithm: Double) {
    #expect(abs(value.decimalLogarithm - logarithm) <= 1e-13 * max(1, abs(logarithm)))
  }

  @Test(arguments: [
    (0.0, "0"), (-0.0, "0"), (1.5, "1.5"), (-12.25, "-12.25"), (0.1 + 0.2, "0.3"), (1e21, "1e21"),
    (123_456_789, "123457000"), (0.000_012_345_678, "1.23457e-5"), (0.999_999_9, "1"),
    (1e-300, "1e-300"), (9_999_999_500, "1e10"), (.nan, "–"), (.infinity, "∞"), (-.infinity, "-∞"),
    (1234.5, "1234.5"), (0.001, "0.001"),
  ]) func `numbers are written for people`(value: Double, words: String) {
    #expect(value.words == words)
  }

  @Test func `a number and its words are the same to six digits`() throws {
    var generator = SeededGenerator(seed: 4)
    for _ in 0..<2000 {
      let value = Double(bitPattern: generator.next())
      guard value.isFinite else { continue }
      let read = try #require(Double(value.words))
      #expect(abs(read - value) <= abs(value) * 5.1e-6)
    }
  }
}

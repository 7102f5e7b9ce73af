import Primitives
import Terminal
import Testing

@Suite struct NumberTextTests {
  @Test(arguments: [
    (0, 4, "0"), (0.5, 4, "0.5"), (0.91234, 4, "0.9123"), (0.99996, 4, "1"), (9.99996, 3, "10"),
    (123.456, 4, "123.5"), (-123.456, 2, "-123"), (1_234_567.8, 4, "1234568"),
    (12_345_678, 4, "1.235e7"), (1e308, 4, "1e308"), (2.5e-300, 4, "2.5e-300"),
    (0.00012345, 3, "0.000123"), (0.000012345, 3, "1.23e-5"), (.nan, 4, "NaN"),
    (-.infinity, 4, "-Infinity"), (100, 1, "100"), (1e7, 4, "1e7"), (9_999_999, 4, "9999999"),
    (0.1 + 0.2, 17, "0.30000000000000004"),
  ])
  func `a number is rounded to the digits that are wanted`(
    value: Double, digits: Int, text: String
  ) {
    #expect(value.text(significantDigits: digits) == text)
  }

  @Test(arguments: [
    (0.00025, "0.00025 s"), (1.25, "1.25 s"), (59.94, "59.9 s"), (59.96, "1 min"),
    (65, "1 min 5 s"),
    (3_600, "1 h"), (11_520, "3 h 12 min"), (183_600, "2 d 3 h"), (1e308, "1e308 s"),
    (-5, "-5 s"), (.nan, "NaN s"),
  ])
  func `a length of time is told in two units at most`(seconds: Double, text: String) {
    #expect(elapsed(seconds) == text)
  }

  @Test(arguments: [
    (0, "0 s ago"), (59, "59 s ago"), (60, "1 min ago"), (7_200, "2 h ago"), (172_800, "2 d ago"),
    (604_800, "2026-02-26"), (-1, "2026-03-05"),
  ])
  func `an age is told as long as it is easily counted`(seconds: Int, text: String) {
    let now = Timestamp(seconds: 1_772_668_800, nanoseconds: 0)
    let time = Timestamp(seconds: 1_772_668_800 - seconds, nanoseconds: 0)
    #expect(age(of: time, at: now) == text)
  }

  @Test func `a time at the end of all times has an age`() {
    let end = Timestamp(nanoseconds: .max)
    let start = Timestamp(nanoseconds: .min)
    #expect(age(of: start, at: end).hasPrefix("1677"))
    #expect(age(of: end, at: start).hasPrefix("2262"))
  }
}

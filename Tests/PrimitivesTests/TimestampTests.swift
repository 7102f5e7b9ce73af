import Primitives
import TestSupport
import Testing

@Suite struct TimestampTests {
  @Test(arguments: [
    (0, "1970-01-01T00:00:00Z"), (1_767_323_045, "2026-01-02T03:04:05Z"),
    (951_782_400, "2000-02-29T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"),
    (4_102_444_799, "2099-12-31T23:59:59Z"), (-2_208_988_800, "1900-01-01T00:00:00Z"),
  ])
  func `a moment is shown in UTC`(seconds: Int, shown: String) {
    #expect(Timestamp(seconds: seconds, nanoseconds: 0).description == shown)
    #expect(Timestamp(seconds: seconds, nanoseconds: 999_999_999).description == shown)
  }

  @Test func `any day reads as date prints it`() throws {
    var generator = SeededGenerator(seed: 7)
    let moments = (0..<200).map { _ in
      Int.random(in: -9_000_000_000...9_000_000_000, using: &generator)
    }
    let lines = moments.map { "@\($0)\n" }.joined()
    let expected = try Program.succeed(
      "date", ["--utc", "+%Y-%m-%dT%H:%M:%SZ", "--file=-"], input: Array(lines.utf8))
    let shown = moments.map { Timestamp(seconds: $0, nanoseconds: 0).description + "\n" }.joined()
    #expect(shown == expected.text)
  }

  @Test func `seconds are rounded down, and far times are clamped`() {
    #expect(Timestamp(nanoseconds: -1).seconds == -1)
    #expect(Timestamp(nanoseconds: 1_999_999_999).seconds == 1)
    #expect(Timestamp(seconds: .max, nanoseconds: 0).nanoseconds == .max)
    #expect(Timestamp(seconds: .min, nanoseconds: 0).nanoseconds == .min)
    #expect(Timestamp(nanoseconds: 1) < Timestamp(nanoseconds: 2))
  }
}

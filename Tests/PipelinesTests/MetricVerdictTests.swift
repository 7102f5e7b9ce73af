internal import Documents
internal import Primitives
internal import Testing

@testable import Pipelines

@Suite struct MetricVerdictTests {
  private func verdict(
    _ recorded: DocumentValue?, _ now: DocumentValue?, tolerance: Double = 0
  ) throws -> MetricVerdict.Verdict {
    MetricVerdict(
      path: try RepositoryPath("metrics.json"), key: "loss", recorded: recorded, now: now,
      tolerance: tolerance
    ).verdict
  }

  @Test(arguments: [
    (0.5, 0.5, 0.0, MetricVerdict.Verdict.equal), (0.5, 0.6, 0.05, .different),
    // Below 1 the tolerance is absolute, above it relative.
    (0.5, 0.59, 0.1, .within), (0.001, 0.05, 0.1, .within), (200, 219, 0.1, .within),
    (-200, -219, 0.1, .within), (200, 221, 0.1, .different), (.nan, .nan, 0, .equal),
    (.nan, 1, 1, .different), (1, .nan, 1, .different), (.infinity, 1, 1, .different),
    (.infinity, .infinity, 0, .equal), (1, .infinity, 1, .different), (0, -0.0, 0, .equal),
  ])
  func `numbers are within a tolerance by their size`(
    recorded: Double, now: Double, tolerance: Double, expected: MetricVerdict.Verdict
  ) throws {
    #expect(try verdict(.number(recorded), .number(now), tolerance: tolerance) == expected)
  }

  @Test func `other values are equal or not`() throws {
    #expect(try verdict(.integer(3), .number(3)) == .equal)
    #expect(try verdict(.text("a"), .text("b"), tolerance: 9) == .different)
    #expect(try verdict(.boolean(true), .integer(1), tolerance: 9) == .different)
    #expect(try verdict(.number(1), nil) == .missing)
    #expect(try verdict(nil, .number(1)) == .missing)
    #expect(try verdict(.text("<redacted>"), .text("<redacted>")) == .redacted)
  }
}

package import Primitives

/// How a metric changed in the course of a run.
package struct MetricSeries: Equatable, Sendable {
  /// The metric's name as the tool has it, with slashes: `train/loss`.
  package let name: String

  /// The points in the order in which they were logged.
  ///
  /// At most 100,000: of a longer series every second, fourth, … point, and the last one.
  package let points: [MetricPoint]

  package init(name: String, points: [MetricPoint]) {
    self.name = name
    self.points = points
  }
}

/// A value of a metric.
package struct MetricPoint: Hashable, Sendable {
  package let step: Int
  package let value: Double
  /// When it was logged, if that was said.
  package let time: Timestamp?

  package init(step: Int, value: Double, time: Timestamp? = nil) {
    self.step = step
    self.value = value
    self.time = time
  }
}

extension Timestamp {
  /// A moment in milliseconds since 1970, as Python tools log it; `nil` beyond the year 2262.
  init?(milliseconds: Int) {
    let (product, overflow) = Int64(milliseconds).multipliedReportingOverflow(by: 1_000_000)
    if overflow { return nil }
    self.init(nanoseconds: product)
  }
}

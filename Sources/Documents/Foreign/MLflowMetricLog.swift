internal import Primitives

/// The log of one metric in MLflow's file store: a line `TIME VALUE STEP` for each point.
///
/// The time is in milliseconds; old stores have no step, and newer ones say more behind it.
struct MLflowMetricLog {
  private(set) var points: [MetricPoint] = []

  /// What MLflow shows as the metric's value: the greatest by step, then time, then value.
  private(set) var latest: MetricPoint?

  init(_ bytes: [UInt8]) throws(DocumentError) {
    var thinning = RowThinning(limit: 100_000)
    var last: MetricPoint?
    var number = 0
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      if line.isEmpty || line.elementsEqual([UInt8(ascii: "\r")]) { continue }
      guard let point = Self.point(line) else { throw .notAMetric(line: number) }
      if latest.map({ Self.isBefore($0, point) }) ?? true { latest = point }
      let decision = thinning.next()
      if decision.halves { points = points.halved }
      if decision.keeps { points.append(point) }
      last = decision.keeps ? nil : point
    }
    if let last { points.append(last) }
  }

  private static func point(_ line: ArraySlice<UInt8>) -> MetricPoint? {
    let words = String(decoding: line, as: UTF8.self).split { $0 == " " || $0 == "\r" }
    guard words.count >= 2, let milliseconds = Int(words[0]),
      let value = CellNumber.value(of: .text(String(words[1])))?.double
    else { return nil }
    let step = words.count > 2 ? Int(words[2]) : 0
    return step.map {
      MetricPoint(step: $0, value: value, time: Timestamp(milliseconds: milliseconds))
    }
  }

  private static func isBefore(_ left: MetricPoint, _ right: MetricPoint) -> Bool {
    let times = (left.time?.nanoseconds ?? 0, right.time?.nanoseconds ?? 0)
    return (left.step, times.0, left.value) <= (right.step, times.1, right.value)
      || left.step == right.step && times.0 == times.1 && left.value.isNaN
  }
}

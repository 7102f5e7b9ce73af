import TestSupport

@testable import Figures

/// Charts that several tests draw.
enum SampleCharts {
  /// A chart of each kind.
  static let all: [(name: String, chart: Chart)] = [
    ("lines", lines), ("scatter", scatter), ("bars", bars), ("confusion", confusion),
    ("logarithmic", logarithmic),
  ]

  static let lines = Chart(
    title: "Validation loss", xTitle: "epoch", yTitle: "loss",
    content: .lines([
      falling("r-01hq lr 0.001", count: 12, from: 2.3, by: 0.8, isEmphasised: true),
      falling("r-01hr lr 0.01", count: 12, from: 2.1, by: 0.88, gap: 5),
      falling("r-01hs lr 0.1", count: 4, from: 2.6, by: 1.1),
    ]))

  static let scatter = Chart(
    title: "Accuracy and size", xTitle: "parameters", yTitle: "accuracy",
    content: .scatter((0..<6).map { cloud("family \($0)", count: 8, seed: UInt64($0)) }),
    options: .logarithmicX)

  static let bars = Chart(
    title: "Metrics of three runs", yTitle: "score",
    content: .bars([
      group("accuracy", [0.93, 0.912, 0.88]), group("F1", [0.91, 0.9, 0.86]),
      group("gain", [0.12, -0.04, -0.21]), group("recall", [0.95, .nan, 0.7]),
    ]))

  static let confusion = Chart(
    title: "Confusion of the test set", xTitle: "predicted", yTitle: "true",
    content: .confusion(
      labels: ["setosa", "versicolor", "virginica", "unknown"],
      counts: [[50, 0, 0, 0], [0, 46, 3, 1], [1, 12, 35, 2]]))

  static let logarithmic = Chart(
    title: "Learning rate", xTitle: "step", yTitle: "rate",
    content: .lines([
      Chart.Series(
        name: "warm-up and decay",
        points: (0...60).map { step in
          let rate = step < 10 ? Double(step) * 1e-4 : 1e-3 / Double((step - 9) * (step - 9))
          return Chart.Point(x: Double(step), y: rate)
        })
    ]), options: .logarithmicY)

  /// Noisy lines of many points.
  static func noise(series: Int, points: Int) -> Chart {
    var generator = SeededGenerator(seed: 11)
    let lines = (0..<series).map { index in
      Chart.Series(
        name: "run \(index) with a name of its own",
        points: (0..<points).map { step in
          let noise = Double(generator.next() % 1000) / 4000
          return Chart.Point(
            x: Double(step * 10), y: Double(index) * 0.1 + 3 / (1 + Double(step) / 200) + noise)
        }, isEmphasised: index == 2)
    }
    return Chart(title: "Training loss", xTitle: "step", yTitle: "loss", content: .lines(lines))
  }

  private static func falling(
    _ name: String, count: Int, from start: Double, by factor: Double, gap: Int = -1,
    isEmphasised: Bool = false
  ) -> Chart.Series {
    var value = start
    let points = (0..<count).map { step in
      defer { value *= factor }
      return Chart.Point(x: Double(step), y: step == gap ? .nan : value)
    }
    return Chart.Series(name: name, points: points, isEmphasised: isEmphasised)
  }

  private static func cloud(_ name: String, count: Int, seed: UInt64) -> Chart.Series {
    var generator = SeededGenerator(seed: seed)
    let points = (0..<count).map { _ in
      Chart.Point(
        x: Double(1000 << (generator.next() % 18)), y: 0.6 + Double(generator.next() % 350) / 1000)
    }
    return Chart.Series(name: name, points: points)
  }

  private static func group(_ name: String, _ values: [Double]) -> Chart.Group {
    Chart.Group(
      name: name, bars: values.enumerated().map { Chart.Bar(name: "r-01h\($0)", value: $1) })
  }
}

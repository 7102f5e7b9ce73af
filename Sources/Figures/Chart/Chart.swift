/// A picture of numbers: lines, points, bars, or a confusion matrix.
///
/// Numbers may be anything: what is not finite is a gap, and what an axis cannot show is told in
/// words. Titles and names may hold any text.
package struct Chart: Sendable {
  /// A place in a chart; a coordinate that is not finite makes it a gap.
  package struct Point: Sendable, Hashable {
    package let x: Double
    package let y: Double

    package init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// Points under one name: one metric of one run.
  package struct Series: Sendable {
    package let name: String
    package let points: [Point]

    /// Whether the others step back for it.
    package let isEmphasised: Bool

    package init(name: String, points: [Point], isEmphasised: Bool = false) {
      self.name = PlainText(name).text
      self.points = points
      self.isEmphasised = isEmphasised
    }
  }

  /// One bar: bars of one name have one colour in all groups.
  package struct Bar: Sendable {
    package let name: String
    package let value: Double

    package init(name: String, value: Double) {
      self.name = PlainText(name).text
      self.value = value
    }
  }

  /// Bars that stand together.
  package struct Group: Sendable {
    package let name: String
    package let bars: [Bar]

    package init(name: String, bars: [Bar]) {
      self.name = PlainText(name).text
      self.bars = bars
    }
  }

  /// What a chart shows.
  package enum Content: Sendable {
    /// Lines through points, which are sorted by their `x`.
    case lines([Series])
    /// Points alone.
    case scatter([Series])
    /// Bars from zero, up or down.
    case bars([Group])
    /// How often what is one label was taken for another: a row for each true label, a column for
    /// each predicted one. Counts that are missing are zero.
    case confusion(labels: [String], counts: [[Int]])
  }

  /// How the axes are drawn.
  package struct Options: OptionSet, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    /// Each step along the axis multiplies; what is not above zero is left out and counted.
    package static let logarithmicX = Options(rawValue: 1)
    package static let logarithmicY = Options(rawValue: 2)
  }

  let title: String
  let xTitle: String
  let yTitle: String
  let content: Content
  let options: Options

  /// Makes a chart.
  ///
  /// - Parameters:
  ///   - title: What it shows.
  ///   - xTitle: What runs along it; of a confusion matrix, what its columns are.
  ///   - yTitle: What rises in it; of a confusion matrix, what its rows are.
  ///   - content: The numbers.
  ///   - options: How the axes are drawn.
  package init(
    title: String, xTitle: String = "", yTitle: String = "", content: Content, options: Options = []
  ) {
    self.title = PlainText(title).text
    self.xTitle = PlainText(xTitle).text
    self.yTitle = PlainText(yTitle).text
    if case .confusion(let labels, let counts) = content {
      self.content = .confusion(labels: labels.map { PlainText($0).text }, counts: counts)
    } else {
      self.content = content
    }
    self.options = options
  }
}

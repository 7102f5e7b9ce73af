internal import Figures
internal import Primitives

/// What one file or directory holds that can be drawn, at one moment.
struct PlotSource {
  /// A metric that changes along the way.
  struct Series {
    let name: String

    /// What runs along it.
    let xName: String
    let points: [Chart.Point]

    /// Whose it is, where a file holds the metrics of several runs.
    var owner: String?
  }

  /// How often what is one label was taken for another.
  struct Matrix {
    /// The columns: what it is, and what it was taken for.
    let names: (actual: String, predicted: String)
    let labels: [String]
    let counts: [[Int]]
  }

  /// What the moment is called.
  let label: String
  let path: RepositoryPath
  var series: [Series] = []

  /// Single numbers by their names.
  var values: [(name: String, value: Double)] = []
  var matrix: Matrix?

  /// What a reader should know of it.
  var notes: [String] = []

  /// The names of everything that could be drawn of it, for advice.
  var names: [String] = []

  var isEmpty: Bool { series.isEmpty && values.isEmpty && matrix == nil }
}

internal import Documents
internal import Primitives

/// Counts how often what is one label was taken for another.
struct ConfusionCounts {
  private struct Pair: Hashable {
    let actual: String
    let predicted: String
  }

  /// How many labels can be drawn.
  private static let labelLimit = 200

  private var counts: [Pair: Int] = [:]
  private var labels: Set<String> = []

  /// How many rows had only one of the two.
  private var gaps = 0

  /// Adds what one row says.
  mutating func add(_ actual: DocumentValue, _ predicted: DocumentValue) {
    guard actual != .null, predicted != .null else {
      gaps += actual == predicted ? 0 : 1
      return
    }
    // One more tells that there are too many; what is held stays bounded.
    guard labels.count <= Self.labelLimit else { return }
    let pair = Pair(actual: Self.text(actual), predicted: Self.text(predicted))
    labels.insert(pair.actual)
    labels.insert(pair.predicted)
    counts[pair, default: 0] += 1
  }

  /// Makes a matrix of the counts, or a note where they cannot be drawn.
  func finish(_ names: (actual: String, predicted: String), _ source: inout PlotSource) {
    if labels.count > Self.labelLimit {
      source.notes.append(
        "The labels of \(source.path) are too many to be drawn: more than \(Self.labelLimit)")
      return
    }
    guard !labels.isEmpty else { return }
    let sorted = labels.sorted(by: Self.isBefore)
    source.matrix = PlotSource.Matrix(
      names: names, labels: sorted,
      counts: sorted.map { actual in
        sorted.map { counts[Pair(actual: actual, predicted: $0)] ?? 0 }
      })
    if gaps > 0 {
      source.notes.append("Rows of \(source.path) with one label only are not counted: \(gaps)")
    }
  }

  private static func text(_ value: DocumentValue) -> String {
    if case .text(let text) = value { text } else { value.description }
  }

  /// Numbers by their value and before all others.
  private static func isBefore(_ left: String, _ right: String) -> Bool {
    switch (Double(left), Double(right)) {
    case (let left?, let right?) where left != right: left < right
    case (_?, nil): true
    case (nil, _?): false
    default: left < right
    }
  }
}

internal import Documents
internal import Figures

/// The columns of a table as series.
struct PlotTable {
  /// Columns that count steps, the likeliest first.
  private static let stepNames = [
    "step", "global_step", "epoch", "iteration", "iter", "batch", "round",
  ]

  /// Columns that nobody wants to see along a step.
  private static let clockNames: Set<String> = ["timestamp", "time", "wall_time", "datetime"]

  /// The columns of a confusion matrix.
  static let confusionNames = (actual: "actual", predicted: "predicted")

  private let table: DocumentTable
  private let prefix: DocumentPath
  private let options: PlotOptions

  /// Takes a table.
  ///
  /// - Parameters:
  ///   - table: The columns.
  ///   - prefix: Where the table stands in its document.
  ///   - options: What is to be drawn of it.
  init(_ table: DocumentTable, prefix: DocumentPath, _ options: PlotOptions) {
    self.table = table
    self.prefix = prefix
    self.options = options
  }

  /// The column that runs along the charts; `nil` for the number of the row.
  var x: DocumentColumn? {
    if let name = options.x { return table[name] }
    let numeric = table.columns.filter(\.isNumeric)
    for name in Self.stepNames {
      if let column = numeric.first(where: { $0.name.lowercased() == name }) { return column }
    }
    return nil
  }

  /// The columns that are drawn.
  var drawn: [DocumentColumn] {
    let x = x?.name
    return table.columns.filter { column in
      guard column.isNumeric, column.name != x else { return false }
      if options.y.isEmpty { return !Self.clockNames.contains(column.name.lowercased()) }
      return options.wants(column.name) || options.wants(name(of: column))
    }
  }

  /// The columns of the confusion matrix that the table is; `nil` where it is none.
  var confusionColumns: (actual: String, predicted: String)? {
    switch options.kind {
    case .confusion:
      return (
        options.x ?? Self.confusionNames.actual, options.y.first ?? Self.confusionNames.predicted
      )
    case nil where options.x == nil && options.y.isEmpty:
      let names = Self.confusionNames
      return table[names.actual] != nil && table[names.predicted] != nil ? names : nil
    default: return nil
    }
  }

  /// Adds what is drawn of the table.
  func add(to source: inout PlotSource) {
    source.names += table.columns.map(name)
    if let names = confusionColumns {
      guard let actual = table[names.actual], let predicted = table[names.predicted] else { return }
      var matrix = ConfusionCounts()
      for (actual, predicted) in zip(actual.values, predicted.values) {
        matrix.add(actual, predicted)
      }
      matrix.finish(names, &source)
      return
    }
    let x = x
    for column in drawn {
      source.series.append(
        .init(name: name(of: column), xName: x?.name ?? "row", points: points(column, x)))
    }
    if table.stride > 1 {
      source.notes.append(
        "Of \(source.path) one row in \(table.stride) is drawn: it has \(table.rowCount) rows")
    }
  }

  private func name(of column: DocumentColumn) -> String {
    prefix == .root ? column.name : "\(prefix).\(column.name)"
  }

  private func points(_ column: DocumentColumn, _ x: DocumentColumn?) -> [Chart.Point] {
    let places = x?.numbers
    return column.numbers.enumerated().map { row, y in
      // The last row is always kept, wherever the stride would lead.
      let number = row == column.values.count - 1 ? table.rowCount - 1 : row * table.stride
      let place = places.map { $0[row] ?? .nan } ?? Double(number + 1)
      return Chart.Point(x: place, y: y ?? .nan)
    }
  }
}

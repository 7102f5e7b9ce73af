internal import Documents
internal import Primitives

/// Reads a table of any size for what is drawn of it, in two passes.
///
/// The first one tells what the columns are; the second keeps those that are drawn, so that what is
/// held depends neither on the rows nor on the columns of the file.
struct PlotTableReader {
  private let reader: PlotReader
  private let path: RepositoryPath
  private let place: MomentFiles.Place
  private let format: DocumentFormat

  /// How many numbers of a file are held.
  private static let cellLimit = 1_000_000

  /// How many rows of a file are held.
  private static let rowLimit = 20_000

  init(
    _ reader: PlotReader, _ path: RepositoryPath, _ place: MomentFiles.Place,
    _ format: DocumentFormat
  ) {
    self.reader = reader
    self.path = path
    self.place = place
    self.format = format
  }

  /// What is drawn of the table.
  ///
  /// - Throws: ``CommandFailure`` where it cannot be read, or lacks a column that was named.
  func source() throws(CommandFailure) -> PlotSource {
    let options = reader.options
    let all = try reader.files.table(path, place, format, rowLimit: 2)
    let heads = PlotTable(all, prefix: .root, options)
    if let names = heads.confusionColumns {
      for name in [names.actual, names.predicted] { try require(name, in: all) }
      return try confusion(names, all)
    }
    if let x = options.x {
      try require(x, in: all)
      try requireNumbers(x, in: all)
    }
    for name in options.y where all[name] != nil { try requireNumbers(name, in: all) }
    var source = reader.empty(path)
    let drawn = heads.drawn.map(\.name)
    guard !drawn.isEmpty else {
      source.names = all.columns.map(\.name)
      return source
    }
    let columns = Set(drawn + [heads.x?.name].compactMap(\.self))
    let limit = max(2, min(Self.rowLimit, Self.cellLimit / columns.count))
    let table = try reader.files.table(path, place, format, columns: columns, rowLimit: limit)
    PlotTable(table, prefix: .root, options).add(to: &source)
    source.names = all.columns.map(\.name)
    let silent = all.columns.filter { !$0.isNumeric }.map(\.name)
    if options.y.isEmpty, !silent.isEmpty {
      source.notes.append("\(path) has columns that are not numbers: \(Self.list(silent))")
    }
    return source
  }

  private func confusion(
    _ names: (actual: String, predicted: String), _ all: DocumentTable
  ) throws(CommandFailure) -> PlotSource {
    var counts = ConfusionCounts()
    try reader.files.forEachRow(path, place, format) { row in
      func cell(_ name: String) -> DocumentValue {
        row.cells.first { $0.key == name }?.value ?? .null
      }
      counts.add(cell(names.actual), cell(names.predicted))
    }
    var source = reader.empty(path)
    source.names = all.columns.map(\.name)
    counts.finish(names, &source)
    return source
  }

  // MARK: - What goes wrong

  private func require(_ name: String, in table: DocumentTable) throws(CommandFailure) {
    guard table[name] == nil else { return }
    throw CommandFailure(
      .refused, id: "no-such-column",
      "File '\(path)' has no column '\(ByteString(name))' \(reader.files.moment.phrase)",
      hints: ["It has \(Self.list(table.columns.map(\.name)))"])
  }

  private func requireNumbers(_ name: String, in table: DocumentTable) throws(CommandFailure) {
    guard table[name]?.isNumeric == false, table.rowCount > 0 else { return }
    throw CommandFailure(
      .refused, id: "not-numeric",
      "Column '\(ByteString(name))' of '\(path)' does not hold numbers alone",
      hints: [
        "Name one of these: \(Self.list(table.columns.filter(\.isNumeric).map(\.name)))"
      ])
  }

  /// The first of some names.
  static func list(_ names: [String]) -> String {
    if names.isEmpty { return "none" }
    let shown = names.prefix(12).map { ByteString($0).description }.joined(separator: ", ")
    return names.count > 12 ? "\(shown) and \(names.count - 12) more" : shown
  }
}

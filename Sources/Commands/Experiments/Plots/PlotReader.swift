internal import Documents
internal import Figures
internal import Lineage
internal import Primitives

/// Reads what can be drawn at one moment.
struct PlotReader {
  let files: MomentFiles

  /// What the moment is called in charts.
  let label: String
  let options: PlotOptions

  /// How many files of a directory are read.
  private static let fileLimit = 200

  /// What a file or directory holds; `nil` where nothing is at the path.
  ///
  /// - Parameters:
  ///   - path: The file or directory.
  ///   - problems: Gets why files in a directory could not be read.
  func sources(
    at path: RepositoryPath, problems: inout [CommandFailure]
  ) throws(CommandFailure) -> [PlotSource]? {
    if case .run(_, let record) = files.moment,
      let recorded = record.metrics?.first(where: { $0.path == path }),
      let file = ValueFile(recorded)
    {
      return [source(of: file.values, at: path)]
    }
    switch try files.node(at: path) {
    case nil: return nil
    case .directory: return try directory(path, problems: &problems)
    case .file(let place):
      guard let format = DocumentFormat(fileName: path.name) else {
        throw CommandFailure(notADocument: path)
      }
      return [try file(path, place, format)]
    }
  }

  func empty(_ path: RepositoryPath) -> PlotSource {
    PlotSource(label: label, path: path)
  }

  private func file(
    _ path: RepositoryPath, _ place: MomentFiles.Place, _ format: DocumentFormat
  ) throws(CommandFailure) -> PlotSource {
    if format.isTable { return try PlotTableReader(self, path, place, format).source() }
    let bytes = try files.bytes(of: path, limit: .mebibytes(16)) ?? []
    let value = try files.reading(path) { () throws(DocumentError) in
      try DocumentValue(reading: bytes, as: format)
    }
    return source(of: value.withNonFiniteNumbers, at: path)
  }

  // MARK: - Documents

  private func source(of value: DocumentValue, at path: RepositoryPath) -> PlotSource {
    var source = empty(path)
    add(value, at: .root, to: &source)
    return source
  }

  /// Takes tables and lists of numbers as series, and single numbers as they are.
  private func add(_ value: DocumentValue, at place: DocumentPath, to source: inout PlotSource) {
    if let number = value.double {
      let name = place.description
      source.names.append(name)
      if options.wants(name) { source.values.append((name, number)) }
    } else if let table = DocumentTable(value), table.rowCount > 0 {
      PlotTable(table, prefix: place, options).add(to: &source)
    } else if case .list(let items) = value, !items.isEmpty, items.allSatisfy({ $0.double != nil })
    {
      let name = place.description
      source.names.append(name)
      guard options.wants(name) else { return }
      let points = items.enumerated().map { Chart.Point(x: Double($0), y: $1.double ?? .nan) }
      source.series.append(.init(name: name, xName: "item", points: points))
    } else if case .table(let fields) = value {
      for field in fields { add(field.value, at: place.appending(field.key), to: &source) }
    }
  }

  // MARK: - Directories

  private func directory(
    _ path: RepositoryPath, problems: inout [CommandFailure]
  ) throws(CommandFailure) -> [PlotSource] {
    do throws(ForeignError<CommandFailure>) {
      if let live = try DVCLiveRun(at: path, in: files) {
        var source = empty(path)
        add(live.series, owner: nil, to: &source)
        if live.series.isEmpty, let metrics = live.metrics {
          add(metrics, at: .root, to: &source)
        }
        return [source] + (try filesBelow(path.appending(Self.plots), problems: &problems))
      }
      let runs = try MLflowRun.runs(at: path, in: files).filter { !$0.isDeleted }
      if !runs.isEmpty {
        var source = empty(path)
        for run in runs {
          let short = String(run.id.prefix(RunNames.minimum))
          add(run.series, owner: run.name.isEmpty ? short : run.name, to: &source)
        }
        return [source]
      }
      return try filesBelow(path, problems: &problems)
    } catch {
      throw CommandFailure(error, at: files.moment)
    }
  }

  /// Where DVCLive keeps what is no series.
  private static let plots = (try? RepositoryPath("plots")) ?? .root

  private func add(_ series: [MetricSeries], owner: String?, to source: inout PlotSource) {
    for metric in series {
      source.names.append(metric.name)
      guard options.wants(metric.name) else { continue }
      let points = metric.points.map { Chart.Point(x: Double($0.step), y: $0.value) }
      source.series.append(.init(name: metric.name, xName: "step", points: points, owner: owner))
    }
  }

  /// The tables and documents in a directory.
  ///
  /// Hidden directories, and the series of DVCLive, which were read before, are left out.
  private func filesBelow(
    _ root: RepositoryPath, problems: inout [CommandFailure]
  ) throws(ForeignError<CommandFailure>) -> [PlotSource] {
    var sources: [PlotSource] = []
    do throws(CommandFailure) {
      for path in try paths(below: root) {
        do throws(CommandFailure) {
          guard let format = DocumentFormat(fileName: path.name),
            case .file(let place)? = try files.node(at: path)
          else { continue }
          sources.append(try file(path, place, format))
        } catch {
          problems.append(error)
        }
      }
    } catch {
      throw .directory(error)
    }
    return sources
  }

  private func paths(below root: RepositoryPath) throws(CommandFailure) -> [RepositoryPath] {
    var paths: [RepositoryPath] = []
    var queue = [root]
    while let directory = queue.popLast() {
      for entry in try files.entries(of: directory) {
        guard let path = try? directory.appending(entry.name) else { continue }
        let isHidden = entry.name.bytes.first == UInt8(ascii: ".")
        let isSeries = root.name == Self.plots.name && entry.name == "metrics"
        if !entry.isDirectory {
          paths.append(path)
        } else if !isHidden, !isSeries {
          queue.append(path)
        }
        if paths.count + queue.count > Self.fileLimit { throw Self.tooManyFiles(root) }
      }
    }
    return paths.sorted()
  }

  private static func tooManyFiles(_ path: RepositoryPath) -> CommandFailure {
    CommandFailure(
      .refused, id: "too-many-files",
      "Directory '\(path)' has more than \(fileLimit) files and directories",
      hints: ["Name the files that are to be drawn"])
  }
}

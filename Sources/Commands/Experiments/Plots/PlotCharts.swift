internal import Figures
internal import Primitives

/// Puts what was read at several moments into charts: one for each metric, with all moments in it.
struct PlotCharts {
  /// A chart, and what it shows, for programs.
  struct Item {
    let chart: Chart
    let title: String
    let kind: PlotOptions.Kind
    let path: RepositoryPath
  }

  /// A metric of a file.
  private struct Metric: Hashable {
    let path: RepositoryPath
    let name: String
  }

  private let sources: [PlotSource]
  private let kind: PlotOptions.Kind?
  private let momentCount: Int
  private let uses: [String: Int]

  /// Takes what was read.
  ///
  /// - Parameters:
  ///   - sources: What there is, moment by moment.
  ///   - kind: How it is to be drawn; `nil` for what suits it.
  ///   - momentCount: How many moments there are.
  init(_ sources: [PlotSource], as kind: PlotOptions.Kind?, momentCount: Int) {
    self.sources = sources
    self.kind = kind
    self.momentCount = momentCount
    uses = Self.uses(sources)
  }

  /// The charts: series first, then single numbers, then confusion matrices.
  func items() -> [Item] {
    switch kind {
    case nil: series(as: .line) + bars() + matrices()
    case .line: series(as: .line)
    case .scatter: series(as: .scatter)
    case .bar: bars()
    case .confusion: matrices()
    }
  }

  /// How many files have a metric of a name: its title says which where that is more than one.
  private static func uses(_ sources: [PlotSource]) -> [String: Int] {
    var metrics: Set<Metric> = []
    for source in sources {
      for name in source.series.map(\.name) + source.values.map(\.name) {
        metrics.insert(Metric(path: source.path, name: name))
      }
    }
    return metrics.reduce(into: [:]) { $0[$1.name, default: 0] += 1 }
  }

  private func title(of metric: Metric) -> String {
    uses[metric.name] == 1 ? metric.name : "\(metric.name), \(metric.path)"
  }

  // MARK: - Series

  private func series(as kind: PlotOptions.Kind) -> [Item] {
    var order: [Metric] = []
    var found: [Metric: [(name: String, series: PlotSource.Series)]] = [:]
    for source in sources {
      for series in source.series {
        let metric = Metric(path: source.path, name: series.name)
        if found[metric] == nil { order.append(metric) }
        found[metric, default: []].append((name(of: series, in: source), series))
      }
    }
    return order.map { metric in
      let all = found[metric] ?? []
      let drawn = all.map { Chart.Series(name: $0.name, points: $0.series.points) }
      let title = title(of: metric)
      return Item(
        chart: Chart(
          title: title, xTitle: all.first?.series.xName ?? "", yTitle: metric.name,
          content: kind == .scatter ? .scatter(drawn) : .lines(drawn)),
        title: title, kind: kind, path: metric.path)
    }
  }

  private func name(of series: PlotSource.Series, in source: PlotSource) -> String {
    guard let owner = series.owner else { return source.label }
    return momentCount > 1 ? "\(owner), \(source.label)" : owner
  }

  // MARK: - Bars

  /// A chart for each metric with a bar for each moment; of one moment a chart for each file.
  private func bars() -> [Item] {
    let sources = kind == .bar ? sources.map(\.withLastValues) : sources
    return momentCount > 1 ? barsByMetric(sources) : barsByFile(sources)
  }

  private func barsByFile(_ sources: [PlotSource]) -> [Item] {
    sources.filter { !$0.values.isEmpty }.map { source in
      let groups = source.values.map { name, value in
        Chart.Group(name: name, bars: [Chart.Bar(name: source.label, value: value)])
      }
      return Item(
        chart: Chart(title: source.path.description, content: .bars(groups)),
        title: source.path.description, kind: .bar, path: source.path)
    }
  }

  private func barsByMetric(_ sources: [PlotSource]) -> [Item] {
    var order: [Metric] = []
    var found: [Metric: [Chart.Group]] = [:]
    for source in sources {
      for (name, value) in source.values {
        let metric = Metric(path: source.path, name: name)
        if found[metric] == nil { order.append(metric) }
        found[metric, default: []].append(
          Chart.Group(name: source.label, bars: [Chart.Bar(name: name, value: value)]))
      }
    }
    return order.map { metric in
      let title = title(of: metric)
      return Item(
        chart: Chart(title: title, yTitle: metric.name, content: .bars(found[metric] ?? [])),
        title: title, kind: .bar, path: metric.path)
    }
  }

  // MARK: - Confusion

  private func matrices() -> [Item] {
    sources.compactMap { source in
      source.matrix.map { matrix in
        let title = momentCount > 1 ? "\(source.path), \(source.label)" : source.path.description
        return Item(
          chart: Chart(
            title: title, xTitle: matrix.names.predicted, yTitle: matrix.names.actual,
            content: .confusion(labels: matrix.labels, counts: matrix.counts)),
          title: title, kind: .confusion, path: source.path)
      }
    }
  }
}

extension PlotSource {
  /// The source with the last number of each series as a value.
  fileprivate var withLastValues: PlotSource {
    var source = self
    for series in series {
      guard let last = series.points.last(where: { $0.y.isFinite }) else { continue }
      let name = series.owner.map { "\(series.name), \($0)" } ?? series.name
      source.values.append((name, last.y))
    }
    return source
  }
}

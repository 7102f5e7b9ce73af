internal import Figures
internal import Lineage
internal import Primitives
internal import Project
internal import Workspace

/// Draws what is at some moments.
struct PlotLookup {
  private let options: PlotOptions
  private let context: CommandContext
  private let project: Project
  private let workspace: Workspace
  private let catalog: RunCatalog

  /// How many charts a page has at most.
  private static let chartLimit = 200

  init(_ options: PlotOptions, in context: CommandContext) throws(CommandFailure) {
    self.options = options
    self.context = context
    project = try context.openProject()
    workspace = try context.workspace(of: project)
    catalog = project.runs()
  }

  /// Reads, draws and writes.
  ///
  /// - Parameter isComparing: Whether one moment is compared with another: `HEAD` with the worktree
  ///   where nobody named any.
  func draw(isComparing: Bool) throws(CommandFailure) -> PlotsReport {
    let finder = MomentFinder(context: context, project: project, catalog: catalog)
    var (moments, named) = try finder.split(
      options.words, separator: options.separator, upTo: nil)
    if isComparing, moments.isEmpty { moments = [try finder.revision("HEAD")] }
    if moments.isEmpty || isComparing && moments.count == 1 { moments.append(.worktree) }
    let output = FigureOutput(
      word: options.output, option: "--output", context: context, project: project,
      workspace: workspace, isForced: options.isForced)
    try output.check()
    var found = Found()
    if named.isEmpty {
      try readUsual(moments, &found)
    } else {
      read(named, moments, &found)
      if let missing = named.first(where: { !found.paths.contains($0) }) {
        throw missingFile(missing, moments)
      }
    }
    let items = PlotCharts(found.sources, as: options.kind, momentCount: moments.count).items()
    try checkDrawn(items, found)
    try output.write(text(items, moments, found))
    return PlotsReport(
      output: options.output.description, moments: moments,
      charts: items.prefix(Self.chartLimit).map(PlotsReport.Chart.init), problems: found.problems)
  }

  // MARK: - Reading

  private struct Found {
    var sources: [PlotSource] = []
    var problems: [CommandFailure] = []
    var paths: Set<RepositoryPath> = []
  }

  private func read(
    _ paths: [RepositoryPath], isGuess: Bool = false, _ moments: [Moment], _ found: inout Found
  ) {
    for (moment, label) in zip(moments, Moment.labels(of: moments)) {
      let files = MomentFiles(
        moment: moment, project: project, workspace: workspace, readsCode: false)
      let reader = PlotReader(files: files, label: label, options: options)
      var read: [RepositoryPath] = []
      for path in paths where !read.contains(where: path.isWithin) {
        do throws(CommandFailure) {
          guard let sources = try reader.sources(at: path, problems: &found.problems) else {
            continue
          }
          found.sources += sources
          read.append(path)
        } catch {
          if isGuess, error.kind == .missing {
            context.warn(
              Warning(
                id: "left-out",
                "Data of '\(path)' \(moment.phrase) is not in the store, and is left out",
                hints: ["Run `shale fetch --runs` to get what runs made, and try again"]))
            continue
          }
          found.problems.append(error)
        }
        found.paths.insert(path)
      }
    }
  }

  /// What lies where charts are usually drawn from, and what runs recorded as metrics.
  private func readUsual(_ moments: [Moment], _ found: inout Found) throws(CommandFailure) {
    let names: [ByteString] = [
      "dvclive", "plots", "log.csv", "log.tsv", "log.jsonl", "metrics.csv", "metrics.tsv",
      "metrics.jsonl",
    ]
    var paths = names.compactMap { try? RepositoryPath($0) }
    paths += try ValueReader(
      kind: .metrics, project: project, workspace: workspace, catalog: catalog
    ).usualPaths()
    for case .run(_, let record) in moments {
      paths += (record.metrics ?? []).map(\.path).filter { !paths.contains($0) }
    }
    read(paths, isGuess: true, moments, &found)
    guard found.paths.isEmpty, let other = try? RepositoryPath(ValueKind.mlflow) else { return }
    read([other], isGuess: true, moments, &found)
  }

  // MARK: - Writing

  private func text(_ items: [PlotCharts.Item], _ moments: [Moment], _ found: Found) -> String {
    if options.isSVG, let only = items.first { return only.chart.svg() }
    var notes: [String] = []
    for note in found.sources.flatMap(\.notes) where !notes.contains(note) { notes.append(note) }
    if items.count > Self.chartLimit {
      notes.append("\(items.count - Self.chartLimit) more charts are left out")
    }
    notes += found.problems.map(\.message)
    return ChartPage(
      title: "Plots of \(Moment.labels(of: moments).joined(separator: ", "))",
      charts: items.prefix(Self.chartLimit).map(\.chart), notes: notes
    ).html()
  }

  // MARK: - What goes wrong

  private func checkDrawn(
    _ items: [PlotCharts.Item], _ found: Found
  ) throws(CommandFailure) {
    var seen: Set<String> = []
    let names = found.sources.flatMap(\.names).filter { seen.insert($0).inserted }
    let unknown = options.y.first { y in
      !names.contains { $0 == y || $0.hasSuffix(".\(y)") }
    }
    if let unknown, found.problems.isEmpty {
      throw CommandFailure(
        .refused, id: "no-such-metric", "'\(ByteString(unknown))' is no column and no metric there",
        hints: ["There are these: \(PlotTableReader.list(names))"])
    }
    if items.isEmpty {
      if let failure = CommandFailure(first: found.problems) { throw failure }
      throw CommandFailure(
        .refused, id: "nothing-to-plot", "Nothing was found that could be drawn",
        hints: (names.isEmpty ? [] : ["What was read has \(PlotTableReader.list(names))"]) + [
          "Name a file: CSV, TSV, JSON Lines, JSON, or the directory of DVCLive or MLflow",
          "Run `shale metrics` to see which metrics there are",
        ])
    }
    if options.isSVG, items.count > 1 {
      let titles = items.map(\.title)
      throw CommandFailure(
        .usage, id: "several-charts", "--svg writes one chart, and there are \(items.count)",
        hints: ["Choose one with `-y`: \(PlotTableReader.list(titles))"])
    }
  }

  private func missingFile(_ path: RepositoryPath, _ moments: [Moment]) -> CommandFailure {
    let place = moments.count == 1 ? moments[0].phrase : "at any of these moments"
    return CommandFailure(
      .refused, id: "not-found", "File '\(path)' does not exist \(place)",
      hints: [
        "Check the spelling of '\(path)', and of the revision or run if it was to be one",
        "Run `shale runs` for a list of runs",
      ])
  }
}

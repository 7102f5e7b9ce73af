package import Arguments
internal import Lineage
internal import Pipelines
internal import Platform
package import Primitives
internal import Project
internal import Remotes
internal import Terminal
internal import Workspace

/// `shale reproduce`: makes recorded runs again, and compares what comes out.
package struct ReproduceCommand: Command {
  package static let subject = Operand<ByteString>(
    "RUN|ARTIFACT|REV", help: "A run, data that one made, or a revision that carries records")
  package static let deep = Flag(
    "deep", help: "First make those runs again that made the inputs, and so on")
  package static let environment = Option<ByteString?>(
    "env", value: "DIR", help: "An environment of Python whose programs come first",
    completion: .directories)
  package static let tolerance = Option<String?>(
    "tolerance", value: "X",
    help: "How far metrics may be apart: by X, or by X of their size where that is more than 1")
  package static let dryRun = Flag(
    "dry-run", short: "n", help: "Show what is missing or different, and run nothing")
  package static let keep = Option<ByteString?>(
    "keep", value: "DIR", help: "Keep what comes out in a new directory",
    completion: .directories)

  package static let spec = CommandSpec(
    "reproduce",
    summary: "Make a recorded run again, and compare what comes out",
    discussion: """
      The run is made again in a temporary worktree: with the code that the record names, exactly
      the recorded inputs, and the recorded parameters, command and settings. The worktree, the
      index and the pointers of this clone stay as they are. What is not as it was is listed before
      the command starts; bytes that are missing are looked for on the default remote.

      The grade is `identical` where every output has the same bits, `equivalent` where all metrics
      are equal or within `--tolerance`, `diverged` (6) otherwise, and `not reproducible` where
      bytes are missing (5), or the command cannot start or fails (1). Making a run again leaves a
      record, too.

      The command of a record is somebody's program: it may do whatever you may. It is shown before
      it starts.
      """,
    parameters: [deep, environment, tolerance, dryRun, keep, subject],
    examples: [
      Example("shale reproduce model.bin", "Make a model again, and compare it"),
      Example("shale reproduce -n v1.0", "See whether the runs of a release could be made again"),
      Example(
        "shale reproduce --deep --tolerance 0.01 model.bin",
        "Make all that led to a model again, with metrics to the percent"),
    ],
    result: ReproduceCommandReport.keys,
    statuses: [.damaged, .missing, .different],
    related: ["run", "checkout"])

  private let subject: ByteString
  private let isDeep: Bool
  private let environment: ByteString?
  private let tolerance: Double
  private let isDryRun: Bool
  private let keep: ByteString?

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    subject = try arguments[Self.subject]
    isDeep = arguments[Self.deep]
    environment = try arguments[Self.environment]
    let word = try arguments[Self.tolerance] ?? "0"
    guard let number = Double(word), number.isFinite, number >= 0 else {
      throw .invalidValue(ByteString(word), of: "--tolerance", expected: "a number from 0 on")
    }
    tolerance = number
    isDryRun = arguments[Self.dryRun]
    keep = try arguments[Self.keep]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> ReproduceCommandReport {
    let project = try context.openProject()
    let workspace = try context.workspace(of: project)
    let catalog = project.runs()
    var options = Reproducer.Options()
    options.environment = try environmentDirectory(in: context)
    options.tolerance = tolerance
    options.isMinimal = project.configuration[Settings.record] == .minimal
    var reproducer = Reproducer(
      workspace, catalog, environment: context.environment, version: Tool.version, options)
    try explaining { () throws(PipelineError) in try reproducer.removeLeftBehind() }
    let search = ReproductionSubject(
      context: context, project: project, workspace: workspace, catalog: catalog)
    var runs = try search.runs(subject)
    if isDeep { runs = try withUpstream(of: runs, workspace, catalog, context) }
    var reports: [ReproduceCommandReport.Run] = []
    for run in runs {
      if let keep {
        // Several runs may make the same paths.
        let directory = context.path(keep)
        reproducer.options.keep =
          runs.count == 1 ? directory : directory.appending(run.id.abbreviated)
      }
      let report = try reproduce(run, reproducer, in: context, project, workspace)
      reports.append(report)
      if report.isInterrupted { break }
    }
    context.tellNotices(of: project)
    return ReproduceCommandReport(reports, isDryRun: isDryRun)
  }

  private func environmentDirectory(
    in context: CommandContext
  ) throws(CommandFailure) -> FilePath? {
    guard let environment else { return nil }
    let directory = context.path(environment)
    do throws(FileError) {
      let programs = try directory.appending("bin").resolved()
      guard try programs.status().kind == .directory else {
        throw FileError(.list, programs, code: nil)
      }
      return try directory.resolved()
    } catch {
      throw CommandFailure(
        .usage, id: "no-environment", "'\(directory)' is no environment: it has no directory 'bin'",
        hints: ["Name a directory that `python3 -m venv` made"])
    }
  }

  // MARK: - One run

  private func reproduce(
    _ run: ReproductionSubject.Run, _ reproducer: Reproducer, in context: CommandContext,
    _ project: Project, _ workspace: Workspace
  ) throws(CommandFailure) -> ReproduceCommandReport.Run {
    func plan() throws(CommandFailure) -> ReproductionPlan {
      try explaining { () throws(PipelineError) in try reproducer.plan(run.record, id: run.id) }
    }
    var found = try plan()
    let search = RemoteContent(context: context, project: project, store: workspace.store)
    if !isDryRun, !found.helpful.isEmpty, try search.fetch(found.helpful, isDryRun: false) {
      found = try plan()
    }
    if !found.absent.isEmpty {
      if try search.fetch(found.absent, isDryRun: isDryRun) {
        if isDryRun { found.supposeFetched() } else { found = try plan() }
      }
    }
    announce(found, in: context)
    if isDryRun || !found.lacks.isEmpty {
      return ReproduceCommandReport.Run(found, isDryRun: isDryRun)
    }
    let outcome = try explaining { () throws(PipelineError) in
      try reproducer.run(found, progress: context.progress, starting: context.stopProgress)
    }
    return ReproduceCommandReport.Run(found, outcome)
  }

  /// Shows what is about to be run, and what is not as it was.
  private func announce(_ plan: ReproductionPlan, in context: CommandContext) {
    if context.settings.verbosity == .quiet || context.settings.isJSON { return }
    context.note { text in
      for difference in plan.differences { text.line("\("different", .warning) \(difference)") }
      let words = plan.command.map { "\($0)" }.joined(separator: " ")
      let place = plan.record.directory.isRoot ? "" : " in '\(plan.record.directory)'"
      text.line("run \(plan.id.abbreviated, .commit)\(place): \(words, .command)")
    }
  }

  // MARK: - Upstream

  /// Puts the runs first that made what others read.
  private func withUpstream(
    of runs: [ReproductionSubject.Run], _ workspace: Workspace, _ catalog: RunCatalog,
    _ context: CommandContext
  ) throws(CommandFailure) -> [ReproductionSubject.Run] {
    let summaries = try explaining { () throws(LineageError) in try catalog.summaries() }
    var search = MakerSearch(summaries, workspace.store)
    let known = Dictionary(runs.map { ($0.id, $0) }) { first, _ in first }
    let order = try explaining { () throws(PipelineError) in
      try search.order(upFrom: runs.map { RunSummary($0.record, id: $0.id) })
    }
    for (maker, user) in order.later {
      context.warn(
        Warning(
          id: "made-later",
          "Run \(maker.id.abbreviated) made what run \(user.id.abbreviated) read, and began after "
            + "it: it is not made again first"))
    }
    var ordered: [ReproductionSubject.Run] = []
    for run in order.runs {
      if let asked = known[run.id] {
        ordered.append(asked)
        continue
      }
      let record = try explaining { () throws(LineageError) in try catalog.record(run.id) }
      ordered.append(.init(id: run.id, record: record))
    }
    return ordered
  }
}

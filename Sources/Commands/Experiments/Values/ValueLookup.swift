internal import Arguments
internal import Git
internal import Lineage
internal import Primitives
internal import Project
internal import Workspace

/// What `params` and `metrics` have in common.
struct ValueLookup {
  let reader: ValueReader
  let finder: MomentFinder

  init(_ kind: ValueKind, in context: CommandContext) throws(CommandFailure) {
    let project = try context.openProject()
    let catalog = project.runs()
    reader = ValueReader(
      kind: kind, project: project, workspace: try context.workspace(of: project),
      catalog: catalog)
    finder = MomentFinder(context: context, project: project, catalog: catalog)
  }

  // MARK: - Showing

  /// The values of a moment.
  func show(_ request: ValueOptions.Show) throws(CommandFailure) -> ValuesShowReport {
    let moment = try moment(of: request)
    let named = try finder.context.repositoryPaths(request.files, in: finder.project)
    let found = try read(named, at: [moment])[0]
    if let missing = named.first(where: { !found.paths.contains($0) }) {
      throw Self.missing(missing, moment.phrase)
    }
    return ValuesShowReport(
      kind: reader.kind, moment: moment,
      files: found.files.map { .init(path: $0.path, values: $0.values, rows: $0.rows) },
      digits: request.style.digits, isMarkdown: request.style.isMarkdown, problems: found.problems)
  }

  private func moment(of request: ValueOptions.Show) throws(CommandFailure) -> Moment {
    if let run = request.run { return try finder.run(run) }
    if let revision = request.revision { return try finder.revision(revision) }
    return .worktree
  }

  // MARK: - Comparing

  /// How the values of two moments differ.
  func diff(_ request: ValueOptions.Diff) throws(CommandFailure) -> ValuesDiffReport {
    let (moments, named) = try finder.split(
      request.words, separator: request.separator, upTo: 2)
    var old = moments.first ?? .worktree
    if moments.isEmpty { old = try finder.revision("HEAD") }
    let new = moments.count > 1 ? moments[1] : .worktree
    let found = try read(named, at: [old, new])
    let known = found[0].paths.union(found[1].paths)
    if let missing = named.first(where: { !known.contains($0) }) {
      throw Self.missing(missing, "on either side")
    }
    let changes = ValueChange.all(
      from: found[0].files, to: found[1].files, isFromRecord: old.isRun || new.isRun)
    return ValuesDiffReport(
      kind: reader.kind, old: old, new: new,
      changes: request.showsAll ? changes : changes.filter { !$0.isSame },
      digits: request.style.digits ?? 6,
      isMarkdown: request.style.isMarkdown, usesExitCode: request.usesExitCode,
      problems: found[0].problems + found[1].problems)
  }

  // MARK: - Reading

  /// The values of some moments.
  private func read(
    _ named: [RepositoryPath], at moments: [Moment]
  ) throws(CommandFailure) -> [ValueReader.Found] {
    if !named.isEmpty { return moments.map { reader.values(of: named, at: $0) } }
    let usual = try reader.usualPaths()
    let found = moments.map { reader.values(of: usual, isGuess: true, at: $0) }
    guard found.allSatisfy({ $0.paths.isEmpty }), let other = try? RepositoryPath(ValueKind.mlflow)
    else { return found }
    // All runs of MLflow are much to read, so they come last.
    return moments.map { reader.values(of: [other], isGuess: true, at: $0) }
  }

  private static func missing(_ path: RepositoryPath, _ place: String) -> CommandFailure {
    CommandFailure(
      .refused, id: "not-found", "File '\(path)' does not exist \(place)",
      hints: [
        "Check the spelling of '\(path)', and of the revision or run if it was to be one",
        "Run `shale runs` for a list of runs",
      ])
  }
}

extension Moment {
  /// Whether it is a run.
  var isRun: Bool {
    if case .run = self { true } else { false }
  }
}

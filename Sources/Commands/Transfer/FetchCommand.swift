package import Arguments
package import Primitives
internal import Project
internal import Remotes
internal import Terminal
internal import Workspace

/// `shale fetch`: brings data from a remote into the local store.
package struct FetchCommand: Command {
  package static let words = Operand<[ByteString]>(
    "REMOTE|REV", help: "The remote, then revisions", completion: .remotes)
  package static let paths = Option<[ByteString]>(
    "path", short: "p", value: "PATH", help: "Only this path or pattern",
    completion: .files)
  package static let all = Flag(
    "all", help: "The data of all branches and tags, those of git's remotes too")
  package static let runs = Flag(
    "runs", help: "Also every run that the remote knows, with all it leads to")
  package static let dryRun = Flag("dry-run", short: "n", help: "Show what would be brought")

  package static let spec = CommandSpec(
    "fetch",
    summary: "Bring data from a remote into the local store",
    discussion: """
      Brings what the pointers of the worktree stand for, in a conflict those of all sides, or the
      data of the revisions named, as far as the local store lacks it. The files in the worktree stay
      as they are: `shale pull` updates them too. What arrives is checked before it is used.
      """,
    parameters: [paths, all, runs, dryRun, words],
    usage: ["[REMOTE] [REV…]"],
    examples: [
      Example("shale fetch", "Bring what the worktree's pointers stand for"),
      Example("shale fetch origin v1.0", "Bring the data of one revision"),
      Example("shale fetch -p data/train", "Bring one path only"),
      Example("shale fetch --runs", "Bring all that makes past runs again"),
    ],
    result: TransferCommandReport.keys,
    statuses: [.missing, .damaged, .tryAgain],
    related: ["pull", "push"])

  private let words: [ByteString]
  private let paths: [ByteString]
  private let isAll: Bool
  private let withRuns: Bool
  private let isDryRun: Bool

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    words = try arguments[Self.words]
    paths = try arguments[Self.paths]
    isAll = arguments[Self.all]
    withRuns = arguments[Self.runs]
    try arguments.refuseTogether(Self.paths, Self.runs)
    isDryRun = arguments[Self.dryRun]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> TransferCommandReport {
    let project = try context.openProject()
    let workspace = try context.workspace(of: project)
    let (remote, revisions) = try context.split(words, in: project)
    let selection = TransferSelection(
      project: project, workspace: workspace,
      paths: try context.repositoryPaths(paths, in: project))
    var moments =
      isAll || withRuns || !revisions.isEmpty
      ? try selection.commits(
        revisions, of: isAll ? ["refs/heads/", "refs/tags/", "refs/remotes/"] : [],
        withRecords: withRuns
      ) { _ in false } : try [selection.worktree()] + selection.conflictedSides()
    if withRuns, !isAll, revisions.isEmpty {
      // The history is asked for its records only; of the data what the worktree wants.
      moments = moments.map { $0.recordsOnly() } + [try selection.worktree()]
    }
    let runs = withRuns ? try RunFetch(project, workspace, remote).paths(isDryRun, context) : []
    return try Self.fetch(
      moments, and: runs, of: selection, from: remote, isDryRun: isDryRun, as: ["fetch"], context)
  }

  /// Brings from a remote what is wanted of some moments.
  ///
  /// - Parameters:
  ///   - moments: What is tracked, and what of it is wanted.
  ///   - others: What is wanted besides.
  ///   - selection: What chose it.
  ///   - remote: Where it comes from.
  ///   - isDryRun: Whether nothing is brought.
  ///   - command: What the operation log calls it.
  ///   - context: Where the command runs.
  static func fetch(
    _ moments: [TransferSelection.Moment], and others: [TransferPath] = [],
    of selection: TransferSelection, from remote: Remote,
    isDryRun: Bool = false, as command: [ByteString], _ context: CommandContext
  ) throws(CommandFailure) -> TransferCommandReport {
    let project = selection.project
    let source = try explaining { () throws(ProjectError) in try project.open(remote) }
    let paths = moments.flatMap { $0.commit?.paths ?? $0.paths } + others
    let fetch = Fetch(paths, from: source, to: selection.workspace.store)
    let report = try explaining { () throws(RemoteError) in
      context.progress.begin(isDryRun ? .comparing : .receiving)
      return isDryRun
        ? try fetch.dryRun(lookups: context.progress)
        : try fetch.run(progress: context.progress)
    }
    context.progress.end()
    context.warn(of: report, store: selection.workspace.store, remote)
    if report.records > 0, !isDryRun {
      try explaining { () throws(ProjectError) in
        // What a power cut takes of it is told by the clone's next collection, or fetched again.
        try project.registerRoots(
          paths.filter(\.isWanted).map { CloneRoot(id: $0.id, isTree: $0.isTree, path: $0.path) },
          durably: false)
        try project.record(command, paths.filter(\.isWanted).map { .fetched($0.path, $0.id) })
      }
    }
    return TransferCommandReport(
      report, remote: remote, isPush: false, isDryRun: isDryRun,
      unreadable: moments.flatMap(\.unreadable), refusal: try selection.refusal(at: moments))
  }
}

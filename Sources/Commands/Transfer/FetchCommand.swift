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
    "path", short: "p", value: "PATH", help: "Only this path or pattern; may be repeated",
    completion: .files)
  package static let all = Flag("all", help: "The data of all branches and tags")
  package static let dryRun = Flag("dry-run", short: "n", help: "Show what would be brought")

  package static let spec = CommandSpec(
    "fetch",
    summary: "Bring data from a remote into the local store",
    discussion: """
      Brings what the pointers of the worktree stand for, or the data of the revisions named, as
      far as the local store lacks it. The files in the worktree stay as they are: `shale pull`
      updates them too. What arrives is checked before it is used.
      """,
    parameters: [paths, all, dryRun, words],
    usage: ["[REMOTE] [REV…]"],
    examples: [
      Example("shale fetch", "Bring what the worktree's pointers stand for"),
      Example("shale fetch origin v1.0", "Bring the data of one revision"),
      Example("shale fetch -p data/train", "Bring one path only"),
    ],
    result: TransferCommandReport.keys,
    statuses: [.missing, .damaged, .tryAgain],
    related: ["pull", "push"])

  private let words: [ByteString]
  private let paths: [ByteString]
  private let isAll: Bool
  private let isDryRun: Bool

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    words = try arguments[Self.words]
    paths = try arguments[Self.paths]
    isAll = arguments[Self.all]
    isDryRun = arguments[Self.dryRun]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> TransferCommandReport {
    let project = try context.openProject()
    let workspace = try context.workspace(of: project)
    let (remote, revisions) = try context.split(words, in: project)
    let selection = TransferSelection(
      project: project, workspace: workspace,
      paths: try context.repositoryPaths(paths, in: project))
    let wanted: [TransferPath]
    if isAll || !revisions.isEmpty {
      wanted = try selection.commits(revisions, all: isAll) { _ in false }.flatMap(\.paths)
    } else {
      wanted = try selection.worktreePaths()
    }
    return try Self.fetch(wanted, from: remote, isDryRun: isDryRun, project, workspace, context)
  }

  /// Brings paths from a remote.
  static func fetch(
    _ paths: [TransferPath], from remote: Remote, isDryRun: Bool = false, _ project: Project,
    _ workspace: Workspace, _ context: CommandContext
  ) throws(CommandFailure) -> TransferCommandReport {
    let source = try explaining { () throws(ProjectError) in try project.open(remote) }
    let fetch = Fetch(paths, from: source, to: workspace.store)
    let report = try explaining { () throws(RemoteError) in
      context.progress.begin(isDryRun ? .comparing : .receiving)
      return isDryRun
        ? try fetch.dryRun(lookups: context.progress)
        : try fetch.run(progress: context.progress)
    }
    context.progress.end()
    return TransferCommandReport(report, remote: remote, isPush: false, isDryRun: isDryRun)
  }
}

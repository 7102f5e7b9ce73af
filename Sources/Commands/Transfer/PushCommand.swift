package import Arguments
internal import Git
package import Primitives
internal import Project
internal import Remotes
internal import Terminal
internal import Workspace

/// `shale push`: sends to a remote the data it lacks.
package struct PushCommand: Command {
  package static let words = Operand<[ByteString]>(
    "REMOTE|REV", help: "The remote, then revisions", completion: .remotes)
  package static let paths = Option<[ByteString]>(
    "path", short: "p", value: "PATH", help: "Only this path or pattern",
    completion: .files)
  package static let all = Flag("all", help: "The data of all branches and tags")
  package static let runs = Flag("runs", help: "Also every run made here, with all it leads to")
  package static let dryRun = Flag("dry-run", short: "n", help: "Show what would be sent")

  package static let spec = CommandSpec(
    "push",
    summary: "Send data to a remote",
    discussion: """
      Sends the data of the current commit and its history, or of the revisions named, as far as
      the remote lacks it. A push that is interrupted leaves the remote usable, and the next one
      goes on where it stopped. Git's own history is pushed by `git push`.

      With a commit goes what its run records lead to: the code and the inputs that made its data.

      Where `shale.verifyOnPush` is set, the data is then read from the remote again and hashed.
      """,
    parameters: [paths, all, runs, dryRun, words],
    usage: ["[REMOTE] [REV…]"],
    examples: [
      Example("shale push", "Send what the default remote lacks"),
      Example("shale push archive v1.0", "Send the data of one revision"),
      Example("shale push -n", "Show how much would be sent"),
    ],
    result: TransferCommandReport.keys,
    statuses: [.missing, .tryAgain],
    related: ["remote"])

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
    var job = PushJob(project, workspace, to: remote, in: context)
    job.paths = try context.repositoryPaths(paths, in: project)
    job.withRuns = withRuns
    job.isDryRun = isDryRun
    let families: [ByteString] = isAll ? ["refs/heads/", "refs/tags/"] : []
    return try job.run(proving: revisions.isEmpty ? ["HEAD"] : revisions) {
      (selection, isDone) throws(CommandFailure) in
      try selection.commits(
        revisions, of: families, withRecords: paths.isEmpty, isDone: isDone)
    }
  }
}

package import Arguments
package import Primitives
internal import Project
package import Terminal
internal import Workspace

/// `shale pull`: brings data from a remote, into the worktree.
package struct PullCommand: Command {
  package static let remote = Operand<ByteString?>(
    "REMOTE", help: "The remote; the default one if left out", completion: .remotes)
  package static let paths = Option<[ByteString]>(
    "path", short: "p", value: "PATH", help: "Only this path or pattern",
    completion: .files)
  package static let force = Flag(
    "force", short: "f", help: "Replace changed files, after putting them into the store")

  package static let spec = CommandSpec(
    "pull",
    summary: "Bring data from a remote and update the worktree",
    discussion: """
      Does what `shale fetch` and `shale checkout` do: brings what the pointers of the worktree
      stand for, and makes the data match them. Git's own history is pulled by `git pull`.
      """,
    parameters: [paths, force, remote],
    examples: [
      Example("shale pull", "Bring everything the worktree needs"),
      Example("shale pull -p data/train", "Bring one path only"),
    ],
    result: PullReport.keys,
    statuses: [.missing, .damaged, .tryAgain],
    related: ["fetch", "checkout"])

  private let remote: ByteString?
  private let paths: [ByteString]
  private let isForced: Bool

  /// What the operation log calls it.
  private let command: [ByteString]

  /// Pulls everything from the default remote, as a part of another command.
  init(as command: [ByteString]) {
    self.command = command
    remote = nil
    paths = []
    isForced = false
  }

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    command = ["pull"]
    remote = try arguments[Self.remote]
    paths = try arguments[Self.paths]
    isForced = arguments[Self.force]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> PullReport {
    let project = try context.openProject()
    let workspace = try context.workspace(of: project)
    let remote = try context.remote(remote, of: project)
    let paths = try context.repositoryPaths(paths, in: project)
    let selection = TransferSelection(project: project, workspace: workspace, paths: paths)
    let wanted = try selection.worktree()
    let fetched = try FetchCommand.fetch(
      [wanted], of: selection, from: remote, as: command, context)
    var options = CheckoutOptions()
    options.isForced = isForced
    // What the patterns name can be said only now that the trees are here.
    let search = PatternSearch(store: workspace.store)
    var named: [RepositoryPath] = []
    for pattern in selection.patterns {
      named += try search.matches(of: pattern, in: wanted.contents).paths
    }
    var report = CheckoutReport()
    if !named.isEmpty || paths.isEmpty {
      report = try explaining { () throws(WorkspaceError) in
        try workspace.checkout(named, options: options, progress: context.progress)
      }
    }
    try project.registerRoots(of: report)
    context.tellNotices(of: project)
    context.warn(of: report.forgotten)
    return PullReport(fetched: fetched, checkout: CheckoutCommandReport(report))
  }
}

/// What `shale pull` brought.
package struct PullReport: Report {
  package let fetched: TransferCommandReport
  package let checkout: CheckoutCommandReport

  /// What the remote lacks too is for others to send; another `shale pull` would not help.
  package var failure: CommandFailure? { fetched.failure ?? checkout.failure }
  package var isConfirmation: Bool { true }

  package func write(to text: inout StyledText) {
    fetched.writeSummary(to: &text)
    checkout.writeChanges(to: &text)
    fetched.writeProblems(to: &text)
    let told = Set(fetched.problems.map(\.path))
    CheckoutCommandReport.write(
      missing: checkout.missing.filter { !told.contains($0.path) }, to: &text)
  }
}

extension PullReport {
  /// The keys of its JSON.
  static let keys = [
    ResultKey("fetched", "What came from the remote", of: TransferCommandReport.keys),
    ResultKey("checkout", "What became of the worktree", of: CheckoutCommandReport.keys),
  ]
}

package import Arguments
package import Primitives
internal import Project
internal import Terminal
internal import Workspace

/// `shale restore`: gives up changes to data.
package struct RestoreCommand: Command {
  package static let paths = Operand<[ByteString]>(
    "PATH", atLeast: 1, help: "Tracked paths, or parts of them", completion: .files)
  package static let source = Option<ByteString?>(
    "source", short: "s", value: "REV", help: "Take the data from this revision",
    completion: .revisions)
  package static let force = Flag(
    "force", short: "f", help: "Replace changed files, after putting them into the store")

  package static let spec = CommandSpec(
    "restore",
    summary: "Give up changes to data",
    discussion: """
      Brings the named paths back to what their pointers stand for, or to a revision, in which case
      pointers stay as they are and `shale status` shows the difference. A change that is in no
      store is given up only with `--force`, and can then still be had by its oid.
      """,
    parameters: [source, force, paths],
    examples: [
      Example("shale restore data/train/a.csv", "Take one file back"),
      Example("shale restore -s v1.0 data/labels", "Look at old data beside new code"),
    ],
    result: CheckoutCommandReport.keys,
    statuses: [.missing, .damaged, .tryAgain],
    related: ["checkout"])

  package static let followsPointers = true

  private let paths: [ByteString]
  private let source: ByteString?
  private let isForced: Bool

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    paths = try arguments[Self.paths]
    source = try arguments[Self.source]
    isForced = arguments[Self.force]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> CheckoutCommandReport {
    let project = try context.openProject()
    let workspace = try context.workspace(of: project)
    let paths = try context.repositoryPaths(paths, in: project)
    var options = CheckoutOptions()
    options.isForced = isForced
    options.localChanges = .replace
    let targets = try targets(paths, project, workspace)
    let report = try explaining { () throws(WorkspaceError) in
      guard let targets else {
        return try workspace.checkout(paths, options: options, progress: context.progress)
      }
      return try workspace.checkout(targets, options: options, progress: context.progress)
    }
    try project.registerRoots(of: report)
    context.tellNotices(of: project)
    context.warn(of: report.forgotten)
    return CheckoutCommandReport(report)
  }

  /// What the paths become at the source, or `nil` without one.
  private func targets(
    _ paths: [RepositoryPath], _ project: Project, _ workspace: Workspace
  ) throws(CommandFailure) -> [CheckoutTarget]? {
    guard let source else { return nil }
    let contents = try TrackedView(project: project, workspace: workspace, revision: source)
      .contents()
    let chosen = try explaining { () throws(WorkspaceError) in try workspace.selection(paths) }
    var targets: [CheckoutTarget] = []
    for (tracked, parts) in chosen {
      let dark = contents.unreadable.filter { $0.path == tracked.path }
      if let failure = CommandFailure(dark) { throw failure }
      guard let item = contents.items.first(where: { $0.path == tracked.path }) else {
        throw CommandFailure(
          .refused, id: "not-found", "Revision '\(source)' does not track '\(tracked.path)'",
          hints: ["Run `shale log '\(tracked.path)'` to see the commits that changed it"])
      }
      var pointer = item.pointer
      if !parts.isEmpty, case .success(let now) = tracked.pointer, now.kind == .tree {
        pointer = try Graft(store: workspace.store).pointer(now, taking: parts, from: pointer)
      }
      targets.append(
        CheckoutTarget(path: item.path, pointer: pointer, parts: parts, becomesBase: false))
    }
    return targets
  }
}

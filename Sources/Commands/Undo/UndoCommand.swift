package import Arguments
internal import Git
internal import Platform
package import Primitives
internal import Project
package import Terminal
internal import Workspace

/// `shale undo`: takes an operation back.
package struct UndoCommand: Command {
  package static let operation = Operand<ByteString?>(
    "OP", help: "An id of `shale operations`, the beginning of one, or `@{N}`")
  package static let force = Flag(
    "force", short: "f",
    help: "Also where something has changed since: what is replaced is kept")
  package static let dryRun = Flag("dry-run", short: "n", help: "Show what would be taken back")

  package static let spec = CommandSpec(
    "undo",
    summary: "Take an operation back",
    discussion: """
      Brings back what the operation changed: pointers, `.gitignore`, what git had staged, the
      branch and its commit, settings, data in the worktree, and files that were replaced or removed.
      Without OP that is the newest operation of this worktree that was not taken back yet, so that
      the command can be repeated.

      All is checked before anything is changed. What changed again since is refused, with the
      operations to take back first, and so is what the store has no more. Taking back is an operation,
      too: `shale undo` with its id does again what was done. What was pushed stays where it is.
      """,
    parameters: [force, dryRun, operation],
    examples: [
      Example("shale undo", "Take back what was done last"),
      Example("shale undo --dry-run", "See what that would change"),
      Example("shale undo 4f2a91c0", "Take back one operation of the list"),
    ],
    result: [
      ResultKey("isDryRun", "Whether nothing was changed"),
      ResultKey("operation", "What was taken back", of: OperationLine.keys),
      ResultKey(
        "redo", "The id that takes this back; left out in a dry run", isOptional: true),
      ResultKey(
        "missing", "Content that is not in the store", each: CheckoutCommandReport.Content.keys),
      ResultKey(
        "saved", "What was put into the store before it was replaced",
        each: CheckoutCommandReport.Content.keys),
      ResultKey("kept", "Files that the user changed and that stayed so"),
    ],
    statuses: [.missing, .damaged, .tryAgain],
    related: ["operations", "checkout", "restore"])

  private let word: ByteString?
  private let isForced: Bool
  private let isDryRun: Bool

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    word = try arguments[Self.operation]
    isForced = arguments[Self.force]
    isDryRun = arguments[Self.dryRun]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> UndoReport {
    let project = try context.openProject()
    let workspace = try context.workspace(of: project)
    let history = try explaining { () throws(FileError) in try project.operations.history() }
    let search = OperationSearch(history, in: project.layout.worktree)
    let operation = if let word { try search.named(word) } else { try search.newest() }
    let words = OperationWords(project.git)
    let line = OperationLine(operation, words)
    var planner = UndoPlanner(project, workspace, operation, isForced: isForced)
    let plan = try planner.make()
    if let refusal = refusal(plan, search, operation) { throw refusal }
    for warning in plan.warnings { context.warn(warning) }
    if isDryRun {
      return UndoReport(line, isDryRun: true, missing: plan.missing)
    }
    let undo = Undo(
      project: project, workspace: workspace, operation: operation, isForced: isForced,
      progress: context.progress)
    let outcome = try undo.run(plan)
    context.tellNotices(of: project)
    let after = try explaining { () throws(FileError) in try project.operations.history() }
    return UndoReport(
      line, redo: after.operations.last { $0.undoes == operation.id }?.id,
      missing: plan.missing + outcome.missing, outcome)
  }

  /// Why nothing is done, if so.
  private func refusal(
    _ plan: UndoPlan, _ search: OperationSearch, _ operation: LoggedOperation
  ) -> CommandFailure? {
    if let problem = plan.problems.first(where: { !isForced || !$0.isForcible }) {
      let later = search.later(than: operation, changing: problem.subject)
      var hints = later.prefix(3).map {
        "Run `shale undo \($0.shortID)` first, which takes back `shale \($0.title)`"
      }
      if let hint = problem.hint { hints.append(hint) }
      if problem.isForcible {
        hints.append("Run the command with `--force`: what is replaced is kept")
      }
      let count = plan.problems.count
      let others = count > 1 ? ", and so has \(count == 2 ? "1 more" : "\(count - 1) more")" : ""
      let isPlain = problem.text.hasSuffix("has changed since")
      return CommandFailure(
        .refused, id: "changed-since", problem.text + (isPlain ? others : ""), hints: hints)
    }
    if !isForced, let first = plan.missing.first {
      let count = plan.missing.count
      let others = count > 1 ? " and \(grouped(count - 1)) more" : ""
      return CommandFailure(
        .missing, id: "object-missing", "Content of '\(first.path)'\(others) is not in the store",
        hints: [
          "Run `shale fetch` to get it from the remote",
          "Run the command with `--force` to take back the rest",
        ])
    }
    return nil
  }
}

/// What `shale undo` took back.
package struct UndoReport: Report {
  package let isDryRun: Bool

  /// What was taken back.
  package let operation: OperationLine

  /// The id that takes this back.
  package let redo: ByteString?
  package let missing: [CheckoutCommandReport.Content]

  /// What was put into the store before it was replaced.
  package let saved: [CheckoutCommandReport.Content]

  /// Files that the user changed and that were left so.
  package let kept: [RepositoryPath]

  private let failures: [SkippedFile]

  private enum CodingKeys: CodingKey {
    case isDryRun, operation, redo, missing, saved, kept
  }

  init(
    _ operation: OperationLine, isDryRun: Bool = false, redo: ByteString? = nil,
    missing: [MissingContent], _ report: CheckoutReport = CheckoutReport()
  ) {
    self.isDryRun = isDryRun
    self.operation = operation
    self.redo = redo
    self.missing = missing.map { CheckoutCommandReport.Content(path: $0.path, oid: $0.id) }
    saved = report.saved.map { CheckoutCommandReport.Content(path: $0.path, oid: $0.id) }
    kept = report.kept
    failures = report.failures
  }

  package var isConfirmation: Bool { true }

  package var failure: CommandFailure? {
    if let first = missing.first {
      return CommandFailure(
        .missing, id: "object-missing", "Content of '\(first.path)' is not in the store",
        hints: ["Run `shale fetch` to get it from the remote, and `shale checkout` then"])
    }
    return CommandFailure(notBrought: failures)
  }

  package func write(to text: inout StyledText) {
    let verb = isDryRun ? "Would take back" : "Took back"
    text.line(
      "\(verb) \("shale \(operation.command)", .command) (\(operation.shortID, .commit)):")
    for line in operation.styled { text.line("  \(line)") }
    CheckoutCommandReport.write(missing: missing, to: &text)
    for content in saved {
      text.line(
        "saved \(content.path, .path): \("shale cat \(content.oid.hex)", .command) brings it back")
    }
    for path in kept { text.line("\("kept", .modified) \(path, .path): you changed it") }
    if let redo {
      let short = ByteString(redo.bytes.prefix(8))
      text.line("Run \("shale undo \(short)", .command) to do it again.")
    }
  }
}

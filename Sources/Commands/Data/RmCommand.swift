package import Arguments
package import Primitives
internal import Project
package import Terminal
package import Workspace

/// `shale rm`: tracks data no longer.
package struct RmCommand: Command {
  package static let paths = Operand<[ByteString]>(
    "PATH", atLeast: 1, help: "Tracked paths", completion: .files)
  package static let cached = Flag("cached", help: "Leave the data where it is")
  package static let force = Flag(
    "force", short: "f", help: "Remove changed files too, after putting them into the store")

  package static let spec = CommandSpec(
    "rm",
    summary: "Track data no longer, and remove it",
    discussion: """
      Removes the data, its pointer and the line in `.gitignore`, and stages that. What was recorded
      stays in the store and in git's history. Data that is in no store is removed only with
      `--force`, which puts it there first.
      """,
    parameters: [cached, force, paths],
    examples: [
      Example("shale rm old-data", "Remove a directory of data"),
      Example("shale rm --cached notes.csv", "Keep the file, but let git see it"),
    ],
    result: [
      ResultKey("removed", "The paths that are tracked no longer"),
      ResultKey(
        "saved", "What was put into the store before it was removed",
        each: CheckoutCommandReport.Content.keys),
      ResultKey("failures", "Files that could not be removed", each: SkippedFile.keys),
      ResultKey("leftBehind", "Files that nobody tracked, and that stayed"),
    ],
    related: ["add", "mv"])

  package static let followsPointers = true

  private let paths: [ByteString]
  private let keepsData: Bool
  private let isForced: Bool

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    paths = try arguments[Self.paths]
    keepsData = arguments[Self.cached]
    isForced = arguments[Self.force]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> RmReport {
    let project = try context.openProject()
    let workspace = try context.workspace(of: project)
    let paths = try context.repositoryPaths(paths, in: project)
    var options = RemoveOptions()
    options.keepsData = keepsData
    options.isForced = isForced
    let report = try explaining { () throws(WorkspaceError) in
      try workspace.remove(paths, options: options)
    }
    try project.recordTracked(["rm"], report.changes, in: workspace)
    return RmReport(report)
  }
}

/// What `shale rm` removed.
package struct RmReport: Report {
  package let removed: [RepositoryPath]

  /// What was put into the store before it was removed.
  package let saved: [CheckoutCommandReport.Content]

  /// Files that could not be removed, and that git goes on to ignore.
  package let failures: [SkippedFile]

  /// Files in the data that nobody tracked, and that stayed.
  package let leftBehind: [RepositoryPath]

  package var isConfirmation: Bool { true }
  package var failure: CommandFailure? { CommandFailure(notBrought: failures) }

  init(_ report: RemoveReport) {
    removed = report.changes.map(\.path)
    saved = report.saved.map { CheckoutCommandReport.Content(path: $0.path, oid: $0.id) }
    failures = report.failures
    leftBehind = report.leftBehind
  }

  package func write(to text: inout StyledText) {
    for path in removed { text.line("\("removed", .removed) \(path, .path)") }
    for content in saved {
      text.line(
        "saved \(content.path, .path): \("shale cat \(content.oid.hex)", .command) brings it back")
    }
    for path in leftBehind { text.line("left \(path, .path): it was never recorded") }
  }
}

package import Arguments
internal import Lineage
internal import Platform
package import Primitives
internal import Project

/// `shale runs prune`: forgets runs that are of no more use.
package struct RunsPruneCommand: Command {
  package static let keep = Option<Int?>(
    "keep", short: "k", value: "COUNT", help: "Keep the newest COUNT of them")
  package static let age = Option<ByteString?>(
    "older-than", value: "TIME", help: "Only those that began longer ago: 12h, 30d, 8w")
  package static let failed = Flag("failed", help: "Only those that failed or were interrupted")
  package static let condition = Option<ByteString?>(
    "where", short: "w", value: "EXPR", help: "Only runs for which this holds: 'acc<0.5'")
  package static let dryRun = Flag("dry-run", short: "n", help: "Show what would be removed")

  package static let spec = CommandSpec(
    "runs prune",
    summary: "Forget runs that are of no more use",
    discussion: """
      Takes the records of runs out of the list that meet all that is asked for; something has to
      be asked for. Runs whose records git carries or has staged, and those that they descend from,
      always stay. The files of the records go to `.git/shale/runs/trash`.
      """,
    parameters: [keep, age, failed, condition, dryRun],
    examples: [
      Example("shale runs prune --failed --older-than 30d", "Forget what went wrong long ago"),
      Example("shale runs prune --keep 100 --dry-run", "See what is not among the newest 100"),
    ],
    result: RemovedRunsReport.keys,
    related: ["runs rm", "runs list"])

  private let count: Int?
  private let interval: RunInterval?
  private let isFailedOnly: Bool
  private let condition: ByteString?
  private let isDryRun: Bool

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    count = try arguments[Self.keep]
    let age = try arguments[Self.age]
    interval = age?.text.flatMap { RunInterval($0) }
    isFailedOnly = arguments[Self.failed]
    condition = try arguments[Self.condition]
    isDryRun = arguments[Self.dryRun]
    if let age, interval == nil {
      throw .invalidValue(age, of: "--older-than", expected: "a length of time such as 12h or 30d")
    }
    if let count, count < 0 {
      throw .invalidValue(ByteString("\(count)"), of: "--keep", expected: "0 or more")
    }
    if count == nil, interval == nil, !isFailedOnly, condition == nil {
      throw .missingOperand("--keep, --older-than, --failed or --where")
    }
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> RemovedRunsReport {
    let project = try context.openProject()
    let selection = try RunSelection(of: project, withData: true, in: context)
    let condition = try condition.map { word throws(CommandFailure) in
      try context.text(word, of: "--where")
    }
    var meant = try selection.matching(condition)
    if isFailedOnly { meant.removeAll { $0.state == .succeeded } }
    if let interval {
      let limit = Double(Clock.now().seconds) - interval.seconds
      meant.removeAll { Double($0.started.seconds) >= limit }
    }
    // The oldest come first.
    if let count { meant.removeLast(min(count, meant.count)) }
    let committed = try explaining { () throws(LineageError) in
      try selection.catalog.committed()
    }
    let needed = RunAncestry(selection.all).closure(of: committed)
    let removed = meant.map(\.id).filter { !needed.contains($0) }
    let report = try RemovedRunsReport(
      removed, keptForGit: meant.count - removed.count, in: selection.catalog, isDryRun: isDryRun)
    if !isDryRun { try project.remove(removed, from: selection.catalog, command: "prune") }
    return report
  }
}

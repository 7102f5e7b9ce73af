package import Arguments
internal import Lineage
package import Primitives
internal import Project

/// `shale runs rm`: forgets runs.
package struct RunsRmCommand: Command {
  package static let runs = Operand<[ByteString]>(
    "RUN", atLeast: 1, help: "Ids, the beginnings of ids, or names")
  package static let dryRun = Flag("dry-run", help: "Show what would be removed")

  package static let spec = CommandSpec(
    "runs rm",
    summary: "Forget runs",
    discussion: """
      Takes records out of the list, also those that cannot be read. Their files go to
      `.git/shale/runs/trash`, and what the runs made stays where it is. A run whose record git
      carries is refused: it would come back.
      """,
    parameters: [dryRun, runs],
    examples: [Example("shale runs rm 4f2a91c", "Forget a run that went wrong")],
    result: RemovedRunsReport.keys,
    related: ["runs prune", "runs list"])

  private let words: [ByteString]
  private let isDryRun: Bool

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    words = try arguments[Self.runs]
    isDryRun = arguments[Self.dryRun]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> RemovedRunsReport {
    let project = try context.openProject()
    let catalog = project.runs()
    let ids = try explaining { () throws(LineageError) in
      try words.map { word throws(LineageError) in try catalog.id(named: word) }
    }
    let committed = try explaining { () throws(LineageError) in try catalog.committed() }
    if let id = ids.first(where: committed.contains) {
      throw CommandFailure(
        .refused, id: "run-committed",
        "Run '\(id.abbreviated)' is carried by git, and would come back",
        hints: [
          "Run `git rm .shale/runs/\(id).json` and commit, on every branch that has it, "
            + "and then this command again"
        ])
    }
    let removed = Array(Set(ids)).sorted()
    let report = try RemovedRunsReport(removed, keptForGit: 0, in: catalog, isDryRun: isDryRun)
    if !isDryRun { try project.remove(removed, from: catalog, command: "rm") }
    return report
  }
}

extension Project {
  /// Moves records to the trash, and writes that to the operation log.
  func remove(
    _ ids: [ObjectID], from catalog: RunCatalog, command: ByteString
  ) throws(CommandFailure) {
    try explaining { () throws(ProjectError) in
      try record(["runs", command], ids.map { .removedRun($0) })
    }
    try explaining { () throws(LineageError) in
      for id in ids { try catalog.remove(id) }
    }
  }
}

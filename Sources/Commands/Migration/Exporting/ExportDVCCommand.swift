package import Arguments

/// `shale export dvc`: writes data for DVC.
package struct ExportDVCCommand: Command {
  package static let spec = CommandSpec(
    "export dvc",
    summary: "Write the data of a commit for DVC",
    discussion: """
      Makes a commit after REV on a new branch, in which each tracked path has a `.dvc` file, and puts
      the contents into `.dvc/cache` as DVC 3 has it. Check the branch out with git, then run
      `dvc checkout`.

      DVC keeps no symlinks, no empty directories and no executable files in directories: a path with
      symlinks is refused and keeps its pointer. Worktree, index and all else stay as they are; objects
      that are there are not written again.
      """,
    parameters: [ExportParameters.branch, ExportParameters.revision],
    examples: [Example("shale export dvc --branch dvc HEAD", "The data of now, for DVC")],
    result: ExportReport.keys,
    statuses: ExportParameters.statuses,
    related: ["export dir", "migrate dvc"])

  private let request: BranchExportRequest

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    request = try BranchExportRequest(.dvc, arguments)
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> ExportReport {
    try request.run(in: context)
  }
}

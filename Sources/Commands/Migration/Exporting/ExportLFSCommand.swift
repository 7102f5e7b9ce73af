package import Arguments

/// `shale export lfs`: writes data for Git LFS.
package struct ExportLFSCommand: Command {
  package static let spec = CommandSpec(
    "export lfs",
    summary: "Write the data of a commit for Git LFS",
    discussion: """
      Makes a commit after REV on a new branch, in which each file of the data has a pointer of Git LFS
      and `.gitattributes` gives it to Git LFS, and puts the contents into `.git/lfs/objects`. Check the
      branch out with git and Git LFS, or push it with `git lfs push`.

      Worktree, index and all else stay as they are; objects that are there are not written again.
      """,
    parameters: [ExportParameters.branch, ExportParameters.revision],
    examples: [Example("shale export lfs --branch lfs HEAD", "The data of now, for Git LFS")],
    result: ExportReport.keys,
    statuses: ExportParameters.statuses,
    related: ["export dir", "migrate lfs"])

  private let request: BranchExportRequest

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    request = try BranchExportRequest(.lfs, arguments)
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> ExportReport {
    try request.run(in: context)
  }
}

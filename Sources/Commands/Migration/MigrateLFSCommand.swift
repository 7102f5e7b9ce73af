package import Arguments

/// `shale migrate lfs`: takes over what Git LFS keeps.
package struct MigrateLFSCommand: Command {
  package static let spec = CommandSpec(
    "migrate lfs",
    summary: "Take over the data of Git LFS",
    discussion: """
      Finds the files for which git has a pointer of Git LFS, puts the contents from `.git/lfs` and
      from remotes that are directories into the store, and stages a pointer of Shale's for each: its
      oid is the same. Each content is checked against its oid while it is stored.

      The files of the worktree stay as they are, and git ignores them from then on. Lines of
      `.gitattributes` that give nothing else to Git LFS are taken out. An object that is missing
      or damaged is listed, and its path stays with Git LFS.

      With `--history` all commits up to REV are written again, onto a new branch: same authors, dates
      and messages, pointers of Shale's in the place of the others. The old commits, the worktree
      and the index stay as they are.
      """,
    parameters: [
      MigrationParameters.dryRun, MigrationParameters.places, MigrationParameters.history,
      MigrationParameters.branch, MigrationParameters.revision,
    ],
    examples: [
      Example("shale migrate lfs -n", "Show what there is, and what is missing"),
      Example("shale migrate lfs --from ../other-clone", "Look into another clone, too"),
      Example("shale migrate lfs --history --branch shale", "Migrate every commit"),
    ],
    result: MigrationReport.keys,
    statuses: MigrationParameters.statuses,
    related: ["migrate dvc", "export lfs"])

  private let request: MigrationRequest

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    request = try MigrationRequest(.lfs, arguments, keepsFiles: false)
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> MigrationReport {
    try request.run(in: context)
  }
}

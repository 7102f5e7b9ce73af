package import Arguments

/// `shale migrate dvc`: takes over what DVC keeps.
package struct MigrateDVCCommand: Command {
  private static let keep = Flag("keep", help: "Leave the `.dvc` files in git")

  package static let spec = CommandSpec(
    "migrate dvc",
    summary: "Take over the data of DVC",
    discussion: """
      Reads all `.dvc` files, and `dvc.lock` with its `dvc.yaml`, puts the contents from DVC's cache and
      from its remotes that are directories into the store, and stages a pointer for each path. Each
      content is checked against its MD5 while it is stored. Caches of DVC 3 and of versions before
      are read, and files of the worktree where both lack something.

      The data of the worktree stays as it is: what differs from what DVC recorded is shown as modified
      afterwards. `.dvc` files whose data is migrated are removed from git, and stay in its history.
      `dvc.yaml`, `dvc.lock` and `.dvc/` stay. What is missing or damaged is listed, and its `.dvc`
      file stays.

      With `--history` all commits up to REV are written again, onto a new branch: same authors, dates
      and messages, pointers in the place of `.dvc` files. The old commits, the worktree and the index
      stay as they are.
      """,
    parameters: [
      MigrationParameters.dryRun, keep, MigrationParameters.places, MigrationParameters.history,
      MigrationParameters.branch, MigrationParameters.revision,
    ],
    examples: [
      Example("shale migrate dvc -n", "Show what there is, and what is missing"),
      Example("shale migrate dvc --from /mnt/dvc-remote", "Look into another remote, too"),
      Example("shale migrate dvc --history --branch shale", "Migrate every commit"),
    ],
    result: MigrationReport.keys,
    statuses: MigrationParameters.statuses,
    related: ["migrate lfs", "export dvc"])

  private let request: MigrationRequest

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    request = try MigrationRequest(.dvc, arguments, keepsFiles: arguments[Self.keep])
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> MigrationReport {
    try request.run(in: context)
  }
}

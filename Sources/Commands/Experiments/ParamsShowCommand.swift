package import Arguments

/// `shale params show`: shows the parameters of the worktree, a revision or a run.
package struct ParamsShowCommand: Command {
  package static let spec = CommandSpec(
    "params show",
    summary: "Show parameters",
    discussion: """
      Shows the values of parameter files: those that are named, or else those that runs recorded
      and those with the usual names, `params.yaml`, `params.json` and `params.toml`. With `--rev`
      they are read from git, or from the store where the file is tracked data; with `--run` from
      the record of the run, or from its code. YAML, JSON and TOML are read, the directory of a
      DVCLive run, and MLflow's `mlruns`.
      """,
    parameters: ValueOptions.show,
    examples: [
      Example("shale params", "Show the parameters in the worktree"),
      Example("shale params show --rev v1.0", "Show them as they were at a release"),
      Example("shale params show train.yaml --run 4f2a91c", "Show what a run was given"),
    ],
    result: ValuesShowReport.keys, statuses: [.missing, .damaged],
    related: ["params diff", "runs show"])

  package static var isPaged: Bool { true }

  private let request: ValueOptions.Show

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    request = try ValueOptions.Show(arguments)
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> ValuesShowReport {
    try ValueLookup(.parameters, in: context).show(request)
  }
}

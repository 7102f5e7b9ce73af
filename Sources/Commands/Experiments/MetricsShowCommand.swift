package import Arguments

/// `shale metrics show`: shows the metrics of the worktree, a revision or a run.
package struct MetricsShowCommand: Command {
  package static let spec = CommandSpec(
    "metrics show",
    summary: "Show metrics",
    discussion: """
      Shows the values of metrics files: those that are named, or else those that runs recorded and
      those with the usual names, `metrics.json`, `metrics.yaml` and `metrics.toml`, and
      `dvclive/metrics.json`. With `--rev` they are read from git, or from the store where the file
      is tracked data; with `--run` from the record of the run. Of CSV, TSV and JSON Lines the last
      row is shown, and of a list of objects in JSON the last one. The directory of a DVCLive run
      and MLflow's `mlruns` are read as they are.
      """,
    parameters: ValueOptions.show,
    examples: [
      Example("shale metrics", "Show the metrics in the worktree"),
      Example("shale metrics show --run baseline", "Show those of a run"),
      Example(
        "shale metrics show log.csv --rev HEAD~1", "Show the last row of a log, one commit ago"),
    ],
    result: ValuesShowReport.keys, statuses: [.missing, .damaged],
    related: ["metrics diff", "runs show"])

  package static var isPaged: Bool { true }

  private let request: ValueOptions.Show

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    request = try ValueOptions.Show(arguments)
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> ValuesShowReport {
    try ValueLookup(.metrics, in: context).show(request)
  }
}

package import Arguments

/// `shale metrics diff`: shows which metrics differ between two moments.
package struct MetricsDiffCommand: Command {
  package static let spec = CommandSpec(
    "metrics diff",
    summary: "Show which metrics differ",
    discussion: """
      Compares the metrics of two moments key by key: revisions, runs or the worktree, which is
      meant where a side is left out. Without any, `HEAD` is compared with the worktree. A word
      that is both a run and a revision is refused: `run:NAME` and `REV^0` have one meaning.

      An arrow says whether a number rose or fell; per cent are of the absolute old value, and `-`
      stands where there is none. Which files count is told by `shale metrics show --help`.
      """,
    parameters: ValueOptions.diff,
    usage: ["[OPTION…] [REV|RUN [REV|RUN]|REV..REV] [FILE…]"],
    examples: [
      Example("shale metrics diff", "See what changed since the last commit"),
      Example("shale metrics diff baseline", "Compare the worktree with a run"),
      Example("shale metrics diff main HEAD --all --md", "Make a table for a review"),
    ],
    result: ValuesDiffReport.keys, statuses: [.different, .missing, .damaged],
    related: ["metrics show", "runs diff"])

  package static var isPaged: Bool { true }

  private let request: ValueOptions.Diff

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    request = try ValueOptions.Diff(arguments)
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> ValuesDiffReport {
    try ValueLookup(.metrics, in: context).diff(request)
  }
}

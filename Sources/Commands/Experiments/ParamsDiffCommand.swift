package import Arguments

/// `shale params diff`: shows which parameters differ between two moments.
package struct ParamsDiffCommand: Command {
  package static let spec = CommandSpec(
    "params diff",
    summary: "Show which parameters differ",
    discussion: """
      Compares the parameters of two moments key by key: revisions, runs or the worktree, which is
      meant where a side is left out. Without any, `HEAD` is compared with the worktree. A word
      that is both a run and a revision is refused: `run:NAME` and `REV^0` have one meaning.

      Which files count is told by `shale params show --help`. Compared with a run, secrets are
      shown as the record has them, and only the keys that the run named count.
      """,
    parameters: ValueOptions.diff,
    usage: ["[OPTION…] [REV|RUN [REV|RUN]|REV..REV] [FILE…]"],
    examples: [
      Example("shale params diff", "See what was changed since the last commit"),
      Example("shale params diff main baseline", "Compare a branch with a run"),
      Example("shale params diff v1.0 v1.1 train.yaml --md", "Make a table for a review"),
    ],
    result: ValuesDiffReport.keys, statuses: [.different, .missing, .damaged],
    related: ["params show", "runs diff"])

  package static var isPaged: Bool { true }

  private let request: ValueOptions.Diff

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    request = try ValueOptions.Diff(arguments)
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> ValuesDiffReport {
    try ValueLookup(.parameters, in: context).diff(request)
  }
}

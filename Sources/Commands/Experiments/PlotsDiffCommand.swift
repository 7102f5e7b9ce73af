package import Arguments

/// `shale plots diff`: draws metrics of several moments into the same charts.
package struct PlotsDiffCommand: Command {
  package static let spec = CommandSpec(
    "plots diff",
    summary: "Draw metrics of several revisions or runs together",
    discussion: """
      Does what `shale plots show` does, for `HEAD` and the worktree, or for one revision or run
      and the worktree, or for as many of them as are named. A word that is both a run and a
      revision is refused: `run:NAME` and `REV^0` have one meaning.
      """,
    parameters: PlotOptions.parameters,
    usage: ["[OPTION…] [REV|RUN…] [FILE…]"],
    examples: [
      Example("shale plots diff", "Draw the worktree over the last commit"),
      Example(
        "shale plots diff main baseline -o compared.html", "Draw a branch and a run together"),
    ],
    result: PlotsReport.keys, statuses: [.missing, .damaged],
    related: ["plots show", "metrics diff"])

  private let options: PlotOptions

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    options = try PlotOptions(arguments)
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> PlotsReport {
    try PlotLookup(options, in: context).draw(isComparing: true)
  }
}

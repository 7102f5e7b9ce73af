package import Arguments

/// `shale plots show`: draws metrics on a page of HTML.
package struct PlotsShowCommand: Command {
  package static let spec = CommandSpec(
    "plots show",
    summary: "Draw metrics on a page of HTML",
    discussion: """
      Draws the metrics of the worktree, or of the revisions and runs that are named, into one
      chart for each metric, and writes one page that needs nothing else. Columns of CSV, TSV and
      JSON Lines and lists in JSON are lines over their steps; single numbers are bars; columns
      `actual` and `predicted` are a confusion matrix. Directories of DVCLive and MLflow's `mlruns`
      are read as they are, and every table and document in other directories.

      Without files it draws `dvclive`, `plots`, `log.csv`, `metrics.csv` and the like, and what
      runs recorded as metrics; `mlruns` where there is nothing else. Of a run, its metrics are
      drawn, and what it made, as far as that is in the store or still lies there.

      An existing file is overwritten only if Shale drew it, or with `--force`; tracked data never.
      """,
    parameters: PlotOptions.parameters,
    usage: ["[OPTION…] [REV|RUN…] [FILE…]"],
    examples: [
      Example("shale plots", "Draw what there is"),
      Example(
        "shale plots show baseline 4f2a91c log.csv -y loss",
        "Draw the loss of two runs into one chart"),
      Example(
        "shale plots show predictions.csv --kind confusion --svg", "Draw a confusion matrix as SVG"),
    ],
    result: PlotsReport.keys, statuses: [.missing, .damaged],
    related: ["plots diff", "metrics show"])

  private let options: PlotOptions

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    options = try PlotOptions(arguments)
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> PlotsReport {
    try PlotLookup(options, in: context).draw(isComparing: false)
  }
}

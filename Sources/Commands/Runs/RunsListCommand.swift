package import Arguments
internal import Lineage
internal import Platform
package import Primitives
internal import Project
internal import Terminal

/// `shale runs list`: lists runs with what differs between them.
package struct RunsListCommand: Command {
  package static let condition = Option<ByteString?>(
    "where", short: "w", value: "EXPR", help: "Only runs for which this holds: 'lr<0.1 and acc>0.9'"
  )
  package static let order = Option<ByteString?>(
    "sort", short: "s", value: "KEY", help: "Sort by this, the largest first with `-KEY`")
  package static let columns = Option<ByteString?>(
    "columns", value: "KEYS", help: "Show these columns, separated by commas")
  package static let limit = Option<Int?>(
    "limit", short: "n", value: "COUNT", help: "Show no more than COUNT runs")
  package static let everything = Flag("all", short: "a", help: "Show all, however many there are")
  package static let csv = Flag("csv", help: "Print all of them as CSV (RFC 4180)")
  package static let markdown = Flag("md", help: "Print all of them as a Markdown table")

  package static let spec = CommandSpec(
    "runs list",
    summary: "List runs, with what differs between them",
    discussion: """
      Shows the newest runs, 50 unless asked otherwise, with their metrics and with the parameters
      that are not the same in all of them. What does not fit the terminal is said below the table.

      A key is `id`, `name`, `started`, `duration`, `state`, `status`, `command`, `commit`,
      `reproduces`, or a parameter or metric: `lr`, and where that could be several,
      `params.lr`, `metrics.lr` or `params.yaml:lr`.

      An expression compares keys with values by `=` `!=` `<` `<=` `>` `>=`, and by `~` with a part
      of a text or a pattern with `*`; `and`, `or`, `not` and parentheses join comparisons. Texts
      with spaces stand in quotes, odd keys in backticks. A date is its first moment in UTC, a
      duration has units: `started > 2026-01-31 and duration < 1h30m`. A comparison with a key that
      a run does not have is false.

      In CSV a text that a spreadsheet would take for a formula begins with an apostrophe.
      """,
    parameters: [condition, order, columns, limit, everything, csv, markdown],
    examples: [
      Example("shale runs", "Show the newest runs"),
      Example("shale runs --sort -acc -n 10", "Show the ten best"),
      Example("shale runs --where 'lr<0.1 and state=failed'", "Show what went wrong"),
      Example("shale runs --columns id,lr,acc --csv > runs.csv", "Take them to a spreadsheet"),
    ],
    result: RunsReport.keys,
    statuses: [.damaged],
    related: ["runs show", "runs diff"])

  package static var isPaged: Bool { true }

  private let condition: ByteString?
  private let order: ByteString?
  private let columns: ByteString?
  private let limit: Int?
  private let format: RunsReport.Format

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    try arguments.refuseTogether(Self.csv, Self.markdown)
    try arguments.refuseTogether(Self.csv, CommonOptions.json)
    try arguments.refuseTogether(Self.markdown, CommonOptions.json)
    condition = try arguments[Self.condition]
    order = try arguments[Self.order]
    columns = try arguments[Self.columns]
    let isCSV = arguments[Self.csv]
    format = isCSV ? .csv : arguments[Self.markdown] ? .markdown : .table
    let count = try arguments[Self.limit]
    if let count, count < 1 {
      throw .invalidValue(ByteString("\(count)"), of: "--limit", expected: "1 or more")
    }
    let isWhole = arguments[Self.everything] || format != .table || arguments[CommonOptions.json]
    limit = count ?? (isWhole ? nil : Self.standardLimit)
  }

  /// How many runs are shown where nobody says how many.
  private static let standardLimit = 50

  package func run(in context: CommandContext) throws(CommandFailure) -> RunsReport {
    let project = try context.openProject()
    let selection = try RunSelection(of: project, in: context)
    let condition = try condition.map { word throws(CommandFailure) in
      try context.text(word, of: "--where")
    }
    let matching = try selection.matching(condition)
    let sorted = try sort(matching, selection.keys, context)
    let shown = limit.map { Array(sorted.prefix($0)) } ?? sorted
    let asked = try columns(in: selection.keys, context)
    let report = RunsReport(
      total: selection.all.count, matching: matching.count, runs: shown,
      table: RunTable(
        shown, selection.keys, asked: asked, names: RunNames(selection.all), now: Clock.now()),
      format: format, width: context.output.width())
    // The line ends of CSV are none of a terminal's.
    if format == .csv { try report.table.writeCSV(to: context.output.bytes) }
    return report
  }

  private func sort(
    _ runs: [RunSummary], _ keys: RunKeys, _ context: CommandContext
  ) throws(CommandFailure) -> [RunSummary] {
    guard let order else { return Array(runs.reversed()) }
    let word = try context.text(order, of: "--sort")
    if keys.isEmpty { return runs }
    let wanted = try explaining { () throws(RunQueryError) in try RunOrder(word, in: keys) }
    return wanted.sorted(Array(runs.reversed()))
  }

  /// The columns that were asked for; `nil` for those that are worth it.
  private func columns(
    in keys: RunKeys, _ context: CommandContext
  ) throws(CommandFailure) -> [RunKey]? {
    guard let columns else { return nil }
    let words = try context.text(columns, of: "--columns").split(separator: ",")
    if keys.isEmpty { return [] }
    return try explaining { () throws(RunQueryError) in
      try words.map { word throws(RunQueryError) in
        try keys.key(named: word.trimmed)
      }
    }
  }
}

extension Substring {
  /// The text without the spaces around it.
  fileprivate var trimmed: String {
    var rest = self.drop { $0 == " " }
    while rest.last == " " { rest.removeLast() }
    return String(rest)
  }
}

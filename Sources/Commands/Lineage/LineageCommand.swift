package import Arguments
internal import Figures
internal import Lineage
internal import ObjectStore
internal import Platform
package import Primitives
internal import Project
internal import Terminal
internal import Workspace

/// `shale lineage`: shows what something was made from, or what was made from it.
package struct LineageCommand: Command {
  /// How the graph is written.
  package enum Format: String, CaseIterable, ArgumentValue {
    case text, json, dot, mermaid, svg, html, prov, openlineage
  }

  package static let subject = Operand<ByteString>(
    "ARTIFACT|RUN|REV", help: "Where to begin", completion: .files)
  package static let down = Flag(
    "down", short: "d", help: "Show what came of it, not what it came from")
  package static let depth = Option<Int?>(
    "depth", value: "COUNT", help: "Go through no more than COUNT runs, one after the other")
  package static let format = Option<Format>(
    "format", value: "FORMAT", default: .text, help: "How the graph is written")
  package static let output = Option<ByteString?>(
    "output", short: "o", value: "FILE", help: "Write to FILE, not to standard output",
    completion: .files)

  package static let spec = CommandSpec(
    "lineage",
    summary: "Show what data and models were made from",
    discussion: """
      Follows the records of runs from data, a run, or all data of a revision, up to everything
      that it came from: data, runs, code and parameters; with `--down` to everything that came of
      it. Data is known by its content, so what was renamed or moved is still found.

      A file is taken as it lies there now, and a directory as its pointer has it. A word with
      several meanings is refused: `./PATH`, `sha256:OID`, `run:NAME` and `REV:PATH` have only one.

      `prov` is PROV-JSON, `openlineage` one event of OpenLineage on each line, `dot` and
      `mermaid` are for those two programs, and `svg` and `html` show in any browser.
      """,
    parameters: [down, depth, format, output, subject],
    examples: [
      Example("shale lineage models/best.pt", "Show what a model was made from"),
      Example("shale lineage --down data/raw", "Show what was made from a directory"),
      Example("shale lineage v1.0 --format html -o lineage.html", "Make a page of a release"),
    ],
    result: LineageReport.keys, statuses: [.damaged], related: ["trace", "log", "run"])

  package static var isPaged: Bool { true }

  private let subject: ByteString
  private let isDown: Bool
  private let depth: Int?
  private let format: Format
  private let output: ByteString?

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    subject = try arguments[Self.subject]
    isDown = arguments[Self.down]
    depth = try arguments[Self.depth]
    format = try arguments[Self.format]
    output = try arguments[Self.output]
    if let depth, depth < 0 {
      throw .invalidValue(ByteString("\(depth)"), of: "--depth", expected: "0 or more")
    }
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> LineageReport {
    if context.settings.isJSON, format != .text, output == nil {
      throw CommandFailure(
        .usage, id: "format-and-json", "--json and --format \(format.rawValue) are two outputs",
        hints: ["Give `--output FILE` for the second"])
    }
    let project = try context.openProject()
    let workspace = try context.workspace(of: project)
    let catalog = project.runs()
    let runs = try explaining { () throws(LineageError) in try catalog.summaries() }
    try Self.tellProblems(of: catalog, in: context)
    let finder = LineageSubjectFinder(
      context: context, project: project, workspace: workspace, catalog: catalog, runs: runs)
    let found = try finder.subject(subject)
    let graph = LineageGraph(
      from: found.starts, isDown ? .down : .up, in: runs, depth: depth, objects: workspace.store)
    let history = PointerAppearances(project: project, workspace: workspace)
    var report = LineageReport(
      subject: subject, kind: found.kind, graph: graph,
      changes: ParameterChanges(runs), appearances: try history.find(in: graph))
    if output != nil || format != .text {
      report.output = try write(report, in: context)
      report.isDocument = true
    }
    return report
  }

  /// Tells of records that are left out because they cannot be read.
  private static func tellProblems(
    of catalog: RunCatalog, in context: CommandContext
  ) throws(CommandFailure) {
    let problems = try explaining { () throws(LineageError) in try catalog.problems() }
    for problem in problems {
      let failure = CommandFailure(problem.error)
      context.warn(Warning(id: failure.id, failure.message, hints: failure.hints))
    }
  }

  /// Writes the graph in the format that was asked for.
  ///
  /// - Returns: The file, where there is one.
  private func write(
    _ report: LineageReport, in context: CommandContext
  ) throws(CommandFailure) -> String? {
    let bytes = document(report)
    guard let output else {
      do throws(FileError) {
        try context.output.bytes.write(bytes.span)
      } catch {
        guard error.isBrokenPipe else { throw CommandFailure(error) }
      }
      return nil
    }
    try explaining { () throws(FileError) in
      try AtomicFile.replace(context.path(output), with: bytes, durably: false)
    }
    return output.description
  }

  private func document(_ report: LineageReport) -> [UInt8] {
    let figure = LineageFigure.make(report)
    switch format {
    case .text:
      var text = StyledText()
      report.writeGraph(to: &text)
      return Array(text.text.utf8)
    case .json: return report.json
    case .dot: return Array(figure.dot().utf8)
    case .mermaid: return Array(figure.mermaid().utf8)
    case .svg: return Array(figure.svg().utf8)
    case .html: return Array(figure.html().utf8)
    case .prov: return LineageExport.prov(report.graph)
    case .openlineage: return LineageExport.openLineage(report.graph, version: Tool.version)
    }
  }
}

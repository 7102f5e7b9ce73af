package import Arguments
internal import Lineage
package import Primitives
internal import Project

/// `shale runs show`: tells everything that is known of a run.
package struct RunsShowCommand: Command {
  package static let word = Operand<ByteString>(
    "RUN", help: "An id, the beginning of one, or a name")

  package static let spec = CommandSpec(
    "runs show",
    summary: "Show everything that is known of a run",
    discussion: """
      Shows the record of a run: what ran, how it ended, with which code, parameters and data, and
      what it made. A name that several runs share means the newest of them. Under `--json` the
      record stands under `record`, as its file has it.
      """,
    parameters: [word],
    examples: [
      Example("shale runs show 4f2a91c", "Show a run"),
      Example("shale runs show --json baseline", "Get its record for a script"),
    ],
    result: [
      ResultKey("id", "The id of the record: the SHA-256 of its file"),
      ResultKey(document: "record", "The record, as `docs/format/run.md` lists its keys"),
      ResultKey("reproducedBy", "The runs that made this one again, the oldest first"),
    ],
    statuses: [.damaged],
    related: ["runs list", "runs diff"])

  package static var isPaged: Bool { true }

  private let word: ByteString

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    word = try arguments[Self.word]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> RunShowReport {
    let project = try context.openProject()
    let catalog = project.runs()
    return try explaining { () throws(LineageError) in
      let id = try catalog.id(named: word)
      let record = try catalog.record(id)
      let again = try catalog.listing().filter { $0.reproduces == id }
      return RunShowReport(id: id, record: record, again: again)
    }
  }
}

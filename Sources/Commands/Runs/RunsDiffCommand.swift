package import Arguments
internal import Lineage
package import Primitives
internal import Project
internal import Workspace

/// `shale runs diff`: compares two runs.
package struct RunsDiffCommand: Command {
  package static let old = Operand<ByteString>("RUN", help: "The run to compare with")
  package static let new = Operand<ByteString>("OTHER", help: "The run that is compared")
  package static let code = Flag("code", help: "Show how the lines of changed code differ")
  package static let exitCode = Flag("exit-code", help: "End with status 6 when anything differs")

  package static let spec = CommandSpec(
    "runs diff",
    summary: "Compare two runs",
    discussion: """
      Shows what differs between two runs: parameters, metrics with how much they changed, inputs
      and outputs down to their files, code, programs, packages and environment. Directories are
      compared by their trees, whose files need not be here; where a tree is not in the store, only
      that it differs is known, and that is said. When a run began and how long it took are no
      differences.
      """,
    parameters: [code, exitCode, old, new],
    examples: [
      Example("shale runs diff baseline 4f2a91c", "See what a run did otherwise"),
      Example("shale runs diff --code baseline 4f2a91c", "See the lines of code that differ, too"),
    ],
    result: RunDiffReport.keys,
    statuses: [.different, .damaged],
    related: ["runs show", "diff"])

  package static var isPaged: Bool { true }

  private let words: (old: ByteString, new: ByteString)
  private let showsCode: Bool
  private let usesExitCode: Bool

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    words = (try arguments[Self.old], try arguments[Self.new])
    showsCode = arguments[Self.code]
    usesExitCode = arguments[Self.exitCode]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> RunDiffReport {
    let project = try context.openProject()
    let catalog = project.runs()
    let (old, new) = try explaining { () throws(LineageError) in
      let ids = (try catalog.id(named: words.old), try catalog.id(named: words.new))
      return (
        RunDiffReport.Side(ids.0, try catalog.record(ids.0)),
        RunDiffReport.Side(ids.1, try catalog.record(ids.1))
      )
    }
    let store = try explaining { () throws(ProjectError) in try project.store() }
    return try RunDiffReport(old, new, in: store, showsCode: showsCode, usesExitCode: usesExitCode)
  }
}

internal import Arguments
internal import Platform
internal import Primitives

/// What all ways of exporting accept.
enum ExportParameters {
  static let revision = Operand<ByteString>(
    "REV", help: "The commit whose data is exported", completion: .revisions)
  static let branch = Option<ByteString?>(
    "branch", short: "b", value: "NAME", help: "The branch that is made, which may not exist yet")

  /// What exports can end with.
  static let statuses: [DocumentedStatus] = [.damaged, .missing, .tryAgain]
}

/// An export onto a branch, as the command line asks for it.
struct BranchExportRequest: Sendable {
  private let tool: ForeignTool
  private let revision: ByteString
  private let branch: ByteString

  init(_ tool: ForeignTool, _ arguments: ParsedArguments) throws(UsageError) {
    self.tool = tool
    revision = try arguments[ExportParameters.revision]
    guard let name = try arguments[ExportParameters.branch] else {
      throw .missingOperand("--branch NAME")
    }
    branch = name
  }

  func run(in context: CommandContext) throws(CommandFailure) -> ExportReport {
    let project = try context.openProject()
    return try BranchExport(tool, project, context)
      .run(revision, branch: branch, at: context.run?.started ?? Clock.now())
  }
}

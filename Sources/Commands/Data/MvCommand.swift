package import Arguments
package import Primitives
internal import Project
package import Terminal
internal import Workspace

/// `shale mv`: moves tracked data, with its pointer.
package struct MvCommand: Command {
  package static let source = Operand<ByteString>(
    "SOURCE", help: "A tracked path", completion: .files)
  package static let target = Operand<ByteString>(
    "TARGET", help: "A free path, or a directory to put it in", completion: .files)

  package static let spec = CommandSpec(
    "mv",
    summary: "Move tracked data, with its pointer",
    discussion: """
      Renames the data and its pointer, moves the line in `.gitignore`, and stages that. No data is
      read or copied.
      """,
    parameters: [source, target],
    examples: [Example("shale mv data/raw data/original", "Give a directory another name")],
    result: [
      ResultKey("from", "The path before"),
      ResultKey("to", "The path now"),
    ],
    related: ["rm"])

  package static let followsPointers = true

  private let source: ByteString
  private let target: ByteString

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    source = try arguments[Self.source]
    target = try arguments[Self.target]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> MvReport {
    let project = try context.openProject()
    let workspace = try context.workspace(of: project)
    let paths = try context.repositoryPaths([source, target], in: project)
    let changes = try explaining { () throws(WorkspaceError) in
      try workspace.move(paths[0], to: paths[1])
    }
    try project.recordTracked(["mv"], changes, in: workspace)
    return MvReport(
      from: paths[0], to: changes.first { $0.new != nil }?.path ?? paths[1])
  }
}

/// What `shale mv` moved.
package struct MvReport: Report {
  package let from: RepositoryPath
  package let to: RepositoryPath

  package var isConfirmation: Bool { true }

  package func write(to text: inout StyledText) {
    text.line("\("moved", .renamed) \(from, .path) → \(to, .path)")
  }
}

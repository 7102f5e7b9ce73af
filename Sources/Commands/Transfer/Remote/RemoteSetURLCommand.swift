package import Arguments
package import Primitives
internal import Project
internal import Remotes
internal import Terminal

/// `shale remote set-url`: says that a remote lies elsewhere.
package struct RemoteSetURLCommand: Command {
  package static let name = Operand<ByteString>("NAME", help: "The remote", completion: .remotes)
  package static let location = Operand<ByteString>(
    "DIRECTORY", help: "A path, or a file:// address", completion: .directories)

  package static let spec = CommandSpec(
    "remote set-url",
    summary: "Change where a remote lies",
    discussion: """
      Writes the new location where the old one is configured. Nothing is copied: the store must
      have been moved or copied there, or be mounted there. To use another store, remove the remote
      and add it again.
      """,
    parameters: [name, location],
    examples: [Example("shale remote set-url origin /mnt/new/shale", "The disk has moved")],
    result: RemoteReport.keys)

  private let name: ByteString
  private let location: ByteString

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    name = try arguments[Self.name]
    location = try arguments[Self.location]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> RemoteReport {
    let project = try context.openProject()
    let name = try RemoteReport.name(name)
    try explaining { () throws(ProjectError) in
      try project.record(["remote", "set-url"], project.move(name, to: location))
    }
    return RemoteReport(action: "Changed", remote: try RemoteReport.existing(name, in: project))
  }
}

package import Arguments
package import Primitives
internal import Project
internal import Remotes
internal import Terminal

/// `shale remote remove`: forgets a remote, and leaves its store alone.
package struct RemoteRemoveCommand: Command {
  package static let name = Operand<ByteString>("NAME", help: "The remote", completion: .remotes)

  package static let spec = CommandSpec(
    "remote remove",
    summary: "Forget a remote",
    discussion: "Takes the remote out of the configuration. The directory and its store stay.",
    parameters: [name],
    examples: [Example("shale remote remove usb", "Forget the remote usb")],
    result: RemoteReport.keys)

  private let name: ByteString

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    name = try arguments[Self.name]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> RemoteReport {
    let project = try context.openProject()
    let name = try RemoteReport.name(name)
    let remote = try RemoteReport.existing(name, in: project)
    try explaining { () throws(ProjectError) in
      try project.record(["remote", "remove"], project.remove(name))
    }
    return RemoteReport(action: "Removed", remote: remote)
  }
}

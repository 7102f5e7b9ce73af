package import Arguments
package import Primitives
internal import Project
internal import Remotes
internal import Terminal

/// `shale remote rename`: gives a remote another name.
package struct RemoteRenameCommand: Command {
  package static let old = Operand<ByteString>("OLD", help: "Its name now", completion: .remotes)
  package static let new = Operand<ByteString>("NEW", help: "Its name from now on")

  package static let spec = CommandSpec(
    "remote rename",
    summary: "Rename a remote",
    discussion: "Changes the name in the configuration, and the default if it names the remote.",
    parameters: [old, new],
    examples: [Example("shale remote rename origin archive", "Call it archive")],
    result: RemoteReport.keys)

  private let old: ByteString
  private let new: ByteString

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    old = try arguments[Self.old]
    new = try arguments[Self.new]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> RemoteReport {
    let project = try context.openProject()
    let (old, new) = (try RemoteReport.name(old), try RemoteReport.name(new))
    try explaining { () throws(ProjectError) in
      try project.record(["remote", "rename"], project.rename(old, to: new))
    }
    return RemoteReport(action: "Renamed", remote: try RemoteReport.existing(new, in: project))
  }
}

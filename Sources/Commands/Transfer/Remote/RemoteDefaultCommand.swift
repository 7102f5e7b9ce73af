package import Arguments
package import Primitives
internal import Project
internal import Remotes
internal import Terminal

/// `shale remote default`: chooses the remote that is used when none is named.
package struct RemoteDefaultCommand: Command {
  package static let name = Operand<ByteString>("NAME", help: "The remote", completion: .remotes)
  package static let local = Flag("local", help: "For this clone only, in .git/config")

  package static let spec = CommandSpec(
    "remote default",
    summary: "Choose the remote that is used when none is named",
    discussion: "With one remote only, that one is the default and nothing need be chosen.",
    parameters: [local, name],
    examples: [Example("shale remote default archive", "Use archive")],
    result: RemoteReport.keys)

  private let name: ByteString
  private let isLocal: Bool

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    name = try arguments[Self.name]
    isLocal = arguments[Self.local]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> RemoteReport {
    let project = try context.openProject()
    let remote = try RemoteReport.existing(RemoteReport.name(name), in: project)
    try explaining { () throws(ProjectError) in
      try project.record(
        ["remote", "default"],
        project.set(
          Settings.defaultRemote.declaration.name, to: ByteString(remote.name.text),
          in: isLocal ? .clone : .shared))
    }
    return RemoteReport(action: "Default", remote: remote)
  }
}

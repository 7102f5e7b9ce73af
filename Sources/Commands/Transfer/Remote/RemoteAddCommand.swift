package import Arguments
package import Primitives
internal import Project
package import Remotes
package import Terminal

/// `shale remote add`: says where objects also live.
package struct RemoteAddCommand: Command {
  package static let name = Operand<ByteString>("NAME", help: "What to call it")
  package static let location = Operand<ByteString>(
    "DIRECTORY", help: "A path, or a file:// address", completion: .directories)
  package static let local = Flag("local", help: "For this clone only, in .git/config")

  package static let spec = CommandSpec(
    "remote add",
    summary: "Add a remote directory",
    discussion: """
      A remote is a directory that holds a store: a disk, a network mount, a shared folder. It is
      written to `.shale/config`, which git carries, so that everybody who clones the repository
      has it. A relative path starts at the root of the worktree.
      """,
    parameters: [local, name, location],
    examples: [
      Example("shale remote add origin /mnt/team/shale", "Share data through a mounted directory"),
      Example("shale remote add --local usb /media/usb/shale", "A disk of your own"),
    ],
    result: RemoteReport.keys)

  private let name: ByteString
  private let location: ByteString
  private let isLocal: Bool

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    name = try arguments[Self.name]
    location = try arguments[Self.location]
    isLocal = arguments[Self.local]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> RemoteReport {
    let project = try context.openProject()
    let name = try RemoteReport.name(name)
    let layer: Project.WritableLayer = isLocal ? .clone : .shared
    let remote = try explaining { () throws(ProjectError) in
      let remote = try project.remote(named: name, at: location, in: layer)
      try project.record(["remote", "add"], project.add(remote, in: layer))
      return remote
    }
    return RemoteReport(action: "Added", remote: remote)
  }
}

/// What was done to a remote.
package struct RemoteReport: Report {
  /// What happened to it: `Added`.
  package let action: String
  package let name: RemoteName

  /// As it is configured.
  package let url: ByteString

  package var isConfirmation: Bool { true }

  init(action: String, remote: Remote) {
    self.action = action
    name = remote.name
    url = remote.url
  }

  package func write(to text: inout StyledText) {
    text.line("\(action) remote \(name, .remote): \(url, .path)")
  }

  /// Reads a name from the command line.
  static func name(_ word: ByteString) throws(CommandFailure) -> RemoteName {
    do {
      return try RemoteName(word)
    } catch {
      throw CommandFailure(error)
    }
  }
}

extension RemoteReport {
  /// The remote of a name.
  static func existing(
    _ name: RemoteName, in project: Project
  ) throws(CommandFailure) -> Remote {
    let list = try explaining { () throws(ProjectError) in try project.remotes() }
    do {
      return try list.remote(name)
    } catch {
      throw CommandFailure(error)
    }
  }
}

extension RemoteReport {
  /// The keys of its JSON.
  static let keys = [
    ResultKey("action", "What was done: `Added`, `Renamed`, `Changed`, `Removed` or `Default`"),
    ResultKey("name", "Its name now"),
    ResultKey("url", "Its location as it is configured"),
  ]
}

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
      A remote is a directory that holds a store: a disk, a network mount, a shared folder. An
      empty directory, or a new one in a directory that is there, gets its store now; no other
      command makes one. The remote is written to `.shale/config`, which git carries, so that
      everybody who clones the repository has it and knows which store it is: another one in its
      place is refused. A relative path starts at the root of the worktree.
      """,
    parameters: [local, name, location],
    examples: [
      Example("shale remote add origin /mnt/team/shale", "Share data through a mounted directory"),
      Example("shale remote add --local usb /media/usb/shale", "A disk of your own"),
    ],
    result: RemoteReport.keys, statuses: [.tryAgain])

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
    do throws(CommandFailure) {
      return try explaining { () throws(ProjectError) in
        let remote = try project.remote(named: name, at: location, in: layer)
        let added = try project.add(remote, in: layer)
        try project.record(["remote", "add"], added.changes)
        return RemoteReport(
          action: "Added", remote: remote, madeStore: added.madeStore, isStaged: !isLocal)
      }
    } catch {
      guard error.id == "remote-vanished" else { throw error }
      throw CommandFailure(
        error.kind, id: error.id, error.message,
        hints: ["Check that it is mounted, or make the directory that the remote is to lie in"])
    }
  }
}

/// What was done to a remote.
package struct RemoteReport: Report {
  /// What happened to it: `Added`.
  package let action: String
  package let name: RemoteName

  /// As it is configured.
  package let url: ByteString

  /// Whether its store was made just now.
  package let madeStore: Bool

  /// Whether others get it with the next commit.
  private let isStaged: Bool

  private enum CodingKeys: CodingKey {
    case action, name, url, madeStore
  }

  package var isConfirmation: Bool { true }

  init(action: String, remote: Remote, madeStore: Bool = false, isStaged: Bool = false) {
    self.isStaged = isStaged
    self.action = action
    name = remote.name
    url = remote.url
    self.madeStore = madeStore
  }

  package func write(to text: inout StyledText) {
    let note = madeStore ? " (new store)" : ""
    text.line("\(action) remote \(name, .remote): \(url, .path)\(note)")
    if isStaged {
      text.line(
        "Staged .shale/config: run \("shale commit", .command), so that clones know the remote")
    }
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
    ResultKey("madeStore", "Whether its store was made just now"),
  ]
}

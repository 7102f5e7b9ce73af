package import Arguments
internal import Primitives
internal import Project
internal import Remotes
package import Terminal

/// `shale remote list`: says where objects also live.
package struct RemoteListCommand: Command {
  package static let spec = CommandSpec(
    "remote list",
    summary: "List the remotes",
    discussion: """
      Shows each remote, its location, and which of them is used when none is named; with `--quiet`
      the names alone, one on each line.
      """,
    examples: [
      Example("shale remote list", "Show all remotes"),
      Example("shale remote list --quiet", "Print their names for a script"),
    ],
    result: [
      ResultKey(
        "remotes", "The remotes, by name",
        each: [
          ResultKey("name", "Its name"), ResultKey("url", "Its location as it is configured"),
          ResultKey("isDefault", "Whether it is used when none is named"),
          ResultKey("isLocal", "Whether only this clone knows it"),
        ])
    ])

  package init(_: ParsedArguments) {}

  package func run(in context: CommandContext) throws(CommandFailure) -> RemoteListReport {
    let project = try context.openProject()
    let list = try explaining { () throws(ProjectError) in try project.remotes() }
    let standard = try? list.standard()
    return RemoteListReport(
      remotes: list.remotes.map { remote in
        .init(
          name: remote.name, url: remote.url, isDefault: remote.name == standard?.name,
          isLocal: remote.origin == .personal)
      })
  }
}

/// The remotes of a repository.
package struct RemoteListReport: Report {
  /// One remote.
  package struct Line: Encodable, Sendable {
    let name: RemoteName
    let url: ByteString

    /// Whether it is used when none is named.
    let isDefault: Bool

    /// Whether only this clone knows it.
    let isLocal: Bool
  }

  package let remotes: [Line]

  package func write(to text: inout StyledText) {
    if text.verbosity == .quiet {
      for remote in remotes { text.line("\(remote.name, .remote)") }
      return
    }
    if remotes.isEmpty {
      return text.line("No remotes. Run \("shale remote add NAME DIRECTORY", .command) to add one.")
    }
    var table = Table([.left, .left, .left])
    for remote in remotes {
      let notes = [remote.isDefault ? "default" : nil, remote.isLocal ? "this clone only" : nil]
      table.add([
        "\(remote.name, .remote)", "\(remote.url, .path)",
        "\(notes.compactMap { $0 }.joined(separator: ", "), .faint)",
      ])
    }
    text.table(table)
  }
}

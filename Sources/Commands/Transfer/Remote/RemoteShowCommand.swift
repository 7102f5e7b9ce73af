package import Arguments
package import Primitives
internal import Project
package import Remotes
package import Terminal

/// `shale remote show`: says what a remote holds.
package struct RemoteShowCommand: Command {
  package static let name = Operand<ByteString>("NAME", help: "The remote", completion: .remotes)

  package static let spec = CommandSpec(
    "remote show",
    summary: "Show what a remote holds",
    discussion: """
      Shows where the remote lies, whether it can be reached, and which commits were pushed to it.
      """,
    parameters: [name],
    examples: [Example("shale remote show origin", "Look at one remote")],
    result: [
      ResultKey("name", "Its name"),
      ResultKey("url", "Its location as it is configured"),
      ResultKey("commits", "How many commits were pushed"),
      ResultKey(
        "references", "Branches and tags, with each commit that they led to when they were pushed",
        each: [ResultKey("name", "The full name"), ResultKey("commit", "The id of the commit")]),
    ],
    statuses: [.tryAgain])

  private let name: ByteString

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    name = try arguments[Self.name]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> RemoteShowReport {
    let project = try context.openProject()
    let remote = try RemoteReport.existing(RemoteReport.name(name), in: project)
    let store = try explaining { () throws(ProjectError) in try project.open(remote) }
    return try explaining { () throws(RemoteError) in
      let references = try store.roots.references()
      return RemoteShowReport(
        name: remote.name, url: remote.url, commits: try store.roots.commits().count,
        references: references.map { .init(name: $0.name, commit: $0.commit) })
    }
  }
}

/// What a remote holds.
package struct RemoteShowReport: Report {
  /// A branch or tag, and a commit that it once led to when it was pushed.
  package struct Reference: Encodable, Sendable {
    let name: ByteString
    let commit: String
  }

  package let name: RemoteName
  package let url: ByteString

  /// How many commits were pushed.
  package let commits: Int
  package let references: [Reference]

  package func write(to text: inout StyledText) {
    text.line("\(name, .remote): \(url, .path)")
    text.line("\(counted(commits, "commit"), .number) pushed")
    for reference in references {
      text.line("  \(String(reference.commit.prefix(10)), .commit) \(reference.name, .reference)")
    }
  }
}

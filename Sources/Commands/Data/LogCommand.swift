package import Arguments
internal import Git
package import Primitives
internal import Project
package import Terminal
internal import Workspace

/// `shale log`: shows the commits that changed tracked data.
package struct LogCommand: Command {
  package static let words = Operand<[ByteString]>(
    "REV|PATH", help: "Where to begin, then a tracked path", completion: .revisions)
  package static let count = Option<Int?>(
    "max-count", short: "n", value: "COUNT", help: "Show no more than COUNT commits")

  package static let spec = CommandSpec(
    "log",
    summary: "Show the commits that changed tracked data",
    discussion: """
      Shows for each commit which tracked paths it changed, and by how much. `A..B` means the
      commits of B that A does not have.
      """,
    parameters: [count, words],
    usage: ["[REV] [PATH…]"],
    examples: [
      Example("shale log", "Show the history of all data"),
      Example("shale log -n 5 data/train", "Show the last five changes of one path"),
      Example("shale log v1.0..main", "Show what changed since v1.0"),
    ],
    result: [
      ResultKey(
        "commits", "The commits, newest first",
        each: [
          ResultKey("id", "The full id"), ResultKey("author", "Who made it"),
          ResultKey("date", "When, as RFC 3339"),
          ResultKey("summary", "The first line of its message"),
          ResultKey("changes", "The pointers that it changed", each: PointerChange.keys),
        ])
    ],
    related: ["ls", "status"])

  package static var isPaged: Bool { true }

  private let words: [ByteString]
  private let separator: Int?
  private let count: Int?

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    words = try arguments[Self.words]
    separator = arguments.separator
    count = try arguments[Self.count]
    if let count, count < 1 {
      throw .invalidValue(ByteString("\(count)"), of: "--max-count", expected: "1 or more")
    }
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> LogReport {
    let project = try context.openProject()
    let (revisions, names) = try TrackedView.split(
      words, separator: separator, takingRanges: true, in: context, project)
    let paths = try context.repositoryPaths(names, in: project)
    let git = project.git
    var found: Set<RepositoryPath> = []
    let commits = try explaining { () throws(GitError) in
      let (start, options) = try range(revisions.first, git)
      var commits: [LogReport.Commit] = []
      guard let start else { return commits }
      try git.pointerHistory(from: [start], options) { entry throws(GitError) in
        var changes: [PointerChange] = []
        for change in entry.changes {
          guard let path = PointerFile.dataPath(of: change.path) else { continue }
          let meant = paths.filter(path.overlaps)
          guard paths.isEmpty || !meant.isEmpty else { continue }
          found.formUnion(meant)
          changes.append(try PointerChange(path, change, in: git))
        }
        if !changes.isEmpty { commits.append(LogReport.Commit(entry.commit, changes)) }
        return commits.count < count ?? .max
      }
      return commits
    }
    // A path that is nowhere is more likely a slip than a question.
    let isCut = commits.count == count
    if let unknown = paths.first(where: { !found.contains($0) }), separator == nil, !isCut {
      throw CommandFailure(
        .refused, id: "not-found", "Path '\(unknown)' was never tracked, and is no revision",
        hints: ["Run `shale ls` to see what is tracked"])
    }
    return LogReport(commits: commits)
  }

  /// Where the history begins, and what of it is left out.
  private func range(
    _ revision: ByteString?, _ git: GitRepository
  ) throws(GitError) -> (start: GitID?, GitHistoryOptions) {
    var options = GitHistoryOptions()
    guard let revision else { return (try git.head().commit, options) }
    guard let range = try git.range(of: revision) else {
      return (try git.commitID(of: revision), options)
    }
    options.excluding = [range.old]
    return (range.new, options)
  }
}

/// The commits that changed tracked data, newest first.
package struct LogReport: Report {
  /// One commit.
  package struct Commit: Encodable, Sendable {
    let id: String
    let author: ByteString
    let date: Timestamp
    let summary: ByteString
    let changes: [PointerChange]

    init(_ commit: GitCommit, _ changes: [PointerChange]) {
      id = commit.id.hex
      author = commit.author.name
      date = commit.author.time
      summary = commit.summary
      self.changes = changes
    }
  }

  package let commits: [Commit]

  package func write(to text: inout StyledText) {
    for commit in commits {
      let day = commit.date.description.prefix(10)
      text.line(
        "\(String(commit.id.prefix(10)), .commit) \(String(day), .faint) \(commit.author): \(commit.summary)"
      )
      for change in commit.changes { change.write(to: &text) }
    }
  }
}

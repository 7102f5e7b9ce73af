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
    discussion: "Shows for each commit which tracked paths it changed, and by how much.",
    parameters: [count, words],
    usage: ["[REV] [PATH]"],
    examples: [
      Example("shale log", "Show the history of all data"),
      Example("shale log -n 5 data/train", "Show the last five changes of one path"),
    ],
    related: ["ls", "status"])

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
    let (revision, names) = try TrackedView.split(
      words, separator: separator, in: context, project)
    let paths = try context.repositoryPaths(names, in: project)
    let git = project.git
    return try explaining { () throws(GitError) in
      var start = try git.head().commit
      if let revision { start = try git.commitID(of: revision) }
      guard let start else { return LogReport(commits: []) }
      var commits: [LogReport.Commit] = []
      try git.pointerHistory(from: [start]) { entry throws(GitError) in
        var changes: [LogReport.Change] = []
        for change in entry.changes {
          guard let path = PointerFile.dataPath(of: change.path) else { continue }
          let isMeant = paths.isEmpty || paths.contains { path.isWithin($0) || $0.isWithin(path) }
          if isMeant { changes.append(try Self.change(path, change, git)) }
        }
        if !changes.isEmpty { commits.append(LogReport.Commit(entry.commit, changes)) }
        return commits.count < count ?? .max
      }
      return LogReport(commits: commits)
    }
  }

  private static func change(
    _ path: RepositoryPath, _ change: GitTreeChange, _ git: GitRepository
  ) throws(GitError) -> LogReport.Change {
    func pointer(_ entry: GitTreeEntry?) throws(GitError) -> PointerFile? {
      guard let entry else { return nil }
      return try? PointerFile(decoding: git.blob(entry.id, limit: PointerFile.sizeLimit))
    }
    let (old, new) = (try pointer(change.old), try pointer(change.new))
    return LogReport.Change(
      path: path, oldOID: old?.id, newOID: new?.id, oldSize: old?.size, newSize: new?.size,
      oldFiles: old?.files, newFiles: new?.files)
  }
}

/// The commits that changed tracked data, newest first.
package struct LogReport: Report {
  /// What a commit did to one tracked path.
  package struct Change: Encodable, Sendable {
    let path: RepositoryPath
    let oldOID: ObjectID?
    let newOID: ObjectID?
    let oldSize: ByteCount?
    let newSize: ByteCount?
    let oldFiles: Int?
    let newFiles: Int?
  }

  /// One commit.
  package struct Commit: Encodable, Sendable {
    let id: String
    let author: ByteString
    let date: Timestamp
    let summary: ByteString
    let changes: [Change]

    init(_ commit: GitCommit, _ changes: [Change]) {
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
      for change in commit.changes { Self.write(change, to: &text) }
    }
  }

  private static func write(_ change: Change, to text: inout StyledText) {
    let sizes: String
    let verb: StyledString
    switch (change.oldSize, change.newSize) {
    case (nil, let size?): (verb, sizes) = ("\("added", .added)", "\(size)")
    case (let size?, nil): (verb, sizes) = ("\("removed", .removed)", "\(size)")
    case (let old?, let new?): (verb, sizes) = ("\("changed", .modified)", "\(old) → \(new)")
    case (nil, nil): (verb, sizes) = ("\("changed", .modified)", "unreadable pointer")
    }
    var files = ""
    if let new = change.newFiles, new != change.oldFiles, change.oldFiles != nil || new > 1 {
      files = ", " + (change.oldFiles.map { "\(grouped($0)) → " } ?? "") + counted(new, "file")
    }
    text.line("  \(verb) \(change.path, .path) (\(sizes)\(files))")
  }
}

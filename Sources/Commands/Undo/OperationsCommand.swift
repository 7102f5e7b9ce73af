package import Arguments
internal import Platform
package import Primitives
internal import Project
package import Terminal
internal import Workspace

/// `shale operations`: lists what was done.
package struct OperationsCommand: Command {
  package static let paths = Operand<[ByteString]>(
    "PATH", help: "Only what changed these tracked paths, or what lies in them", completion: .files)
  package static let limit = Option<Int?>(
    "limit", short: "n", value: "COUNT", help: "Show no more than COUNT operations")
  package static let everything = Flag(
    "all", short: "a", help: "Show all, also those of other worktrees")

  package static let spec = CommandSpec(
    "operations",
    summary: "List what Shale did, for `shale undo` to take back",
    discussion: """
      Shows the newest operations of this worktree, 20 unless asked otherwise: their ids, when they
      were, what was run and what changed; with `--verbose` all that changed. An operation that was
      taken back is marked. Its id is what `shale undo` takes, and so is `@{1}` for the second line.
      """,
    parameters: [limit, everything, paths],
    examples: [
      Example("shale operations", "Show what was done last"),
      Example("shale operations -n 5 data/train", "Show what changed one path"),
      Example("shale operations -v -n 1", "Show all that the last operation changed"),
    ],
    result: [
      ResultKey("operations", "The newest first", each: OperationLine.keys),
      ResultKey("skipped", "How many lines of the log cannot be read"),
    ],
    related: ["undo"])

  package static var isPaged: Bool { true }

  private let paths: [ByteString]
  private let limit: Int
  private let showsAll: Bool

  /// How many are shown where nobody says how many.
  private static let standardLimit = 20

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    paths = try arguments[Self.paths]
    showsAll = arguments[Self.everything]
    let count = try arguments[Self.limit]
    if let count, count < 1 {
      throw .invalidValue(ByteString("\(count)"), of: "--limit", expected: "1 or more")
    }
    limit = count ?? (showsAll ? .max : Self.standardLimit)
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> OperationsReport {
    let project = try context.openProject()
    let paths = try context.repositoryPaths(paths, in: project)
    let history = try explaining { () throws(FileError) in try project.operations.history() }
    let words = OperationWords(project.git)
    let all = history.operations.reversed().filter { operation in
      (showsAll || operation.worktree == project.layout.worktree)
        && (paths.isEmpty || operation.touches(paths))
    }
    if history.skipped > 0 {
      context.warn(
        Warning(
          id: "operations-unreadable",
          "\(counted(history.skipped, "line")) of the operation log cannot be read: they are "
            + "damaged, or a newer version wrote them"))
    }
    return OperationsReport(
      operations: all.prefix(limit).map { OperationLine($0, words) }, skipped: history.skipped,
      now: Clock.now(), root: project.layout.worktree)
  }
}

extension LoggedOperation {
  /// Whether it changed one of some paths, or something in or around it.
  fileprivate func touches(_ paths: [RepositoryPath]) -> Bool {
    changes.contains { change in
      switch change.kind {
      case .pointer, .data, .base, .placed, .moved, .saved, .file, .index, .fetched:
        [change.subject, change.kind == .moved ? change.old : nil].contains { subject in
          guard let subject = subject.flatMap({ try? RepositoryPath($0) }) else { return false }
          let path = PointerFile.dataPath(of: subject) ?? subject
          return paths.contains { $0.overlaps(path) }
        }
      default: false
      }
    }
  }
}

/// What was done.
package struct OperationsReport: Report {
  package let operations: [OperationLine]

  /// How many lines of the log cannot be read.
  package let skipped: Int

  private let now: Timestamp
  private let root: FilePath

  private enum CodingKeys: CodingKey {
    case operations, skipped
  }

  init(operations: [OperationLine], skipped: Int, now: Timestamp, root: FilePath) {
    self.operations = operations
    self.skipped = skipped
    self.now = now
    self.root = root
  }

  package func write(to text: inout StyledText) {
    if operations.isEmpty { return text.line("Nothing was done here yet.") }
    if text.verbosity == .verbose {
      for operation in operations { write(operation, to: &text) }
      return
    }
    var table = Table([.left, .left, .left, .left])
    for operation in operations {
      table.add([
        "\(operation.shortID, .commit)", "\(age(of: operation.time, at: now), .faint)",
        "\(operation.command, .command)",
        operation.isUndone ? "\("undone:", .removed) \(operation.summary)" : operation.summary,
      ])
    }
    text.table(table)
  }

  private func write(_ operation: OperationLine, to text: inout StyledText) {
    let state: StyledString = operation.isUndone ? " \("undone", .removed)" : ""
    let head: StyledString = "\(operation.id, .commit) \(operation.command, .command)"
    text.line("\(head) \(operation.time, .faint)\(state)")
    if operation.worktree != root { text.line("  in \(operation.worktree, .path)") }
    for line in operation.styled { text.line("  \(line)") }
  }
}

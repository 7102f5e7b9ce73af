package import Arguments
package import Primitives
internal import Project
package import Terminal
internal import Workspace

/// `shale diff`: shows which files differ.
package struct DiffCommand: Command {
  package static let words = Operand<[ByteString]>(
    "REV|PATH", help: "One or two revisions, then paths", completion: .revisions)
  package static let stat = Flag("stat", help: "Show only how much changed in each tracked path")
  package static let exitCode = Flag("exit-code", help: "End with status 6 when anything differs")

  package static let spec = CommandSpec(
    "diff",
    summary: "Show which files of tracked data differ",
    discussion: """
      Without a revision it compares the data in the worktree with what was last recorded, with one
      the pointers of the worktree with that revision, with two one revision with the other. Files
      are compared by their oids; no data need be here.
      """,
    parameters: [stat, exitCode, words],
    usage: ["[REV [REV]] [PATH…]"],
    examples: [
      Example("shale diff", "What changed and is not recorded"),
      Example("shale diff v1.0 v1.1 data", "What changed between two versions"),
      Example("shale diff --stat HEAD~1", "How much the last commit changed"),
    ],
    statuses: [.different, .missing],
    related: ["status", "log"])

  private let words: [ByteString]
  private let separator: Int?
  private let isStat: Bool
  private let usesExitCode: Bool

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    words = try arguments[Self.words]
    separator = arguments.separator
    isStat = arguments[Self.stat]
    usesExitCode = arguments[Self.exitCode]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> DiffReport {
    let project = try context.openProject()
    let workspace = try context.workspace(of: project)
    let (first, rest) = try TrackedView.split(words, separator: separator, in: context, project)
    var second: ByteString?
    var names = rest
    if first != nil {
      (second, names) = try TrackedView.split(
        rest, separator: separator.map { $0 - 1 }, in: context, project)
    }
    let paths = try context.repositoryPaths(names, in: project)
    let found: [DiffReport.Path]
    if let first {
      let old = TrackedView(project: project, workspace: workspace, revision: first)
      let new = TrackedView(project: project, workspace: workspace, revision: second)
      found = try compare(old, new, paths)
    } else {
      found = try worktreeChanges(paths, workspace, context)
    }
    return DiffReport(
      paths: found.filter { !$0.changes.isEmpty }, isStat: isStat, usesExitCode: usesExitCode)
  }

  private func worktreeChanges(
    _ paths: [RepositoryPath], _ workspace: Workspace, _ context: CommandContext
  ) throws(CommandFailure) -> [DiffReport.Path] {
    var options = StatusOptions()
    options.looksForUntracked = false
    let report = try explaining { () throws(WorkspaceError) in
      try workspace.status(paths, options: options, progress: context.progress)
    }
    return report.paths.map { status in
      DiffReport.Path(
        path: status.path, changes: status.changes.map(StatusCommandReport.Change.init))
    }
  }

  private func compare(
    _ old: TrackedView, _ new: TrackedView, _ paths: [RepositoryPath]
  ) throws(CommandFailure) -> [DiffReport.Path] {
    let before = Dictionary(try old.items().map { ($0.path, $0.pointer) }) { first, _ in first }
    let after = Dictionary(try new.items().map { ($0.path, $0.pointer) }) { first, _ in first }
    let diff = TreeDiff(in: old.workspace.store)
    var found: [DiffReport.Path] = []
    for path in Set(before.keys).union(after.keys).sorted()
    where paths.isEmpty || paths.contains(where: { path.isWithin($0) || $0.isWithin(path) }) {
      let changes = try explaining { () throws(WorkspaceError) in
        try diff.changes(of: path, from: before[path], to: after[path])
      }
      let isPart = !paths.isEmpty && !paths.contains { path.isWithin($0) }
      let meant = changes.filter { change in
        !isPart || paths.contains { change.path.isWithin($0) }
      }
      found.append(
        DiffReport.Path(path: path, changes: meant.map(StatusCommandReport.Change.init)))
    }
    return found
  }
}

/// The files that differ.
package struct DiffReport: Report {
  /// One tracked path.
  package struct Path: Encodable, Sendable {
    let path: RepositoryPath
    let changes: [StatusCommandReport.Change]
  }

  package let paths: [Path]
  let isStat: Bool
  let usesExitCode: Bool

  private enum CodingKeys: CodingKey {
    case paths
  }

  package var status: ExitStatus { usesExitCode && !paths.isEmpty ? .different : .done }

  package func write(to text: inout StyledText) {
    if isStat { return writeStat(to: &text) }
    for path in paths {
      for change in path.changes { change.write(to: &text) }
    }
  }

  private func writeStat(to text: inout StyledText) {
    var table = Table([.left, .right, .right, .right, .right])
    for path in paths {
      func count(_ kinds: EntryChange.Kind...) -> Int {
        path.changes.count { kinds.contains($0.kind) }
      }
      let delta = path.changes.reduce(0) { sum, change in
        change.kind == .renamed
          ? sum : sum + (change.newSize?.bytes ?? 0) - (change.oldSize?.bytes ?? 0)
      }
      table.add([
        "\(path.path, .path)",
        "\("+\(grouped(count(.added)))", .added)",
        "\("~\(grouped(count(.modified, .typeChanged, .modeChanged, .renamed)))", .modified)",
        "\("-\(grouped(count(.deleted)))", .removed)",
        "\("\(delta < 0 ? "" : "+")\(ByteCount.bytes(delta))", .number)",
      ])
    }
    text.table(table)
  }
}

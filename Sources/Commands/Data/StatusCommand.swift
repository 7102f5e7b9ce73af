package import Arguments
internal import Git
internal import ObjectStore
internal import Platform
package import Primitives
internal import Project
package import Terminal
internal import Workspace

/// `shale status`: says how data, pointers and store stand to each other.
package struct StatusCommand: Command {
  package static let paths = Operand<[ByteString]>(
    "PATH", help: "Only these tracked paths", completion: .files)
  package static let exitCode = Flag(
    "exit-code", help: "End with status 6 when anything is not clean")

  package static let spec = CommandSpec(
    "status",
    summary: "Show what changed",
    discussion: """
      Compares the data with what was last recorded, and with the pointers that git has. Files
      whose size and times did not change are not read.
      """,
    parameters: [exitCode, paths],
    examples: [
      Example("shale status", "Look at everything"),
      Example("shale status data/train", "Look at one directory"),
    ],
    result: [
      ResultKey("head", "What is checked out", of: Head.keys),
      ResultKey(
        "paths", "The tracked paths",
        each: [
          ResultKey("path", "The path"),
          ResultKey(
            "state",
            "`clean`, `behind`, `modified`, `diverged`, `not-here`, `missing` or `unreadable-pointer`"
          ), ResultKey("files", "How many files there are"),
          ResultKey("size", "Their size in bytes"),
          ResultKey(
            "changes", "What differs from what was last recorded",
            each: StatusCommandReport.Change.keys),
          ResultKey("filesNotHere", "How many files were never brought here"),
          ResultKey("unsaved", "How many bytes are in no store"),
          ResultKey("isInStore", "Whether the local store has what the pointer stands for"),
          ResultKey(
            "forgotten", "When and why the content was forgotten, in words", isOptional: true),
          ResultKey("problem", "Why the pointer cannot be read", isOptional: true),
          ResultKey("isUnfinished", "Whether a checkout was interrupted here"),
          ResultKey("special", "Pipes, sockets and devices, which cannot be recorded"),
          ResultKey("repositories", "Git repositories, which cannot be recorded"),
          ResultKey("unreadable", "Why directories cannot be read, in words"),
        ]),
      ResultKey(
        "conflicts", "Tracked paths that a merge left in conflict", each: ConflictReport.keys),
      ResultKey(
        "uncommitted", "Pointers that differ from the current commit", each: PointerChange.keys),
      ResultKey(
        "leftOver", "Data that no pointer stands for any more",
        each: [
          ResultKey("path", "The path"),
          ResultKey("isCommitted", "Whether some commit tracks it as it was last recorded"),
        ]),
      ResultKey(
        "largeUntracked", "Large files that nobody tracks",
        each: [ResultKey("path", "The path"), ResultKey("size", "Its size in bytes")]),
      ResultKey("untrackedPointers", "Pointers that git does not have"),
      ResultKey("unsaved", "How many bytes are in no store"),
    ],
    statuses: [.different],
    related: ["diff", "add", "checkout", "resolve"])

  package static let followsPointers = true

  private let paths: [ByteString]
  private let usesExitCode: Bool

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    paths = try arguments[Self.paths]
    usesExitCode = arguments[Self.exitCode]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> StatusCommandReport {
    let project = try context.openProject()
    let workspace = try context.workspace(of: project)
    let paths = try context.repositoryPaths(paths, in: project)
    var options = StatusOptions()
    options.largeFile = project.configuration[Settings.largeFile]
    let report = try explaining { () throws(WorkspaceError) in
      try workspace.status(paths, options: options, progress: context.progress)
    }
    let head = try explaining { () throws(GitError) in Head(try project.git.head()) }
    let pending = try explaining { () throws(GitError) in
      var changes: [PointerChange] = []
      for (path, pointer) in try project.pendingPointers(in: paths) {
        guard let change = try PointerChange(path, pointer, in: project.git) else { continue }
        changes.append(change)
      }
      return changes
    }
    context.tellNotices(of: project)
    return StatusCommandReport(
      report, head: head, uncommitted: pending, usesExitCode: usesExitCode)
  }
}

/// How data, pointers and store stand to each other.
package struct StatusCommandReport: Report {
  /// One difference inside a tracked path.
  package struct Change: Encodable, Sendable {
    let kind: EntryChange.Kind
    let path: RepositoryPath
    let oldPath: RepositoryPath?
    let oldSize: ByteCount?
    let newSize: ByteCount?
  }

  /// One tracked path.
  package struct Path: Encodable, Sendable {
    let path: RepositoryPath
    let state: DataState
    let files: Int
    let size: ByteCount
    let changes: [Change]

    /// Files that the pointer names and that were never brought here.
    let filesNotHere: Int

    /// Bytes that are in the worktree and in no store.
    let unsaved: ByteCount

    /// Whether the local store has what the pointer stands for.
    let isInStore: Bool

    /// When and why what the pointer stands for was forgotten on purpose.
    let forgotten: String?

    /// Why the pointer cannot be read.
    let problem: String?

    /// Whether a checkout was interrupted here.
    let isUnfinished: Bool

    /// Pipes, sockets and devices: `add` refuses them.
    let special: [RepositoryPath]

    /// Git repositories inside the data: `add` refuses them.
    let repositories: [RepositoryPath]

    /// Sentences about directories that cannot be read.
    let unreadable: [String]
  }

  /// Data that no pointer stands for any more.
  package struct LeftOver: Encodable, Sendable {
    let path: RepositoryPath

    /// Whether some commit tracks it as it was last recorded.
    let isCommitted: Bool
  }

  /// A large file that nobody tracks.
  package struct Untracked: Encodable, Sendable {
    let path: RepositoryPath
    let size: ByteCount
  }

  package let paths: [Path]

  /// The tracked paths that a merge left in conflict.
  package let conflicts: [ConflictReport]

  /// What is checked out.
  package let head: Head

  /// How pointers differ from the current commit.
  package let uncommitted: [PointerChange]
  package let leftOver: [LeftOver]
  package let largeUntracked: [Untracked]
  package let untrackedPointers: [RepositoryPath]
  package let unsaved: ByteCount
  private let usesExitCode: Bool

  private enum CodingKeys: CodingKey {
    case head, paths, conflicts, uncommitted, leftOver, largeUntracked, untrackedPointers, unsaved
  }

  init(
    _ report: StatusReport, head: Head, uncommitted: [PointerChange], usesExitCode: Bool
  ) {
    self.head = head
    self.uncommitted = uncommitted
    self.usesExitCode = usesExitCode
    unsaved = report.unsaved
    conflicts = report.conflicts.map(ConflictReport.init)
    untrackedPointers = report.untrackedPointers
    leftOver = report.leftOver.map { LeftOver(path: $0.path, isCommitted: $0.isCommitted) }
    largeUntracked = report.largeUntracked.map { Untracked(path: $0.path, size: $0.size) }
    paths = report.paths.map { status in
      var problem: String?
      if case .failure(let error) = status.pointer { problem = error.description }
      return Path(
        path: status.path, state: status.state, files: status.files, size: status.size,
        changes: status.changes.map(Change.init),
        filesNotHere: status.filesNotHere, unsaved: status.unsaved, isInStore: status.isInStore,
        forgotten: status.tombstone?.description, problem: problem,
        isUnfinished: status.unfinishedCheckout != nil,
        special: status.special, repositories: status.repositories,
        unreadable: status.unreadable.map(\.description))
    }
  }

  private var isClean: Bool { conflicts.isEmpty && paths.allSatisfy(\.isClean) }

  package var status: ExitStatus { usesExitCode && !isClean ? .different : .done }
}

extension StatusCommandReport.Path {
  /// Whether there is nothing to do about it.
  fileprivate var isClean: Bool {
    state == .clean && changes.isEmpty && isInStore && !isUnfinished && !isObstructed
  }

  /// Whether something lies in the data that keeps it from being recorded.
  private var isObstructed: Bool {
    !special.isEmpty || !repositories.isEmpty || !unreadable.isEmpty
  }
}

// MARK: - For people

extension StatusCommandReport {
  package func write(to text: inout StyledText) {
    head.write(to: &text)
    if paths.isEmpty {
      text.line("No data is tracked. Run \("shale add PATH", .command) to track some.")
    }
    // What is wrong with a pointer is told with its path.
    let broken = Set(paths.filter { $0.problem != nil }.map(\.path))
    let changes = uncommitted.filter { !broken.contains($0.path) }
    if !changes.isEmpty {
      text.line("Recorded and not committed:")
      for change in changes { change.write(to: &text) }
    }
    for conflict in conflicts { conflict.write(to: &text) }
    for path in paths where !path.isClean { Self.write(path, to: &text) }
    for path in paths where path.isClean && path.filesNotHere > 0 {
      let all = path.files + path.filesNotHere
      text.line(
        "\("partial", .absent) \(path.path, .path): \(grouped(path.files)) of \(counted(all, "file")) here"
      )
    }
    let clean = paths.count { $0.isClean }
    if isClean, !paths.isEmpty {
      text.line("Clean: \(clean) tracked \(clean == 1 ? "path" : "paths").")
    }
    if unsaved > .zero {
      text.line(
        "\(unsaved, .number) are not recorded. Run \("shale commit", .command) to keep them.")
    }
    for data in leftOver {
      let advice: StyledString =
        data.isCommitted
        ? "tracked elsewhere, not here: \("shale checkout", .command) takes it away"
        : "its pointer is gone, and no commit has it: \("shale add", .command) tracks it again"
      text.line("\("left-over", .warning) \(data.path, .path): \(advice)")
    }
    for pointer in untrackedPointers {
      text.line("\("untracked pointer", .warning) \(pointer, .path): run \("git add", .command)")
    }
    let listed = text.verbosity == .verbose ? .max : 20
    for file in largeUntracked.prefix(listed) {
      text.line("\("large file", .warning) \(file.path, .path) (\(file.size)) is not tracked")
    }
    if largeUntracked.count > listed {
      text.line("… and \(grouped(largeUntracked.count - listed)) more large files")
    }
  }

  private static func write(_ path: Path, to text: inout StyledText) {
    let (label, advice) = explanation(of: path)
    // A file by itself has said it all with one line.
    let only = path.changes.count == 1 && path.changes.first?.path == path.path
    let sizes = only ? path.changes.first?.sizes ?? "" : ""
    text.line("\(path.state.rawValue, label) \(path.path, .path)\(sizes, .faint)\(advice)")
    if let problem = path.problem { text.line("  \(problem)") }
    for change in only ? [] : path.changes.prefix(text.verbosity == .verbose ? .max : 20) {
      change.write(to: &text)
    }
    if path.changes.count > 20, text.verbosity != .verbose {
      text.line(
        "  … and \(grouped(path.changes.count - 20)) more: see \("shale status -v", .command)")
    }
    if path.filesNotHere > 0, path.state != .notHere {
      text.line("  \(counted(path.filesNotHere, "file")) not here")
    }
    for special in path.special.prefix(20) {
      text.line("  \("no regular file", .warning) \(special, .path): it cannot be recorded")
    }
    for repository in path.repositories.prefix(20) {
      text.line("  \("git repository", .warning) \(repository, .path): it cannot be recorded")
    }
    for refusal in path.unreadable.prefix(20) { text.line("  \("unreadable", .error) \(refusal)") }
    if path.isUnfinished, path.state != .notHere {
      let command = path.isInStore ? "shale checkout" : "shale pull"
      text.line("  a checkout was not finished: run \(command, .command) to finish it")
    }
  }

  private static func explanation(of path: Path) -> (Label, String) {
    if let forgotten = path.forgotten, [.clean, .behind, .notHere].contains(path.state) {
      return (.absent, ": its content was forgotten on \(forgotten)")
    }
    return switch path.state {
    case .clean: (.success, path.isInStore ? "" : ": its content is not in the store")
    case .behind:
      (
        .behind,
        ": the pointer moved; `shale \(path.isInStore ? "checkout" : "pull")` brings the data"
      )
    case .modified: (.modified, "")
    case .diverged:
      (.conflict, ": data and pointer both changed; `shale resolve` merges them, or takes a side")
    case .notHere: (.absent, ": `shale \(path.isInStore ? "checkout" : "pull")` brings it")
    case .missing: (.removed, ": the data is gone; `shale checkout` brings it back")
    case .unreadablePointer: (.error, "")
    }
  }
}

extension StatusCommandReport.Change {
  init(_ change: EntryChange) {
    kind = change.kind
    path = change.path
    oldPath = change.oldPath
    oldSize = change.oldSize
    newSize = change.newSize
  }

  /// What became of the size, in parentheses; nothing where it is the same.
  var sizes: String { sizeChange(from: oldSize, to: newSize).map { " (\($0))" } ?? "" }

  /// Writes the change as one line.
  func write(to text: inout StyledText) {
    let label: Label =
      switch kind {
      case .added: .added
      case .deleted: .removed
      case .renamed: .renamed
      case .modified, .typeChanged, .modeChanged: .modified
      }
    let from = oldPath.map { "\($0) → " } ?? ""
    text.line("  \(kind.rawValue, label) \(from)\(path, .path)\(sizes, .faint)")
  }
}

extension StatusCommandReport.Change {
  /// The keys of its JSON.
  static let keys = [
    ResultKey(
      "kind", "`added`, `modified`, `deleted`, `renamed`, `type-changed` or `mode-changed`"),
    ResultKey("path", "The file"),
    ResultKey("oldPath", "Its path before it was renamed", isOptional: true),
    ResultKey("oldSize", "Its size before, in bytes", isOptional: true),
    ResultKey("newSize", "Its size now, in bytes", isOptional: true),
  ]
}

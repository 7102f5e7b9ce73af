package import Arguments
package import Primitives
internal import Project
package import Terminal
package import Workspace

/// `shale add`: puts data into the store and a pointer in its place.
package struct AddCommand: Command {
  package static let paths = Operand<[ByteString]>(
    "PATH", atLeast: 1, help: "Files, directories or patterns of data", completion: .files)
  package static let force = Flag(
    "force", short: "f", help: "Record data that diverged from its pointer")

  package static let spec = CommandSpec(
    "add",
    summary: "Put data into the store, and a pointer into git",
    discussion: """
      The content goes into the local store, a pointer file `PATH.shale` is written beside the
      data and staged in git, and git is told to ignore the data itself. The data stays where it
      is. Adding a path inside a tracked directory records that part and reads nothing else.
      """,
    parameters: [force, paths],
    examples: [
      Example("shale add data/", "Track a directory"),
      Example("shale add model.safetensors", "Track a file"),
      Example("shale add data/train/new.csv", "Record one file of a tracked directory"),
    ],
    result: AddCommandReport.keys,
    statuses: [.denied, .tryAgain],
    related: ["commit", "status"])

  package static let followsPointers = true

  private let paths: [ByteString]
  private let isForced: Bool

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    paths = try arguments[Self.paths]
    isForced = arguments[Self.force]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> AddCommandReport {
    let project = try context.openProject()
    let workspace = try context.workspace(of: project)
    var found: [RepositoryPath] = []
    for path in try context.repositoryPaths(paths, in: project) {
      let matches = try explaining { () throws(WorkspaceError) in
        try workspace.paths(matching: path.bytes)
      }
      found += matches.isEmpty ? [path] : matches
    }
    var options = AddOptions()
    options.isForced = isForced
    let report = try explaining { () throws(WorkspaceError) in
      try workspace.add(found, options: options, progress: context.progress)
    }
    try project.recordTracked(["add"], report.changes, in: workspace)
    for path in report.notIgnored {
      context.warn(
        Warning(
          id: "not-ignored", "Git does not ignore '\(path)': a later rule takes it back",
          hints: ["Change the rule, before `git add` takes the data itself"]))
    }
    context.tellNotices(of: project)
    return AddCommandReport(report)
  }
}

/// What `shale add` recorded.
package struct AddCommandReport: Report {
  /// One tracked path whose pointer changed.
  package struct Entry: Encodable, Sendable {
    let path: RepositoryPath
    let oid: ObjectID?
    let size: ByteCount
    let files: Int
    let isNew: Bool
  }

  package let changes: [Entry]
  package let unchanged: [RepositoryPath]
  package let behind: [RepositoryPath]
  package let skipped: [SkippedFile]
  package let caseCollisions: [[RepositoryPath]]

  /// What the store did not have, after compression.
  package let newBytes: ByteCount

  package var isConfirmation: Bool { true }

  /// Whether a commit tells what it recorded: what it left alone is then no news.
  private let isPartOfCommit: Bool

  private enum CodingKeys: CodingKey {
    case changes, unchanged, behind, skipped, caseCollisions, newBytes
  }

  init(_ report: AddReport, isPartOfCommit: Bool = false) {
    self.isPartOfCommit = isPartOfCommit
    changes = report.changes.map { change in
      Entry(
        path: change.path, oid: change.new?.id, size: change.new?.size ?? .zero,
        files: change.new?.kind == .tree ? change.new?.files ?? 0 : 0, isNew: change.old == nil)
    }
    unchanged = report.unchanged
    behind = report.behind
    skipped = report.skipped
    caseCollisions = report.caseCollisions
    newBytes = report.newBytes
  }

  package var failure: CommandFailure? {
    let others = skipped.count > 1 ? ", and \(skipped.count - 1) more were not recorded" : ""
    return skipped.first.map { CommandFailure($0, others: others) }
  }

  package func write(to text: inout StyledText) {
    for change in changes {
      let verb: StyledString = change.isNew ? "\("added", .added)" : "\("updated", .modified)"
      let files = change.files > 0 ? ", \(counted(change.files, "file"))" : ""
      text.line("\(verb) \(change.path, .path) (\(change.size)\(files))")
    }
    if !isPartOfCommit || text.verbosity == .verbose {
      for path in unchanged { text.line("unchanged \(path, .path)") }
    }
    for path in behind {
      text.line("\("behind", .behind) \(path, .path): its pointer moved, and was left alone")
    }
    for names in caseCollisions {
      let list = names.map(\.description).joined(separator: ", ")
      text.line("\("note:", .warning) \(list) differ in case only: some file systems mix them up")
    }
    if !changes.isEmpty { text.line("\(newBytes, .number) new in the store") }
  }
}

extension AddCommandReport {
  /// The keys of its JSON.
  static let keys = [
    ResultKey(
      "changes", "Tracked paths whose pointer changed",
      each: [
        ResultKey("path", "The path"), ResultKey("oid", "The oid of its data", isOptional: true),
        ResultKey("size", "The size of its data in bytes"),
        ResultKey("files", "How many files there are; 0 for a file"),
        ResultKey("isNew", "Whether it was not tracked before"),
      ]),
    ResultKey("unchanged", "Paths whose data is as their pointer says"),
    ResultKey("behind", "Paths whose pointer has moved, left alone"),
    ResultKey(
      "skipped", "Files that could not be recorded", each: SkippedFile.keys),
    ResultKey("caseCollisions", "Lists of names that differ in case only"),
    ResultKey("newBytes", "How many bytes the store did not have"),
  ]
}

extension SkippedFile {
  /// The keys of its JSON.
  static let keys = [ResultKey("path", "The path"), ResultKey("reason", "Why, in words")]
}

package import Arguments
internal import ObjectStore
package import Primitives
internal import Project
package import Terminal
internal import Workspace

/// `shale ls`: lists tracked paths, and what lies in tracked directories.
package struct LsCommand: Command {
  package static let words = Operand<[ByteString]>(
    "REV|PATH", help: "A revision, then a path; the worktree and everything by default",
    completion: .revisions)
  package static let recursive = Flag(
    "recursive", short: "R", help: "Go into directories of tracked data")
  package static let long = Flag("long", short: "l", help: "Show oids too")

  package static let spec = CommandSpec(
    "ls",
    summary: "List tracked data",
    discussion: """
      Without a path it lists the tracked paths; with a path inside a tracked directory, what lies
      there. It reads pointers and directories from git and the store, not the data, so it works
      for any revision, and where the data was never brought.
      """,
    parameters: [recursive, long, words],
    usage: ["[REV] [PATH]"],
    examples: [
      Example("shale ls", "List what is tracked"),
      Example("shale ls v1.0 data/train", "List a directory as it was at v1.0"),
      Example("shale ls -R data", "List all files below data"),
    ],
    statuses: [.missing],
    related: ["cat", "log"])

  private let words: [ByteString]
  private let separator: Int?
  private let isRecursive: Bool
  private let isLong: Bool

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    words = try arguments[Self.words]
    separator = arguments.separator
    isRecursive = arguments[Self.recursive]
    isLong = arguments[Self.long]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> LsReport {
    let project = try context.openProject()
    let workspace = try context.workspace(of: project)
    let (revision, names) = try TrackedView.split(
      words, separator: separator, in: context, project)
    let view = TrackedView(project: project, workspace: workspace, revision: revision)
    var entries: [LsReport.Entry] = []
    for path in try context.repositoryPaths(names.isEmpty ? [] : names, in: project) {
      try list(path, view, &entries)
    }
    if names.isEmpty {
      for item in try view.items() { try list(item.path, view, &entries, top: true) }
    }
    return LsReport(revision: revision, entries: entries, isLong: isLong)
  }

  private func list(
    _ path: RepositoryPath, _ view: TrackedView, _ entries: inout [LsReport.Entry],
    top: Bool = false
  ) throws(CommandFailure) {
    switch try view.place(path) {
    case .holding(let items):
      for item in items { try list(item.path, view, &entries, top: true) }
    case .entry(let entry) where entry.kind == .directory && (!top || isRecursive):
      try list(entry.id, at: path, view, &entries)
    case .entry(let entry):
      entries.append(LsReport.Entry(path: path, entry))
    }
  }

  private func list(
    _ tree: ObjectID, at path: RepositoryPath, _ view: TrackedView,
    _ entries: inout [LsReport.Entry]
  ) throws(CommandFailure) {
    let tree = try explaining { () throws(StoreError) in try view.workspace.store.tree(tree) }
    for entry in tree.entries {
      guard let child = try? path.appending(entry.name) else { continue }
      if entry.kind == .directory && isRecursive {
        try list(entry.id, at: child, view, &entries)
      } else {
        entries.append(LsReport.Entry(path: child, entry))
      }
    }
  }
}

/// Tracked paths, or what lies in one of them.
package struct LsReport: Report {
  /// One path.
  package struct Entry: Encodable, Sendable {
    let path: RepositoryPath

    /// `file`, `executable`, `symlink` or `directory`.
    let kind: String
    let oid: ObjectID
    let size: ByteCount
    let files: Int

    init(path: RepositoryPath, _ entry: TreeEntry) {
      self.path = path
      oid = entry.id
      size = entry.size
      files = entry.files
      kind =
        switch entry.kind {
        case .file: "file"
        case .executable: "executable"
        case .symlink: "symlink"
        case .directory: "directory"
        }
    }
  }

  /// The revision, or nothing for the worktree.
  package let revision: ByteString?
  package let entries: [Entry]
  let isLong: Bool

  private enum CodingKeys: CodingKey {
    case revision, entries
  }

  package func write(to text: inout StyledText) {
    var table = Table(isLong ? [.left, .right, .right, .left] : [.right, .right, .left])
    for entry in entries {
      let slash = entry.kind == "directory" ? "/" : ""
      let files: StyledString =
        entry.kind == "directory" ? "\(counted(entry.files, "file"), .faint)" : ""
      let cells: [StyledString] = [
        "\(entry.size, .number)", files, "\(entry.path, .path)\(slash)",
      ]
      table.add(isLong ? ["\(entry.oid, .objectID)"] + cells : cells)
    }
    text.table(table)
  }
}

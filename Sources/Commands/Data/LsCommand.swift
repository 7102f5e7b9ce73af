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
    result: [
      ResultKey("revision", "The revision; left out for the worktree", isOptional: true),
      ResultKey(
        "entries", "What is there",
        each: [
          ResultKey("path", "The path"),
          ResultKey("kind", "`file`, `executable`, `symlink` or `directory`"),
          ResultKey("oid", "The oid of the content"), ResultKey("size", "Its size in bytes"),
          ResultKey("files", "How many files there are"),
          ResultKey("isForgotten", "Whether its content was forgotten on purpose"),
        ]),
      ResultKey("unreadable", "Pointers that cannot be read", each: UnreadablePointer.keys),
      ResultKey(
        "missing", "Directories that cannot be listed",
        each: [ResultKey("path", "The directory"), ResultKey("oid", "Its oid")]),
    ],
    statuses: [.missing],
    related: ["cat", "log"])

  package static var isPaged: Bool { true }

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
    let (revisions, names) = try TrackedView.split(
      words, separator: separator, in: context, project)
    let view = TrackedView(project: project, workspace: workspace, revision: revisions.first)
    var report = LsReport(revision: revisions.first, isLong: isLong)
    report.tombstones = try explaining { () throws(StoreError) in
      try workspace.store.tombstones()
    }
    for path in try context.repositoryPaths(names, in: project) {
      switch try view.place(path) {
      case .holding(let contents): try list(contents, view, &report)
      case .entry(let entry) where entry.kind == .directory:
        try list(entry.id, at: path, view, &report)
      case .entry(let entry): report.add(path, entry)
      }
    }
    if names.isEmpty { try list(try view.contents(), view, &report) }
    return report
  }

  /// Lists tracked paths, and with `--recursive` what lies in them.
  private func list(
    _ contents: TrackedView.Contents, _ view: TrackedView, _ report: inout LsReport
  ) throws(CommandFailure) {
    for item in contents.items {
      if isRecursive, item.pointer.kind == .tree {
        try list(item.pointer.id, at: item.path, view, &report)
      } else {
        report.add(item.path, item.entry)
      }
    }
    report.unreadable += contents.unreadable
  }

  /// Lists a directory inside tracked data.
  private func list(
    _ id: ObjectID, at path: RepositoryPath, _ view: TrackedView, _ report: inout LsReport
  ) throws(CommandFailure) {
    let tree: Tree
    do {
      tree = try view.workspace.store.tree(id)
    } catch {
      guard case .missing = error else { throw CommandFailure(error) }
      report.missing.append(CheckoutCommandReport.Content(path: path, oid: id))
      return
    }
    for entry in tree.entries {
      let child: RepositoryPath
      do {
        child = try path.appending(entry.name)
      } catch {
        throw CommandFailure(WorkspaceError.path(error))
      }
      let count = report.entries.count
      if entry.kind == .directory, isRecursive {
        try list(entry.id, at: child, view, &report)
      }
      // An empty directory has no file that would speak for it, and neither has one not here.
      if report.entries.count == count { report.add(child, entry) }
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
    let isForgotten: Bool

    init(path: RepositoryPath, _ entry: TreeEntry, isForgotten: Bool) {
      self.isForgotten = isForgotten
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
  package private(set) var entries: [Entry] = []

  /// Tracked paths of which nothing is known but their names.
  package fileprivate(set) var unreadable: [UnreadablePointer] = []

  /// Directories of which nothing is known but their oids.
  package fileprivate(set) var missing: [CheckoutCommandReport.Content] = []
  private let isLong: Bool

  /// What was forgotten of all that may be listed.
  fileprivate var tombstones = Tombstones()

  private enum CodingKeys: CodingKey {
    case revision, entries, unreadable, missing
  }

  init(revision: ByteString?, isLong: Bool) {
    self.revision = revision
    self.isLong = isLong
  }

  mutating func add(_ path: RepositoryPath, _ entry: TreeEntry) {
    let isForgotten = entry.kind != .directory && tombstones[entry.id] != nil
    entries.append(Entry(path: path, entry, isForgotten: isForgotten))
  }

  package var failure: CommandFailure? {
    guard let first = missing.first else { return CommandFailure(unreadable) }
    let others = missing.count > 1 ? " and \(grouped(missing.count - 1)) more" : ""
    return CommandFailure(
      .missing, id: "object-missing",
      "Directory '\(first.path)'\(others) is not in the store, and cannot be listed",
      hints: ["Run `shale fetch` to get it from the remote"])
  }

  package func write(to text: inout StyledText) {
    var table = Table(isLong ? [.left, .right, .right, .left] : [.right, .right, .left])
    for entry in entries {
      let slash = entry.kind == "directory" ? "/" : ""
      let files: StyledString =
        entry.kind == "directory" ? "\(counted(entry.files, "file"), .faint)" : ""
      let note: StyledString = entry.isForgotten ? "  \("forgotten", .absent)" : ""
      let cells: [StyledString] = [
        "\(entry.size, .number)", files, "\(entry.path, .path)\(slash)\(note)",
      ]
      table.add(isLong ? ["\(entry.oid, .objectID)"] + cells : cells)
    }
    text.table(table)
  }
}

package import Arguments
internal import Git
internal import ObjectStore
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
      with that revision; with two it compares the revisions with each other, by their oids, and no
      data need be here.

      With `--content` it shows how the contents of files differ: rows and columns of CSV, TSV and
      JSON Lines, tensors of safetensors and NumPy, values of JSON, YAML and TOML by key path, size
      and format of pictures, lines of text, and bytes of all else. Of gzip files what they stand for
      is compared. Memory stays below a fixed bound, however large the files are.
      """,
    parameters: [
      stat, exitCode, ContentOptions.content, ContentOptions.key, ContentOptions.limit,
      ContentOptions.html, words,
    ],
    usage: ["[REV [REV]|REV..REV] [PATH…]"],
    examples: [
      Example("shale diff", "What changed and is not recorded"),
      Example("shale diff v1.0 v1.1 data", "What changed between two versions"),
      Example("shale diff --stat HEAD~1", "How much the last commit changed"),
      Example(
        "shale diff --content --key id v1.0 v1.1 data/prices.csv", "Which rows of a table changed"),
      Example("shale diff --content --html pictures.html", "Look at changed pictures side by side"),
    ],
    result: [
      ResultKey(
        "paths", "The tracked paths that differ",
        each: [
          ResultKey("path", "The path"),
          ResultKey("changes", "The files that differ", each: StatusCommandReport.Change.keys),
        ]),
      ResultKey("unreadable", "Pointers that cannot be read", each: UnreadablePointer.keys),
      ResultKey(
        "contents", "How contents differ, under `--content`", isOptional: true,
        each: ContentChange.keys),
      ResultKey("page", "The page that was written, under `--html`", isOptional: true),
    ],
    statuses: [.different, .missing, .damaged],
    related: ["status", "log"])

  package static var isPaged: Bool { true }
  package static let followsPointers = true

  private let words: [ByteString]
  private let separator: Int?
  private let isStat: Bool
  private let usesExitCode: Bool

  /// What is wanted of contents, if anything.
  private let content: ContentOptions?

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    words = try arguments[Self.words]
    separator = arguments.separator
    isStat = arguments[Self.stat]
    usesExitCode = arguments[Self.exitCode]
    content = try ContentOptions(arguments)
    if isStat, content != nil { throw .conflict("--stat", "--content") }
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> DiffReport {
    let project = try context.openProject()
    let workspace = try context.workspace(of: project)
    let (revisions, names) = try sides(context, project)
    let paths = try context.repositoryPaths(names, in: project)
    var report = DiffReport(isStat: isStat, usesExitCode: usesExitCode)
    let page = content?.page.map { word in
      FigureOutput(
        word: word, option: "--html", context: context, project: project, workspace: workspace,
        isForced: nil)
    }
    try page?.check()
    var contents = content.map { ContentDiffing($0, workspace, context) }
    if let old = revisions.first {
      let before = TrackedView(project: project, workspace: workspace, revision: old)
      let after = TrackedView(
        project: project, workspace: workspace, revision: revisions.dropFirst().first)
      try compare(before, after, paths, &report, &contents)
    } else {
      try addWorktreeChanges(paths, workspace, context, &report, &contents)
    }
    report.paths.removeAll { $0.changes.isEmpty }
    if let contents {
      report.contents = contents.changes
      report.contentFailure = contents.failure
      if let page {
        try page.write(contents.page())
        report.page = page.word
      }
    }
    return report
  }

  /// The revisions that are compared, and the paths.
  private func sides(
    _ context: CommandContext, _ project: Project
  ) throws(CommandFailure) -> (revisions: [ByteString], paths: [ByteString]) {
    let (revisions, paths) = try TrackedView.split(
      words, separator: separator, upTo: 2, takingRanges: true, in: context, project)
    let isRange = try explaining { () throws(GitError) in
      try revisions.map { word throws(GitError) in try project.git.range(of: word) }
    }
    guard let range = isRange.compactMap({ $0 }).first else { return (revisions, paths) }
    guard revisions.count == 1 else {
      throw CommandFailure(
        .usage, id: "misplaced-revision", "A range is compared with nothing else",
        hints: ["Name one range `A..B`, or two revisions"])
    }
    return ([ByteString(range.old.hex), ByteString(range.new.hex)], paths)
  }

  private func addWorktreeChanges(
    _ paths: [RepositoryPath], _ workspace: Workspace, _ context: CommandContext,
    _ report: inout DiffReport, _ contents: inout ContentDiffing?
  ) throws(CommandFailure) {
    var options = StatusOptions()
    options.looksForUntracked = false
    let found = try explaining { () throws(WorkspaceError) in
      try workspace.status(paths, options: options, progress: context.progress)
    }
    for status in found.paths {
      if case .failure(let problem) = status.pointer {
        report.unreadable.append(UnreadablePointer(path: status.path, problem: problem))
      }
      let changes = status.changes.map(StatusCommandReport.Change.init)
      report.paths.append(DiffReport.Path(path: status.path, changes: changes))
      guard case .success(let pointer) = status.pointer else { continue }
      // The data was compared with its base.
      let entry = TrackedView.Item(path: status.path, pointer: pointer).entry
      let base = entry.holding(status.base ?? pointer.id)
      contents?.compare(
        changes, of: status.path, from: .stored(base), to: .worktree(orElse: entry))
    }
  }

  private func compare(
    _ old: TrackedView, _ new: TrackedView, _ paths: [RepositoryPath], _ report: inout DiffReport,
    _ contents: inout ContentDiffing?
  ) throws(CommandFailure) {
    func isMeant(_ path: RepositoryPath) -> Bool {
      paths.isEmpty || paths.contains(where: path.overlaps)
    }
    let (before, after) = (try old.contents(), try new.contents())
    report.unreadable = (before.unreadable + after.unreadable).filter { isMeant($0.path) }
    let dark = Set(report.unreadable.map(\.path))
    let (left, right) = (before.pointers, after.pointers)
    let diff = TreeDiff(in: old.workspace.store)
    let all = Set(left.keys).union(right.keys).subtracting(dark).filter(isMeant).sorted()
    for path in all {
      let changes = try explaining { () throws(WorkspaceError) in
        // With one revision it is the data itself that is compared, recorded or not.
        if new.revision == nil, let now = right[path] {
          let tracked = TrackedPath(path: path, pointer: .success(now))
          return try new.workspace.diffWorktree(tracked, from: left[path])
        }
        return try diff.changes(of: path, from: left[path], to: right[path])
      }
      let isWhole = paths.isEmpty || paths.contains { path.isWithin($0) }
      let meant = changes.filter { change in
        isWhole || paths.contains { change.path.isWithin($0) }
      }.map(StatusCommandReport.Change.init)
      report.paths.append(DiffReport.Path(path: path, changes: meant))
      guard let before = left[path], let after = right[path] else { continue }
      let entry = TrackedView.Item(path: path, pointer: after).entry
      contents?.compare(
        meant, of: path, from: .stored(TrackedView.Item(path: path, pointer: before).entry),
        to: new.revision == nil ? .worktree(orElse: entry) : .stored(entry))
    }
    try checkKnown(paths, before, after)
  }

  /// A path that is nowhere is more likely a slip than a question.
  private func checkKnown(
    _ paths: [RepositoryPath], _ before: TrackedView.Contents, _ after: TrackedView.Contents
  ) throws(CommandFailure) {
    let known =
      (before.items + after.items).map(\.path)
      + (before.unreadable + after.unreadable).map(\.path)
    let unknown = paths.first { path in
      !known.contains(where: path.overlaps)
    }
    if let unknown {
      throw CommandFailure(
        .refused, id: "not-found", "Path '\(unknown)' is tracked on neither side",
        hints: ["Run `shale ls` to see what is tracked"])
    }
  }
}

extension TreeEntry {
  /// The same entry with another content.
  fileprivate func holding(_ id: ObjectID) -> TreeEntry {
    TreeEntry(kind: kind, id: id, size: size, files: files, name: name)
  }
}

extension TrackedView.Contents {
  fileprivate var pointers: [RepositoryPath: PointerFile] {
    Dictionary(items.map { ($0.path, $0.pointer) }) { first, _ in first }
  }
}

/// The files that differ.
package struct DiffReport: Report {
  /// One tracked path.
  package struct Path: Encodable, Sendable {
    let path: RepositoryPath
    let changes: [StatusCommandReport.Change]
  }

  package fileprivate(set) var paths: [Path] = []

  /// Tracked paths that could not be compared.
  package fileprivate(set) var unreadable: [UnreadablePointer] = []

  /// How contents differ, if that was asked for.
  package fileprivate(set) var contents: [ContentChange]?

  /// The page that was written, if one was asked for.
  package fileprivate(set) var page: ByteString?

  /// Why the content of a file could not be compared.
  fileprivate var contentFailure: CommandFailure?
  private let isStat: Bool
  private let usesExitCode: Bool

  private enum CodingKeys: CodingKey {
    case paths, unreadable, contents, page
  }

  init(isStat: Bool, usesExitCode: Bool) {
    self.isStat = isStat
    self.usesExitCode = usesExitCode
  }

  package var failure: CommandFailure? { CommandFailure(unreadable) ?? contentFailure }

  package var status: ExitStatus { usesExitCode && !paths.isEmpty ? .different : .done }

  package func write(to text: inout StyledText) {
    if isStat { return writeStat(to: &text) }
    let known = Dictionary((contents ?? []).map { ($0.path, $0) }) { first, _ in first }
    for path in paths {
      for change in path.changes {
        change.write(to: &text)
        known[change.path]?.write(to: &text)
      }
    }
    if let page { text.line("Wrote \(page, .path).") }
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

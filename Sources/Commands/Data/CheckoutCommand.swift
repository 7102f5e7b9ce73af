package import Arguments
internal import Git
internal import ObjectStore
internal import Platform
package import Primitives
internal import Project
internal import Remotes
package import Terminal
package import Workspace

/// `shale checkout`: makes the data match the pointers, or moves git and data to a revision.
package struct CheckoutCommand: Command {
  package static let words = Operand<[ByteString]>(
    "REV|PATH", help: "A revision, then paths", completion: .revisions)
  package static let force = Flag(
    "force", short: "f", help: "Replace changed files, after putting them into the store")
  package static let dryRun = Flag("dry-run", short: "n", help: "Show what would be done")
  package static let link = Option<ByteString?>(
    "link", value: "MODE",
    help: "Bring large files as `copy`, `reflink` or `hardlink`, also those that are here")
  package static let run = Option<ByteString?>(
    "run", value: "RUN", help: "Take what this run made, and its parameter files")
  package static let code = Flag("code", help: "With `--run`, take the files of its code, too")

  package static let spec = CommandSpec(
    "checkout",
    summary: "Make the data match, here or at another revision",
    discussion: """
      Without a revision it makes the data match the pointers in the worktree, as after a plain
      `git checkout` or `git pull`. With one it moves git and the data together; with a revision
      and paths, only those paths and their pointers. Files that were changed and are in no store
      are never overwritten: the command refuses and names them, or with `--force` puts them into
      the store first.

      Large files are brought as `shale.link` says, and `--link` says otherwise for once: `--link copy`
      makes private, writable copies of files that are links, `--link hardlink` links of files that
      are copies.

      With `--run` it brings the outputs of a run, stages their pointers, and brings its parameter
      files; with `--code` also the files of its code and the data that their pointers stand for.
      """,
    parameters: [force, dryRun, link, run, code, words],
    usage: ["[REV] [PATH…]"],
    examples: [
      Example("shale checkout", "Bring what the pointers stand for"),
      Example("shale checkout v1.0", "Go to a revision, with its data"),
      Example("shale checkout HEAD~1 -- data/train", "Take one path from a revision"),
      Example("shale checkout --link copy data/table.bin", "Make a link a file of its own"),
      Example("shale checkout --run 4f2a91c", "Take the model that a run made"),
    ],
    result: CheckoutCommandReport.keys,
    statuses: [.missing, .damaged, .tryAgain],
    related: ["restore", "status"])

  private let words: [ByteString]
  private let separator: Int?
  private let run: ByteString?
  private let takesCode: Bool
  private let isForced: Bool
  private let linking: LinkSetting?
  private let isDryRun: Bool

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    words = try arguments[Self.words]
    run = try arguments[Self.run]
    takesCode = arguments[Self.code]
    if run != nil, let word = words.first { throw .unexpectedOperand(word) }
    if takesCode, run == nil { throw .missingOperand("--run") }
    separator = arguments.separator
    isForced = arguments[Self.force]
    let mode = try arguments[Self.link]
    linking = mode?.text.flatMap { LinkSetting(rawValue: $0) }
    if let mode, linking == nil {
      throw .invalidValue(mode, of: "--link", expected: "copy, reflink or hardlink")
    }
    isDryRun = arguments[Self.dryRun]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> CheckoutCommandReport {
    let project = try context.openProject()
    let workspace = try context.workspace(of: project)
    if let run { return try take(run, project, workspace, context) }
    // As for git, a dash is the branch that was checked out before.
    let words = words.map { $0 == "-" ? "@{-1}" : $0 }
    let (revisions, names) = try TrackedView.split(
      words, separator: separator, takingBranches: true, in: context, project)
    let paths = try context.repositoryPaths(names, in: project)
    var options = CheckoutOptions()
    options.isForced = isForced
    options.isDryRun = isDryRun
    options.linking = linking
    // Who names files, or uses force, wants them replaced.
    if isForced || !paths.isEmpty { options.localChanges = .replace }
    var head: Head?
    let report: CheckoutReport
    if let revision = revisions.first {
      let mover = try RevisionCheckout(
        project, workspace, to: revision, options: options, progress: context.progress)
      report = paths.isEmpty ? try mover.moveAll() : try mover.take(paths)
      if paths.isEmpty, !isDryRun {
        head = try explaining { () throws(GitError) in Head(try project.git.head()) }
      }
    } else {
      report = try bring(paths, options, workspace, context)
    }
    if !isDryRun { try project.registerRoots(of: report) }
    context.tellNotices(of: project)
    context.warn(of: report.forgotten)
    return CheckoutCommandReport(report, head: head, isDryRun: isDryRun)
  }

  /// Brings what a run made.
  private func take(
    _ run: ByteString, _ project: Project, _ workspace: Workspace, _ context: CommandContext
  ) throws(CommandFailure) -> CheckoutCommandReport {
    var options = CheckoutOptions()
    options.isForced = isForced
    options.isDryRun = isDryRun
    options.linking = linking
    let report = try RunCheckout(of: run, project, workspace, options, context)
      .take(withCode: takesCode)
    if !isDryRun { try project.registerRoots(of: report) }
    context.tellNotices(of: project)
    context.warn(of: report.forgotten)
    return CheckoutCommandReport(report, isDryRun: isDryRun)
  }

  /// Makes data match the pointers of the worktree.
  private func bring(
    _ paths: [RepositoryPath], _ options: CheckoutOptions, _ workspace: Workspace,
    _ context: CommandContext
  ) throws(CommandFailure) -> CheckoutReport {
    do throws(WorkspaceError) {
      return try workspace.checkout(paths, options: options, progress: context.progress)
    } catch {
      guard case .notTracked(let path) = error, separator == nil else {
        throw CommandFailure(error)
      }
      throw CommandFailure(
        .refused, id: "not-found", "'\(path)' is neither a revision nor a tracked path",
        hints: [
          "Run `git branch --all` to see branches, or `shale ls` to see what is tracked"
        ])
    }
  }
}

// MARK: - Report

/// What a checkout changed.
package struct CheckoutCommandReport: Report {
  /// One tracked path.
  package struct Change: Encodable, Sendable {
    let path: RepositoryPath
    let oldOID: ObjectID?
    let newOID: ObjectID?
    let filesWritten: Int
    let bytesWritten: ByteCount
    let filesRemoved: Int
  }

  /// A content and where it belongs.
  package struct Content: Encodable, Sendable {
    let path: RepositoryPath
    let oid: ObjectID
  }

  package let isDryRun: Bool

  /// What is checked out, where git moved.
  package let head: Head?
  package let changes: [Change]
  package let unchanged: [RepositoryPath]

  /// Files that the user changed and that were left so.
  package let kept: [RepositoryPath]
  package let missing: [Content]

  /// Files that are left out because their content was forgotten on purpose.
  package let forgotten: [Forgotten]

  /// What was put into the store before it was replaced.
  package let saved: [Content]

  /// Files that could not be brought, or taken away.
  package let failures: [SkippedFile]

  /// Tracked paths of which it is not known what they should be.
  package let unreadable: [UnreadablePointer]

  /// Symlinks that lead out of the tracked directory.
  package let outsideLinks: [RepositoryPath]

  package var isConfirmation: Bool { true }

  init(_ report: CheckoutReport, head: Head? = nil, isDryRun: Bool = false) {
    self.isDryRun = isDryRun
    self.head = head
    changes = report.changes.map { change in
      Change(
        path: change.path, oldOID: change.old, newOID: change.new,
        filesWritten: change.filesWritten, bytesWritten: change.bytesWritten,
        filesRemoved: change.filesRemoved)
    }
    unchanged = report.unchanged
    kept = report.kept
    missing = report.missing.map { Content(path: $0.path, oid: $0.id) }
    forgotten = report.forgotten.map(Forgotten.init)
    saved = report.saved.map { Content(path: $0.path, oid: $0.id) }
    failures = report.failures
    unreadable = report.unreadable.sorted { $0.key < $1.key }.map(UnreadablePointer.init)
    outsideLinks = report.outsideLinks
  }

  package var failure: CommandFailure? {
    if let first = missing.first {
      let others = missing.count > 1 ? " and \(grouped(missing.count - 1)) more" : ""
      return CommandFailure(
        .missing, id: "object-missing", "Content of '\(first.path)'\(others) is not in the store",
        hints: ["Run `shale pull` to get it from the remote"])
    }
    if let failure = CommandFailure(unreadable) { return failure }
    return CommandFailure(notBrought: failures)
  }

  package func write(to text: inout StyledText) {
    head?.write(to: &text)
    writeChanges(to: &text)
    Self.write(missing: missing, to: &text)
    let isQuiet =
      missing.isEmpty && forgotten.isEmpty && failures.isEmpty && unreadable.isEmpty && kept.isEmpty
    if changes.isEmpty, isQuiet { text.line("The data matches already.") }
  }

  /// Lists content that is not here: the first lines of it unless the user wants to read all.
  static func write(missing: [Content], to text: inout StyledText) {
    let limit = text.verbosity == .verbose ? missing.count : 20
    for content in missing.prefix(limit) {
      text.line("\("missing", .absent) \(content.path, .path)")
    }
    if missing.count > limit { text.line("  … and \(grouped(missing.count - limit)) more") }
  }

  /// Tells what became of the files that are in the store.
  func writeChanges(to text: inout StyledText) {
    for change in changes where change.filesWritten + change.filesRemoved > 0 {
      var parts: [String] = []
      if change.filesWritten > 0 {
        parts.append("\(counted(change.filesWritten, "file")) written, \(change.bytesWritten)")
      }
      if change.filesRemoved > 0 { parts.append("\(counted(change.filesRemoved, "file")) removed") }
      let isWhole = !missing.contains { $0.path.isWithin(change.path) }
      let verb: StyledString =
        change.newOID == nil
        ? "\("removed", .removed)" : "\(isWhole ? "brought" : "brought part of", .added)"
      text.line(
        "\(isDryRun ? "would be " : "")\(verb) \(change.path, .path) (\(parts.joined(separator: "; ")))"
      )
    }
    for content in saved {
      let name = content.oid.hex
      text.line("saved \(content.path, .path): \("shale cat \(name)", .command) brings it back")
    }
    let limit = text.verbosity == .verbose ? forgotten.count : 20
    for content in forgotten.prefix(limit) {
      text.line("\("forgotten", .absent) \(content.path, .path)")
    }
    if forgotten.count > limit { text.line("  … and \(grouped(forgotten.count - limit)) more") }
    for path in kept { text.line("\("kept", .modified) \(path, .path): you changed it") }
    for path in outsideLinks {
      text.line("\("note:", .warning) symlink \(path, .path) leads out of its directory")
    }
  }
}

extension Project {
  /// Says in a shared store what the clone relies on after a checkout.
  func registerRoots(of report: CheckoutReport) throws(CommandFailure) {
    try explaining { () throws(ProjectError) in
      try registerRoots(
        report.changes.compactMap { change in
          change.new.map { CloneRoot(id: $0, isTree: change.isTree, path: change.path) }
        })
    }
  }
}

extension CheckoutCommandReport {
  /// The keys of its JSON.
  static let keys = [
    ResultKey("isDryRun", "Whether nothing was changed"),
    ResultKey("head", "What is checked out, where git moved", isOptional: true, of: Head.keys),
    ResultKey(
      "changes", "Tracked paths whose data changed",
      each: [
        ResultKey("path", "The path"), ResultKey("oldOID", "What was there", isOptional: true),
        ResultKey("newOID", "What is there now", isOptional: true),
        ResultKey("filesWritten", "How many files were written"),
        ResultKey("bytesWritten", "Their size"),
        ResultKey("filesRemoved", "How many files were removed"),
      ]),
    ResultKey("unchanged", "Tracked paths whose data was right already"),
    ResultKey("kept", "Files that the user changed and that stayed so"),
    ResultKey("missing", "Content that is not in the store", each: Content.keys),
    ResultKey(
      "forgotten", "Files that are left out, because their content was forgotten",
      each: Forgotten.keys),
    ResultKey("saved", "What was put into the store before it was replaced", each: Content.keys),
    ResultKey(
      "failures", "Files that could not be brought, or taken away", each: SkippedFile.keys),
    ResultKey("unreadable", "Pointers that cannot be read", each: UnreadablePointer.keys),
    ResultKey("outsideLinks", "Symlinks that lead out of the tracked directory"),
  ]
}

extension CheckoutCommandReport.Forgotten {
  /// The keys of its JSON.
  static let keys = [
    ResultKey("path", "Where it belongs"),
    ResultKey("oid", "Its oid"),
    ResultKey("date", "When it was forgotten, as RFC 3339"),
    ResultKey("reason", "Why; empty where nobody said"),
  ]
}

extension CheckoutCommandReport.Content {
  /// The keys of its JSON.
  static let keys = [
    ResultKey("path", "Where it belongs"),
    ResultKey("oid", "Its oid"),
  ]
}

package import Arguments
package import Primitives
internal import Project
package import Terminal
internal import Workspace

/// `shale resolve`: ends a conflict.
package struct ResolveCommand: Command {
  package static let paths = Operand<[ByteString]>(
    "PATH", atLeast: 1, help: "Tracked paths, or directories that hold some", completion: .files)
  package static let ours = Flag("ours", help: "Take our version, or the data here")
  package static let theirs = Flag("theirs", help: "Take their version, or what the pointer says")
  package static let base = Flag("base", help: "Take what both sides began with")
  package static let both = Flag(
    "both", help: "Keep ours, and theirs beside it as `NAME.theirs`")
  package static let whole = Flag(
    "whole", help: "Take all of a side, also where the other one alone changed something")
  package static let force = Flag(
    "force", short: "f", help: "Replace changed files, after putting them into the store")
  package static let dryRun = Flag("dry-run", short: "n", help: "Show what would be done")

  package static let spec = CommandSpec(
    "resolve",
    summary: "End a conflict of two versions of data",
    discussion: """
      A conflict is what a merge, rebase, cherry-pick or stash of git leaves where both sides changed
      the same data, and data that has diverged from its pointer. `shale status` lists them.

      Of a directory, files that one side alone changed are merged, and the side that is named is
      taken for those that both changed: as `git merge -X ours` does it. With `--whole` all of that
      side is taken. Without a side the sides are merged, and the command is refused where both
      changed the same file. With `--both` their version of such a file lies beside ours, as
      `NAME.theirs`; a file that is tracked by itself becomes two tracked files.

      Of data that has diverged, ours is the data here, theirs is what the pointer stands for, and
      the base is what was last recorded or brought.

      The pointer is written and staged, and the data follows. Files that were changed and are in no
      store are never overwritten. A `.gitignore` beside it that the merge left in conflict gets the
      lines of both sides; name one to bring it in order alone.
      """,
    parameters: [ours, theirs, base, both, whole, force, dryRun, paths],
    examples: [
      Example("shale resolve data --theirs", "Merge, and take theirs where both changed a file"),
      Example("shale resolve model.bin --both", "Keep both versions of a file"),
      Example("shale resolve data", "Merge again, once what was missing is here"),
      Example("shale resolve . --ours", "End every conflict"),
    ],
    result: [
      ResultKey("isDryRun", "Whether nothing was changed"),
      ResultKey(
        "resolved", "The tracked paths whose conflict ended",
        each: [
          ResultKey("path", "The path"),
          ResultKey("oid", "What it is now; left out where it is not tracked", isOptional: true),
          ResultKey("size", "Its size in bytes", isOptional: true),
          ResultKey(
            "chosen", "What the side decided, a thousand at most",
            each: ConflictReport.Entry.keys),
          ResultKey("count", "How much of that there was"),
          ResultKey("beside", "Where their version lies", isOptional: true),
        ]),
      ResultKey("ignoreFiles", "The `.gitignore` files that were brought in order"),
      ResultKey("data", "What became of the data", of: CheckoutCommandReport.keys),
    ],
    statuses: [.missing, .damaged, .tryAgain],
    related: ["status", "checkout", "undo"])

  private let paths: [ByteString]
  private let merge: PointerMerge.Options
  private let isForced: Bool
  private let isDryRun: Bool

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    try arguments.refuseTogether(Self.ours, Self.theirs, Self.base, Self.both)
    try arguments.refuseTogether(Self.both, Self.whole)
    paths = try arguments[Self.paths]
    let sides: [(Flag, MergeChoice)] = [
      (Self.ours, .ours), (Self.theirs, .theirs), (Self.base, .base), (Self.both, .both),
    ]
    let choice = sides.first { arguments[$0.0] }?.1
    if arguments[Self.whole], choice == nil { throw .incomplete("--whole", needs: "--ours") }
    merge = PointerMerge.Options(choice: choice, takesWhole: arguments[Self.whole])
    isForced = arguments[Self.force]
    isDryRun = arguments[Self.dryRun]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> ResolveCommandReport {
    let project = try context.openProject()
    let workspace = try context.workspace(of: project)
    let paths = try context.repositoryPaths(paths, in: project)
    var options = ResolveOptions()
    options.merge = merge
    options.isForced = isForced
    options.isDryRun = isDryRun
    let report: ResolveReport
    do throws(WorkspaceError) {
      report = try workspace.resolve(paths, options: options, progress: context.progress)
    } catch {
      let failure = CommandFailure(error)
      guard case .wouldOverwrite = error else { throw failure }
      // To record it first would end the conflict by the way.
      throw CommandFailure(
        failure.kind, id: failure.id, failure.message, hints: Array(failure.hints.suffix(1)))
    }
    if !isDryRun {
      try project.recordTracked(["resolve"], report.changes, in: workspace)
      try project.registerRoots(of: report.checkout)
    }
    context.tellNotices(of: project)
    context.warn(of: report.checkout.forgotten)
    return ResolveCommandReport(report, isDryRun: isDryRun)
  }
}

/// What `shale resolve` brought in order.
package struct ResolveCommandReport: Report {
  /// One tracked path.
  package struct Path: Encodable, Sendable {
    let path: RepositoryPath
    let oid: ObjectID?
    let size: ByteCount?
    let chosen: [ConflictReport.Entry]
    let count: Int
    let beside: RepositoryPath?
  }

  package let isDryRun: Bool
  package let resolved: [Path]

  /// The `.gitignore` files that were brought in order.
  package let ignoreFiles: [RepositoryPath]

  /// What became of the data.
  package let data: CheckoutCommandReport

  init(_ report: ResolveReport, isDryRun: Bool) {
    self.isDryRun = isDryRun
    resolved = report.resolved.map { path in
      Path(
        path: path.path, oid: path.pointer?.id, size: path.pointer?.size,
        chosen: path.conflicts.map(ConflictReport.Entry.init), count: path.conflictCount,
        beside: path.beside)
    }
    ignoreFiles = report.ignoreFiles
    data = CheckoutCommandReport(report.checkout, isDryRun: isDryRun)
  }

  package var failure: CommandFailure? { data.failure }
  package var isConfirmation: Bool { true }

  package func write(to text: inout StyledText) {
    if resolved.isEmpty, ignoreFiles.isEmpty { return text.line("Nothing is in conflict.") }
    let verb: StyledString = isDryRun ? "would resolve" : "\("resolved", .success)"
    for path in resolved {
      let taken = path.count == 0 ? ": merged" : " (\(counted(path.count, "conflict")))"
      let what = path.oid == nil ? ": no longer tracked" : taken
      text.line("\(verb) \(path.path, .path)\(what)")
      let limit = text.verbosity == .verbose ? path.chosen.count : 20
      // The path by itself has said it with one line.
      for entry in path.chosen.prefix(limit) where entry.path != path.path {
        entry.write(to: &text)
      }
      if path.count > limit { text.line("  … and \(grouped(path.count - limit)) more") }
      if let beside = path.beside { text.line("  theirs is \(beside, .path)") }
    }
    for file in ignoreFiles { text.line("\(verb) \(file, .path)") }
    data.writeChanges(to: &text)
    CheckoutCommandReport.write(missing: data.missing, to: &text)
  }
}

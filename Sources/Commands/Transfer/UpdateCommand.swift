package import Arguments
package import Primitives
internal import Project
package import Terminal
internal import Workspace

/// `shale update`: renews imported data from where it came from.
package struct UpdateCommand: Command {
  package static let paths = Operand<[ByteString]>(
    "PATH", help: "Imported paths; all of them if left out", completion: .files)
  package static let revision = GetCommand.revision
  package static let dryRun = Flag(
    "dry-run", short: "n", help: "Show what there is, and bring nothing")

  package static let spec = CommandSpec(
    "update",
    summary: "Renew imported data from its source",
    discussion: """
      Looks at the source that the pointer of each path names, brings what is current there or at
      `--rev`, and writes and stages the new pointer. Files that were changed here and would be
      overwritten are named before anything changes.
      """,
    parameters: [revision, dryRun, paths],
    examples: [
      Example("shale update", "Renew all that was imported"),
      Example("shale update data/train --rev v1.3", "Go to one version"),
    ],
    result: UpdateReport.keys,
    statuses: [.damaged, .missing, .tryAgain],
    related: ["import"])

  private let paths: [ByteString]
  private let revision: ByteString?
  private let isDryRun: Bool

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    paths = try arguments[Self.paths]
    revision = try arguments[Self.revision]
    isDryRun = arguments[Self.dryRun]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> UpdateReport {
    let project = try context.openProject()
    let workspace = try context.workspace(of: project)
    let chosen = try context.repositoryPaths(paths, in: project)
    let imported = try imported(chosen, in: workspace)
    let importing = Importing(project: project, workspace: workspace, context: context)
    var steps: [Importing.Step] = []
    for (path, pointer, source) in imported {
      let item = try explaining { () throws(SourceError) in
        try DataSource(
          source.location, from: project.layout.worktree, environment: context.environment
        ).item(
          at: source.path.flatMap { try? RepositoryPath($0) } ?? RepositoryPath(naming: path),
          revision: revision)
      }
      steps.append(try importing.step(item, at: path, replacing: pointer))
    }
    let new = steps.filter { $0.pointer != $0.old }
    if isDryRun || new.isEmpty { return UpdateReport(steps, checkout: nil, isDryRun: isDryRun) }
    let outcome = try importing.run(new, as: ["update"])
    return UpdateReport(
      steps, checkout: CheckoutCommandReport(outcome.checkout), isDryRun: false)
  }

  private typealias Imported = (
    path: RepositoryPath, pointer: PointerFile, source: PointerFile.Source
  )

  /// The imported paths that are meant.
  private func imported(
    _ paths: [RepositoryPath], in workspace: Workspace
  ) throws(CommandFailure) -> [Imported] {
    let chosen = try explaining { () throws(WorkspaceError) in try workspace.selection(paths) }
    var found: [Imported] = []
    for (tracked, _) in chosen {
      let pointer = try explaining { () throws(WorkspaceError) -> PointerFile in
        do throws(PointerProblem) {
          return try tracked.pointer.get()
        } catch {
          throw .pointer(PointerFile.path(of: tracked.path), error)
        }
      }
      if let source = pointer.source { found.append((tracked.path, pointer, source)) }
    }
    if found.isEmpty, !paths.isEmpty {
      throw CommandFailure(
        .refused, id: "not-imported", "'\(paths[0])' was not imported",
        hints: ["Run `shale import` for data of another place, and `shale pull` for one's own"])
    }
    return found
  }
}

extension RepositoryPath {
  /// The name of a path alone, for a pointer that names a source and no path there.
  fileprivate init(naming path: RepositoryPath) {
    self = (try? RepositoryPath.root.appending(path.name)) ?? path
  }
}

/// What `shale update` found and brought.
package struct UpdateReport: Report {
  /// One imported path.
  package struct Entry: Encodable, Sendable {
    let path: RepositoryPath
    let oldOID: ObjectID?
    let newOID: ObjectID

    /// Where it comes from.
    let source: ByteString

    /// The commit there.
    let commit: String
    let isChanged: Bool
  }

  package let paths: [Entry]
  package let checkout: CheckoutCommandReport?
  package let isDryRun: Bool

  package var isConfirmation: Bool { true }
  package var failure: CommandFailure? { checkout?.failure }

  init(_ steps: [Importing.Step], checkout: CheckoutCommandReport?, isDryRun: Bool) {
    paths = steps.map { step in
      Entry(
        path: step.path, oldOID: step.old?.id, newOID: step.pointer.id,
        source: step.item.source.location, commit: step.item.commit,
        isChanged: step.pointer.id != step.old?.id)
    }
    self.checkout = checkout
    self.isDryRun = isDryRun
  }

  package func write(to text: inout StyledText) {
    if paths.isEmpty { text.line("Nothing was imported.") }
    for entry in paths {
      let commit = String(entry.commit.prefix(10))
      if entry.isChanged {
        let verb = isDryRun ? "would be updated" : "updated"
        text.line("\(verb, .modified) \(entry.path, .path) to \(commit, .commit)")
      } else {
        text.line("current \(entry.path, .path) at \(commit, .commit)")
      }
    }
    checkout?.writeChanges(to: &text)
  }
}

extension UpdateReport {
  /// The keys of its JSON.
  static let keys = [
    ResultKey(
      "paths", "The imported paths",
      each: [
        ResultKey("path", "The path"),
        ResultKey("oldOID", "What its pointer said", isOptional: true),
        ResultKey("newOID", "What its source has"),
        ResultKey("source", "Where it comes from"), ResultKey("commit", "The commit there"),
        ResultKey("isChanged", "Whether the two differ"),
      ]),
    ResultKey(
      "checkout", "What became of the worktree; left out where nothing was to be done",
      isOptional: true, of: CheckoutCommandReport.keys),
    ResultKey("isDryRun", "Whether nothing was changed"),
  ]
}

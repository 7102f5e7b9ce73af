package import Arguments
internal import Git
internal import Platform
internal import Primitives
internal import Project
internal import Workspace

/// `shale export dir`: writes data as plain files.
package struct ExportDirCommand: Command {
  private static let directory = Operand<ByteString>(
    "DIR", help: "Where it goes: a directory that does not exist, or is empty",
    completion: .directories)
  private static let all = Flag("all", help: "Write the files that git carries, too")

  package static let spec = CommandSpec(
    "export dir",
    summary: "Write the data of a commit as plain files",
    discussion: """
      Writes all data that REV tracks into DIR, under the paths that it has in a worktree. With `--all`
      the files of git come along, but for pointers. Nothing else is changed, and nothing of it needs
      Shale to be read.
      """,
    parameters: [all, ExportParameters.revision, directory],
    examples: [
      Example("shale export dir v1 /tmp/v1", "The data of a tag"),
      Example("shale export dir --all HEAD ../snapshot", "Code and data"),
    ],
    result: ExportReport.keys,
    statuses: ExportParameters.statuses,
    related: ["export lfs", "export dvc", "cat"])

  private let revision: ByteString
  private let directory: ByteString
  private let isAll: Bool

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    revision = try arguments[ExportParameters.revision]
    directory = try arguments[Self.directory]
    isAll = arguments[Self.all]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> ExportReport {
    let project = try context.openProject()
    let workspace = try context.workspace(of: project)
    defer { context.progress.end() }
    let (commit, tree) = try explaining { () throws(GitError) in
      (try project.git.commitID(of: revision), try project.git.treeID(of: revision))
    }
    let view = TrackedView(
      project: project, workspace: workspace, revision: ByteString(commit.hex))
    let contents = try view.contents()
    if let failure = CommandFailure(contents.unreadable) { throw failure }
    var items: [ExportedItem] = []
    for item in contents.items { items.append(try ExportedItem(item, in: workspace.store)) }
    let target = context.path(directory)
    let export = try DirectoryExport(into: target, workspace)
    let failed = try export.write(items, progress: context.progress)
    if isAll { try export.write(gitFilesOf: tree) }
    var report = ExportReport(commit: commit.hex)
    for (number, item) in items.enumerated() {
      let isWhole = item.missing.isEmpty && !failed.contains(number)
      report.add(item, isWhole ? .exported : .missing)
    }
    report.directory = target
    return report
  }
}

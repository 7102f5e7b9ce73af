package import Arguments
internal import Git
internal import Lineage
internal import ObjectStore
internal import Platform
package import Primitives
internal import Project
internal import Workspace

/// `shale why`: explains what is known of one path.
package struct WhyCommand: Command {
  package static let path = Operand<ByteString>(
    "PATH", help: "A tracked path, or a file inside one", completion: .files)

  package static let spec = CommandSpec(
    "why",
    summary: "Explain the state of a path, and what made its content",
    discussion: """
      Says in what the data at a path differs from what was recorded: its kind, its size, its
      content, or only its times. Then which commit changed it last, and which run made it.

      A file is read and hashed, whatever its size and times say.
      """,
    parameters: [path],
    examples: [
      Example("shale why data/train/labels.csv", "See why a file counts as modified")
    ],
    result: WhyReport.keys,
    related: ["status", "diff", "lineage"])

  /// How many commits that changed pointers are looked at.
  private static let commitLimit = 2_000

  private let word: ByteString

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    word = try arguments[Self.path]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> WhyReport {
    let project = try context.openProject()
    let workspace = try context.workspace(of: project)
    let path = try context.repositoryPaths([word], in: project)[0]
    let view = TrackedView(project: project, workspace: workspace, revision: nil)
    let items = try view.contents().items
    guard let item = items.first(where: { path.isWithin($0.path) }),
      let inner = path.relative(to: item.path) ?? (path == item.path ? .root : nil)
    else {
      throw CommandFailure(
        .refused, id: "not-found", "Path '\(path)' is not tracked",
        hints: ["Run `shale ls` to see what is"])
    }
    let found = try status(of: path, workspace, context)
    let recorded = try recorded(inner, in: item, found.base, workspace)
    var report = WhyReport(path: path, tracked: item.path, state: found.state)
    report.isBehind = found.base.map { $0 != item.pointer.id } ?? false
    report.recorded = recorded.map { WhyReport.Content(oid: $0.id, size: $0.size) }
    report.here = try content(at: path, recorded, workspace)
    report.changes = found.changes.count
    report.reasons = try reasons(recorded, report, found, workspace)
    if let recorded {
      let commit = try lastCommit(of: inner, recorded.id, in: item, project, workspace.store)
      report.commit = commit.map { WhyReport.Commit($0) }
      report.run = try run(that: path, recorded.id, project, workspace.store)
    }
    return report
  }

  /// What was last recorded or brought at a path, else what its pointer says.
  private func recorded(
    _ inner: RepositoryPath, in item: TrackedView.Item, _ base: ObjectID?,
    _ workspace: Workspace
  ) throws(CommandFailure) -> TreeEntry? {
    let known = try explaining { () throws(WorkspaceError) in
      try base.flatMap { id throws(WorkspaceError) in try workspace.pointer(for: id) }
    }
    let top = TrackedView.Item(path: item.path, pointer: known ?? item.pointer).entry
    return try explaining { () throws(StoreError) in
      try workspace.store.entry(at: inner, below: top)
    }
  }

  private func status(
    of path: RepositoryPath, _ workspace: Workspace, _ context: CommandContext
  ) throws(CommandFailure) -> PathStatus {
    var options = StatusOptions()
    options.looksForUntracked = false
    let report = try explaining { () throws(WorkspaceError) in
      try workspace.status([path], options: options, progress: context.progress)
    }
    guard let status = report.paths.first else {
      throw CommandFailure(
        .refused, id: "not-found", "Path '\(path)' is not tracked",
        hints: ["Run `shale ls` to see what is"])
    }
    return status
  }

  // MARK: - What is there

  /// What lies at the path now: hashed where it is a file.
  private func content(
    at path: RepositoryPath, _ recorded: TreeEntry?, _ workspace: Workspace
  ) throws(CommandFailure) -> WhyReport.Content? {
    let place = workspace.root.appending(path)
    let status = try explaining { () throws(FileError) in try place.statusIfPresent() }
    guard let status else { return nil }
    var content = WhyReport.Content(oid: nil, size: status.size)
    content.modified = status.modified
    content.kind = status.kind == .directory ? "directory" : status.kind == .file ? "file" : "other"
    guard status.kind == .file else { return content }
    let file = try explaining { () throws(FileError) in
      try OpenFile.forReading(place, followingSymlink: false)
    }
    content.oid = SHA256.id(of: file)
    return content
  }

  /// In what the data differs from what was recorded.
  private func reasons(
    _ recorded: TreeEntry?, _ report: WhyReport, _ found: PathStatus, _ workspace: Workspace
  ) throws(CommandFailure) -> [WhyReport.Reason] {
    guard let recorded else { return [.new] }
    guard let here = report.here else { return found.state == .notHere ? [.notHere] : [.gone] }
    if recorded.kind == .directory, here.kind == "directory" {
      return found.changes.isEmpty ? [] : [.entries]
    }
    let isFile = recorded.kind == .file || recorded.kind == .executable
    if isFile != (here.kind == "file") {
      return recorded.kind == .symlink && here.kind == "other" ? symlink(found) : [.kind]
    }
    if here.size != recorded.size { return [.size, .content] }
    if here.oid != recorded.id { return [.content] }
    return found.changes.contains { $0.kind == .modeChanged } ? [.mode] : []
  }

  private func symlink(_ found: PathStatus) -> [WhyReport.Reason] {
    found.changes.isEmpty ? [] : [.content]
  }

  // MARK: - Where it comes from

  /// The newest commit from which on a path has had its content.
  ///
  /// - Returns: `nil` where none is found, or a directory on the way is not in the store.
  private func lastCommit(
    of inner: RepositoryPath, _ id: ObjectID, in item: TrackedView.Item, _ project: Project,
    _ store: ObjectStore
  ) throws(CommandFailure) -> GitCommit? {
    guard let head = try explaining({ () throws(GitError) in try project.git.head().commit })
    else { return nil }
    var options = GitHistoryOptions()
    options.limit = Self.commitLimit
    var last: GitCommit?
    let pointerPath = PointerFile.path(of: item.path)
    try explaining { () throws(GitError) in
      try project.git.pointerHistory(from: [head], options) { entry throws(GitError) in
        guard let change = entry.changes.first(where: { $0.path == pointerPath }) else {
          return true
        }
        guard let new = try self.id(at: inner, of: change.new, project.git, store), new == id
        else { return last == nil && change.new != nil }
        last = entry.commit
        // Older commits count only for as long as they had the same.
        return try self.id(at: inner, of: change.old, project.git, store) == id
      }
    }
    return last
  }

  private func id(
    at inner: RepositoryPath, of pointer: GitTreeEntry?, _ git: GitRepository,
    _ store: ObjectStore
  ) throws(GitError) -> ObjectID? {
    guard let pointer, case .success(let pointer) = try git.pointer(pointer) else { return nil }
    let entry = TreeEntry(
      kind: pointer.entryKind, id: pointer.id, size: pointer.size, files: pointer.files, name: "")
    // A version that was never fetched is not known to have it.
    return (try? store.entry(at: inner, below: entry)).flatMap { $0 }?.id
  }

  /// The newest run that made a content.
  private func run(
    that path: RepositoryPath, _ id: ObjectID, _ project: Project, _ store: ObjectStore
  ) throws(CommandFailure) -> WhyReport.Run? {
    let runs = try explaining { () throws(LineageError) in try project.runs().summaries() }
    let made = runs.reversed().first { run in
      run.outputs.contains { output in
        if output.oid == id { return true }
        guard output.isTree, let inner = path.relative(to: output.path) else { return false }
        return (try? store.entry(at: inner, in: output.oid)).flatMap { $0 }?.id == id
      }
    }
    return made.map { WhyReport.Run($0) }
  }
}

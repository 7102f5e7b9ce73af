internal import Documents
internal import Git
internal import ObjectStore
internal import Platform
internal import Primitives
internal import Project
internal import Workspace

/// Writes a revision for another tool: a commit on a new branch, and contents in the tool's cache.
///
/// Worktree and index stay as they are.
struct BranchExport {
  let tool: ForeignTool
  let project: Project
  let workspace: Workspace
  let context: CommandContext
  private var git: GitRepository { project.git }

  init(_ tool: ForeignTool, _ project: Project, _ context: CommandContext) throws(CommandFailure) {
    self.tool = tool
    self.project = project
    self.context = context
    workspace = try context.workspace(of: project)
  }

  func run(
    _ revision: ByteString, branch: ByteString, at time: Timestamp
  ) throws(CommandFailure) -> ExportReport {
    defer { context.progress.end() }
    let name = ByteString(Array("refs/heads/".utf8) + branch.bytes)
    let (commit, existing) = try explaining { () throws(GitError) in
      (try git.commitID(of: revision), try git.reference(name))
    }
    if existing != nil { throw .branchExists(branch) }
    var report = ExportReport(commit: commit.hex)
    let items = try items(of: commit, &report)
    let tree = try explaining { () throws(GitError) in try git.commit(commit).tree }
    let version = try GitVersion.tree(tree, of: git)
    var edits: [RepositoryPath: GitTreeEdit] = [:]
    switch tool {
    case .lfs: try exportLFS(items, version, &edits, &report)
    case .dvc: try exportDVC(items, version, &edits, &report)
    }
    let all = edits
    let new = try explaining { () throws(GitError) in
      let new = try git.makeCommit(
        of: git.tree(tree, with: all), after: [commit],
        message: "Data as \(tool.title) keeps it", at: time)
      try git.moveReference(name, from: nil, to: new, reason: "shale export")
      return new
    }
    report.branch = branch
    report.newCommit = new.hex
    try explaining { () throws(ProjectError) in
      try project.record(
        ["export", ByteString(tool.rawValue)], [.head(name, old: nil, new: new.hex)])
    }
    return report
  }

  /// The tracked paths that are whole in the store; the others are told.
  private func items(
    of commit: GitID, _ report: inout ExportReport
  ) throws(CommandFailure) -> [ExportedItem] {
    let view = TrackedView(
      project: project, workspace: workspace, revision: ByteString(commit.hex))
    let contents = try view.contents()
    if let failure = CommandFailure(contents.unreadable) { throw failure }
    var whole: [ExportedItem] = []
    for item in contents.items {
      let item = try ExportedItem(item, in: workspace.store)
      if item.missing.isEmpty { whole.append(item) } else { report.add(item, .missing) }
    }
    return whole
  }

  /// What the store has to yield for some items.
  static func contents(_ items: [ExportedItem]) -> [ObjectID: ByteCount] {
    var contents: [ObjectID: ByteCount] = [:]
    for file in items.flatMap(\.files)
    where file.entry.kind == .file || file.entry.kind == .executable {
      contents[file.entry.id] = file.entry.size
    }
    return contents
  }

  // MARK: - Git LFS

  private func exportLFS(
    _ items: [ExportedItem], _ version: GitVersion,
    _ edits: inout [RepositoryPath: GitTreeEdit], _ report: inout ExportReport
  ) throws(CommandFailure) {
    let cache = ForeignCache(at: git.layout.commonDirectory.appending("lfs/objects"))
    var contents = Self.contents(items)
    contents[.empty] = nil
    try cache.writeLFS(contents, from: workspace.store, progress: context.progress)
    (report.newObjects, report.newBytes) = (cache.written.objects, cache.written.bytes)
    var lines: [[UInt8]] = []
    for item in items {
      edits[PointerFile.path(of: item.path)] = .removed
      lines.append(LFSAttributes.line(for: item.path, isDirectory: item.pointer.kind == .tree))
      let ignore = Workspace.ignoreFile(of: item.path)
      var ignored = try version.bytes(of: ignore) ?? []
      if case .bytes(let bytes, _) = edits[ignore] { ignored = bytes }
      let rest = GitIgnoreFile.removing(item.path.name, from: ignored)
      if rest != ignored { edits[ignore] = .bytes(rest) }
      for file in item.files where file.entry.kind != .directory {
        edits[file.path] = .bytes(try stub(of: file.entry), mode: GitMode(file.entry.kind))
      }
      let hasEmpty = item.files.contains { $0.entry.kind == .directory }
      report.add(
        item, .exported, hasEmpty ? "without empty directories, which git has none of" : nil)
    }
    for (path, edit) in edits where path.name == GitIgnoreFile.name {
      if edit == .bytes([]) { edits[path] = .removed }
    }
    guard !lines.isEmpty, let root = try? RepositoryPath(GitAttributesFile.name) else { return }
    var attributes = try version.bytes(of: root) ?? []
    if let last = attributes.last, last != UInt8(ascii: "\n") { attributes.append(0x0A) }
    for line in lines { attributes += line + [0x0A] }
    edits[root] = .bytes(attributes)
  }

  /// What git has in the place of a file.
  private func stub(of entry: TreeEntry) throws(CommandFailure) -> [UInt8] {
    if entry.kind == .symlink {
      return try explaining { () throws(StoreError) in
        try workspace.store.contents(of: entry.id, limit: .kibibytes(64))
      }
    }
    // Git LFS leaves an empty file as it is.
    return entry.size == .zero ? [] : LFSPointer(id: entry.id, size: entry.size).encoded()
  }
}

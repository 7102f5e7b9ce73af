internal import Git
internal import ObjectStore
internal import Pipelines
internal import Platform
internal import Primitives
internal import Project
internal import Terminal
internal import Workspace

/// What the hook `pre-commit` looks at: a commit that git is about to make.
///
/// It stages the run records that the commit's data descends from, and warns. It refuses nothing.
struct CommitCheck {
  private let context: CommandContext

  init(in context: CommandContext) {
    self.context = context
  }

  func run() throws(CommandFailure) {
    let project = try context.openProject(requiringSetUp: false)
    guard try explaining({ () throws(ProjectError) in try project.isSetUp() }),
      project.configuration[Settings.hooks]
    else { return }
    let workspace = try context.workspace(of: project)
    try stageRecords(project, workspace)
    try warnOfPointersWithoutContent(project, workspace)
    try warnOfChangedData(workspace)
    try warnOfLargeFiles(project)
    context.tellNotices(of: project)
  }

  /// Of `git commit PATH…` git has made an index that is thrown away after it, and has the real one
  /// locked: records that were staged there would count as deleted afterwards.
  private static let indexOfSomePaths = Array("next-index-".utf8)

  private func stageRecords(
    _ project: Project, _ workspace: Workspace
  ) throws(CommandFailure) {
    let index = project.git.layout.indexFile.name
    if index.bytes.starts(with: Self.indexOfSomePaths) { return }
    let records = RecordStaging(workspace, project.runs())
    try explaining { () throws(PipelineError) in try records.update() }
  }

  /// Others could not bring what the store here has not got either.
  private func warnOfPointersWithoutContent(
    _ project: Project, _ workspace: Workspace
  ) throws(CommandFailure) {
    let git = project.git
    let without = try explaining { () throws(GitError) in
      var old: [RepositoryPath: GitID] = [:]
      if let commit = try git.head().commit {
        for entry in try git.pointers(in: git.commit(commit).tree) { old[entry.path] = entry.id }
      }
      var without: [RepositoryPath] = []
      for entry in try git.indexedPointers().entries
      where entry.stage == .merged && old[entry.path] != entry.id {
        guard let path = PointerFile.dataPath(of: entry.path),
          let bytes = try? git.blob(entry.id, limit: PointerFile.sizeLimit),
          case .success(let pointer) = PointerFile.reading(bytes)
        else { continue }
        // What cannot be looked up is not called missing.
        let isStored = (try? workspace.store.containsWhole(pointer.id)) ?? true
        if !isStored, workspace.store.tombstone(of: pointer.id) == nil { without.append(path) }
      }
      return without
    }
    guard let first = without.first else { return }
    context.warn(
      Warning(
        id: "object-missing",
        "Content that the pointer of \(named(first, without.count)) stands for is not in the store",
        hints: ["Run `shale fetch`, or `shale add \(shellWord(first))` to record what lies there"]))
  }

  private func warnOfChangedData(_ workspace: Workspace) throws(CommandFailure) {
    var options = StatusOptions()
    options.looksForUntracked = false
    options.findsRenames = false
    let report = try explaining { () throws(WorkspaceError) in
      try workspace.status([], options: options, progress: context.progress)
    }
    let changed = report.paths.filter { $0.state == .modified || $0.state == .diverged }
    guard let first = changed.first else { return }
    context.warn(
      Warning(
        id: "not-added", "Data of \(named(first.path, changed.count)) changed and was not added",
        hints: ["Run `shale add \(shellWord(first.path))`, and `git commit --amend` to take it in"]
      ))
  }

  /// What is in git's history stays there, in every clone.
  private func warnOfLargeFiles(_ project: Project) throws(CommandFailure) {
    let git = project.git
    let limit = project.configuration[Settings.largeFile]
    let large = try explaining { () throws(GitError) -> [(RepositoryPath, ByteCount)] in
      let listing = try GitIndexListing.read(git.layout.indexFile) { _, size in
        size >= limit.bytes
      }
      guard let listing, !listing.entries.isEmpty else { return [] }
      let tree = try git.head().commit.map { commit throws(GitError) in
        try git.commit(commit).tree
      }
      var large: [(RepositoryPath, ByteCount)] = []
      for entry in listing.entries where entry.isMergedFile {
        guard let path = try? RepositoryPath(entry.path) else { continue }
        let old = try tree.flatMap { tree throws(GitError) in try git.entry(at: path, in: tree) }
        if old?.id != entry.id { large.append((path, entry.size)) }
      }
      return large
    }
    guard let (first, size) = large.first else { return }
    context.warn(
      Warning(
        id: "large-file", "Large content enters git itself: \(named(first, large.count)), \(size)",
        hints: [
          "Run `git rm --cached \(shellWord(first))` and `shale add \(shellWord(first))` to track it"
        ]))
  }
}

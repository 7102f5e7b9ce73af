internal import Git
internal import ObjectStore
internal import Primitives
internal import Project
internal import Remotes
internal import Workspace

/// The migration of a history: each commit is written again with pointers, onto a new branch.
///
/// Only git's objects are read and written: worktree, index and the old commits stay as they are.
struct HistoryMigration {
  private let migration: Migration
  private let branch: ByteString
  private var git: GitRepository { migration.project.git }

  init(_ migration: Migration, branch: ByteString) {
    self.migration = migration
    self.branch = branch
  }

  /// - Parameter revision: The last commit of the history.
  func run(_ revision: ByteString) throws(CommandFailure) -> MigrationReport {
    defer { migration.context.progress.end() }
    migration.context.progress.begin(.scanning)
    let name = ByteString(Array("refs/heads/".utf8) + branch.bytes)
    let (tip, existing) = try explaining { () throws(GitError) in
      (try git.commitID(of: revision), try git.reference(name))
    }
    if existing != nil { throw .branchExists(branch) }
    var report = MigrationReport(migration.tool, isDryRun: migration.options.isDryRun)
    let commits = try commits(from: tip)
    let (intake, pointers) = try store(commits, &report)
    var told = Told()
    if migration.options.isDryRun {
      for commit in commits { try told.add(survey(of: commit), intake, pointers, to: &report) }
      return report
    }
    var written: [GitID: GitID] = [:]
    for commit in commits {
      let (version, survey) = try version(of: commit)
      told.add(survey, intake, pointers, to: &report)
      let tree = try tree(of: commit, version, survey, pointers)
      let parents = commit.parents.map { written[$0] ?? $0 }
      let new = try explaining { () throws(GitError) in
        try git.rewritten(commit.id, tree: tree, parents: parents)
      }
      written[commit.id] = new.id
      if new.isUnsigned { report.unsigned += 1 }
      report.commits.append(.init(old: commit.id.hex, new: new.id.hex))
    }
    guard let new = written[tip] else { return report }
    try explaining { () throws(GitError) in
      try git.moveReference(name, from: nil, to: new, reason: "shale migrate --history")
    }
    report.branch = branch
    let references = try explaining { () throws(GitError) in try git.references("refs/tags/") }
    report.tags = references.filter { written[$0.target] != nil }.map(\.shortName)
    return report
  }

  /// The commits, each after its parents.
  private func commits(from tip: GitID) throws(CommandFailure) -> [GitCommit] {
    try explaining { () throws(GitError) in
      var commits: [GitCommit] = []
      try git.walk(from: [tip]) { commit throws(GitError) in
        commits.append(commit)
        return true
      }
      return commits.reversed()
    }
  }

  private func version(
    of commit: GitCommit
  ) throws(CommandFailure) -> (GitVersion, ForeignSurvey) {
    let version = try GitVersion.tree(commit.tree, of: git)
    return (version, try migration.survey(of: version))
  }

  private func survey(of commit: GitCommit) throws(CommandFailure) -> ForeignSurvey {
    try version(of: commit).1
  }

  /// Finds the contents of all commits, and stores them unless nothing is to be changed.
  private func store(
    _ commits: [GitCommit], _ report: inout MigrationReport
  ) throws(CommandFailure) -> (ForeignIntake, [ForeignItem: PointerFile]) {
    let staged = try GitVersion.staged(in: git)
    let places = try migration.places(in: staged)
    report.elsewhere = places.elsewhere
    var intake = ForeignIntake(places)
    var items: Set<ForeignItem> = []
    for commit in commits { items.formUnion(try survey(of: commit).items) }
    let all = items.sorted { $0.path < $1.path }
    intake.find(all)
    intake.find(all, inFilesBelow: migration.workspace.root)
    if migration.options.isDryRun { return (intake, [:]) }
    let pointers = try migration.store(all, &intake, &report)
    try explaining { () throws(ProjectError) in
      try migration.project.registerRoots(
        pointers.map { item, pointer in
          CloneRoot(id: pointer.id, isTree: pointer.kind == .tree, path: item.path)
        })
    }
    return (intake, pointers)
  }

  /// The tree of a commit with pointers in the place of what the other tool had.
  private func tree(
    of commit: GitCommit, _ version: GitVersion, _ survey: ForeignSurvey,
    _ pointers: [ForeignItem: PointerFile]
  ) throws(CommandFailure) -> GitID {
    var edits: [RepositoryPath: GitTreeEdit] = [:]
    let done = survey.items.filter { pointers[$0] != nil }
    if done.isEmpty { return commit.tree }
    for item in done {
      guard let pointer = pointers[item] else { continue }
      edits[PointerFile.path(of: item.path)] = .bytes(pointer.encoded())
      if migration.tool == .lfs { edits[item.path] = .removed }
    }
    for beside in Dictionary(grouping: done, by: { $0.path.parent ?? .root }).values {
      guard let first = beside.first else { continue }
      let file = Workspace.ignoreFile(of: first.path)
      let old = try version.bytes(of: file) ?? []
      let names = beside.map(\.path.name).sorted()
      edits[file] = .bytes(GitIgnoreFile.adding(names, to: old, tracked: Set(names)))
    }
    let paths = Set(done.map(\.path))
    if migration.tool == .lfs {
      let changed = try LFSSurvey.attributes(of: version, without: paths) {
        path throws(CommandFailure) in try version.bytes(of: path)
      }
      for (path, bytes) in changed { edits[path] = bytes.map { .bytes($0) } ?? .removed }
    } else if !migration.options.keepsFiles {
      for carrier in Migration.spent(survey, paths) { edits[carrier] = .removed }
    }
    if let root = try? RepositoryPath(GitAttributesFile.name) {
      var old = try version.bytes(of: root) ?? []
      if case .bytes(let new, _) = edits[root] { old = new }
      if case .removed = edits[root] { old = [] }
      edits[root] = .bytes(GitAttributesFile.completed(old))
    }
    let all = edits
    return try explaining { () throws(GitError) in try git.tree(commit.tree, with: all) }
  }

  /// What was told of one version need not be told of the next.
  private struct Told {
    private var items: Set<ForeignItem> = []
    private var refusals: Set<ForeignRefusal> = []

    mutating func add(
      _ survey: ForeignSurvey, _ intake: ForeignIntake, _ pointers: [ForeignItem: PointerFile],
      to report: inout MigrationReport
    ) {
      var news = ForeignSurvey()
      news.items = survey.items.filter { items.insert($0).inserted }
      news.refusals = survey.refusals.filter { refusals.insert($0).inserted }
      report.add(news, intake) { pointers[$0] }
    }
  }
}

extension CommandFailure {
  /// A new branch has the name of one that is there.
  static func branchExists(_ name: ByteString) -> Self {
    Self(
      .refused, id: "branch-exists", "Branch '\(name)' exists already",
      hints: ["Give another name with `--branch NAME`"])
  }
}

internal import Git
internal import ObjectStore
internal import Pipelines
internal import Platform
internal import Primitives
internal import Project
internal import Remotes
internal import Workspace

/// A checkout that brings the data of a revision.
struct RevisionCheckout {
  private let project: Project
  private let workspace: Workspace
  private let revision: ByteString
  private let options: CheckoutOptions
  private let progress: ProgressCounter

  /// What is tracked there.
  private let view: TrackedView

  /// What git finds the revision by: a branch that only a remote has is made when git moves.
  private let source: ByteString

  init(
    _ project: Project, _ workspace: Workspace, to revision: ByteString, options: CheckoutOptions,
    progress: ProgressCounter
  ) throws(CommandFailure) {
    self.project = project
    self.workspace = workspace
    self.revision = revision
    self.options = options
    self.progress = progress
    source = try explaining { () throws(GitError) in
      try project.git.remoteBranch(named: revision)?.name ?? revision
    }
    view = TrackedView(project: project, workspace: workspace, revision: source)
  }

  /// Moves git and all data to the revision.
  func moveAll() throws(CommandFailure) -> CheckoutReport {
    let old = try trackedPaths()
    let obstacles = try obstacles(among: old)
    let cleared = obstacles.map { CheckoutTarget(path: $0.path, pointer: nil, isCleared: true) }
    let others = old.filter { tracked in !obstacles.contains { $0.path == tracked.path } }
    // Everything that would be refused is found out before git moves anything.
    var trial = options
    trial.isDryRun = true
    let planned = try bring(cleared + targets(from: others, to: expected(others)), trial)
    if options.isDryRun { return planned }
    try explaining { () throws(WorkspaceError) in try workspace.checkLocks(of: old.map(\.path)) }
    var report = try bring(cleared, options)
    do throws(CommandFailure) {
      try moveGit()
    } catch {
      try putBack(obstacles, report)
      throw error
    }
    let now = try trackedPaths()
    report.add(try bring(targets(from: others, to: now), options))
    for tracked in now {
      if case .failure(let problem) = tracked.pointer { report.unreadable[tracked.path] = problem }
    }
    return report
  }

  private func trackedPaths() throws(CommandFailure) -> [TrackedPath] {
    try explaining { () throws(WorkspaceError) in try workspace.trackedPaths() }
  }

  private func bring(
    _ targets: [CheckoutTarget], _ options: CheckoutOptions
  ) throws(CommandFailure) -> CheckoutReport {
    try explaining { () throws(WorkspaceError) in
      try workspace.checkout(targets, options: options, progress: progress)
    }
  }

  private func moveGit() throws(CommandFailure) {
    let before = try explaining { () throws(GitError) in try project.git.head() }
    try explaining { () throws(GitError) in try project.git.checkout(revision, from: source) }
    let after = try explaining { () throws(GitError) in try project.git.head() }
    if before == after { return }
    var changes: [Operation.Change] = [.branch(old: before.reference, new: after.reference)]
    if before.commit != after.commit {
      changes.append(.head("HEAD", old: before.commit?.hex, new: after.commit?.hex))
    }
    let all = changes
    try explaining { () throws(ProjectError) in try project.record(["checkout"], all) }
  }

  /// Tracked paths in whose place the revision has files of git's own.
  ///
  /// Git takes ignored files for expendable and would overwrite them, so they have to go before it
  /// moves.
  private func obstacles(among old: [TrackedPath]) throws(CommandFailure) -> [TrackedPath] {
    try explaining { () throws(GitError) in
      let tree = try project.git.treeID(of: source)
      var obstacles: [TrackedPath] = []
      for tracked in old {
        var place: RepositoryPath? = tracked.path
        while let path = place, !path.isRoot {
          if let entry = try project.git.entry(at: path, in: tree) {
            // In a directory above it there is room for the data.
            if path == tracked.path || entry.mode != .directory { obstacles.append(tracked) }
            break
          }
          place = path.parent
        }
      }
      return obstacles
    }
  }

  /// Brings back what was taken away for a move that git then refused.
  private func putBack(
    _ paths: [TrackedPath], _ report: CheckoutReport
  ) throws(CommandFailure) {
    try project.registerRoots(of: report)
    _ = try bring(targets(from: [], to: paths), CheckoutOptions())
  }

  /// The pointers that the worktree will have: git carries along what differs from its commit.
  private func expected(_ old: [TrackedPath]) throws(CommandFailure) -> [TrackedPath] {
    typealias Pointers = [RepositoryPath: Result<PointerFile, PointerProblem>]
    func pointers(_ paths: [TrackedPath]) -> Pointers {
      Dictionary(paths.map { ($0.path, $0.pointer) }) { first, _ in first }
    }
    let head = TrackedView(project: project, workspace: workspace, revision: "HEAD")
    let commit = try explaining { () throws(GitError) in try project.git.head().commit }
    let current = commit == nil ? [:] : pointers(try head.trackedPaths())
    let wanted = pointers(try view.trackedPaths())
    let present = pointers(old)
    var expected: [TrackedPath] = []
    for path in Set(wanted.keys).union(present.keys).sorted() {
      let isCarried = present[path] != current[path]
      if let pointer = isCarried ? present[path] : wanted[path] {
        expected.append(TrackedPath(path: path, pointer: pointer))
      }
    }
    return expected
  }

  /// What the data is to become; where a pointer cannot be read, the data stays as it is.
  private func targets(from old: [TrackedPath], to new: [TrackedPath]) -> [CheckoutTarget] {
    var targets: [CheckoutTarget] = []
    for tracked in new {
      guard case .success(let pointer) = tracked.pointer else { continue }
      targets.append(CheckoutTarget(path: tracked.path, pointer: pointer))
    }
    let names = Set(new.map(\.path))
    for path in old.map(\.path) where !names.contains(path) {
      targets.append(CheckoutTarget(path: path, pointer: nil))
    }
    return targets
  }

  /// Takes the pointers and data of some paths from the revision.
  func take(_ paths: [RepositoryPath]) throws(CommandFailure) -> CheckoutReport {
    let items = try items(paths)
    var options = options
    options.localChanges = .replace
    let report = try explaining { () throws(WorkspaceError) in
      try workspace.checkout(
        items.map { CheckoutTarget(path: $0.path, pointer: $0.pointer) }, options: options,
        progress: progress)
    }
    if options.isDryRun { return report }
    for item in items {
      try explaining { () throws(WorkspaceError) in
        try workspace.write(item.pointer, of: item.path)
      }
      try explaining { () throws(GitError) in
        try project.git.stage([.bytes(PointerFile.path(of: item.path), item.pointer.encoded())])
      }
    }
    try explaining { () throws(PipelineError) in
      try RecordStaging(workspace, project.runs()).update()
    }
    return report
  }

  /// The tracked paths of the revision that `paths` are or hold.
  private func items(_ paths: [RepositoryPath]) throws(CommandFailure) -> [TrackedView.Item] {
    let contents = try view.contents()
    let all = contents.items
    var chosen: [TrackedView.Item] = []
    for path in paths {
      let dark = contents.unreadable.filter { $0.path.overlaps(path) }
      if let failure = CommandFailure(dark) { throw failure }
      let found = all.filter { $0.path.isWithin(path) }
      if found.isEmpty {
        let outer = all.first { path.isWithin($0.path) }
        throw CommandFailure(
          .refused, id: "not-found", "Revision '\(revision)' does not track '\(path)' by itself",
          hints: [
            outer.map { "Run `shale restore --source \(revision) '\(path)'`, or name '\($0.path)'" }
              ?? "Run `shale ls \(revision)` to see what it tracks"
          ])
      }
      chosen += found.filter { item in !chosen.contains { $0.path == item.path } }
    }
    return chosen
  }
}

internal import Git
internal import Lineage
internal import ObjectStore
internal import Platform
internal import Primitives
internal import Project
internal import Remotes
internal import Workspace

/// Everything in a clone that names data: pointers of all commits, of the index and the worktree,
/// operations, and runs.
struct DataNamings {
  /// Who names data.
  enum Origin {
    case commit(GitID)
    case worktree
    /// An operation, the index, another worktree, or a run that has not ended.
    case other
    /// A run, by its place in ``DataNamings/runs``.
    case run(Int, isCode: Bool)
  }

  /// Data at a path.
  struct Naming {
    let path: RepositoryPath
    let id: ObjectID
    let isTree: Bool
    let origin: Origin
  }

  private(set) var all: [Naming] = []
  let runs: [RunSummary]

  /// Contents that run records name besides data: what was read, patches, packages.
  private(set) var others: Set<ObjectID> = []

  init(
    of project: Project, _ workspace: Workspace, _ context: CommandContext
  ) throws(CommandFailure) {
    let catalog = project.runs()
    runs = try explaining { () throws(LineageError) in try catalog.summaries() }
    let view = TrackedView(project: project, workspace: workspace, revision: nil)
    for item in try view.contents().items { add(item.pointer, item.path, .worktree) }
    try addOthers(project, workspace.store, context)
    try addCommits(project.git)
    try addOperations(project, workspace.store)
    try addRuns(catalog)
  }

  private mutating func add(_ pointer: PointerFile, _ path: RepositoryPath, _ origin: Origin) {
    all.append(
      Naming(path: path, id: pointer.id, isTree: pointer.kind == .tree, origin: origin))
  }

  /// What the other worktrees have staged, recorded or brought, and what a run that goes on uses.
  ///
  /// What cannot be read there is told, and keeps nothing else from being forgotten.
  private mutating func addOthers(
    _ project: Project, _ store: ObjectStore, _ context: CommandContext
  ) throws(CommandFailure) {
    let kept: KeptRoots
    do {
      kept = try project.keptRoots(grace: .max)
    } catch {
      let failure = CommandFailure(error)
      return context.warn(
        Warning(
          id: failure.id, "Not all versions may be known: \(failure.message)", hints: failure.hints)
      )
    }
    // Of what is not here it may not be known whether it is a directory.
    for root in kept.roots where root.isTree || (try? store.contains(root.id)) == true {
      all.append(Naming(path: root.path, id: root.id, isTree: root.isTree, origin: .other))
    }
  }

  private mutating func addCommits(_ git: GitRepository) throws(CommandFailure) {
    var found: [Naming] = []
    try explaining { () throws(GitError) in
      // Also what only reflogs name any more.
      let starts = try git.starts().commits.map(\.id)
      try git.forEachCommittedPointer(andFrom: starts) { path, pointer, commit in
        found.append(
          Naming(
            path: path, id: pointer.id, isTree: pointer.kind == .tree, origin: .commit(commit)))
        return true
      }
    }
    all += found
  }

  private mutating func addOperations(
    _ project: Project, _ store: ObjectStore
  ) throws(CommandFailure) {
    let operations = try explaining { () throws(FileError) in
      try project.operations.operations().operations
    }
    for change in operations.flatMap(\.changes) {
      guard let path = try? RepositoryPath(change.subject) else { continue }
      for id in change.storedObjects where (try? store.contains(id)) == true {
        let isTree = try explaining { () throws(StoreError) in try store.holdsTree(id) }
        all.append(Naming(path: path, id: id, isTree: isTree, origin: .other))
      }
    }
  }

  private mutating func addRuns(_ catalog: RunCatalog) throws(CommandFailure) {
    let place = (try? RepositoryPath(RunCatalog.committedPath)) ?? .root
    for (number, run) in runs.enumerated() {
      for artifact in run.inputs + run.outputs {
        all.append(
          Naming(
            path: artifact.path, id: artifact.oid, isTree: artifact.isTree,
            origin: .run(number, isCode: false)))
      }
      all.append(
        Naming(path: .root, id: run.codeTree, isTree: true, origin: .run(number, isCode: true)))
      // A record that cannot be read names nothing that could be kept.
      guard let record = try? catalog.record(run.id) else { continue }
      for path in record.paths(run.id, size: .zero, below: place)
      where !path.isTree { others.insert(path.id) }
    }
  }

  /// Every file that is named by itself.
  var files: Set<ObjectID> { others.union(all.lazy.filter { !$0.isTree }.map(\.id)) }
}

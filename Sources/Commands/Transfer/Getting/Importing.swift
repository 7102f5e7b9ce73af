internal import ObjectStore
internal import Platform
internal import Primitives
internal import Project
internal import Remotes
internal import Terminal
internal import Workspace

/// Brings data of sources into a repository, and writes pointers that say where it came from.
struct Importing {
  let project: Project
  let workspace: Workspace
  let context: CommandContext

  /// One path that gets a pointer.
  struct Step {
    let path: RepositoryPath
    let item: SourceItem
    let pointer: PointerFile

    /// The pointer that it had.
    let old: PointerFile?
  }

  /// What was done.
  struct Outcome {
    /// Where the data of each step came from.
    var origins: [SourceBringing.Outcome] = []
    let checkout: CheckoutReport
  }

  /// Prepares one path.
  ///
  /// - Throws: ``CommandFailure`` for what no pointer can stand for.
  func step(
    _ item: SourceItem, at path: RepositoryPath, replacing old: PointerFile?
  ) throws(CommandFailure) -> Step {
    guard let pointer = item.pointer() else {
      throw CommandFailure(
        .refused, id: "not-for-data", "'\(item.path)' is a symlink, which is not tracked by itself",
        hints: ["Name the file that it leads to"])
    }
    guard (try? PointerFile(decoding: pointer.encoded())) == pointer else {
      throw CommandFailure(
        .usage, id: "bad-source", "A pointer cannot say that '\(item.path)' came from there",
        hints: ["Name the source and the path with fewer than 900 bytes, all of them printable"])
    }
    return Step(path: path, item: item, pointer: pointer, old: old)
  }

  /// Brings the data into the store, then writes the pointers, then brings the data into the
  /// worktree.
  ///
  /// - Parameters:
  ///   - steps: What to do; each path once.
  ///   - command: What the operation log calls it.
  /// - Throws: ``CommandFailure``, before anything is changed where changed files are in the way.
  func run(_ steps: [Step], as command: [ByteString]) throws(CommandFailure) -> Outcome {
    let cache = cache()
    var origins: [SourceBringing.Outcome] = []
    for step in steps {
      do {
        origins.append(
          try SourceBringing(item: step.item)
            .run(to: workspace.store, from: cache, progress: context.progress))
      } catch {
        throw error.explanation
      }
    }
    let targets = steps.map { CheckoutTarget(path: $0.path, pointer: $0.pointer) }
    var options = CheckoutOptions()
    options.isDryRun = true
    let trial = options
    _ = try explaining { () throws(WorkspaceError) in
      try workspace.checkout(targets, options: trial)
    }
    var changes: [TrackedChange] = []
    for step in steps {
      changes.append(
        try explaining { () throws(WorkspaceError) in
          try workspace.track(step.pointer, at: step.path)
        })
    }
    try project.recordTracked(command, changes, in: workspace)
    let report = try explaining { () throws(WorkspaceError) in
      try workspace.checkout(targets, progress: context.progress)
    }
    try project.registerRoots(of: report)
    context.tellNotices(of: project)
    context.warn(of: report.forgotten)
    return Outcome(origins: origins, checkout: report)
  }

  /// The cache, if there is one; one that cannot be used is no reason to fail.
  private func cache() -> DataCache? {
    let root = project.configuration.cache(
      environment: context.environment, from: context.workingDirectory)
    return root.flatMap { (try? DataCache.openIfPresent(at: $0)) ?? nil }
  }
}

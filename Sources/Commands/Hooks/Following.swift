internal import Git
internal import Platform
internal import Primitives
internal import Project
internal import Remotes
internal import Terminal
internal import Workspace

/// Brings data after git alone has moved pointers.
///
/// As long as none has moved, neither libgit2 nor the store is opened.
struct Following {
  private let context: CommandContext

  init(in context: CommandContext) {
    self.context = context
  }

  /// What the environment says about hooks, as ``Settings/hooks`` reads it.
  static func isOff(_ environment: [ByteString: ByteString]) -> Bool {
    guard let value = environment[ByteString(Settings.hooks.declaration.variable)] else {
      return false
    }
    return Settings.hooks.parse(value) == false
  }

  /// Brings the data of pointers that have moved since data last followed them.
  ///
  /// - Returns: `nil` where no data had to be brought.
  /// - Throws: ``CommandFailure``; that pointers may have moved is noted again then.
  func run() throws(CommandFailure) -> FollowReport? {
    if Self.isOff(context.environment) { return nil }
    let git = try explaining { () throws(GitError) in
      try GitRepository(
        discoveredFrom: context.workingDirectory, environment: context.environment)
    }
    guard let follower = PointerFollower(git) else { return nil }
    return try run(follower)
  }

  /// The same in a repository that was found, where the hook has noted that pointers may have moved.
  func runIfNoted(_ git: GitRepository) throws(CommandFailure) -> FollowReport? {
    guard let follower = PointerFollower(git), follower.isNoted, !Self.isOff(context.environment)
    else { return nil }
    return try run(follower)
  }

  private func run(_ follower: PointerFollower) throws(CommandFailure) -> FollowReport? {
    let isAgain = try explaining { () throws(WorkspaceError) in try follower.begin() }
    do throws(CommandFailure) {
      let report = try follow(follower, isAgain: isAgain)
      // What failed is tried again next time.
      if report?.leftBehind.isEmpty ?? true {
        try explaining { () throws(WorkspaceError) in try follower.end() }
      }
      return report
    } catch {
      _ = try? follower.noteWork()
      throw error
    }
  }

  private func follow(
    _ follower: PointerFollower, isAgain: Bool
  ) throws(CommandFailure) -> FollowReport? {
    let (before, now, unsettled, leftOver) = try explaining { () throws(WorkspaceError) in
      let before = try follower.recorded()
      let now = try follower.current(besides: before)
      let changed = now.changed(since: before)
      return (
        before, now, isAgain ? changed : try follower.unsettled(changed),
        try follower.leftOver(now.gone(since: before))
      )
    }
    if now == before { return nil }
    if unsettled.isEmpty, leftOver.isEmpty {
      // A repository without Shale gets nothing of it, where many have one directory of hooks.
      if before == nil, now.paths.isEmpty { return nil }
      try explaining { () throws(WorkspaceError) in try follower.record(now) }
      return nil
    }
    let project = try context.openProject(requiringSetUp: false)
    guard try explaining({ () throws(ProjectError) in try project.isSetUp() }),
      project.configuration[Settings.hooks]
    else { return nil }
    let workspace = try context.workspace(of: project)
    var report = try explaining { () throws(WorkspaceError) in
      try follower.noteWork()
      return try workspace.follow(
        unsettled, hasLeftOver: !leftOver.isEmpty, progress: context.progress)
    }
    try complete(&report, project, workspace)
    context.tellNotices(of: project)
    context.warn(of: report.checkout.forgotten)
    tell(report)
    try project.registerRoots(of: report.checkout)
    // What waits for the user is told once.
    try explaining { () throws(WorkspaceError) in
      var done = now.taking(basesOf: try follower.current(besides: now))
      done.forget(report.leftBehind)
      try follower.record(done)
    }
    return report
  }

  /// Fetches what the store lacks of data that was here as a whole, and brings that too.
  ///
  /// What was never here, or only a part of it, is not fetched without being asked for.
  private func complete(
    _ report: inout FollowReport, _ project: Project, _ workspace: Workspace
  ) throws(CommandFailure) {
    let paths = report.incomplete
    guard !paths.isEmpty, let remote = try? context.remote(nil, of: project) else { return }
    do throws(CommandFailure) {
      let selection = TransferSelection(project: project, workspace: workspace, paths: paths)
      _ = try FetchCommand.fetch(
        [try selection.worktree()], of: selection, from: remote, as: ["hooks", "run"], context)
    } catch {
      return context.warn(
        Warning(id: error.id, "Nothing was fetched from \(remote.name): \(error.message)"))
    }
    report.complete(
      with: try explaining { () throws(WorkspaceError) in
        try workspace.follow(paths, hasLeftOver: false, progress: context.progress)
      })
  }

  /// Tells what was not brought, in a line for each reason.
  private func tell(_ report: FollowReport) {
    if let first = report.refused.first {
      context.warn(
        Warning(
          id: "not-brought",
          "\(named(first, report.refused.count)) changed here, and the pointer moved: the data "
            + "was left as it is",
          hints: ["Run `shale status`, then `shale checkout --force PATH` to store and replace it"]
        ))
    }
    let unreadable = report.checkout.unreadable.keys.sorted()
    if let first = unreadable.first {
      context.warn(
        Warning(
          id: "unreadable-pointer",
          "The pointer of \(named(first, unreadable.count)) cannot be read, so that no data "
            + "was brought",
          hints: ["Resolve the conflict, if git stopped at one, and run `shale checkout`"]))
    }
    let missing = report.checkout.missing
    if let first = missing.first {
      context.warn(
        Warning(
          id: "object-missing",
          "Content of \(named(first.path, missing.count)) is not in the store",
          hints: ["Run `shale pull` to get it from the remote"]))
    }
    for (path, error) in report.failed.prefix(1) {
      let failure = CommandFailure(error)
      context.warn(
        Warning(
          id: failure.id,
          "Data of \(named(path, report.failed.count)) was not brought: \(failure.message)",
          hints: Array(failure.hints.prefix(1)) + ["Run `shale checkout` to bring it"]))
    }
    if let failure = CommandFailure(notBrought: report.checkout.failures) {
      context.warn(Warning(id: failure.id, failure.message, hints: failure.hints))
    }
  }
}

extension CommandContext {
  /// Brings data before a command looks at it, where git has moved pointers without a hook that may
  /// bring it, as by `git reset --hard` and `git stash`.
  ///
  /// What goes wrong is told, and is the command's own to run into.
  func followPointers(in git: GitRepository) {
    var context = self
    context.followsPointers = false
    // An operation of its own, so that taking the command back leaves this.
    context.run = Run(command: ["hooks", "run"], started: Clock.now())
    do throws(CommandFailure) {
      guard let report = try Following(in: context).runIfNoted(git) else { return }
      guard !report.checkout.changes.isEmpty, settings.verbosity != .quiet else { return }
      note { text in
        text.line("Git has moved pointers, and their data follows:")
        CheckoutCommandReport(report.checkout).writeChanges(to: &text)
      }
    } catch {
      warn(
        Warning(
          id: error.id, "Data was not brought after git moved pointers: \(error.message)",
          hints: error.hints))
    }
  }
}

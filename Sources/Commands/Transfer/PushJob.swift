internal import Git
internal import ObjectStore
internal import Primitives
internal import Project
internal import Remotes
internal import Workspace

/// Sends the data of commits to a remote, for `push` and for the hook of git's own push.
struct PushJob {
  private let project: Project
  private let workspace: Workspace
  private let remote: Remote
  private let context: CommandContext

  /// The paths that are meant; all where empty.
  var paths: [RepositoryPath] = []

  /// Whether every run made here goes too, with all it leads to.
  var withRuns = false
  var isDryRun = false

  init(
    _ project: Project, _ workspace: Workspace, to remote: Remote, in context: CommandContext
  ) {
    self.project = project
    self.workspace = workspace
    self.remote = remote
    self.context = context
  }

  /// Sends what the remote lacks.
  ///
  /// - Parameters:
  ///   - names: The commits of which all data is read again, where `shale.verifyOnPush` asks for it.
  ///   - choose: Chooses the commits, all but those that the remote has with all their data.
  func run(
    proving names: [ByteString],
    _ choose: (TransferSelection, (String) -> Bool) throws(CommandFailure)
      -> [TransferSelection.Moment]
  ) throws(CommandFailure) -> TransferCommandReport {
    let selection = TransferSelection(project: project, workspace: workspace, paths: paths)
    let target = try explaining { () throws(ProjectError) in
      try project.open(remote, isWriting: !isDryRun)
    }
    var known: [String] = []
    let moments = try choose(selection) { id in
      // A root that cannot be read promises nothing.
      guard (try? target.hasAll(ofCommit: id)) == true else { return false }
      known.append(id)
      return paths.isEmpty
    }
    if let refusal = try selection.refusal(at: moments) { throw refusal }
    var commits = moments.compactMap(\.commit)
    if withRuns {
      commits += try RecordClosure(project, workspace).runs { id in
        (try? target.hasAll(ofCommit: id.hex, .run)) == true
      }
    }
    // The newest first, of which the push wants the nearest last; a few are enough to compare with.
    let push = Push(
      commits, from: workspace.store, to: target,
      knownCommits: known.prefix(16).reversed())
    context.progress.begin(.comparing)
    let report = try explaining { () throws(RemoteError) in
      if isDryRun { return try push.dryRun(lookups: context.progress) }
      context.progress.begin(.sending)
      return try push.run(progress: context.progress)
    }
    if !isDryRun, paths.isEmpty { try record(known, at: target) }
    context.progress.end()
    context.tellNotices(of: project)
    context.warn(of: report, store: workspace.store, remote)
    if !isDryRun, report.records > 0 || paths.isEmpty {
      try explaining { () throws(ProjectError) in
        try project.record(
          ["push"], commits.filter { $0.kind == .commit }.map { .pushed($0.id, to: remote.name) })
      }
    }
    warn(of: moments.filter { !$0.isNamed }.flatMap(\.unreadable))
    var outcome = TransferCommandReport(
      report, remote: remote, isPush: true, isDryRun: isDryRun,
      unreadable: moments.filter(\.isNamed).flatMap(\.unreadable))
    if project.configuration[Settings.verifyOnPush], !isDryRun, outcome.failure == nil {
      outcome.proof = try proof(of: commits, names, target)
    }
    return outcome
  }

  /// Tells the remote the names of commits that it has already: a tag may be newer than the push.
  private func record(
    _ known: [String], at target: RemoteStore
  ) throws(CommandFailure) {
    let known = Set(known)
    let references = try explaining { () throws(GitError) in
      try project.git.references().filter { known.contains($0.target.hex) }
    }
    for reference in references {
      let commit = try explaining { () throws(GitError) in
        try project.git.commit(reference.target)
      }
      try explaining { () throws(RemoteError) in
        try target.roots.record(
          ReferenceRoot(
            name: reference.name, commit: reference.target.hex,
            date: Int(commit.committer.time.seconds)))
      }
    }
  }

  /// Reads from the remote again what was sent, and what the commits that were named track.
  private func proof(
    of commits: [TransferCommit], _ names: [ByteString], _ target: RemoteStore
  ) throws(CommandFailure) -> VerifyReport {
    var roots = commits.flatMap(\.paths).filter { path in
      if case .all = path.selection { true } else { false }
    }.map { ClosureRoot(id: $0.id, isTree: $0.isTree, path: $0.path) }
    for name in paths.isEmpty ? names : [] {
      let commit = try explaining { () throws(GitError) in try project.git.commitID(of: name) }
      roots += try RestoreProof.roots(of: commit, project, workspace)
    }
    let proof = RestoreProof(
      project: project, store: target.store, remote: target.remote.name, sample: nil,
      context: context)
    return VerifyReport(try proof.run(roots.distinct, of: nil, called: "what was pushed"))
  }

  /// Tells what was not sent because some commit of the history has a pointer that nobody can read.
  private func warn(of unreadable: [UnreadablePointer]) {
    guard let failure = CommandFailure(unreadable) else { return }
    context.warn(
      Warning(
        id: "unreadable-pointer", "Not all of the history was sent: \(failure.message)",
        hints: failure.hints))
  }
}

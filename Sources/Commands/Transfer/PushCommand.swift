package import Arguments
internal import Git
internal import ObjectStore
package import Primitives
internal import Project
internal import Remotes
internal import Terminal
internal import Workspace

/// `shale push`: sends to a remote the data it lacks.
package struct PushCommand: Command {
  package static let words = Operand<[ByteString]>(
    "REMOTE|REV", help: "The remote, then revisions", completion: .remotes)
  package static let paths = Option<[ByteString]>(
    "path", short: "p", value: "PATH", help: "Only this path or pattern",
    completion: .files)
  package static let all = Flag("all", help: "The data of all branches and tags")
  package static let runs = Flag("runs", help: "Also every run made here, with all it leads to")
  package static let dryRun = Flag("dry-run", short: "n", help: "Show what would be sent")

  package static let spec = CommandSpec(
    "push",
    summary: "Send data to a remote",
    discussion: """
      Sends the data of the current commit and its history, or of the revisions named, as far as
      the remote lacks it. A push that is interrupted leaves the remote usable, and the next one
      goes on where it stopped. Git's own history is pushed by `git push`.

      With a commit goes what its run records lead to: the code and the inputs that made its data.

      Where `shale.verifyOnPush` is set, the data is then read from the remote again and hashed.
      """,
    parameters: [paths, all, runs, dryRun, words],
    usage: ["[REMOTE] [REV…]"],
    examples: [
      Example("shale push", "Send what the default remote lacks"),
      Example("shale push archive v1.0", "Send the data of one revision"),
      Example("shale push -n", "Show how much would be sent"),
    ],
    result: TransferCommandReport.keys,
    statuses: [.missing, .tryAgain],
    related: ["remote"])

  private let words: [ByteString]
  private let paths: [ByteString]
  private let isAll: Bool
  private let withRuns: Bool
  private let isDryRun: Bool

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    words = try arguments[Self.words]
    paths = try arguments[Self.paths]
    isAll = arguments[Self.all]
    withRuns = arguments[Self.runs]
    try arguments.refuseTogether(Self.paths, Self.runs)
    isDryRun = arguments[Self.dryRun]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> TransferCommandReport {
    let project = try context.openProject()
    let workspace = try context.workspace(of: project)
    let (remote, revisions) = try context.split(words, in: project)
    let selection = TransferSelection(
      project: project, workspace: workspace,
      paths: try context.repositoryPaths(paths, in: project))
    let target = try explaining { () throws(ProjectError) in
      try project.open(remote, isWriting: !isDryRun)
    }
    var known: [String] = []
    let moments = try selection.commits(
      revisions, of: isAll ? ["refs/heads/", "refs/tags/"] : [], withRecords: paths.isEmpty
    ) { id in
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
    if !isDryRun, paths.isEmpty { try record(known, in: project, at: target) }
    context.progress.end()
    context.tellNotices(of: project)
    context.warn(of: report, store: workspace.store, remote)
    if !isDryRun, report.records > 0 || paths.isEmpty {
      try explaining { () throws(ProjectError) in
        try project.record(
          ["push"], commits.filter { $0.kind == .commit }.map { .pushed($0.id, to: remote.name) })
      }
    }
    warn(of: moments.filter { !$0.isNamed }.flatMap(\.unreadable), context)
    var outcome = TransferCommandReport(
      report, remote: remote, isPush: true, isDryRun: isDryRun,
      unreadable: moments.filter(\.isNamed).flatMap(\.unreadable))
    if project.configuration[Settings.verifyOnPush], !isDryRun, outcome.failure == nil {
      outcome.proof = try proof(of: commits, revisions, project, workspace, target, context)
    }
    return outcome
  }

  /// Tells the remote the names of commits that it has already: a tag may be newer than the push.
  private func record(
    _ known: [String], in project: Project, at target: RemoteStore
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
    of commits: [TransferCommit], _ revisions: [ByteString], _ project: Project,
    _ workspace: Workspace, _ target: RemoteStore, _ context: CommandContext
  ) throws(CommandFailure) -> VerifyReport {
    var roots = commits.flatMap(\.paths).filter { path in
      if case .all = path.selection { true } else { false }
    }.map { ClosureRoot(id: $0.id, isTree: $0.isTree, path: $0.path) }
    let names = revisions.isEmpty ? ["HEAD"] : revisions
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
  private func warn(of unreadable: [UnreadablePointer], _ context: CommandContext) {
    guard let failure = CommandFailure(unreadable) else { return }
    context.warn(
      Warning(
        id: "unreadable-pointer", "Not all of the history was sent: \(failure.message)",
        hints: failure.hints))
  }
}

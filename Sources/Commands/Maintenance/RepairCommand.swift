package import Arguments
internal import Git
internal import ObjectStore
internal import Platform
package import Primitives
internal import Project
internal import Remotes
internal import Terminal
internal import Workspace

/// `shale repair`: brings back what a store has lost, from wherever there is a good copy.
package struct RepairCommand: Command {
  package static let dryRun = Flag("dry-run", short: "n", help: "Show the plan only")
  package static let siblings = Option<[ByteString]>(
    "from", value: "DIR", help: "Also ask this clone or store", completion: .files)
  package static let remote = Option<ByteString?>(
    "remote", short: "r", value: "NAME", help: "Repair this remote instead of the local store",
    completion: .remotes)

  package static let spec = CommandSpec(
    "repair",
    summary: "Bring back what a store has lost",
    discussion: """
      Checks every byte as `shale fsck` does, and looks for a good copy of what is damaged or was
      lost: in another pack, on the remotes, among your own files, and in the clones that you name
      with `--from`, in this order. The plan is shown by file names before it is carried out. Every
      object is proven on its way.

      Packs with damaged records are replaced by good ones, and go to the store's trash; no file of
      yours is changed. What cannot be had is listed by path, commit and object.
      """,
    parameters: [dryRun, siblings, remote],
    examples: [
      Example("shale repair -n", "Show what is lost, and where there is a copy"),
      Example("shale repair --from ../colleague", "Ask another clone, too"),
      Example("shale repair --remote origin", "Send a remote again what it has lost"),
    ],
    result: RepairReport.keys,
    statuses: [.damaged, .missing, .tryAgain],
    related: ["fsck", "verify"])

  private let isDryRun: Bool
  private let siblings: [ByteString]
  private let remote: ByteString?

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    isDryRun = arguments[Self.dryRun]
    siblings = try arguments[Self.siblings]
    remote = try arguments[Self.remote]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> RepairReport {
    let project = try context.openProject()
    defer { context.progress.end() }
    var outcome = RepairReport(isDryRun: isDryRun)
    let isDryRun = isDryRun
    outcome.add(
      try explaining { () throws(ProjectError) in
        try project.mendStoreFiles(isDryRun: isDryRun)
      })
    let workspace = try context.workspace(of: project)
    if let remote {
      try repairRemote(remote, project, workspace, &outcome, context)
    } else {
      outcome.add(pointers: try mendPointers(project, workspace))
      context.progress.begin(.verifying)
      let report = try explaining { () throws(StoreError) in
        try Verification(workspace.store, progress: context.progress).run()
      }
      let uses = try TrackedUses.local(project, workspace, report)
      let sources = try RepairSource.all(
        for: nil, siblings: siblings, of: project, workspace, context)
      var job = try RepairJob(workspace, workspace.store, report, uses, sources, context)
      try carryOut(&job, project, &outcome, context)
    }
    if !isDryRun {
      let changes = outcome.changes
      try explaining { () throws(ProjectError) in try project.record(["repair"], changes) }
    }
    return outcome
  }

  // MARK: - A remote

  private func repairRemote(
    _ name: ByteString, _ project: Project, _ workspace: Workspace,
    _ outcome: inout RepairReport, _ context: CommandContext
  ) throws(CommandFailure) {
    let place = try context.remote(name, of: project)
    let isDryRun = isDryRun
    outcome.remote = place.name
    outcome.add(
      try explaining { () throws(ProjectError) in
        try project.mendStoreFiles(of: place, isDryRun: isDryRun)
      })
    let target = try explaining { () throws(ProjectError) in
      try project.open(place, isWriting: !isDryRun)
    }
    context.progress.begin(.verifying)
    let report = try explaining { () throws(RemoteError) in
      try RemoteVerification(target).run(progress: context.progress)
    }
    let isSound = report.store.isSound && report.damagedRoots.isEmpty && report.store.lost.isEmpty
    let uses = try TrackedUses(pushed: report.pushed, and: isSound ? nil : project)
    let sources = try RepairSource.all(
      for: target, siblings: siblings, of: project, workspace, context)
    var job = try RepairJob(workspace, target.store, report.store, uses, sources, context)
    try carryOut(&job, project, &outcome, context)
    outcome.damage += report.damagedRoots.map { RemoteError.damagedRoot($0).description }
    if isDryRun || report.damagedRoots.isEmpty { return }
    // What the root of a commit says, the commit itself says too.
    let known = report.unreadable.map { ByteString($0) }.filter { id in
      (try? project.git.commitID(of: id)) != nil
    }
    if !known.isEmpty {
      let selection = TransferSelection(project: project, workspace: workspace, paths: [])
      let commits = try selection.commits(known, of: [], withRecords: true) { _ in false }
        .compactMap(\.commit)
      _ = try explaining { () throws(RemoteError) in
        try Push(commits, from: workspace.store, to: target).run(progress: context.progress)
      }
    }
    var mended: [FilePath] = []
    for id in report.unreadable {
      let root = try explaining { () throws(RemoteError) in try target.roots.commit(id) }
      if root != nil { mended.append(target.roots.path(ofCommit: id)) }
    }
    outcome.damage.removeAll { finding in
      mended.contains { RemoteError.damagedRoot($0).description == finding }
    }
  }

  // MARK: - The work

  private func carryOut(
    _ job: inout RepairJob, _ project: Project, _ outcome: inout RepairReport,
    _ context: CommandContext
  ) throws(CommandFailure) {
    outcome.packs = job.report.packs
    outcome.checked = job.report.bytes
    try job.plan()
    outcome.set(try items(of: job, left: job.losses, project))
    outcome.damage = job.report.damage.map(\.description).sorted()
    if isDryRun { return outcome.unnamed = try job.unnamed() }
    context.progress.end()
    if context.settings.verbosity != .quiet, !context.settings.isJSON, !outcome.items.isEmpty {
      let plan = outcome
      context.note { text in plan.writePlan(to: &text) }
    }
    let left = try job.run()
    let (repair, progress) = (job.repair, context.progress)
    progress.begin(.verifying)
    outcome.replaced = try explaining { () throws(StoreError) in try repair.replaceDamaged() }
    outcome.damage = try explaining { () throws(StoreError) in
      try repair.check(progress: progress).map(\.description).sorted()
    }
    outcome.objects = job.objects
    outcome.bytes = job.bytes
    outcome.unnamed = try job.unnamed()
    outcome.set(try items(of: job, left: left, project))
  }

  /// What was lost and is back, or is not.
  private func items(
    of job: RepairJob, left: LossList, _ project: Project
  ) throws(CommandFailure) -> [RepairReport.Item] {
    let lost = Set(left.losses.map { RepairReport.Place(path: $0.path, oid: $0.oid) })
    return job.losses.losses.map { loss in
      let date = loss.commits.first.flatMap { id in
        (try? project.git.commit(project.git.commitID(of: ByteString(id))))?.committer.time
      }
      return RepairReport.Item(
        path: loss.path, oid: loss.oid, commits: loss.commits, date: date,
        source: job.origins[loss.oid],
        isLost: lost.contains(.init(path: loss.path, oid: loss.oid)), isDamaged: loss.isDamaged)
    }
  }

  /// Puts pointers back that cannot be read and of which the current commit has a good one.
  private func mendPointers(
    _ project: Project, _ workspace: Workspace
  ) throws(CommandFailure) -> [RepositoryPath] {
    let now = try TrackedView(project: project, workspace: workspace, revision: nil).contents()
    let bad = now.unreadable.filter { $0.cause.isDamage }
    guard !bad.isEmpty, (try? project.git.head().commit) ?? nil != nil else { return [] }
    let committed = try TrackedView(project: project, workspace: workspace, revision: "HEAD")
      .contents().items
    var mended: [RepositoryPath] = []
    for pointer in bad {
      guard let good = committed.first(where: { $0.path == pointer.path }) else { continue }
      if !isDryRun {
        try explaining { () throws(ProjectError) in
          try project.keepInTrash(PointerFile.path(of: pointer.path))
        }
        try explaining { () throws(WorkspaceError) in
          try workspace.write(good.pointer, of: pointer.path)
        }
      }
      mended.append(pointer.path)
    }
    return mended
  }
}

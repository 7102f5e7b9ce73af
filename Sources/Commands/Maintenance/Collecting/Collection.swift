internal import ObjectStore
internal import Platform
internal import Primitives
internal import Project
internal import Terminal

/// One garbage collection, from the look at what is kept to the empty trash.
struct Collection {
  private let subject: CollectedStore
  private let project: Project
  private let options: CollectionOptions
  private let isDryRun: Bool

  init(
    _ subject: CollectedStore, _ project: Project, _ options: CollectionOptions, isDryRun: Bool
  ) {
    self.subject = subject
    self.project = project
    self.options = options
    self.isDryRun = isDryRun
  }

  func run(in context: CommandContext) throws(CommandFailure) -> GCReport {
    defer { context.progress.end() }
    context.progress.begin(.scanning)
    try synchronize()
    // The store is looked at before any root is read.
    var collector = try explaining { () throws(StoreError) in
      try subject.store.collector(.collecting, options: options)
    }
    let roots = try explaining { () throws(ProjectError) in try subject.roots() }
    let removed = try removedRuns()
    context.progress.begin(.comparing)
    let marked = try explaining { () throws(StoreError) in
      try collector.mark(roots.kept.roots, progress: context.progress)
    }
    let plan = try explaining { () throws(StoreError) in try collector.plan(marked) }
    warn(about: marked, roots, in: context)
    var versions = try explaining { () throws(StoreError) in
      try DeadVersions(plan, of: collector, in: subject.store)
    }
    versions.sort(by: subject.remote == nil ? ObjectNames(of: project, removed) : nil)
    var report = GCReport(
      plan, versions, roots.kept, removedRuns: removed.count, remote: subject.remote,
      grace: options.graceSeconds, now: collector.now)
    context.progress.end()
    if isDryRun { return report }
    if !context.settings.isJSON, context.settings.verbosity != .quiet {
      context.note { report.writePreview(to: &$0) }
    }
    try explaining { () throws(ProjectError) in
      if plan.deadBytes > .zero {
        try project.record(["gc"], [.collected(plan.deadBytes, from: subject.remote)])
      }
    }
    try carryOut(plan, roots, &collector, &report, in: context)
    try explaining { () throws(ProjectError) in try project.unlink(removed) }
    return report
  }

  /// Waits until what was written is on disk: of packs that may not be, none is touched.
  private func synchronize() throws(CommandFailure) {
    do throws(StoreError) {
      let writer = try subject.store.writer()
      try writer.finish(durably: true)
    } catch {
      // A preview changes nothing, and says what there is to say where nothing can be written.
      if !isDryRun { throw CommandFailure(error) }
    }
  }

  private func removedRuns() throws(CommandFailure) -> [RemovedRun] {
    guard subject.remote == nil else { return [] }
    return try explaining { () throws(ProjectError) in
      try project.removedRuns(before: project.moment(before: options.graceSeconds))
    }
  }

  // MARK: - Doing it

  private func carryOut(
    _ plan: CollectionPlan, _ roots: StoreRoots, _ collector: inout Collector,
    _ report: inout GCReport, in context: CommandContext
  ) throws(CommandFailure) {
    if subject.remote == nil {
      // What this clone relies on is told to the others before it takes anything back.
      try explaining { () throws(ProjectError) in
        try project.register(roots.own)
        try project.unregister(roots.stale)
      }
    }
    context.progress.begin(.storing)
    let collected = try explaining { () throws(StoreError) in
      try collector.carryOut(plan, progress: context.progress)
    }
    // Somebody may have come to rely on what was about to go.
    let again = try explaining { () throws(ProjectError) in try subject.roots() }
    if subject.remote == nil {
      try explaining { () throws(ProjectError) in try project.register(again.own) }
    }
    let restored = try explaining { () throws(StoreError) in
      try collector.restore(reachedBy: again.kept.roots, progress: context.progress)
    }
    let freed = try explaining { () throws(StoreError) in try collector.emptyTrash(plan) }
    let wholeFiles = try explaining { () throws(StoreError) in
      try collector.removeWholeFiles(plan)
    }
    for notice in collector.takeNotices() {
      context.warn(Warning(id: "store-notice", "\(notice)", hints: ["Run `shale fsck`"]))
    }
    report.finish(
      restored: collected.restored.count + restored.count, freed: freed,
      damaged: collected.damaged.count, wholeFiles: wholeFiles)
  }

  // MARK: - What is lacking

  /// Tells where a push said that nothing was missing, and something is.
  private func warn(about marked: Marked, _ roots: StoreRoots, in context: CommandContext) {
    var lacking: [String] = []
    let all = roots.kept.roots
    for problem in marked.problems {
      for number in problem.roots where all.indices.contains(number) {
        if let commit = roots.complete[all[number].id], !lacking.contains(commit) {
          lacking.append(commit)
        }
      }
      if lacking.count > 100 { break }
    }
    guard let first = lacking.first else { return }
    let more = lacking.count > 1 ? " and \(lacking.count - 1) more" : ""
    context.warn(
      Warning(
        id: "objects-missing",
        "Commit \(first.prefix(10))\(more) was pushed as a whole, and objects of it are missing",
        hints: [
          "Run `shale fsck\(subject.remote.map { " --remote \($0)" } ?? "")` to see which",
          subject.remote.map { "Run `shale push \($0)` from a clone that has them" }
            ?? "Run `shale fetch`",
        ]))
  }
}

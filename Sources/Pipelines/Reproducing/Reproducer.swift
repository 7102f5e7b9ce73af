internal import Git
package import Lineage
internal import ObjectStore
package import Platform
package import Primitives
package import Workspace

/// Makes recorded runs again, in places of their own, and compares what comes out.
///
/// The user's worktree is only read. The clone gets objects and records.
package struct Reproducer: Sendable {
  /// What of it is up to the user.
  package struct Options: Sendable {
    /// A directory whose `bin` comes first in `PATH`: an environment of Python.
    package var environment: FilePath?

    /// How far numbers may be apart to be taken for the same: see ``MetricVerdict``.
    package var tolerance = 0.0

    /// Where outputs are put, which are thrown away otherwise.
    package var keep: FilePath?

    /// Whether the record leaves out what says much about a machine or a person.
    package var isMinimal = false

    package init() {}
  }

  let workspace: Workspace
  let catalog: RunCatalog

  /// The variables of the process.
  let environment: [ByteString: ByteString]

  /// The version of this program, for the record.
  let version: String
  package var options: Options

  package init(
    _ workspace: Workspace, _ catalog: RunCatalog, environment: [ByteString: ByteString],
    version: String, _ options: Options = Options()
  ) {
    self.workspace = workspace
    self.catalog = catalog
    self.environment = environment
    self.version = version
    self.options = options
  }

  var sites: ReproductionSites {
    ReproductionSites(
      directory: catalog.directory.path.parent.appending("reproduce"), git: workspace.git)
  }

  /// Clears away what reproductions that were killed have left.
  package func removeLeftBehind() throws(PipelineError) {
    try sites.removeLeftBehind()
  }

  /// Finds out what making a run again takes; changes nothing.
  package func plan(
    _ record: RunRecord, id: ObjectID
  ) throws(PipelineError) -> ReproductionPlan {
    var survey = ReproductionSurvey(
      record, id: id, in: workspace, environment: environment, directory: options.environment)
    try survey.run()
    return survey.plan
  }

  /// Makes a run again.
  ///
  /// - Parameters:
  ///   - plan: What it takes, all of which is there.
  ///   - progress: Told of what is written and compared.
  ///   - starting: Called just before the command starts.
  /// - Returns: How near it came, and its record.
  /// - Throws: ``PipelineError``: nothing ran.
  package func run(
    _ plan: ReproductionPlan, progress: ProgressCounter? = nil, starting: () -> Void = {}
  ) throws(PipelineError) -> ReproductionOutcome {
    precondition(plan.lacks.isEmpty, "a run is made again only where nothing is missing")
    if let keep = options.keep { try checkEmpty(keep) }
    let invocation = Hex.string(of: RandomBytes.make(16))
    let commit = plan.hasCommit ? plan.record.code.commit.flatMap { GitID(hex: $0) } : nil
    let site = try sites.make(named: String(invocation.prefix(16)), at: commit)
    progress?.begin(.restoring)
    let writer = SiteWriter(root: site.root, store: workspace.store, progress: progress)
    try writer.write(tree: plan.record.code.tree.oid, at: .root)
    for submodule in plan.submodules { try clone(submodule, with: writer) }
    for placement in plan.placements { try place(placement, with: writer) }
    try writer.makeDirectory(plan.record.directory)
    progress?.end()
    var attempt = ReproductionAttempt(self, plan, in: site.root, invocation: invocation)
    let journal = try onLineage { () throws(LineageError) in
      try catalog.journals.begin(attempt.record, in: site.root, using: [])
    }
    starting()
    attempt.execute()
    attempt.compare(progress)
    if let keep = options.keep { try attempt.keepOutputs(in: keep) }
    let outcome = try attempt.finish()
    try onFiles { () throws(FileError) in try journal.end() }
    _ = consume site
    return outcome
  }

  private func place(
    _ placement: ReproductionPlan.Placement, with writer: SiteWriter
  ) throws(PipelineError) {
    switch placement.source {
    case .store where placement.isTree:
      try writer.write(tree: placement.oid, at: placement.path)
    case .store: try writer.write(file: placement.oid, at: placement.path)
    case .worktree:
      let source = workspace.root.appending(placement.path)
      guard try writer.copy(source, at: placement.path, ifItIs: placement.oid) else {
        throw .changedMeanwhile(placement.path)
      }
    }
  }

  private func clone(
    _ submodule: RunCode.Submodule, with writer: SiteWriter
  ) throws(PipelineError) {
    guard let commit = GitID(hex: submodule.commit) else { return }
    let target = try writer.makeDirectory(submodule.path).path
    let source = workspace.root.appending(submodule.path)
    try onGit { () throws(GitError) in
      try workspace.git.program.cloneSharing(source, to: target, commit: commit)
    }
  }

  private func checkEmpty(_ directory: FilePath) throws(PipelineError) {
    let names = try onFiles { () throws(FileError) in try directory.namesIfPresent() }
    if !names.isEmpty { throw .notEmpty(directory) }
  }
}

/// How near a run came to the one that it made again.
package struct ReproductionOutcome: Sendable {
  /// The id of the new record.
  package let id: ObjectID
  package let record: RunRecord
  package let grade: RunReproduction.Grade

  /// Why it was not reproducible, if so.
  package let obstacle: String?
  package let outputs: [OutputVerdict]
  package let metrics: [MetricVerdict]

  /// Whether somebody stopped it.
  package var isInterrupted: Bool { record.state == .interrupted }
}

internal import Documents
internal import Git
internal import Lineage
internal import ObjectStore
internal import Platform
internal import Primitives
internal import Workspace

/// One run that makes another again, from its command to its record.
struct ReproductionAttempt {
  private let reproducer: Reproducer
  private let plan: ReproductionPlan

  /// The root of the worktree in which it runs.
  private let root: FilePath
  private(set) var record: RunRecord
  private var redaction = Redaction()
  private var outputs: [OutputVerdict] = []
  private var metrics: MetricComparison

  private var workspace: Workspace { reproducer.workspace }
  private var original: RunRecord { plan.record }

  init(
    _ reproducer: Reproducer, _ plan: ReproductionPlan, in root: FilePath, invocation: String
  ) {
    self.reproducer = reproducer
    self.plan = plan
    self.root = root
    metrics = MetricComparison(root: root, tolerance: reproducer.options.tolerance)
    let original = plan.record
    record = RunRecord(
      invocation: invocation, state: .interrupted, command: original.command,
      directory: original.directory, started: Clock.now(), code: original.code,
      observation: RunObservation(
        method: .declared,
        mayMiss: ["nothing was watched: the inputs are those of the run that it makes again"]))
    record.reason = "nobody saw its end"
    record.settings = original.settings
    record.parameters = original.parameters
    record.inputs = original.inputs
    record.redacted = original.redacted
    record.reproduces = RunReproduction(
      run: plan.id, grade: .notReproducible, differences: plan.differences)
    if !reproducer.options.isMinimal {
      record.author = (try? workspace.git.author()).map {
        RunAuthor(name: $0.name, email: $0.email)
      }
      record.machine = Surroundings.machine()
      record.environment = Surroundings.environment(plan.environment)
    }
  }

  // MARK: - The command

  /// Runs the command, in the foreground of the terminal.
  mutating func execute() {
    var environment = plan.environment
    environment["SHALE_RUN"] = ByteString(record.invocation)
    // A program that looks for git finds this worktree or none, and never the user's.
    let ceilings = [root.parent.bytes, environment["GIT_CEILING_DIRECTORIES"]].compactMap(\.self)
    environment["GIT_CEILING_DIRECTORIES"] = ByteString(
      ceilings.map(\.bytes).joined(separator: [UInt8(ascii: ":")]))
    let process = ForegroundProcess(
      plan.command.first ?? "", Array(plan.command.dropFirst()), environment: environment,
      directory: root.appending(original.directory))
    do throws(FileError) {
      // Standard output is for what the comparison has to say.
      record.finish(
        try StandardStream.withOutputOnError { () throws(FileError) in try process.run() })
    } catch {
      record.state = .failed
      record.reason = error.isNotFound ? "its program was not found" : "\(error)"
    }
  }

  // MARK: - Comparison

  /// Compares what came out with what is recorded.
  mutating func compare(_ progress: ProgressCounter?) {
    progress?.begin(.comparing)
    let comparison = OutputComparison(root: root, store: workspace.store)
    if record.state == .succeeded {
      for output in original.outputs { outputs.append(comparison.verdict(on: output)) }
      record.outputs = outputs.compactMap(\.artifact)
    }
    metrics.compare(original.metrics ?? [], &redaction)
    record.metrics = metrics.values.isEmpty ? nil : metrics.values
    progress?.end()
  }

  private var obstacle: String? {
    if record.state == .interrupted { return "it was interrupted" }
    let endsAlike =
      record.state == original.state && record.exitStatus == original.exitStatus
      && record.signal == original.signal
    if endsAlike || record.state == .succeeded { return nil }
    if let status = record.exitStatus { return "its command ended with status \(status)" }
    if let signal = record.signal { return "its command was ended by signal \(signal)" }
    return record.reason ?? "its command did not start"
  }

  private var grade: RunReproduction.Grade {
    if obstacle != nil { return .notReproducible }
    guard record.state == original.state else { return .diverged }
    let hasMetrics = !metrics.verdicts.isEmpty
    if !outputs.isEmpty {
      if outputs.allSatisfy({ $0.verdict == .identical }) { return .identical }
    } else if !hasMetrics || metrics.isIdentical {
      return .identical
    }
    let isWhole = outputs.allSatisfy { $0.verdict != .missing }
    return isWhole && hasMetrics && metrics.verdicts.allSatisfy(\.isGood) ? .equivalent : .diverged
  }

  /// What differs, in words, for the record.
  private var findings: [String] {
    var findings = plan.differences
    if let obstacle { findings.append("Not reproducible: \(obstacle)") }
    for output in outputs where output.verdict != .identical {
      let detail = output.detail.map { ": \($0)" } ?? ""
      findings.append("Output '\(output.recorded.path)' is \(output.verdict.rawValue)\(detail)")
    }
    for metric in metrics.verdicts where metric.verdict == .different || metric.verdict == .missing
    {
      let (then, now) = (metric.recorded, metric.now)
      findings.append(
        "Metric '\(ByteString(metric.key))' was \(then.map { "\($0)" } ?? "not there"), and is "
          + (now.map { "\($0)" } ?? "not there"))
    }
    if outputs.isEmpty, metrics.verdicts.isEmpty, obstacle == nil {
      findings.append("The run has neither outputs nor metrics: only its end was compared")
    }
    return findings
  }

  // MARK: - Keeping

  /// Moves what came out into a directory, each file to its path.
  func keepOutputs(in directory: FilePath) throws(PipelineError) {
    let paths = outputs.filter { $0.verdict != .missing }.map(\.recorded.path)
    for path in Set(paths + metrics.values.map(\.path)).sorted() where root.leadsStraight(to: path)
    {
      let target = directory.appending(path)
      try onFiles { () throws(FileError) in
        // A path in an output that was moved already.
        guard try root.appending(path).statusIfPresent() != nil else { return }
        try target.parent.makeDirectories()
        try root.appending(path).move(to: target)
      }
    }
  }

  /// Keeps the record, in the store too, so that it can travel.
  mutating func finish() throws(PipelineError) -> ReproductionOutcome {
    let grade = grade
    record.reproduces = RunReproduction(run: plan.id, grade: grade, differences: findings)
    describeTools()
    let places = (original.redacted ?? []).filter { !$0.hasPrefix("metrics.") } + redaction.places
    record.redacted = places.isEmpty ? nil : places
    record.statement = RunStatement.make(for: record)
    let (id, bytes) = record.encoded()
    let workspace = workspace
    try onStore { () throws(StoreError) in
      let writer = try workspace.store.writer(compression: workspace.compression)
      _ = try writer.add(bytes, class: .run)
      try writer.finish(durably: true)
    }
    let catalog = reproducer.catalog
    try onLineage { () throws(LineageError) in try catalog.add(bytes, as: id) }
    return ReproductionOutcome(
      id: id, record: record, grade: grade, obstacle: obstacle, outputs: outputs,
      metrics: metrics.verdicts)
  }

  private mutating func describeTools() {
    var tools = RunTools(shale: reproducer.version)
    tools.git = (try? workspace.git.program.version()).map { "\($0.major).\($0.minor).\($0.patch)" }
    let recorded = original.tools?.interpreter.map { [ByteString($0.name)] } ?? []
    tools.interpreter =
      Interpreter(among: plan.command.prefix(1) + recorded, environment: plan.environment)?.tool
    record.tools = tools
  }
}

internal import Arguments
internal import Documents
package import Lineage
internal import Pipelines
internal import Primitives
package import Terminal

/// How near runs came that were made again.
package struct ReproduceCommandReport: Report {
  /// One run that was made again, or was to be.
  package struct Run: Encodable, Sendable {
    let run: ObjectID
    let name: String?
    let command: [ByteString]
    let directory: RepositoryPath
    let isReproducible: Bool
    let grade: RunReproduction.Grade?

    /// The record of making it again.
    let record: ObjectID?

    /// Why it was not reproducible once it had started.
    let obstacle: String?
    let seconds: Double?

    /// What is missing, in words.
    let lacks: [String]

    /// What is not as it was before it starts, in words.
    let differences: [String]
    let outputs: [Output]
    let metrics: [Metric]

    /// Whether only the environment kept it from being made again.
    let isForEnvironment: Bool

    /// Whether somebody stopped it.
    let isInterrupted: Bool

    private enum CodingKeys: CodingKey {
      case run, name, command, directory, isReproducible, grade, record, obstacle, seconds, lacks
      case differences, outputs, metrics
    }
  }

  /// An output beside what came out.
  package struct Output: Encodable, Sendable {
    let path: RepositoryPath
    let recorded: ObjectID
    let now: ObjectID?
    let recordedSize: ByteCount
    let size: ByteCount?
    let verdict: String
    let detail: String?
  }

  /// A metric beside its value now.
  package struct Metric: Encodable, Sendable {
    let path: RepositoryPath
    let key: String
    let recorded: DocumentValue?
    let now: DocumentValue?
    let change: Double?
    let verdict: String
  }

  package let isDryRun: Bool

  /// The worst grade of all.
  package let grade: RunReproduction.Grade?
  package let runs: [Run]

  private enum CodingKeys: CodingKey { case isDryRun, grade, runs }

  init(_ runs: [Run], isDryRun: Bool) {
    self.runs = runs
    self.isDryRun = isDryRun
    let order: [RunReproduction.Grade] = [.notReproducible, .diverged, .equivalent, .identical]
    grade = order.first { grade in runs.contains { $0.grade == grade } }
  }

  package var status: ExitStatus {
    if runs.contains(where: \.isInterrupted) { return .interrupted }
    return grade == .diverged ? .different : .done
  }

  package var failure: CommandFailure? {
    let failed = runs.filter {
      !$0.isInterrupted && ($0.grade == .notReproducible || !$0.isReproducible)
    }
    guard let first = failed.first(where: { !$0.isForEnvironment }) ?? failed.first else {
      return nil
    }
    if runs.contains(where: \.isInterrupted) { return nil }
    let more = failed.count > 1 ? " and \(counted(failed.count - 1, "other run"))" : ""
    let reason = first.obstacle ?? first.lacks.first ?? "something is missing"
    // A dry run only asks whether it could be done.
    let kind: CommandFailure.Kind = first.isForEnvironment && !isDryRun ? .refused : .missing
    return CommandFailure(
      kind, id: "not-reproducible",
      "Run \(first.run.abbreviated)\(more) cannot be made again: \(reason)",
      hints: hints(for: first))
  }

  private func hints(for run: Run) -> [String] {
    if run.obstacle != nil {
      return [
        "Only what the record names was there: give what else the command reads with `-i` when you "
          + "run it",
        "Use `--env DIR` for an environment of Python in which it can start",
      ]
    }
    if run.lacks.contains(where: { $0.contains("redacted") }) {
      return ["Run the command yourself, with the value: `shale run -- …`"]
    }
    if run.isForEnvironment {
      return ["Install the program, or name an environment with `--env DIR`"]
    }
    return ["Run `shale push` in the clone that made the run, then try again"]
  }
}

extension ReproduceCommandReport.Run {
  /// A run that was not started: a dry run, or one that lacks something.
  init(_ plan: ReproductionPlan, isDryRun: Bool) {
    self.init(
      run: plan.id, name: plan.record.name, command: plan.record.command,
      directory: plan.record.directory, isReproducible: plan.lacks.isEmpty,
      grade: isDryRun ? nil : .notReproducible, record: nil, obstacle: nil, seconds: nil,
      lacks: plan.lacks.map(\.text), differences: plan.differences, outputs: [], metrics: [],
      isForEnvironment: plan.lacks.allSatisfy { $0.kind == .environment }, isInterrupted: false)
  }

  /// A run that was made again.
  init(_ plan: ReproductionPlan, _ outcome: ReproductionOutcome) {
    self.init(
      run: plan.id, name: plan.record.name, command: plan.record.command,
      directory: plan.record.directory, isReproducible: outcome.grade != .notReproducible,
      grade: outcome.grade, record: outcome.id, obstacle: outcome.obstacle,
      seconds: outcome.record.seconds, lacks: [], differences: plan.differences,
      outputs: outcome.outputs.map { ReproduceCommandReport.Output($0) },
      metrics: outcome.metrics.map { ReproduceCommandReport.Metric($0) },
      isForEnvironment: true, isInterrupted: outcome.isInterrupted)
  }
}

extension ReproduceCommandReport.Output {
  init(_ verdict: OutputVerdict) {
    self.init(
      path: verdict.recorded.path, recorded: verdict.recorded.oid, now: verdict.oid,
      recordedSize: verdict.recorded.size, size: verdict.size, verdict: verdict.verdict.rawValue,
      detail: verdict.detail)
  }
}

extension ReproduceCommandReport.Metric {
  init(_ verdict: MetricVerdict) {
    self.init(
      path: verdict.path, key: verdict.key, recorded: verdict.recorded, now: verdict.now,
      change: verdict.change, verdict: verdict.verdict.rawValue)
  }
}

// MARK: - For people

extension ReproduceCommandReport {
  package func write(to text: inout StyledText) {
    for (number, run) in runs.enumerated() {
      if number > 0 { text.line() }
      run.write(to: &text)
    }
    if runs.count > 1, let grade {
      text.line()
      text.line("\(counted(runs.count, "run")), the worst \(grade.rawValue, grade.label)")
    }
  }
}

extension ReproduceCommandReport.Run {
  fileprivate func write(to text: inout StyledText) {
    for lack in lacks { text.line("\("missing", .absent) \(lack)") }
    writeOutputs(to: &text)
    writeMetrics(to: &text)
    let named = name.map { " (\(ByteString($0)))" } ?? ""
    let subject: StyledString = "run \(run.abbreviated, .commit)\(named)"
    guard let grade else {
      return text.line(
        isReproducible ? "\(subject) can be made again" : "\(subject) cannot be made again")
    }
    let time = seconds.map { " in \(elapsed($0))" } ?? ""
    let made: StyledString =
      record.map { ", made again by \($0.abbreviated, .commit)\(time)" } ?? ""
    text.line("\(subject) is \(grade.rawValue, grade.label)\(made)")
  }

  private func writeOutputs(to text: inout StyledText) {
    if outputs.isEmpty { return }
    var table = Table(
      [.left, .left, .left, .left], headings: ["output", "recorded", "now", "verdict"])
    for output in outputs {
      table.add([
        "\(output.path, .path)", "\(output.recorded.abbreviated, .objectID) \(output.recordedSize)",
        output.now.map { now in
          "\(now.abbreviated, .objectID) \(output.size.map { "\($0)" } ?? "")"
        } ?? "nothing",
        "\(output.verdict, output.verdict == "identical" ? .success : .modified)",
      ])
    }
    text.table(table)
    for output in outputs {
      if let detail = output.detail { text.line("  \(output.path, .path): \(detail)") }
    }
  }

  private func writeMetrics(to text: inout StyledText) {
    if metrics.isEmpty { return }
    var table = Table(
      [.left, .right, .right, .right, .left],
      headings: ["metric", "recorded", "now", "change", "verdict"])
    for metric in metrics {
      let isGood = metric.verdict == "equal" || metric.verdict == "within"
      table.add([
        "\(metric.key.isEmpty ? metric.path.description : ByteString(metric.key).description)",
        "\(metric.recorded.map { "\($0)" } ?? "-")", "\(metric.now.map { "\($0)" } ?? "-")",
        "\(metric.change.map { $0 > 0 ? "+\($0)" : "\($0)" } ?? "-")",
        "\(metric.verdict, isGood ? .success : .modified)",
      ])
    }
    text.table(table)
  }
}

extension RunReproduction.Grade {
  fileprivate var label: Label {
    switch self {
    case .identical, .equivalent: .success
    case .diverged: .modified
    case .notReproducible: .error
    }
  }
}

extension ReproduceCommandReport {
  /// The keys of its JSON.
  static let keys = [
    ResultKey("isDryRun", "Whether nothing was run"),
    ResultKey("grade", "The worst grade of all runs", isOptional: true),
    ResultKey("runs", "The runs, in the order in which they were made again", each: runKeys),
  ]

  private static let runKeys = [
    ResultKey("run", "The id of the run"),
    ResultKey("name", "What it is called", isOptional: true),
    ResultKey("command", "The program and its arguments"),
    ResultKey("directory", "Where it runs"),
    ResultKey("isReproducible", "Whether it could be made again"),
    ResultKey(
      "grade", "`identical`, `equivalent`, `diverged` or `not reproducible`", isOptional: true),
    ResultKey("record", "The id of the record of making it again", isOptional: true),
    ResultKey("obstacle", "Why it ended otherwise than it did", isOptional: true),
    ResultKey("seconds", "How long it took", isOptional: true),
    ResultKey("lacks", "What is missing, in words"),
    ResultKey("differences", "What is not as it was before it starts, in words"),
    ResultKey(
      "outputs", "What it made, and makes now",
      each: [
        ResultKey("path", "The path"), ResultKey("recorded", "The oid that is recorded"),
        ResultKey("now", "The oid of what came out", isOptional: true),
        ResultKey("recordedSize", "The recorded size in bytes"),
        ResultKey("size", "The size of what came out, in bytes", isOptional: true),
        ResultKey("verdict", "`identical`, `different` or `missing`"),
        ResultKey("detail", "By how much they differ, in words", isOptional: true),
      ]),
    ResultKey(
      "metrics", "What it measured, and measures now",
      each: [
        ResultKey("path", "The file"), ResultKey("key", "The key path of the value"),
        ResultKey(document: "recorded", "The recorded value", isOptional: true),
        ResultKey(document: "now", "The value now", isOptional: true),
        ResultKey("change", "By how much a number grew", isOptional: true),
        ResultKey("verdict", "`equal`, `within`, `different`, `missing` or `redacted`"),
      ]),
  ]
}

internal import Arguments
internal import Documents
internal import Lineage
internal import Primitives
package import Terminal

/// Runs, as many as were asked for.
package struct RunsReport: Report {
  /// How they are written for people and their programs.
  package enum Format: Hashable, Sendable {
    case table
    case csv
    case markdown
  }

  /// How many runs there are.
  let total: Int

  /// How many of them were meant.
  let matching: Int
  let runs: [RunSummary]
  let table: RunTable
  let format: Format

  /// The columns of the terminal.
  let width: Int?

  private enum CodingKeys: CodingKey {
    case total, matching, runs
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(total, forKey: .total)
    try container.encode(matching, forKey: .matching)
    try container.encode(runs.map(RunLine.init), forKey: .runs)
  }

  package func write(to text: inout StyledText) {
    switch format {
    case .csv: return
    case .markdown: return table.writeMarkdown(to: &text)
    case .table: break
    }
    if text.verbosity == .quiet {
      for run in runs { text.line("\(run.id, .objectID)") }
      return
    }
    if total == 0 {
      return text.line(
        "No runs yet. Run \("shale run -- COMMAND", .command) to make one.")
    }
    if matching == 0 { return text.line("None of \(counted(total, "run")) matches.") }
    table.write(to: &text, width: width)
    if runs.count < matching {
      text.line(
        "\(grouped(runs.count)) of \(counted(matching, "run")); \("--all", .command) shows all")
    }
  }
}

/// A run in a list, for programs.
struct RunLine: Encodable {
  let run: RunSummary

  init(_ run: RunSummary) { self.run = run }

  private enum CodingKeys: CodingKey {
    case id, name, state, command, started, seconds, exitStatus, commit, isModified
    case parameters, metrics, reproduces, grade
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(run.id, forKey: .id)
    try container.encodeIfPresent(run.name, forKey: .name)
    try container.encode(run.state, forKey: .state)
    try container.encode(run.command, forKey: .command)
    try container.encode(run.started, forKey: .started)
    try container.encodeIfPresent(run.seconds.flatMap { $0.isFinite ? $0 : nil }, forKey: .seconds)
    try container.encodeIfPresent(run.exitStatus, forKey: .exitStatus)
    try container.encodeIfPresent(run.commit, forKey: .commit)
    try container.encode(run.isCodeModified, forKey: .isModified)
    try container.encode(run.parameters.map(Value.init), forKey: .parameters)
    try container.encode(run.metrics.map(Value.init), forKey: .metrics)
    try container.encodeIfPresent(run.reproduces, forKey: .reproduces)
    try container.encodeIfPresent(run.grade, forKey: .grade)
  }

  /// A parameter or metric.
  struct Value: Encodable {
    let path: RepositoryPath
    let key: String
    let value: DocumentValue

    init(_ value: RunSummary.Value) {
      path = value.path
      key = value.key
      self.value = value.value
    }
  }
}

extension RunsReport {
  /// The keys of its JSON.
  static let keys = [
    ResultKey("total", "How many runs there are"),
    ResultKey("matching", "How many of them were asked for"),
    ResultKey("runs", "The runs, in the order asked for", each: RunLine.keys),
  ]
}

extension RunLine {
  /// The keys of its JSON.
  static let keys = [
    ResultKey("id", "The id of its record"),
    ResultKey("name", "What the user called it", isOptional: true),
    ResultKey("state", "`succeeded`, `failed` or `interrupted`"),
    ResultKey("command", "The program and its arguments"),
    ResultKey("started", "When it began, as RFC 3339"),
    ResultKey("seconds", "How long it took", isOptional: true),
    ResultKey("exitStatus", "What the command ended with", isOptional: true),
    ResultKey("commit", "The commit that was checked out", isOptional: true),
    ResultKey("isModified", "Whether the code differed from the commit"),
    ResultKey("parameters", "Its parameters", each: Value.keys),
    ResultKey("metrics", "Its metrics", each: Value.keys),
    ResultKey("reproduces", "The run that it made again", isOptional: true),
    ResultKey("grade", "How near it came to that", isOptional: true),
  ]
}

extension RunLine.Value {
  /// The keys of its JSON.
  static let keys = [
    ResultKey("path", "The file that it stands in"),
    ResultKey("key", "Its place in the file: `model.lr`"),
    ResultKey("value", "What stands there"),
  ]
}

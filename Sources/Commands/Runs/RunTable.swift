internal import Documents
internal import Lineage
internal import Primitives
internal import Terminal

/// Runs as rows, and what is worth knowing of them as columns.
struct RunTable: Sendable {
  /// One column: what it shows, and how much it matters that it is shown.
  struct Column: Sendable {
    let key: RunKey
    let heading: String

    /// How many significant digits a number that was measured has; `nil` to show them all.
    let digits: Int?

    /// On which side its cells stand.
    let alignment: Table.Alignment

    /// What each of the runs has.
    let values: [RunValue?]
  }

  let runs: [RunSummary]
  let columns: [Column]

  /// Parameters and metrics that all the runs have in common.
  let constants: [(label: String, value: String)]

  /// Whether the columns are those that somebody asked for: then none is left out.
  let isAsked: Bool
  let names: RunNames
  let now: Timestamp

  /// Chooses the columns.
  ///
  /// - Parameters:
  ///   - runs: The rows.
  ///   - keys: What all runs of the project have.
  ///   - asked: The columns that somebody wants; `nil` for those that differ.
  ///   - names: How runs are called.
  ///   - now: What ages are counted from.
  init(
    _ runs: [RunSummary], _ keys: RunKeys, asked: [RunKey]?, names: RunNames, now: Timestamp
  ) {
    self.runs = runs
    self.names = names
    self.now = now
    isAsked = asked != nil
    if let asked {
      constants = []
      columns = asked.map { Column($0, keys, RunSummary.values(of: $0, in: runs)) }
      return
    }
    let facts: [RunFact] =
      [.id] + (runs.contains { $0.name != nil } ? [.name] : []) + [.started, .duration, .state]
    let present = RunKeys(runs)
    var columns = facts.map { fact in
      Column(.fact(fact), keys, RunSummary.values(of: .fact(fact), in: runs))
    }
    var constants: [(label: String, value: String)] = []
    for key in present.parameters.map(RunKey.parameter) + present.metrics.map(RunKey.metric) {
      let values = RunSummary.values(of: key, in: runs)
      if runs.count > 1, let first = values[0], values.allSatisfy({ $0 == first }) {
        constants.append((keys.label(of: key), Self.exact(first)))
      } else {
        columns.append(Column(key, keys, values))
      }
    }
    self.columns = columns
    self.constants = constants
  }

  // MARK: - Cells

  /// What a run has in a column, for people.
  func cell(_ row: Int, _ column: Column) -> StyledString {
    let run = runs[row]
    switch column.key {
    case .fact(.id): return "\(names[run.id], .objectID)"
    case .fact(.state): return run.styledState
    case .fact(.started): return "\(age(of: run.started, at: now), .faint)"
    case .fact(.reproduces): return "\(run.reproduces.map { names[$0] } ?? "", .objectID)"
    case .fact(.commit): return "\(String(run.commit?.prefix(10) ?? ""), .commit)"
    default: break
    }
    guard let value = column.values[row] else { return "" }
    if case .duration(let seconds) = value { return StyledString(elapsed(seconds)) }
    if let digits = column.digits, case .value(.number(let number)) = value {
      return StyledString(number.text(significantDigits: digits))
    }
    return StyledString(Self.exact(value))
  }

  /// A value with all of its digits, on one line.
  static func exact(_ value: RunValue) -> String {
    switch value {
    case .value(let value): value.description
    case .text(let text): ByteString(text).description
    case .time(let time): time.description
    case .duration(let seconds): "\(seconds)"
    }
  }
}

extension RunTable.Column {
  fileprivate init(_ key: RunKey, _ keys: RunKeys, _ values: [RunValue?]) {
    self.key = key
    self.values = values
    heading =
      key == .fact(.started) ? "when" : ByteString(keys.label(of: key)).description
    alignment = Self.alignment(of: key, values)
    if case .metric = key { digits = Self.digits(for: values) } else { digits = nil }
  }

  /// As few significant digits, from 4 up to 6, as tell the numbers from each other.
  private static func digits(for values: [RunValue?]) -> Int {
    // More than that are on no screen to be told apart.
    let numbers = values.prefix(100).compactMap { value in
      if case .value(.number(let number))? = value { number } else { nil }
    }
    let distinct = Set(numbers).count
    return (4..<6).first { count in
      Set(numbers.map { $0.text(significantDigits: count) }).count == distinct
    } ?? 6
  }

  /// Numbers stand to the right, and texts, even a few among numbers, to the left.
  private static func alignment(of key: RunKey, _ values: [RunValue?]) -> Table.Alignment {
    switch key {
    case .fact(.duration), .fact(.status): return .right
    case .fact: return .left
    case .parameter, .metric:
      let hasText = values.contains { value in
        if case .value(.text)? = value { true } else { false }
      }
      return hasText ? .left : .right
    }
  }
}

extension RunSummary {
  /// How the run ended, in its colour: `failed (1)`.
  var styledState: StyledString {
    switch state {
    case .succeeded: "\("succeeded", .success)"
    case .failed: "\("failed" + (exitStatus.map { " (\($0))" } ?? ""), .error)"
    case .interrupted: "\("interrupted", .warning)"
    }
  }
}

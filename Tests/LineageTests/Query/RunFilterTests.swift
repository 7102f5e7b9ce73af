internal import Documents
internal import Primitives
internal import Testing

@testable import Lineage

@Suite struct RunFilterTests {
  private static let runs = [
    QueryRun.make(
      1, name: "base", parameters: ["lr": .number(0.1), "opt": .text("adam")],
      metrics: ["acc": .number(0.9), "done": .boolean(true)]),
    QueryRun.make(
      2, state: .failed, parameters: ["lr": .integer(1), "opt": .text("sgd, momentum")],
      metrics: ["acc": .text("NaN")]),
    QueryRun.make(
      3, parameters: ["lr": .number(0.01), "model.depth": .integer(3), "odd key": .null],
      metrics: ["lr": .number(7), "acc": .number(0.95), "huge": .number(1e308)]),
  ]

  private static func numbers(_ text: String) throws -> [Int] {
    let filter = try RunFilter(text, in: RunKeys(runs))
    return runs.indices.filter { filter.matches(runs[$0]) }.map { $0 + 1 }
  }

  @Test(arguments: [
    ("params.lr<0.1", [3]), ("params.lr <= 0.1", [1, 3]), ("params.lr=1", [2]),
    ("params.lr == 1.0", [2]), ("params.lr != 1", [1, 3]), ("acc>0.9", [3]), ("acc >= .9", [1, 3]),
    ("acc < 2", [1, 3]), ("acc != 2", [1, 2, 3]), ("metrics.lr = 7", [3]), ("huge > 1e307", [3]),
    ("opt = adam", [1]), ("opt ~ mom", [2]), ("opt ~ 'sgd*'", [2]), ("opt ~ ?dam", [1]),
    ("opt = 'sgd, momentum'", [2]), ("opt != adam", [2]), ("opt > adam", [2]),
    ("state = failed", [2]), ("name ~ ba", [1]), ("done = true", [1]), ("done != false", [1]),
    ("model.depth = 3", [3]), ("`odd key` = null", [3]), ("status = 0", [1, 3]),
    ("not state=failed", [1, 3]), ("not opt=adam", [2, 3]),
    ("acc>0.9 or state=failed and opt~mom", [2, 3]), ("(acc>0.9 or state=failed) and opt~mom", [2]),
    ("duration > 1m30s", [2, 3]), ("duration <= 60", [1]), ("seconds = 1m", [1]),
    ("started = 1970-01-02", [1]), ("started > 1970-01-02", [1, 2, 3]),
    ("started >= 1970-01-03T00:00:00Z", [2, 3]), ("when != 1970-01-02", [2, 3]),
    ("command ~ train", [1, 2, 3]), ("commit ~ ab", []),
  ])
  func `an expression finds the runs that it means`(text: String, expected: [Int]) throws {
    #expect(try Self.numbers(text) == expected)
  }

  @Test(arguments: [
    ("", 1), ("  ", 3), ("opt", 4), ("opt =", 6), ("opt = adam and", 15), ("(opt = adam", 12),
    ("opt = adam)", 11), ("opt =! adam", 5), ("opt = 'adam", 7), ("= 3", 1), ("opt adam", 5),
    ("started > yesterday", 11), ("duration < soon", 12), ("opt = adam opt = sgd", 12),
    ("started = 2026-02-30", 11),
  ])
  func `what is wrong is said with its place`(text: String, column: Int) throws {
    do {
      _ = try Self.numbers(text)
      Issue.record("was read")
    } catch let error as RunQueryError {
      guard case .badExpression(text, column, _) = error else { throw error }
    }
  }

  @Test func `a key that is in no run, or could be several, is refused`() throws {
    #expect(throws: RunQueryError.unknownKey("lrr", known: RunKeys(Self.runs).words)) {
      try Self.numbers("lrr < 1")
    }
    #expect(
      throws: RunQueryError.ambiguousKey("lr", labels: ["params.lr", "metrics.lr"])
    ) { try Self.numbers("lr < 1") }
  }

  @Test func `without runs every key may be asked for`() throws {
    #expect(try !RunFilter("lr < 1", in: RunKeys([])).matches(Self.runs[0]))
    #expect(throws: RunQueryError.self) { try RunFilter("lr <", in: RunKeys([])) }
  }

  @Test func `an expression that is nested without end is refused`() {
    let deep = String(repeating: "(", count: 100_000)
    #expect(throws: RunQueryError.self) { try Self.numbers(deep) }
    let negated = String(repeating: "not ", count: 100_000)
    #expect(throws: RunQueryError.self) { try Self.numbers(negated) }
  }

  @Test(arguments: [
    ("90", 90.0), ("90s", 90), ("1.5h", 5_400), ("2d12h", 216_000), ("1w", 604_800),
  ])
  func `a length of time is read`(text: String, seconds: Double) {
    #expect(RunInterval(text)?.seconds == seconds)
  }

  @Test(arguments: ["", "h", "1h30", "-1d", "1e5d", "nan", "30 d", "99999999999999w", "1.2.3s"])
  func `what is no length of time is refused`(text: String) {
    #expect(RunInterval(text) == nil)
  }
}

/// Summaries of runs with a few values.
enum QueryRun {
  static func make(
    _ number: Int, name: String? = nil, state: RunRecord.State = .succeeded,
    parameters: KeyValuePairs<String, DocumentValue> = [:],
    metrics: KeyValuePairs<String, DocumentValue> = [:], file: String = "params.yaml"
  ) -> RunSummary {
    func values(
      _ pairs: KeyValuePairs<String, DocumentValue>, _ file: String
    ) -> [RunSummary.Value] {
      pairs.map {
        RunSummary.Value(path: SampleRecord.path(file), key: $0.key, value: $0.value)
      }
    }
    let id = SampleRecord.id("run \(number)")
    return RunSummary(
      id: id, state: state, name: name,
      invocation: String(SampleRecord.id("i\(number)").hex.prefix(32)),
      command: ["python3", "train.py"],
      started: Timestamp(seconds: 86_400 * number + 3_600, nanoseconds: 0),
      seconds: 60 * Double(number * number), exitStatus: state == .succeeded ? 0 : 1, commit: nil,
      codeTree: id, isCodeModified: false, parameters: values(parameters, file),
      metrics: values(metrics, "metrics.json"), inputs: [], outputs: [], reproduces: nil, grade: nil
    )
  }
}

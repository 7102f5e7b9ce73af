internal import Documents
internal import Primitives
internal import Testing

@testable import Lineage

@Suite struct RunKeysTests {
  @Test func `a key is called by the shortest word that means it alone`() throws {
    let runs = [
      QueryRun.make(
        1, parameters: ["lr": .number(1), "seed": .integer(1)],
        metrics: ["lr": .number(2), "name": .number(3), "acc": .number(4)]),
      QueryRun.make(2, parameters: ["lr": .number(1)], file: "eval.yaml"),
    ]
    let keys = RunKeys(runs)
    #expect(
      keys.parameters.map { keys.label(of: .parameter($0)) }
        == ["params.params.yaml:lr", "seed", "params.eval.yaml:lr"])
    #expect(
      keys.metrics.map { keys.label(of: .metric($0)) } == ["metrics.lr", "metrics.name", "acc"])
    for key in keys.parameters.map(RunKey.parameter) + keys.metrics.map(RunKey.metric) {
      #expect(try keys.key(named: keys.label(of: key)) == key)
    }
    #expect(try keys.key(named: "eval.yaml:lr") == keys.key(named: "params.eval.yaml:lr"))
    #expect(try keys.key(named: "name") == .fact(.name))
  }

  @Test func `keys are found wherever a run has them`() {
    let runs = (0..<50).map { number in
      QueryRun.make(
        number,
        parameters: number.isMultiple(of: 2)
          ? ["a": .null, "b": .null] : ["b": .null, "c": .null, "a": .null])
    }
    #expect(RunKeys(runs).parameters.map(\.key) == ["a", "b", "c"])
  }

  @Test func `runs are sorted with what has no value last, in either direction`() throws {
    let values: [DocumentValue?] = [
      .number(.nan), .number(2), nil, .integer(1), .text("b"), .text("NaN"), .number(1e308), .null,
      .number(-.infinity),
    ]
    let runs = values.enumerated().map { number, value in
      value.map { QueryRun.make(number, metrics: ["m": $0]) } ?? QueryRun.make(number)
    }
    let keys = RunKeys(runs)
    func order(_ word: String) throws -> [Int] {
      try RunOrder(word, in: keys).sorted(runs).compactMap { runs.firstIndex(of: $0) }
    }
    #expect(try order("m") == [8, 3, 1, 6, 4, 0, 2, 5, 7])
    #expect(try order("-m") == [4, 6, 1, 3, 8, 0, 2, 5, 7])
    #expect(try order("-started").first == 8)
    #expect(throws: RunQueryError.self) { try order("nope") }
  }

  @Test func `ids are as short as they can be and still mean one run`() {
    // Among 40,000 numbers of 7 digits some are alike.
    let runs = (0..<20_000).map { QueryRun.make($0) }
    let names = RunNames(runs)
    let words = runs.map { names[$0.id] }
    #expect(Set(words).count == runs.count)
    #expect(words.allSatisfy { $0.count >= RunNames.minimum })
    #expect(words.contains { $0.count > RunNames.minimum })
    var uses: [Substring: Int] = [:]
    for run in runs {
      for digits in [run.id.hex, run.invocation] {
        for count in 7...10 { uses[digits.prefix(count), default: 0] += 1 }
      }
    }
    #expect(words.allSatisfy { uses[Substring($0)] == 1 })
  }
}

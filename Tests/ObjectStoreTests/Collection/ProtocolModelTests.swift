import Testing

/// Every order in which writers, readers, folding, collecting and erasing can take their steps.
@Suite struct ProtocolModelTests {
  /// What a search has come to.
  private struct Outcome {
    var states = 0
    var flaw: String?

    /// The steps that lead to the flaw.
    var trace: [String] = []
  }

  /// Visits every state that can be reached, the nearest first.
  private func search(_ model: ProtocolModel) -> Outcome {
    var states = [model.start]
    var origins: [(parent: Int, step: String)] = [(0, "")]
    var seen: Set<ProtocolModel.State> = [model.start]
    var index = 0
    while index < states.count {
      if let flaw = model.flaw(states[index]) {
        var trace: [String] = []
        var place = index
        while place > 0 {
          trace.insert(origins[place].step, at: 0)
          place = origins[place].parent
        }
        return Outcome(states: states.count, flaw: flaw, trace: trace)
      }
      for (step, next) in model.next(states[index]) where seen.insert(next).inserted {
        states.append(next)
        origins.append((index, step))
      }
      index += 1
    }
    return Outcome(states: states.count)
  }

  static let casts: [(String, ProtocolModel.Cast)] = [
    ("two writers, two collections", .init(writers: 2, collections: 2)),
    ("one writer, three collections", .init(writers: 1, collections: 3, restarts: 2)),
    ("one writer, a fold, two collections", .init(writers: 1, collections: 2, folds: 1)),
    (
      "one writer, an erasure, a fold, two collections",
      .init(writers: 1, collections: 2, folds: 1, erasures: 1)
    ),
    ("two writers, an erasure, a collection", .init(writers: 2, collections: 1, erasures: 1)),
    (
      "one writer, a reader, a fold, two collections",
      .init(writers: 1, collections: 2, folds: 1, hasReader: true)
    ),
    ("two writers, a reader, a collection", .init(writers: 2, collections: 1, hasReader: true)),
  ]

  @Test(arguments: casts)
  func `no order of steps loses what was promised`(name: String, cast: ProtocolModel.Cast) {
    let outcome = search(ProtocolModel(rules: .all, cast: cast))
    print("model: \(name): \(outcome.states) states")
    #expect(outcome.flaw == nil, "\(outcome.trace.joined(separator: "\n"))")
    #expect(outcome.states > 1_000)
  }

  @Test(arguments: [
    ("roots are not read again", ProtocolModel.Rules.readsRootsAgain),
    ("leases are not honoured", .honoursLeases),
    ("writers rely on trash", .leavesTrash),
    ("repacking calls the old pack folded", .repackingIsNoFolding),
    ("writers do not look at their end", .looksAtEnd),
    ("the time of a move is taken before it", .timeAfterMove),
    ("readers look once", .readerLooksTwice),
  ])
  func `without any one of the rules an order is found that loses something`(
    name: String, rule: ProtocolModel.Rules
  ) {
    let cast = ProtocolModel.Cast(
      writers: 1, collections: 2, hasReader: rule == .readerLooksTwice)
    let outcome = search(ProtocolModel(rules: .all.subtracting(rule), cast: cast))
    print("model: when \(name), after \(outcome.trace.count) steps \(outcome.flaw ?? "nothing")")
    #expect(outcome.flaw != nil)
  }
}

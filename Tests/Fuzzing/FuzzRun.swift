import TestSupport

/// Gives one parser many inputs, the same for the same seed.
package struct FuzzRun {
  /// What came of a run.
  package struct Outcome: Sendable {
    package var cases = 0
    package var accepted = 0

    /// The slowest input, and how long it took.
    package var slowest: (bytes: [UInt8], time: Duration) = ([], .zero)

    /// Inputs that broke a promise, and which.
    package var failures: [(bytes: [UInt8], reason: String)] = []
  }

  /// One input may take this long, twice in a row, in a build that is not optimised.
  private static let timeLimit = Duration.seconds(3)

  private let parser: FuzzedParser
  private let seed: UInt64

  package init(_ parser: FuzzedParser, seed: UInt64) {
    self.parser = parser
    self.seed = seed
  }

  /// Reads the seeds, then changed inputs until there are enough.
  ///
  /// - Parameters:
  ///   - count: The most inputs beside the seeds.
  ///   - limit: When to end before.
  ///   - before: Called with each input before it is read, so that one that traps is known.
  package func run(
    _ count: Int, for limit: Duration, before: ([UInt8]) throws -> Void = { _ in }
  ) throws -> Outcome {
    var outcome = Outcome()
    let seeds = try parser.seeds()
    for bytes in seeds {
      try before(bytes)
      let accepted = outcome.accepted
      try take(bytes, &outcome)
      if outcome.accepted == accepted, outcome.failures.isEmpty {
        outcome.failures.append((bytes, "a seed is refused"))
      }
    }
    var mutation = Mutation(seeds: seeds, words: parser.words, seed: seed)
    let end = ContinuousClock.now + limit
    for number in 0..<count {
      if outcome.failures.count >= 10 { break }
      if number.isMultiple(of: 16), ContinuousClock.now > end { break }
      var bytes = mutation.next()
      if let repaired = parser.repaired, !number.isMultiple(of: 4) { bytes = repaired(bytes) }
      try before(bytes)
      try take(bytes, &outcome)
    }
    return outcome
  }

  private func take(_ bytes: [UInt8], _ outcome: inout Outcome) throws {
    outcome.cases += 1
    do {
      let first = try time(bytes, &outcome)
      if first > outcome.slowest.time { outcome.slowest = (bytes, first) }
      guard first > Self.timeLimit else { return }
      // Others may have had the processor.
      let second = try time(bytes, &outcome)
      if second > Self.timeLimit { outcome.failures.append((bytes, "took \(min(first, second))")) }
    } catch let error as BrokenPromise {
      outcome.failures.append((bytes, error.description))
    }
  }

  private func time(_ bytes: [UInt8], _ outcome: inout Outcome) throws -> Duration {
    let start = ContinuousClock.now
    if try parser.read(bytes) == .accepted { outcome.accepted += 1 }
    return ContinuousClock.now - start
  }
}

/// One measurement: some work, with a value that proves that it was done.
package struct Benchmark: Sendable {
  package let name: String

  /// Prepares the work for about `size` bytes and returns it.
  package let prepare: @Sendable (_ size: Int) throws -> Work

  /// What work is counted in.
  package enum Unit: String, Sendable {
    case bytes
    case lookups
    case entries
    case files
  }

  /// Work that can be repeated.
  package struct Work {
    /// How many bytes or items are worked on.
    let amount: Int
    var unit = Unit.bytes

    /// Does the work once and returns its check value.
    let run: () throws -> Check
  }

  /// What came out of the work.
  package struct Check: Equatable, CustomStringConvertible {
    /// A number that depends on all of the result.
    package let value: UInt64

    /// The size of what was stored as a share of what was given, where that is the point.
    package let share: Double?

    package var description: String {
      let value = "check " + String(self.value, radix: 16)
      return share.map { "\(value)  share \(Self.rounded($0, to: 4))" } ?? value
    }

    static func rounded(_ value: Double, to digits: Int) -> String {
      let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
      return "\((value * scale).rounded() / scale)"
    }
  }

  /// The outcome of a measurement.
  package struct Result {
    package let check: Check

    /// For each byte or item.
    package let nanoseconds: Double
    package let amount: Int
    package let unit: Unit

    /// The speed: gigabytes in a second, or nanoseconds for each item.
    package var speed: String {
      unit == .bytes
        ? "\(Check.rounded(1 / nanoseconds, to: 3)) GB/s"
        : "\(Check.rounded(nanoseconds, to: 0)) ns for each of \(amount) \(unit.rawValue)"
    }
  }

  /// Does the work `rounds` times and takes the fastest.
  package func measure(size: Int, rounds: Int) throws -> Result {
    let work = try prepare(size)
    let clock = ContinuousClock()
    var check = Check(value: 0, share: nil)
    var fastest = Duration.seconds(1_000_000)
    for _ in 0..<max(1, rounds) {
      let start = clock.now
      check = try work.run()
      fastest = min(fastest, clock.now - start)
    }
    let nanoseconds = fastest / Duration.nanoseconds(1)
    return Result(
      check: check, nanoseconds: nanoseconds / Double(work.amount), amount: work.amount,
      unit: work.unit)
  }
}

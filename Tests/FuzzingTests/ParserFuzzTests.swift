import Fuzzing
import TestSupport
import Testing

/// Hostile input for every parser, some hundred of each: `make fuzz` gives them millions.
///
/// A trap ends the tests; the program of `make fuzz` tells which input it was.
@Suite struct ParserFuzzTests {
  @Test(arguments: FuzzedParser.all.map(\.name))
  func `whatever the bytes are, they are taken or refused, in bounded time`(name: String) throws {
    let parser = try #require(FuzzedParser.all.first { $0.name == name })
    let outcome = try FuzzRun(parser, seed: 1).run(400, for: .seconds(2))
    for (bytes, reason) in outcome.failures {
      Issue.record("\(reason): kept as \(try Crashers.keep(bytes, of: parser))")
    }
    #expect(outcome.accepted > 0, "nothing is accepted: the seeds are no examples")
  }

  @Test func `names are told apart`() {
    #expect(Set(FuzzedParser.all.map(\.name)).count == FuzzedParser.all.count)
    #expect(FuzzedParser.all.count > 30)
  }

  @Test func `what once broke a parser does so no more`() throws {
    for (path, parser, bytes) in try Crashers.all() {
      let parser = try #require(parser, "fixtures/crashers/\(path) is of no parser")
      let start = ContinuousClock.now
      #expect(throws: Never.self, "\(path)") { try parser.read(bytes) }
      #expect(ContinuousClock.now - start < .seconds(10), "\(path)")
    }
  }
}

import Foundation
import Primitives
import TestSupport
import Testing

/// What the other tests rely on, tested itself.
@Suite(.temporaryDirectory) struct TestSupportTests {
  @Test func `samples are the same for the same seed`() {
    #expect(sampleBytes(count: 9, seed: 1) == Array(sampleBytes(count: 100, seed: 1).prefix(9)))
    #expect(sampleBytes(count: 9, seed: 1) != sampleBytes(count: 9, seed: 2))
    #expect(Hex.string(of: sampleBytes(count: 8, seed: 0)) == "afcd1d7b39a820e2")
    #expect(sampleCSV(rows: 3, seed: 1).split(separator: UInt8(ascii: "\n")).count == 4)
    #expect(sampleWeights(count: 10, seed: 1).count == 20)
  }

  @Test func `git sees nothing of the person who runs the tests`() throws {
    let repository = try GitSetup.make()
    try repository.write("one\n", to: "deep/file.txt")
    let commit = try repository.commitAll("first")
    #expect(
      try repository.git("log", "--format=%an %at %s") == "Ada Example 1767323045 first")
    #expect(try repository.git("rev-parse", "HEAD") == commit)
    let origins = try repository.git("config", "--list", "--show-origin").split(separator: "\n")
    #expect(origins.allSatisfy { $0.hasPrefix("file:.git/config") })
  }

  @Test func `a program gets its input, arguments that are not text, and tells its status`() throws
  {
    let bytes = ByteString([0xFF, 0x20, 0x0A, 0xC3])
    let result = try Program.run("printf", ["%s", bytes])
    #expect(result.output == bytes.bytes)
    #expect(
      try Program.succeed("cat", [], input: sampleBytes(count: 1 << 20, seed: 3)).output.count == 1
        << 20)
    #expect(try Program.run("sh", ["-c", "echo no >&2; exit 7"]).status == 7)
    #expect(try Program.run("sh", ["-c", "echo no >&2; exit 7"]).errorText == "no\n")
    #expect(try Program.run("sh", ["-c", "kill -9 $$"]).status == 137)
    #expect(try Program.run("no-such-program", []).status == 127)
    #expect(throws: ProgramFailure.self) { try Program.succeed("false", []) }
    #expect(try Program.succeed("pwd", []).line == TemporaryDirectory.required().path)
  }
}

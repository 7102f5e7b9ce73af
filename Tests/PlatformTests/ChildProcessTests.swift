import Platform
import Primitives
import TestSupport
import Testing

@Suite(.temporaryDirectory) struct ChildProcessTests {
  static let environment: [ByteString: ByteString] = ["PATH": "/usr/bin:/bin", "WORD": "a b"]

  @Test func `input, arguments, environment and directory reach the program`() throws {
    let place = try FilePath.place()
    let odd = ByteString([0xFF, 0x0A])
    let child = ChildProcess(
      "sh", ["-c", "cat; printf '%s|' \"$@\" \"$WORD\"; pwd; echo oops >&2; exit 3", "sh", odd],
      environment: Self.environment, directory: place, input: [1, 2])
    let outcome = try child.run()
    #expect(outcome.status == 3 && outcome.signal == nil && !outcome.succeeded)
    #expect(
      outcome.output == [1, 2] + odd.bytes + Array("|a b|\(place)\n".utf8))
    #expect(outcome.errors == Array("oops\n".utf8))
  }

  @Test func `more than a pipe holds goes both ways`() throws {
    let bytes = sampleBytes(count: 3 << 20, seed: 3)
    let outcome = try ChildProcess(
      "cat", [], environment: Self.environment, input: bytes
    ).run()
    #expect(outcome.output == bytes)
  }

  @Test func `a signal is told from a status`() throws {
    let outcome = try ChildProcess(
      "sh", ["-c", "kill -KILL $$"], environment: Self.environment
    ).run()
    #expect(outcome.status == nil && outcome.signal == 9)
  }

  @Test func `a program that is not there is named`() {
    let error = #expect(throws: FileError.self) {
      try ChildProcess("no-such-program", [], environment: Self.environment).run()
    }
    #expect(error?.isNotFound == true && error?.operation == .execute)
  }

  @Test func `streams that nobody wants lead nowhere`() throws {
    let outcome = try ChildProcess(
      "sh", ["-c", "read line; echo out; echo err >&2"], environment: Self.environment,
      output: .none, errors: .none
    ).run()
    #expect(outcome.output == [] && outcome.errors == [])
  }

  @Test func `a program is ended by a broken pipe, also where this process is not`() throws {
    Signals.ignoreRefusedWrites()
    let outcome = try ChildProcess(
      "sh", ["-c", "yes | head -n 1"], environment: Self.environment
    ).run()
    #expect(outcome.succeeded && outcome.errors == [])
    let masks = try ChildProcess(
      "grep", ["SigIgn", "/proc/self/status"], environment: Self.environment
    ).run()
    let ignored = String(decoding: masks.output, as: UTF8.self).split(
      whereSeparator: \.isWhitespace)
    #expect((UInt64(ignored.last ?? "", radix: 16) ?? .max) & 1 << 12 == 0)
  }
}

import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import Terminal

/// A long answer goes through a pager, a short one does not.
@Suite(.temporaryDirectory) struct PagedOutputTests {
  private let screen = MemoryOutput()

  private var shown: FilePath {
    get throws { FilePath(try TemporaryDirectory.required().path).appending("shown") }
  }

  /// An output on a screen of 5 rows, with a pager that keeps what it is given.
  private func makeOutput() throws -> PagedOutput {
    let program = ChildProcess(
      "/bin/sh", ["-c", "cat > \"$1\"", "pager", try shown.bytes],
      environment: ["PATH": "/usr/bin:/bin"])
    let stream = OutputStream(screen, isTerminal: true, width: { 20 }, height: { 5 })
    return PagedOutput(on: stream) { program }
  }

  private func write(_ text: String, to output: PagedOutput) throws {
    try output.write(Array(text.utf8).span)
  }

  @Test func `what fits is written as it is`() throws {
    let output = try makeOutput()
    try write("one\ntwo\n", to: output)
    #expect(screen.text.isEmpty, "it may not be all")
    try write("three\n", to: output)
    try output.end()
    #expect(screen.text == "one\ntwo\nthree\n")
    #expect(try shown.statusIfPresent() == nil)
  }

  @Test func `what is longer goes to the pager from its first line on`() throws {
    let output = try makeOutput()
    let text = (1...9).map { "\($0)\n" }.joined()
    try write("0\n", to: output)
    try write(text, to: output)
    try write("last\n", to: output)
    try output.end()
    #expect(screen.text.isEmpty)
    #expect(try shown.contentsIfPresent() == Array("0\n\(text)last\n".utf8))
  }

  @Test func `a line that is wider than the screen takes several rows`() throws {
    let output = try makeOutput()
    try write(String(repeating: "x", count: 101) + "\n", to: output)
    try output.end()
    #expect(screen.text.isEmpty)
  }

  @Test(arguments: [true, false])
  func `without a pager all is written`(isNamed: Bool) throws {
    let stream = OutputStream(screen, isTerminal: true, height: { 5 })
    let output = PagedOutput(on: stream) {
      isNamed ? ChildProcess("no-such-pager", [], environment: [:]) : nil
    }
    let text = (1...9).map { "\($0)\n" }.joined()
    try write(text, to: output)
    try output.end()
    #expect(screen.text == text)
  }
}

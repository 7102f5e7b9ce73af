import Platform
import Primitives
import TestSupport
import Testing

@Suite(.temporaryDirectory) struct ForegroundProcessTests {
  static let environment: [ByteString: ByteString] = ["PATH": "/usr/bin:/bin", "WORD": "a b"]

  private func run(_ script: ByteString, in directory: FilePath? = nil) throws
    -> ForegroundProcess.Outcome
  {
    try ForegroundProcess(
      "sh", ["-c", script], environment: Self.environment, directory: directory
    ).run()
  }

  @Test func `a program gets its environment and directory, and its status comes back`() throws {
    let place = try FilePath.place()
    let outcome = try run("printf '%s|' \"$WORD\" \"$PWD\" > said; exit 3", in: place)
    #expect(outcome.status == 3 && outcome.signal == nil)
    let said = try place.appending("said").contents(limit: .kibibytes(4))
    #expect(said == Array("a b|\(place)|".utf8))
  }

  @Test func `a signal is told from a status`() throws {
    let outcome = try run("kill -KILL $$")
    #expect(outcome.status == nil && outcome.signal == 9)
  }

  @Test func `time and memory of the program are counted`() throws {
    let outcome = try run("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done")
    #expect(outcome.userSeconds > 0 && outcome.systemSeconds >= 0)
    #expect(outcome.peakMemory > .kibibytes(100))
    #expect(outcome.started < outcome.ended)
  }

  @Test func `the process is known while the program runs`() throws {
    let place = try FilePath.place()
    var process = 0
    let outcome = try ForegroundProcess(
      "sh", ["-c", "echo $$ > said"], environment: Self.environment, directory: place
    ).run { process = $0 }
    #expect(outcome.status == 0)
    let said = try place.appending("said").contents(limit: .kibibytes(4))
    #expect(said == Array("\(process)\n".utf8))
  }

  @Test func `what is not there is told from what cannot be run`() throws {
    let place = try FilePath.place()
    try place.appending("text").make(Array("words\n".utf8))
    func refusal(_ program: ByteString, path: ByteString = "/usr/bin") -> FileError? {
      #expect(throws: FileError.self) {
        try ForegroundProcess(program, [], environment: ["PATH": path], directory: place).run()
      }
    }
    for program: ByteString in ["no-such-program", "./no-such-program", ""] {
      let error = refusal(program)
      #expect(error?.isNotFound == true && error?.operation == .execute)
    }
    for error in [refusal("./text"), refusal("text", path: place.bytes), refusal("/")] {
      #expect(error?.isNotPermitted == true && error?.operation == .execute)
    }
  }

  @Test func `a directory that is not there is not taken for the program`() throws {
    let nowhere = try FilePath.place().appending("nowhere")
    let error = #expect(throws: FileError.self) { try run("true", in: nowhere) }
    #expect(error?.operation == .open && error?.path == nowhere)
  }

  @Test func `a script that names no interpreter is run by the shell`() throws {
    let place = try FilePath.place()
    let script = place.appending("script")
    try script.make(Array("exit \"$1\"\n".utf8))
    try Program.succeed("chmod", ["+x", script.bytes])
    let outcome = try ForegroundProcess(
      "./script", ["7"], environment: Self.environment, directory: place
    ).run()
    #expect(outcome.status == 7)
  }

  @Test func `the first that may be executed in PATH is run, relative to the directory`() throws {
    let place = try FilePath.place()
    let script = """
      mkdir one two three; echo > one/tool; mkdir two/tool
      printf '#!/bin/sh\\nexit 4\\n' > three/tool; chmod +x three/tool
      """
    try Program.succeed("sh", ["-c", ByteString(script)])
    let outcome = try ForegroundProcess(
      "tool", [], environment: ["PATH": "one:two:three"], directory: place
    ).run()
    #expect(outcome.status == 4)
  }
}

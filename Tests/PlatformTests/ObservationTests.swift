import Platform
import Primitives
import TestSupport
import Testing

/// What an observer sees of programs that read files in many ways.
@Suite(.temporaryDirectory) struct ObservationTests {
  /// Runs a script of `sh` and gives the lines of the report; paths are those below the directory.
  private func observe(
    _ script: String, _ arguments: [ByteString] = [], method: FileObserver.Method = .notification
  ) throws -> [String] {
    let place = try FilePath.place()
    try place.appending("data").make([1, 2, 3])
    let result = try Program.run(
      "timeout",
      [
        "60", Program.built("observe"), "report", ByteString(method.rawValue), place.bytes,
        "sh", "-c", ByteString(script), "sh",
      ] + arguments)
    #expect(result.status == 0, "\(result.text)\(result.errorText)")
    let report = try place.appending("report").contents(limit: .mebibytes(64))
    let lines = String(decoding: report, as: UTF8.self).split(separator: "\n").map(String.init)
    #expect(lines.contains("method \(method.rawValue)"))
    return lines
  }

  private func read(_ lines: [String]) throws -> [String] {
    let prefix = "read \(try FilePath.place())/"
    return lines.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
  }

  @Test(
    arguments: FileObserver.Method.allCases,
    [
      "cat data", "cat \"$PWD/data\"", "mkdir d; cd d; cat ../data", "cat < data",
      "sh -c 'sh -c \"cat data; true\"; true'", "python3 -c 'open(\"data\", \"r+b\").read()'",
      "python3 -c 'import os; os.open(\"data\", 0, dir_fd=os.open(\".\", os.O_PATH))'",
      "python3 -c 'import threading as t; a = t.Thread(target=open, args=[\"data\"]); a.start()'",
    ])
  func `a file that is read is seen`(method: FileObserver.Method, script: String) throws {
    #expect(try read(observe(script + " > /dev/null", method: method)) == ["data"])
  }

  @Test(arguments: FileObserver.Method.allCases)
  func `a symlink is seen with the file that it leads to`(method: FileObserver.Method) throws {
    let lines = try observe("ln -s data link; cat \"$PWD/link\" > /dev/null", method: method)
    #expect(try read(lines) == ["data", "link"])
  }

  @Test(
    arguments: FileObserver.Method.allCases,
    [
      "echo > new", "echo >> data", "echo > data", "stat data", "cat nothing || true", "ls",
      "python3 -c 'open(\"new\", \"w+\")'",
    ])
  func `what only writes or looks is no reading`(
    method: FileObserver.Method, script: String
  ) throws {
    #expect(try read(observe("exec 2> /dev/null; " + script, method: method)) == [])
  }

  @Test(arguments: FileObserver.Method.allCases)
  func `programs that are executed are seen`(method: FileObserver.Method) throws {
    let lines = try observe("cp /bin/true tool; ./tool", method: method)
    #expect(lines.contains("executed \(try FilePath.place())/tool"))
  }

  @Test func `a file that was opened as standard input before the run is seen`() throws {
    let place = try FilePath.place()
    try place.appending("data").make([1, 2, 3])
    let script = "\"$1\" report notification \"$PWD\" cat < data > /dev/null"
    try Program.succeed("sh", ["-c", ByteString(script), "sh", Program.built("observe")])
    let report = try place.appending("report").contents(limit: .mebibytes(1))
    let lines = String(decoding: report, as: UTF8.self).split(separator: "\n").map(String.init)
    #expect(try read(lines) == ["data"])
  }

  @Test func `a static program that makes its system calls itself is seen`() throws {
    let source = """
      #include <fcntl.h>
      #include <sys/syscall.h>
      #include <unistd.h>
      int main(void) { return syscall(SYS_openat, AT_FDCWD, "data", O_RDONLY) < 0; }
      """
    let compiled = try Program.run(
      "cc", ["-static", "-x", "c", "-o", "tool", "-"], input: Array(source.utf8))
    guard compiled.status == 0 else { return }
    #expect(try read(observe("./tool")) == ["data"])
  }

  @Test func `a descendant that outlives the program works on`() throws {
    let lines = try observe(
      """
      mkfifo go; (exec > out 2>&1; read line < go; cat data > late; true; echo > done) &
      true
      """)
    #expect(lines.contains("misses survivors"))
    try Program.succeed(
      "sh", ["-c", "echo > go; until [ -e done ]; do sleep 0.01; done; cmp data late"])
  }

  @Test func `a program goes on when its observer is killed`() throws {
    let place = try FilePath.place()
    try place.appending("data").make([1, 2, 3])
    let script = """
      mkfifo go
      "$1" report notification / sh -c 'echo > up; read line < go; cat data > late; echo > done' &
      observer=$!
      until [ -e up ]; do sleep 0.01; done
      kill -KILL $observer; wait $observer || true
      echo > go; until [ -e done ]; do sleep 0.01; done; cmp data late
      """
    let result = try Program.run(
      "timeout", ["60", "bash", "-c", ByteString(script), "bash", Program.built("observe")])
    #expect(result.status == 0, "\(result.text)\(result.errorText)")
  }

  @Test func `beyond the limit paths are dropped, and that is told`() throws {
    let place = try FilePath.place()
    for name in ["a", "b", "c"] { try place.appending(name).make([1]) }
    let observer = FileObserver(methods: [.notification], limit: 2) { path in
      path.parent == place
    }
    let outcome = try ForegroundProcess(
      "cat", ["a", "b", "c"], environment: ["PATH": "/usr/bin:/bin"], directory: place
    ).run(observing: observer)
    #expect(outcome.files?.read == [place.appending("a"), place.appending("b")])
    #expect(outcome.files?.mayMiss == [.limit])
  }

  @Test func `a run within a watched run is not taken for watched`() throws {
    let lines = try observe("\"$1\" inner notification / cat data", [Program.built("observe")])
    #expect(try read(lines).contains("data"))
    let inner = try FilePath.place().appending("inner").contents(limit: .mebibytes(1))
    let text = String(decoding: inner, as: UTF8.self)
    #expect(text.contains("method none\nmisses unobserved\n"))
  }
}

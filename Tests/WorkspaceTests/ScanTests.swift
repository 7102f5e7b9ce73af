import Foundation
import ObjectStore
import Platform
import Primitives
import TestSupport
import Testing

@testable import Workspace

/// Scans of real directories, with indexes written from what an earlier scan found.
@Suite(.temporaryDirectory) struct ScanTests {
  @Test func `what was recorded is unchanged, and nothing is read or kept`() throws {
    let data = try DataSetup.make()
    try data.fill()
    try data.record()
    let result = try data.scan()
    #expect(result.isUnchanged)
    #expect(result.directories.isEmpty)
    #expect(result.totals.files == 6)
  }

  @Test func `each kind of change is seen, and no other`() throws {
    let data = try DataSetup.make()
    try data.fill()
    try data.record()
    try data.write("new", to: "sub/new")
    try data.write("longer than before", to: "a.txt")
    try FileManager.default.removeItem(at: data.file("b.txt"))
    try data.write("hollo", to: "sub/same-size")
    try FileManager.default.removeItem(at: data.file("link"))
    try FileManager.default.createSymbolicLink(
      atPath: data.file("link").path, withDestinationPath: "b.txt")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: data.file("sub/deep/file").path)
    try FileManager.default.removeItem(at: data.file("empty"))
    try data.write("was a directory", to: "empty")
    #expect(
      try data.changes() == [
        "a.txt changed", "b.txt gone", "empty gone", "empty added", "link changed",
        "sub/new added", "sub/same-size touched", "sub/deep/file touched",
      ])
  }

  @Test func `a file changed in the tick in which it was recorded is read again`() throws {
    let data = try DataSetup.make()
    try data.write("one", to: "a")
    let clock = try #require(data.clock())
    // Whatever the clock's tick: nothing younger than the clock is believed.
    let status = try FilePath(data.file("a").path).status()
    let entry = StatEntry(kind: .file, flags: .materialised, status: status, id: .empty)
    #expect(!entry.isOlder(than: min(clock, status.modified)))
    #expect(!entry.isOlder(than: nil))
    try data.record(clock: status.modified)
    #expect(try data.changes() == ["a touched"])
    try data.waitForTick()
    try data.record()
    #expect(try data.changes() == [])
  }

  @Test func `a write that keeps size and modification time is seen`() throws {
    let data = try DataSetup.make()
    try data.write("one", to: "a")
    try data.waitForTick()
    try data.record()
    let before = try FilePath(data.file("a").path).status()
    let handle = try FileHandle(forWritingTo: data.file("a"))
    try handle.write(contentsOf: Data("two".utf8))
    try handle.close()
    try OpenFile.forUpdating(FilePath(data.file("a").path)).setModified(before.modified)
    #expect(try data.changes() == ["a touched"])
  }

  @Test func `names of any bytes come through`() throws {
    let data = try DataSetup.make()
    let names = [
      ByteString([0xFF, 0xFE]), "new\nline", "sp ace", "-n", "ünï", ByteString([0x0A]),
      ByteString([UInt8](repeating: 0x78, count: 255)), "x.shale", "\\", "\"", ".hidden",
    ]
    let directory = FilePath(data.root.path).appending("data")
    for name in names {
      try OpenFile.creating(directory.appending(name)).write([1].span, at: 0)
    }
    let result = try data.scan()
    var cursor = try #require(result.directories.first).deviations.cursor
    var found: [ByteString] = []
    while let entry = cursor.next() { found.append(cursor.name(of: entry)) }
    #expect(found == names.sorted())
    try data.waitForTick()
    try data.record()
    #expect(try data.changes() == [])
  }

  @Test func `pipes, sockets and repositories inside the data are pointed out`() throws {
    let data = try DataSetup.make()
    try data.write("x", to: "sub/.GIT/config")
    try data.write("x", to: "vendored/.git")
    try Program.succeed("mkfifo", [ByteString(data.file("pipe").path)])
    try data.write("half written", to: "sub/.shale-tmp-0123456789abcdef")
    try FileManager.default.createSymbolicLink(
      atPath: data.file("sub/.shale-tmp-0123456789abcde0").path, withDestinationPath: "a.txt")
    #expect(
      try data.changes() == [
        "pipe special", "sub added", "vendored added", "sub/.GIT nestedRepository",
        "sub/.shale-tmp-0123456789abcde0 leftover", "sub/.shale-tmp-0123456789abcdef leftover",
        "vendored/.git nestedRepository",
      ])
    try data.write(".git\n.GIT\n*.o\npipe\n", to: "../.shaleignore")
    #expect(
      try data.changes() == [
        "sub added", "vendored added", "sub/.shale-tmp-0123456789abcde0 leftover",
        "sub/.shale-tmp-0123456789abcdef leftover",
      ])
  }

  @Test func `rules are followed when they change, above the data and inside`() throws {
    let data = try DataSetup.make()
    try data.fill()
    try data.write("*.log\n", to: "../.shaleignore")
    try data.write("x", to: "sub/deep/run.log")
    try data.waitForTick()
    try data.record()
    #expect(try data.changes() == [])
    try data.write("!run.log\n", to: "sub/.shaleignore")
    #expect(try data.changes() == ["sub/.shaleignore added", "sub/deep/run.log added"])
    try FileManager.default.removeItem(at: data.file("sub/.shaleignore"))
    try data.write("\n", to: "../.shaleignore")
    #expect(try data.changes() == ["sub/deep/run.log added"])
    // What is recorded is not ignored any more, as in git.
    try data.record()
    try data.write("*.txt\n", to: "../.shaleignore")
    #expect(try data.changes() == [])
    try data.write("changed!", to: "a.txt")
    #expect(try data.changes() == ["a.txt changed"])
  }

  @Test func `a part is scanned and recorded without the rest`() throws {
    let data = try DataSetup.make()
    try data.fill()
    try data.record()
    try data.write("changed!", to: "a.txt")
    try data.write("changed!", to: "sub/deep/file")
    #expect(try data.changes(from: "sub") == ["sub/deep/file changed"])
    try data.waitForTick()
    try data.record(from: "sub/deep")
    #expect(try data.changes() == ["a.txt changed"])
    let base = try #require(data.index()?.header.base)
    try data.record()
    #expect(try data.index()?.header.base != base)
  }

  @Test func `what is recorded in parts has the oid of what is recorded at once`() throws {
    let data = try DataSetup.make()
    try data.fill()
    try data.record()
    var random = SeededGenerator(seed: 11)
    for turn in 0..<25 {
      let names = ["a.txt", "sub/x", "sub/deep/y", "z/w", "sub/deep/file", "new/dir/f"]
      let name = names.randomElement(using: &random) ?? "a.txt"
      switch Int.random(in: 0..<3, using: &random) {
      case 0: try data.write("turn \(turn)", to: name)
      case 1: try? FileManager.default.removeItem(at: data.file(name))
      default:
        let directory = String(name.split(separator: "/")[0])
        try? FileManager.default.removeItem(at: data.file(directory))
      }
      try data.record()
      let kept = try #require(data.index()?.header.base)
      let index = try data.index()
      #expect(try data.freshBase() == kept, "seed 11, turn \(turn)")
      #expect(index?.directoryCount == (try data.directoryCount()))
    }
  }

  @Test func `a large flat directory is scanned by all cores, in order`() throws {
    let data = try DataSetup.make()
    let directory = FilePath(data.root.path).appending("data")
    for number in 0..<9_000 { _ = try OpenFile.creating(directory.appending("f\(number)")) }
    try data.waitForTick()
    try data.record()
    #expect(try data.scan().isUnchanged)
    try data.write("x", to: "f8999")
    try data.write("x", to: "f1")
    #expect(try data.changes() == ["f1 changed", "f8999 changed"])
  }

  @Test func `an index copied to another device is not believed`() throws {
    let data = try DataSetup.make()
    try data.write("x", to: "a")
    try data.waitForTick()
    try data.record(device: 1)
    #expect(try data.changes() == ["a touched"])
  }
}

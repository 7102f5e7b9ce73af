import Foundation
import ObjectStore
import Platform
import Primitives
import Remotes
import TestSupport
import Testing

@testable import Project

@Suite(.temporaryDirectory) struct OperationLogTests {
  static let example = Operation(
    time: Timestamp(seconds: 1_767_323_045, nanoseconds: 0),
    worktree: FilePath("/home/ada/project"), command: ["add", "data/train"],
    changes: [])

  @Test func `the example of the format page is what is written`() throws {
    let page = try String(
      contentsOf: ProjectRoot.file("docs/format/operations.md"), encoding: .utf8)
    let hex = "1f0e2d3c4b5a69788796a5b4c3d2e1f0"
    let id = try #require(ObjectID(hex: hex + hex))
    let operation = Operation(
      time: Self.example.time, worktree: Self.example.worktree, command: Self.example.command,
      changes: [.pointer(try RepositoryPath("data/train"), old: nil, new: id)])
    let line = String(decoding: operation.encoded(), as: UTF8.self)
    let shown = line.replacing("\t", with: "\\t").replacing("\n", with: "")
    #expect(page.contains(shown), "the page lacks: \(shown)")
  }

  @Test func `operations come back as they were written`() throws {
    let log = try log()
    #expect(try log.operations().operations.isEmpty)
    let operations = [
      Self.example,
      Operation(
        time: Timestamp(seconds: -1, nanoseconds: 5),
        worktree: FilePath(ByteString([0x2F, 0xFF, 0x0A])),
        command: ["commit", "-m", "a message\twith\nall of it %"],
        changes: [
          .data(try RepositoryPath("a b\n"), old: .empty, new: nil),
          .saved(try RepositoryPath("x"), as: .empty),
          .remote(try RemoteName("origin"), old: nil, new: "/mnt/a disk"),
          .setting("shale.link", in: .clone, old: "-", new: ""),
          .setting("shale.link", in: .shared, old: "--", new: ByteString([0x20, 0xFF, 0x2D])),
          Operation.Change(.file, old: nil, new: "100644:e69de29", subject: "a"),
          .branch(old: "refs/heads/main", new: nil),
          .undid("3b3a288815044ff2", of: "add"),
          .fetched(try RepositoryPath("a"), .empty),
          .pushed(String(repeating: "b", count: 64), to: try RemoteName("origin")),
          .head("refs/heads/main", old: nil, new: String(repeating: "a", count: 40)),
        ]),
    ]
    for operation in operations { try log.append(operation) }
    let read = try log.operations()
    #expect(read.operations == operations)
    #expect(read.skipped == 0)
  }

  @Test func `what a change needs of the store is what it was and became`() throws {
    let path = try RepositoryPath("a")
    let (old, new) = (SHA256.id(of: ([1] as [UInt8]).span), SHA256.id(of: ([2] as [UInt8]).span))
    #expect(Operation.Change.pointer(path, old: old, new: new).storedObjects == [old, new])
    #expect(Operation.Change.data(path, old: nil, new: new).storedObjects == [new])
    #expect(Operation.Change.saved(path, as: new).storedObjects == [new])
    let inStore = Operation.Change(
      .file, old: ByteString("100644:\(old.hex)"), new: nil, subject: path.bytes)
    #expect(inStore.storedObjects == [old])
    let commit = String(repeating: "a", count: 40)
    #expect(Operation.Change.head("HEAD", old: commit, new: nil).storedObjects.isEmpty)
    #expect(Operation.Change.fetched(path, new).storedObjects.isEmpty)
    #expect(Operation.Change.removedRun(old).storedObjects.isEmpty)
  }

  @Test(arguments: [true, false])
  func `what decides after a power cut is on disk before anything changes, and nothing else waits`(
    isDecisive: Bool
  ) throws {
    let calls = CallLog()
    let log = try log()
    let operation = Operation(
      time: Self.example.time, worktree: Self.example.worktree, command: Self.example.command,
      changes: [
        Operation.Change(
          isDecisive ? .base : .data, old: nil, new: ByteString(ObjectID.empty.hex), subject: "a")
      ])
    try Faults.with(calls, below: log.path.parent) {
      for _ in 1...2 { try log.append(operation) }
    }
    let synced = calls.calls.filter { $0.operation == .sync }.map(\.path)
    // The name of a new file, too.
    #expect(synced == (isDecisive ? [log.path, log.path.parent, log.path] : []))
  }

  @Test func `a torn tail is skipped, and does not harm what follows`() throws {
    let log = try log()
    try log.append(Self.example)
    let file = URL(filePath: "\(log.path)")
    let whole = try Data(contentsOf: file)
    try (whole + whole.dropLast(7)).write(to: file)
    #expect(try log.operations().operations.count == 1)
    #expect(try log.operations().skipped == 0)
    try log.append(Self.example)
    let read = try log.operations()
    #expect(read.operations == [Self.example, Self.example])
    #expect(read.skipped == 1)
  }

  @Test func `a line with a wrong bit is skipped and counted`() throws {
    let log = try log()
    for _ in 0..<3 { try log.append(Self.example) }
    let file = URL(filePath: "\(log.path)")
    var bytes = Array(try Data(contentsOf: file))
    bytes[bytes.count / 2] ^= 1
    try Data(bytes).write(to: file)
    let read = try log.operations()
    #expect(read.operations.count == 2)
    #expect(read.skipped == 1)
  }

  @Test func `many writers at once lose nothing`() throws {
    let log = try log()
    Threads.run(8) { _ in
      for _ in 0..<20 {
        do {
          try log.append(Self.example)
        } catch {
          Issue.record(error)
        }
      }
    }
    let read = try log.operations()
    #expect(read.operations.count == 160)
    #expect(read.skipped == 0)
  }

  private func log() throws -> OperationLog {
    OperationLog(
      FilePath(try TemporaryDirectory.required().appending(path: "shale/operations").path))
  }
}

import Foundation
import Git
import ObjectStore
import Platform
import Primitives
import TestSupport
import Testing
import Workspace

@Suite(.temporaryDirectory) struct TreeDiffTests {
  @Test func `two versions differ where they differ`() throws {
    let repository = try Repository.make()
    try repository.write("same", to: "data/same/deep/file")
    try repository.write("one", to: "data/changed")
    try repository.write("moves along", to: "data/from/name")
    try repository.write("gone", to: "data/gone")
    try repository.write("kind", to: "data/kind")
    try repository.add("data")
    let one = try repository.pointer("data")
    try repository.write("two!", to: "data/changed")
    try repository.remove("data/gone")
    try repository.remove("data/from")
    try repository.write("moves along", to: "data/to/name")
    try repository.remove("data/kind")
    try FileManager.default.createSymbolicLink(
      atPath: repository.setup.file("data/kind").path, withDestinationPath: "kind")
    try FileManager.default.createDirectory(
      at: repository.setup.file("data/empty"), withIntermediateDirectories: true)
    try repository.add("data")
    let two = try repository.pointer("data")
    let path = try repository.path("data")
    let diff = try repository.workspace.diff(path, from: one, to: two)
    #expect(diff.missing.isEmpty)
    #expect(
      Self.lines(diff.changes) == [
        "modified data/changed 3 4", "added data/empty - 0", "deleted data/gone 4 -",
        "type-changed data/kind 4 4", "renamed data/to/name 11 11",
      ])
    #expect(try repository.workspace.diff(path, from: one, to: one).changes.isEmpty)
    #expect(try repository.workspace.diff(path, from: nil, to: one).changes.count == 5)
    let back = try repository.workspace.diff(path, from: two, to: one)
    #expect(Self.lines(back.changes).contains("renamed data/from/name 11 11"))
  }

  @Test func `the worktree is compared with any state`() throws {
    let repository = try Repository.make()
    try repository.write("one", to: "data/a")
    try repository.write("stays", to: "data/b")
    try repository.add("data")
    let one = try repository.pointer("data")
    try repository.write("two!", to: "data/a")
    try repository.write("added", to: "data/c")
    try repository.add("data")
    try repository.write("three", to: "data/a")
    try repository.remove("data/c")
    let tracked = try #require(try repository.workspace.tracked(repository.path("data")))
    let local = try repository.workspace.diffWorktree(
      tracked, from: repository.pointer("data"))
    #expect(Self.lines(local) == ["modified data/a 4 5", "deleted data/c 5 -"])
    let whole = try repository.workspace.diffWorktree(tracked, from: one)
    #expect(Self.lines(whole) == ["modified data/a 3 5"])
  }

  @Test func `a tree that is not here is told`() throws {
    let repository = try Repository.make()
    let path = try repository.path("data")
    let one = PointerFile.tree(.empty, size: .bytes(1), files: 1)
    let diff = try repository.workspace.diff(path, from: one, to: nil)
    #expect(diff.missing.map(\.id) == [.empty])
    #expect(diff.changes.isEmpty)
  }

  private static func lines(_ changes: [EntryChange]) -> [String] {
    changes.map {
      let old = $0.oldSize.map { "\($0.bytes)" } ?? "-"
      let new = $0.newSize.map { "\($0.bytes)" } ?? "-"
      return "\($0.kind.rawValue) \($0.path) \(old) \(new)"
    }
  }
}

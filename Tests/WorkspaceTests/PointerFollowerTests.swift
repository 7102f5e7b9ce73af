import Foundation
import Git
import Platform
import Primitives
import TestSupport
import Testing

@testable import Workspace

/// Which pointers git has moved, as seen without libgit2.
@Suite(.temporaryDirectory) struct PointerFollowerTests {
  private let setup: GitSetup
  private let follower: PointerFollower

  init() throws {
    setup = try GitSetup.make()
    for name in ["a", "b/c", "line\nbreak"] { try setup.write("\(name)\n", to: "\(name).shale") }
    try setup.commitAll()
    let git = GitRepository(
      layout: try GitLayout.discover(from: FilePath(setup.url.path), environment: [:]),
      environment: [:])
    follower = try #require(PointerFollower(git))
  }

  private func paths(_ names: String...) throws -> [RepositoryPath] {
    try names.map { try RepositoryPath(ByteString($0)) }
  }

  @Test func `what was recorded is read again, and damage is as if nothing was`() throws {
    #expect(try follower.recorded() == nil)
    let states = try follower.current(besides: nil)
    #expect(try states.paths.sorted() == paths("a", "b/c", "line\nbreak"))
    try follower.record(states)
    #expect(try follower.recorded() == states)
    let bytes = states.encoded()
    #expect(PointerStates(decoding: bytes) == states)
    for count in 0..<17 { #expect(PointerStates(decoding: Array(bytes.prefix(count))) == nil) }
    #expect(PointerStates(decoding: Array(bytes.prefix(40))) == nil)
    #expect(PointerStates(decoding: Array("shale followed 2\n".utf8)) == nil)
  }

  @Test func `a pointer that changed, came or went is found, staged or not`() throws {
    let before = try follower.current(besides: nil)
    try setup.write("other\n", to: "a.shale")
    try setup.write("new\n", to: "new.shale")
    try setup.git("rm", "-q", "b/c.shale")
    var now = try follower.current(besides: before)
    #expect(try now.changed(since: before) == paths("a"))
    #expect(try now.gone(since: before) == paths("b/c"))
    try setup.git("add", "new.shale")
    // One that git forgot, and that is still there, is not gone.
    try setup.git("rm", "-q", "--cached", "a.shale")
    now = try follower.current(besides: before)
    #expect(try now.changed(since: before) == paths("a", "new"))
    #expect(try now.gone(since: before) == paths("b/c"))
    #expect(now.changed(since: nil).count == 3)
    now.forget(try paths("new"))
    #expect(now.paths.count == 2)
  }

  @Test func `an index that only git reads has the same pointers`() throws {
    let before = try follower.current(besides: nil)
    try setup.git("update-index", "--split-index")
    #expect(try follower.current(besides: nil) == before)
  }

  @Test func `a note lasts until data has followed`() throws {
    #expect(!follower.isNoted)
    #expect(try !follower.begin())
    try follower.end()
    try follower.note()
    try follower.note()
    #expect(follower.isNoted)
    #expect(try !follower.begin())
    #expect(follower.isNoted, "a kill leaves it")
    try follower.end()
    #expect(!follower.isNoted)
    try follower.noteWork()
    #expect(try follower.begin())
    try follower.note()
    try follower.end()
    #expect(follower.isNoted, "what moved meanwhile")
  }
}

import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands

/// Checking out a revision, where git and Shale could get in each other's way.
@Suite(.temporaryDirectory) struct RevisionCheckoutTests {
  private typealias World = DataCommandTests.World

  /// A repository in whose tag `v1` git itself had `name`, which is tracked as data since.
  private static func converted(_ name: String, file: String) throws -> World {
    let world = try World()
    try world.setup.write("git's\n", to: file)
    try world.setup.git("add", ByteString(name))
    try world.setup.git("commit", "--quiet", "-m", "v1")
    try world.setup.git("tag", "v1")
    try world.setup.git("rm", "--quiet", "-r", "--cached", ByteString(name))
    #expect(world.shale.run("add \(name)").status == 0)
    #expect(world.commit("tracked").status == 0)
    return world
  }

  @Test(arguments: [("table.csv", "table.csv"), ("tables", "tables/deep/a.csv")])
  func `data is not lost where git had the file itself`(name: String, file: String) throws {
    let world = try Self.converted(name, file: file)
    try world.setup.write("precious\n", to: file)
    let refused = world.shale.run("checkout v1")
    #expect(refused.status == 1)
    #expect(refused.errors.contains(file))
    #expect(try world.setup.read(file) == Array("precious\n".utf8))
    let forced = world.shale.run("checkout -f v1")
    #expect(forced.status == 0)
    #expect(try world.setup.read(file) == Array("git's\n".utf8))
    #expect(try world.setup.git("status", "--short", "--untracked-files=no") == "")
    let id = try #require(forced.output.firstMatch(of: /shale cat ([0-9a-f]{64})/)?.output.1)
    #expect(world.shale.run("cat \(id)").output == "precious\n")
    #expect(world.shale.run("checkout main").status == 0)
    #expect(world.shale.run("status --exit-code").status == 0)
  }

  @Test func `a file that was never recorded is in the way of git, too`() throws {
    let world = try World()
    try world.setup.write("git's\n", to: "tables/deep/b.csv")
    try world.setup.commitAll("v1")
    try world.setup.git("tag", "v1")
    try world.setup.git("rm", "--quiet", "-r", "tables")
    try world.setup.write("recorded\n", to: "tables/deep/a.csv")
    #expect(world.shale.run("add tables").status == 0)
    #expect(world.commit("tracked").status == 0)
    try world.setup.write("precious\n", to: "tables/deep/b.csv")
    #expect(world.shale.run("checkout v1").status == 1)
    #expect(try world.setup.read("tables/deep/b.csv") == Array("precious\n".utf8))
    #expect(try world.setup.git("rev-parse", "--abbrev-ref", "HEAD") == "main")
  }

  @Test func `clean data makes room for the files of git, and comes back`() throws {
    let world = try Self.converted("table.csv", file: "table.csv")
    try world.setup.write("data\n", to: "table.csv")
    #expect(world.commit("more").status == 0)
    #expect(world.shale.run("checkout v1").status == 0)
    #expect(try world.setup.read("table.csv") == Array("git's\n".utf8))
    #expect(world.shale.run("checkout main").status == 0)
    #expect(try world.setup.read("table.csv") == Array("data\n".utf8))
  }

  @Test func `data that made room comes back where git refuses to move`() throws {
    let world = try Self.converted("table.csv", file: "table.csv")
    try world.setup.write("one\n", to: "code.txt")
    try world.setup.git("add", "code.txt")
    #expect(world.commit("code").status == 0)
    try world.setup.git("branch", "other", "v1")
    try world.setup.git("worktree", "add", "--quiet", "../other", "other")
    // Git refuses a branch that another worktree has.
    #expect(world.shale.run("checkout other").status == 1)
    #expect(try world.setup.read("table.csv") == Array("git's\n".utf8))
    #expect(world.shale.run("status --exit-code").status == 0)
  }
}

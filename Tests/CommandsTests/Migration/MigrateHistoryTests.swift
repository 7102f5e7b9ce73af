import Documents
import Foundation
import ObjectStore
import Primitives
import TestSupport
import Testing

@testable import Commands

/// Every commit of a history is written again, and the old ones stay.
@Suite(.temporaryDirectory) struct MigrateHistoryTests {
  private let world: MigrationWorld

  init() throws {
    world = try MigrationWorld()
  }

  /// Makes three more commits, of which one is a merge.
  private func branchOut() throws {
    try world.setup.git("branch", "first")
    try world.addLFS(Array("two\n".utf8), as: "model.bin")
    try world.addDVC(["a.txt": Array("two\n".utf8)], as: "data")
    try world.setup.git("add", "model.bin", "data.dvc")
    try world.setup.git(
      "commit", "-q", "-m", "Second\n\nwith a body", "--author=Bo <bo@example.com>",
      "--date=2020-02-02T02:02:02+0200")
    try world.setup.git("tag", "v2")
    try world.setup.git("checkout", "-q", "-f", "-b", "side", "first")
    try world.setup.write("code\n", to: "code.py")
    try world.setup.commitAll("beside")
    try world.setup.git("checkout", "-q", "-f", "main")
    try world.setup.git("merge", "-q", "--no-edit", "side")
  }

  @Test(arguments: ["lfs", "dvc"])
  func `each commit has pointers, and says what it said`(tool: String) throws {
    try branchOut()
    let format = "--format=%an %ae %ad %cn %ce %cd %B%x00"
    let index = try world.setup.git("ls-files", "-s")
    let head = try world.setup.git("rev-parse", "HEAD")
    let report = world.run("migrate \(tool) --history --branch new").output
    #expect(report.contains("Branch new: 4 commits written"), "\(report)")
    #expect(report.contains("tag v2 stays at the old commit"), "\(report)")
    #expect(
      try world.setup.git("log", "--topo-order", ByteString(format), "new")
        == world.setup.git("log", "--topo-order", ByteString(format), "main"))
    #expect(try world.setup.git("rev-parse", "HEAD") == head)
    #expect(try world.setup.git("ls-files", "-s") == index)
    let path = tool == "lfs" ? "model.bin" : "data"
    for revision in ["new", "new~1", "new~2", "new^2"] {
      let tracked = try world.tracked(ByteString(revision))
      #expect(tracked.contains("\(path).shale"), "\(revision)")
      #expect(!tracked.contains(tool == "lfs" ? "model.bin" : "data.dvc"), "\(revision)")
      #expect(
        try world.setup.git("show", ByteString("\(revision):.gitattributes"))
          .contains("filter=lfs") == (tool == "dvc"))
    }
    let left: Set = tool == "lfs" ? Set(world.files.keys).subtracting(["model.bin"]) : ["model.bin"]
    try world.expectStored("new~2", besides: left)
    let old = world.run("migrate \(tool) --history --branch new", status: 1)
    #expect(old.errors.contains("Branch 'new' exists already"))
    world.run("undo")
    #expect(try world.setup.tryGit(["rev-parse", "-q", "--verify", "new"]).status != 0)
  }

  @Test func `a commit whose object is missing keeps what it had`() throws {
    let id = oid(of: MigrationWorld.model)
    try world.addLFS(Array("two\n".utf8), as: "model.bin")
    try world.setup.commitAll("second")
    try FileManager.default.removeItem(at: world.setup.file(MigrationWorld.lfs(id)))
    let report = world.run("migrate lfs --history --branch new", status: 5).output
    #expect(report.contains("missing model.bin \(id.hex)"), "\(report)")
    #expect(try world.tracked("new").contains("model.bin.shale"))
    #expect(try world.tracked("new~1").contains("model.bin"))
  }

  @Test func `a dry run of a history writes nothing`() throws {
    try branchOut()
    let objects = try world.setup.git("count-objects")
    let report = world.run("migrate dvc --history --branch new -n").output
    #expect(report.contains("Would migrate 5 files"), "\(report)")
    #expect(try world.setup.git("count-objects") == objects)
    #expect(try world.setup.tryGit(["rev-parse", "-q", "--verify", "new"]).status != 0)
  }

  @Test func `history and branch go together`() {
    world.run("migrate dvc --history", status: 2)
    world.run("migrate dvc --branch new", status: 2)
    world.run("migrate dvc HEAD", status: 2)
  }
}

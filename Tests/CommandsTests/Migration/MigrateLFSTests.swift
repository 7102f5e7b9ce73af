import Documents
import Foundation
import ObjectStore
import Primitives
import TestSupport
import Testing

@testable import Commands

/// What Git LFS keeps becomes tracked data.
@Suite(.temporaryDirectory) struct MigrateLFSTests {
  private let world: MigrationWorld

  init() throws {
    world = try MigrationWorld()
  }

  @Test func `a pointer of Git LFS becomes one of Shale, and the file stays`() throws {
    let report = world.run("migrate lfs").output
    #expect(report.contains("Migrated 1 file, 200,000 bytes"), "\(report)")
    let tracked = try world.tracked()
    #expect(tracked.contains("model.bin.shale") && !tracked.contains("model.bin"))
    #expect(try world.setup.read(".gitignore").starts(with: "/data\n".utf8))
    #expect(
      String(decoding: try world.setup.read(".gitignore"), as: UTF8.self).contains("/model.bin\n"))
    let attributes = String(decoding: try world.setup.read(".gitattributes"), as: UTF8.self)
    #expect(!attributes.contains("filter=lfs") && attributes.contains("*.shale -text"))
    try world.expectData()
    // The oid of Git LFS is that of Shale.
    let pointer = String(decoding: try world.setup.read("model.bin.shale"), as: UTF8.self)
    #expect(pointer.contains(hexSHA256(MigrationWorld.model)))
    #expect(world.run("status --exit-code", status: 0).errors == "")
    world.run("commit -q -m migrated")
    try world.expectStored(besides: ["data/a.txt", "data/deep/b.bin", "data/deep/empty", "old.csv"])
    #expect(try world.setup.git("status", "--porcelain") == "")
    #expect(world.run("migrate lfs").output == "Git LFS keeps nothing here\n")
  }

  @Test func `a dry run tells all and changes nothing`() throws {
    let before = try world.setup.git("ls-files", "-s")
    let report = world.run("migrate lfs -n").output
    #expect(report.contains("model.bin"))
    #expect(report.contains("Would migrate 1 file, 200,000 bytes, 0 contents missing"), "\(report)")
    #expect(try world.setup.git("ls-files", "-s") == before)
    #expect(!FileManager.default.fileExists(atPath: world.setup.file("model.bin.shale").path))
  }

  @Test func `what has no object stays with Git LFS, and all else is migrated`() throws {
    try world.addLFS(Array("gone\n".utf8), as: "gone.bin")
    try world.addLFS(Array("torn\n".utf8), as: "torn.bin")
    try world.setup.git("add", "gone.bin", "torn.bin")
    let gone = oid(of: Array("gone\n".utf8))
    let torn = oid(of: Array("torn\n".utf8))
    try FileManager.default.removeItem(at: world.setup.file(MigrationWorld.lfs(gone)))
    try world.setup.write("TORN\n", to: MigrationWorld.lfs(torn))
    #expect(world.run("migrate lfs -n", status: 5).output.contains("1 content missing"))
    let transcript = world.run("migrate lfs", status: 5)
    #expect(transcript.output.contains("missing gone.bin \(gone.hex)"), "\(transcript.output)")
    #expect(transcript.output.contains("damaged torn.bin \(torn.hex)"), "\(transcript.output)")
    let tracked = try world.tracked()
    #expect(tracked.isSuperset(of: ["gone.bin", "torn.bin", "model.bin.shale"]))
    #expect(!tracked.contains("gone.bin.shale"))
    let attributes = String(decoding: try world.setup.read(".gitattributes"), as: UTF8.self)
    #expect(attributes.contains("*.bin filter=lfs"))
    // Another clone has them.
    try world.setup.write("gone\n", to: "../other/.git/lfs/objects/\(place(gone))")
    try world.setup.write("torn\n", to: "../other/.git/lfs/objects/\(place(torn))")
    world.run("migrate lfs --from ../other")
    #expect(try world.tracked().isSuperset(of: ["gone.bin.shale", "torn.bin.shale"]))
    // What stood for the data in the worktree is no data.
    #expect(!FileManager.default.fileExists(atPath: world.setup.file("gone.bin").path))
    world.run("checkout")
    #expect(try world.setup.read("gone.bin") == Array("gone\n".utf8))
  }

  private func place(_ id: ObjectID) -> String {
    String(MigrationWorld.lfs(id).dropFirst(".git/lfs/objects/".count))
  }

  @Test func `a file that the user changed is shown as modified`() throws {
    try world.setup.write("mine\n", to: "model.bin")
    world.run("migrate lfs")
    #expect(try world.setup.read("model.bin") == Array("mine\n".utf8))
    #expect(world.run("status --exit-code", status: 6).output.contains("model.bin"))
  }

  @Test func `a rule that stays does not take pointers of Shale`() throws {
    try world.setup.write("/big/** filter=lfs diff=lfs merge=lfs -text\n", to: ".gitattributes")
    try world.addLFS(Array("big\n".utf8), as: "big/one")
    try world.setup.write("plain\n", to: "big/two")
    try world.setup.commitAll("one of two")
    world.run("migrate lfs")
    let filter = try world.setup.git("check-attr", "filter", "big/one.shale", "big/two")
    #expect(filter == "big/one.shale: filter: unset\nbig/two: filter: lfs")
  }

  @Test func `undo takes a migration back`() throws {
    let before = try world.setup.git("ls-files", "-s")
    world.run("migrate lfs")
    world.run("undo")
    #expect(try world.setup.git("ls-files", "-s") == before)
    try world.expectData()
    let attributes = String(decoding: try world.setup.read(".gitattributes"), as: UTF8.self)
    #expect(attributes.contains("filter=lfs"))
  }
}

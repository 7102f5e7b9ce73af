import TestSupport
import Testing

@testable import Commands

/// Recordings that a crash cut off, and data on which work went on.
@Suite(.temporaryDirectory) struct CutOffAddTests {
  @Test(arguments: ["data", "data/a", "fresh"])
  func `data that changed again after an add was cut off is added`(path: String) throws {
    let template = try UndoScene.make()
    try template.shell(
      "rm -rf .git/hooks; echo mine > data/a; mkdir fresh; echo 1 > fresh/a")
    var wasCutBetween = false
    let file = path == "fresh" ? "fresh/a" : "data/a"
    let calls = try template.forEachCall(.stop) { scene, disk in
      let tracked = path.split(separator: "/")[0]
      let before = try scene.shell("cat \(tracked).shale || true")
      _ = disk.run(below: scene.shale.directory) { scene.shale.run("add \(path)") }
      let isWritten = try scene.shell("cat \(tracked).shale || true") != before
      try scene.shell("rm -f .git/index.lock; echo still at work >> \(file)")
      let status = scene.shale.run("status")
      #expect(!status.output.contains("diverged"), "\(status.output) \(disk.refused!)")
      wasCutBetween = wasCutBetween || isWritten && status.output.contains("modified")
      try scene.done("add \(path)")
      try scene.done("fsck -q")
      #expect(try scene.shell("git diff -- \(tracked).shale").isEmpty)
      #expect(scene.shale.run("cat :\(file)").output == (try scene.shell("cat \(file)")))
    }
    #expect(calls > 10 && wasCutBetween)
  }

  @Test func `data that was added and moved is known without its index`() throws {
    let scene = try UndoScene.make()
    try scene.shell("echo mine > data/a")
    try scene.done("add data")
    try scene.done("mv data moved")
    try scene.shell("rm .git/shale/index/moved.index; echo more >> moved/a")
    #expect(scene.shale.run("status").output.contains("modified moved"))
    try scene.done("add moved")
    #expect(scene.shale.run("cat :moved/a").output == "mine\nmore\n")
  }

  @Test func `data of which a power cut took the index and the content is added again`() throws {
    let scene = try UndoScene.make()
    try scene.shell("mkdir fresh; echo 1 > fresh/a; cp -a .git/shale/store .git/shale/before")
    try scene.done("add fresh")
    try scene.shell(
      """
      chmod -R u+w .git/shale/store; rm -rf .git/shale/store .git/shale/index/fresh.index
      mv .git/shale/before .git/shale/store
      """)
    try scene.done("add fresh")
    try scene.done("fsck -q")
  }

  @Test func `a pointer that git brought is still told from one that an add had begun`() throws {
    let scene = try UndoScene.make()
    // The last that was told of the data is the add that recorded this very pointer.
    try scene.shell("git checkout -q HEAD~1 -- data.shale; echo mine > data/a")
    #expect(scene.shale.run("status").output.contains("diverged"))
    let refused = scene.shale.run("add data")
    #expect(refused.status != 0 && refused.errors.contains("both changed"))
  }
}

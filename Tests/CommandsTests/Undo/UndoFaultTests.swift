import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands
@testable import Project

/// Whatever goes wrong, what was done can be taken back, and nothing is lost on the way.
@Suite(.temporaryDirectory) struct UndoFaultTests {
  private static let lines = ["rm --force data", "restore --force data"]

  private func template() throws -> UndoScene {
    let scene = try UndoScene.make()
    try scene.shell("rm -rf .git/hooks; echo mine > data/a; rm data/c")
    return scene
  }

  @Test(arguments: lines + ["add data"])
  func `a command that was killed at any call can be taken back`(line: String) throws {
    let template = try template()
    var isDone = false
    let calls = try template.forEachCall(.stop) { scene, disk in
      let before = try scene.state()
      let count = try scene.history().count
      _ = disk.run(below: scene.shale.directory) { scene.shale.run(line) }
      try scene.shell("rm -f .git/index.lock")
      if try scene.history().count > count {
        let undone = scene.shale.run("undo @{0}")
        isDone = isDone || undone.status == 0
        #expect([0, 1].contains(undone.status), "\(undone.errors)")
      }
      try scene.expect(before, "\(line): \(String(describing: disk.refused))")
    }
    #expect(calls > 10 && isDone)
  }

  @Test(arguments: lines, [FaultyDisk.Fault.stop, .error])
  func `an undo that was refused any call loses nothing, and is finished by the next`(
    line: String, fault: FaultyDisk.Fault
  ) throws {
    let template = try template()
    let before = try template.state()
    try template.done(line)
    let calls = try template.forEachCall(fault) { scene, disk in
      let id = try #require(try scene.history().last).shortID
      _ = disk.run(below: scene.shale.directory) { scene.shale.run("undo \(id)") }
      try scene.shell("rm -f .git/index.lock")
      let again = scene.shale.run("undo \(id)")
      let isDone = again.status == 0 || again.errors.contains("taken back already")
      #expect(isDone, "\(again.errors) \(String(describing: disk.refused))")
      try scene.expect(before, "\(line): \(String(describing: disk.refused))")
    }
    #expect(calls > 10)
  }
}

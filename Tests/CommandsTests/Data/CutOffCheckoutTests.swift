import Foundation
import TestSupport
import Testing

@testable import Commands

/// Checkouts that a disk has cut off.
@Suite(.temporaryDirectory) struct CutOffCheckoutTests {
  @Test(arguments: zip([FaultyDisk.Fault.error, .full], ["checkout v1", "restore -s v1 data"]))
  func `a file that is not there after a checkout that failed is named, and brought by the same`(
    fault: FaultyDisk.Fault, line: String
  ) throws {
    let template = try UndoScene.make()
    try template.shell("rm -rf .git/hooks; echo 1 > data/turn")
    try template.done("commit -m file")
    try template.shell("git tag v1; rm data/turn; mkdir data/turn; echo 2 > data/turn/inner")
    try template.done("commit -m directory")
    var absent = 0
    let calls = try template.forEachCall(fault) { scene, disk in
      let outcome = disk.run(below: scene.shale.directory) { scene.shale.run(line) }
      let turn = scene.setup.file("data/turn")
      if !FileManager.default.fileExists(atPath: turn.path) {
        absent += 1
        #expect(outcome.status != 0)
        #expect(outcome.errors.contains("'data/turn' is not there now"), "\(outcome.errors)")
        #expect(outcome.errors.contains("Run the command again to bring what is not there"))
      }
      try scene.done(line)
      let text = try String(contentsOf: turn, encoding: .utf8)
      #expect(text == "1\n", "\(String(describing: disk.refused))")
    }
    #expect(calls > 10 && absent > 0)
  }
}

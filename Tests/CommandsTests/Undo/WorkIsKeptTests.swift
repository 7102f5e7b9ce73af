import Foundation
import TestSupport
import Testing

@testable import Commands

/// Situations in which people lost work with other tools.
@Suite(.temporaryDirectory) struct WorkIsKeptTests {
  @Test func `a checkout takes no work away: it refuses, or keeps it for undo`() throws {
    let scene = try UndoScene.make()
    try scene.shell("echo 'two days of labels' > data/a; echo notes > data/mine.txt")
    let state = try scene.state()
    let refused = scene.shale.run("checkout HEAD~1")
    #expect(refused.status == 1 && refused.errors.contains("data/a"))
    #expect(try scene.state() == state, "a refusal changes nothing")
    try scene.done("checkout -q --force HEAD~1")
    #expect(try scene.shell("cat data/mine.txt") == "notes\n", "files of nobody's stay")
    #expect(try scene.shell("cat data/a") == "one\n")
    try scene.done("undo -q")
    #expect(try scene.state() == state)
  }

  @Test func `the outputs of a run that fails are not lost, and git goes on to ignore them`() throws
  {
    let scene = try UndoScene.make()
    try scene.shell("echo 'echo good > model.txt' > train.sh; echo 'rm model.txt; exit 3' > bad.sh")
    try scene.done("run -q -o model.txt -- sh train.sh")
    let rules = try scene.shell("cat .gitignore")
    let pointer = try scene.shell("cat model.txt.shale")
    #expect(scene.shale.run("run -q -o model.txt -- sh bad.sh").status == 3)
    #expect(try scene.shell("cat .gitignore") == rules)
    #expect(try scene.shell("cat model.txt.shale") == pointer)
    try scene.done("restore -q model.txt")
    #expect(try scene.shell("cat model.txt") == "good\n")
    // One that succeeds and makes something worse is taken back as a whole.
    try scene.shell("echo 'echo worse > model.txt' > train.sh")
    try scene.done("run -q -o model.txt -- sh train.sh")
    try scene.done("undo -q")
    #expect(try scene.shell("cat model.txt model.txt.shale") == "good\n" + pointer)
  }
}

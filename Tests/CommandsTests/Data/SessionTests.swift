import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands

/// What a person sees in a session, word by word: read `git diff fixtures/golden` when it changes.
@Suite(.temporaryDirectory) struct SessionTests {
  /// Runs command lines one after the other and writes down what they showed.
  private struct Recorder {
    let world: DataCommandTests.World
    var text = ""

    init() throws {
      world = try DataCommandTests.World()
    }

    mutating func run(_ lines: String...) throws {
      let top = try TemporaryDirectory.required().path
      for line in lines {
        text += world.shale.run(line).text(of: line).replacing(top, with: "…") + "\n"
      }
    }

    /// Notes what the user did without Shale.
    mutating func note(_ what: String) {
      text += "# \(what)\n\n"
    }
  }

  @Test func `data is recorded, changed and compared`() throws {
    var session = try Recorder()
    let setup = session.world.setup
    try session.run("status", "add data", "status", "commit -m first", "status", "ls", "ls -R")
    session.note("data/a.txt grows, data/deep/b.bin gets another name, data/new.csv is new")
    try setup.write("one\ntwo\n", to: "data/a.txt")
    try FileManager.default.moveItem(
      at: setup.file("data/deep/b.bin"), to: setup.file("data/b.bin"))
    try setup.write("x,y\n1,2\n", to: "data/new.csv")
    try session.run("status", "diff", "diff --stat", "add data", "status", "diff HEAD")
    try session.run("commit -m second", "log", "log -n 1 data", "diff HEAD~1 HEAD")
    try session.run("ls -l data", "ls HEAD~1 data", "cat HEAD~1:data/a.txt", "commit -m again")
    try expectGolden(session.text, "session/record")
  }

  @Test func `data goes back and forth, and nothing is lost`() throws {
    var session = try Recorder()
    let setup = session.world.setup
    #expect(session.world.shale.run("add data").status == 0)
    #expect(session.world.commit("first").status == 0)
    try setup.write("two\n", to: "data/a.txt")
    #expect(session.world.commit("second").status == 0)
    try session.run("checkout HEAD~1", "status", "checkout -", "checkout")
    session.note("data/a.txt is edited")
    try setup.write("precious\n", to: "data/a.txt")
    try session.run("checkout HEAD~1", "restore data/a.txt", "checkout", "restore -f data/a.txt")
    session.note("git moves the pointer alone")
    try setup.git("checkout", "--quiet", "HEAD~1")
    try session.run("status", "checkout", "status")
    session.note("the data is gone")
    try FileManager.default.removeItem(at: setup.file("data"))
    try session.run("status", "checkout -n", "checkout", "mv data moved", "status", "rm moved")
    try session.run("status", "fsck")
    try expectGolden(session.text, "session/checkout")
  }

  @Test func `mistakes are told with what to do about them`() throws {
    var session = try Recorder()
    let setup = session.world.setup
    try setup.write("code\n", to: "code.py")
    try setup.git("add", "code.py")
    try setup.git("commit", "--quiet", "-m", "code")
    try session.run("add", "add nothing", "add code.py", "add /etc/passwd", "add .git/config")
    try session.run("commit", "ls nope", "cat HEAD:data", "cat nope", "log nope", "checkout nope")
    try session.run("restore data", "rm data", "mv data moved", "diff HEAD nope", "status nope")
    #expect(session.world.shale.run("add data").status == 0)
    #expect(session.world.commit("first").status == 0)
    try session.run("log data HEAD", "diff HEAD HEAD HEAD", "cat HEAD:data/nope", "mv data code.py")
    session.note("a merge left its markers in the pointer")
    try setup.write("<<<<<<< HEAD\na\n=======\nb\n>>>>>>> theirs\n", to: "data.shale")
    try session.run("status", "checkout", "add data", "diff")
    session.note("a newer program wrote the pointer")
    try setup.write("shale 2\nkind file\n", to: "data.shale")
    try session.run("status", "checkout", "commit -m x")
    try expectGolden(session.text, "session/mistakes")
  }
}

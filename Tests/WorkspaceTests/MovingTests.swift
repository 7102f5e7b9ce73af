import Foundation
import Git
import ObjectStore
import Platform
import Primitives
import TestSupport
import Testing
import Workspace

@Suite(.temporaryDirectory) struct MovingTests {
  @Test func `a removed path leaves nothing but its content in the store`() throws {
    let repository = try Repository.make()
    try repository.write("one", to: "data/a")
    try repository.write("m", to: "model")
    try repository.add("data", "model")
    let pointer = try repository.pointer("data")
    try repository.setup.commitAll("both")
    try repository.workspace.remove([repository.path("data")])
    #expect(try repository.workspace.trackedPaths().map(\.path.bytes) == ["model"])
    #expect(!FileManager.default.fileExists(atPath: repository.setup.file("data").path))
    #expect(try repository.text(".gitignore") == "/model\n")
    #expect(
      try repository.setup.git("status", "--porcelain") == "M  .gitignore\nD  data.shale")
    #expect(try repository.workspace.store.contains(pointer.id))
    // Git alone brings the pointer back, and Shale the data.
    try repository.setup.git("reset", "--quiet", "--hard")
    #expect(try repository.state("data") == .notHere)
    try repository.workspace.checkout()
    #expect(try repository.text("data/a") == "one")
  }

  @Test(arguments: [false, true])
  func `a removal of which git's index knows nothing is done again`(isLineLost: Bool) throws {
    let repository = try Repository.make()
    try repository.write("one", to: "data/a")
    try repository.add("data")
    try repository.setup.commitAll("data")
    let lines = try repository.text(".gitignore")
    try repository.workspace.remove([repository.path("data")])
    // As after a power cut that took git's index back, and the ignore line as well.
    try repository.setup.git("reset", "--quiet")
    if isLineLost { try repository.write(lines, to: ".gitignore") }
    try repository.workspace.remove([repository.path("data")])
    #expect(
      try repository.setup.git("status", "--porcelain") == "D  .gitignore\nD  data.shale")
    #expect(throws: WorkspaceError.self) {
      try repository.workspace.remove([repository.path("data")])
    }
  }

  @Test func `data that is in no store is not removed, unless forced`() throws {
    let repository = try Repository.make()
    try repository.write("one", to: "data/a")
    try repository.add("data")
    try repository.write("changed", to: "data/a")
    #expect(throws: WorkspaceError.self) {
      try repository.workspace.remove([repository.path("data")])
    }
    #expect(try repository.text("data/a") == "changed")
    var options = RemoveOptions()
    options.keepsData = true
    try repository.workspace.remove([repository.path("data")], options: options)
    #expect(try repository.text("data/a") == "changed")
    #expect(try repository.workspace.trackedPaths().isEmpty)
    try repository.add("data")
    try repository.write("again", to: "data/a")
    options = RemoveOptions()
    options.isForced = true
    let report = try repository.workspace.remove([repository.path("data")], options: options)
    #expect(report.saved.map(\.path.bytes) == ["data/a"])
    #expect(report.leftBehind.isEmpty)
  }

  @Test func `data that cannot be removed is told, and stays ignored`() throws {
    let repository = try Repository.make()
    for name in ["a", "sub/b"] { try repository.write(name, to: "data/" + name) }
    try repository.add("data")
    // A mount would do the same: a directory whose names cannot be removed, for nobody.
    let directory = ByteString(repository.setup.file("data/sub").path)
    guard try Program.run("chattr", ["+i", directory]).status == 0 else { return }
    defer { _ = try? Program.run("chattr", ["-i", directory]) }
    let report = try repository.workspace.remove([repository.path("data")])
    #expect(report.failures.map(\.path).contains(try repository.path("data/sub/b")))
    #expect(try repository.text("data/sub/b") == "sub/b")
    #expect(try repository.text(".gitignore") == "/data\n")
  }

  @Test(arguments: ["elsewhere/deep/new", "renamed"])
  func `moved data is where its pointer is, and is not read again`(target: String) throws {
    let repository = try Repository.make()
    try repository.write("one", to: "data/a")
    try repository.write("two", to: "data/sub/b")
    try repository.waitForTick()
    try repository.add("data")
    let pointer = try repository.pointer("data")
    try repository.setup.commitAll("data")
    try repository.workspace.move(repository.path("data"), to: repository.path(target))
    #expect(try repository.pointer(target) == pointer)
    #expect(try repository.text(target + "/sub/b") == "two")
    #expect(try repository.state(target) == .clean)
    #expect(try repository.workspace.addTracked().filesRead == 0)
    #expect(
      try repository.setup.git("status", "--porcelain", "--renames").contains(
        "R  data.shale -> \(target).shale"))
  }

  @Test func `a move does not overwrite, or nest`() throws {
    let repository = try Repository.make()
    try repository.write("one", to: "data/a")
    try repository.write("m", to: "model")
    try repository.write("x", to: "taken")
    try repository.write("x", to: "directory/x")
    try repository.add("data", "model")
    func move(_ source: String, _ target: String) -> String {
      do {
        try repository.workspace.move(repository.path(source), to: repository.path(target))
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(move("model", "taken") == "Path 'taken' exists already")
    #expect(move("model", "data/model") == "Path 'data/model' lies in the tracked path 'data'")
    #expect(move("data", "data/inner") == "Path 'data/inner' lies in the tracked path 'data'")
    #expect(move("nothing", "x") == "Path 'nothing' is not tracked")
    #expect(move("model", "x.shale") == "Path 'x.shale' has the name of a pointer")
    #expect(move("model", "directory") == "")
    #expect(try repository.text("directory/model") == "m")
    #expect(try repository.state("directory/model") == .clean)
  }

  @Test func `patterns mean what they match, and names what they are`() throws {
    let repository = try Repository.make()
    for name in ["a.csv", "b.csv", "c.txt", "sub/d.csv", "[x].csv"] {
      try repository.write(name, to: "data/" + name)
    }
    func match(_ pattern: String) throws -> [String] {
      try repository.workspace.paths(matching: ByteString(pattern)).map { "\($0)" }
    }
    #expect(try match("data/*.csv") == ["data/[x].csv", "data/a.csv", "data/b.csv"])
    #expect(try match("data/[x].csv") == ["data/[x].csv"])
    #expect(try match("**/*.csv").count == 4)
    #expect(try match("data/nothing") == ["data/nothing"])
    #expect(try match("data/*.bin").isEmpty)
    try repository.add("data/a.csv")
    try repository.remove("data/a.csv")
    #expect(try match("data/a*") == ["data/a.csv"])
  }
}

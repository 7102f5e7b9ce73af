import Foundation
import Git
import Lineage
import ObjectStore
import Platform
import Primitives
import Remotes
import TestSupport
import Testing
import Workspace

@testable import Project

/// Runs, operations and what a store is asked to keep, each by itself.
@Suite(.temporaryDirectory) struct KeptRunsTests {
  private let scene: KeepingScene
  private var setup: GitSetup { scene.setup }

  init() throws {
    scene = try KeepingScene()
  }

  /// Makes a run with one output that nothing but its record names any more.
  private func output() throws -> (content: KeepingScene.Content, run: ObjectID) {
    try setup.write("echo made > made.txt\n", to: "make.sh")
    let line = "run -q -n one -o made.txt -- sh make.sh"
    #expect(scene.shale.run(line).status == 0)
    let catalog = try scene.project().runs()
    let run = try catalog.run(named: "one").id
    let made = try #require(try catalog.record(run).outputs.first?.oid)
    try setup.git("reset", "-q", "--hard")
    try setup.git("clean", "-q", "-f", "-d", "-x")
    try IndexFiles(directory: scene.directory.appending(".git/shale/index"))
      .remove(RepositoryPath("made.txt"))
    return (KeepingScene.Content(id: made, pointer: []), run)
  }

  // MARK: - Runs

  @Test func `a run keeps its record, its code and its outputs`() throws {
    let (made, run) = try output()
    let project = try scene.project()
    let code = try project.runs().record(run).code.tree.oid
    let kept = try project.keptRoots(grace: 0)
    #expect(kept.contains(run) && kept.contains(code))
    #expect(kept.roots.contains { $0.id == code && $0.isTree })
    for _ in 0..<2 { try scene.collect() }
    #expect(try scene.isThere(made))
    #expect(scene.shale.run("runs rm one").status == 0)
    #expect(try !scene.isKept(made))
    // It can be taken back as long as the grace lasts.
    try FileManager.default.removeItem(at: setup.file(".git/shale/operations"))
    #expect(try scene.isKept(made, grace: 3_600))
    #expect(try scene.collect()["removedRuns"] as? Int == 1)
    #expect(try !scene.isKept(made, grace: 3_600))
    try scene.collect()
    #expect(try !scene.isThere(made))
  }

  @Test func `a record that only an old commit carries keeps what it leads to`() throws {
    let (made, run) = try output()
    let name = "\(run).json"
    try setup.write(try setup.read(".git/shale/runs/\(name)"), to: ".shale/runs/\(name)")
    try setup.git("checkout", "-q", "-b", "topic")
    try setup.commitAll("a record")
    try setup.git("rm", "-q", "-r", ".shale/runs")
    try setup.commitAll("and none")
    try FileManager.default.removeItem(at: setup.file(".git/shale/runs"))
    try scene.expectKept(made) {
      try setup.git("checkout", "-q", "main")
      try setup.git("branch", "-q", "-D", "topic")
      try scene.expireReflogs()
      try FileManager.default.removeItem(at: setup.file(".git/shale/runs"))
    }
  }

  @Test func `a run that goes on keeps what it has so far, and one that died as well`() throws {
    let (made, run) = try output()
    let catalog = try scene.project().runs()
    let record = try catalog.record(run)
    try FileManager.default.removeItem(at: setup.file(".git/shale/runs/\(run).json"))
    #expect(try !scene.isKept(made))
    do {
      let journal = try catalog.journals.begin(record, in: scene.directory, using: [])
      #expect(try scene.isKept(made))
      try journal.end()
      #expect(try !scene.isKept(made))
    }
    _ = try catalog.journals.begin(record, in: scene.directory, using: [])
    #expect(try scene.isKept(made))
  }

  // MARK: - Operations

  @Test func `what an operation changed is kept for the grace, before and after`() throws {
    try setup.write("old\n", to: "data/a.txt")
    #expect(scene.shale.run("add -q data").status == 0)
    let old = try #require(try scene.project().git.index().pointers.first)
    let bytes = try scene.project().git.blob(old.id)
    let id = try PointerFile(decoding: bytes).id
    #expect(scene.shale.run("rm -q --force data").status == 0)
    try setup.git("reset", "-q", "--hard")
    let content = KeepingScene.Content(id: id, pointer: [])
    #expect(try scene.isKept(content, grace: 3_600))
    let kept = try scene.project().keptRoots(grace: 3_600)
    #expect(kept.roots.contains { $0.id == id && $0.isTree }, "as the directory that it is")
    #expect(try !scene.isKept(content, grace: 0))
  }

  @Test func `a line of the log that is damaged keeps all that it names`() throws {
    let content = try scene.content("one\n")
    try setup.write("0123456789abcdef\t1\tpointer - \(content.id)\n", to: ".git/shale/operations")
    try scene.expectKept(content) {
      try FileManager.default.removeItem(at: setup.file(".git/shale/operations"))
    }
  }

  // MARK: - What cannot be read

  @Test func `a reference that names nothing is told, and so is one whose commit is gone`() throws {
    try setup.write("", to: ".git/refs/heads/torn")
    try scene.expectUnknown("refs/heads/torn' does not name an object")
    try setup.write("\(String(repeating: "1", count: 40))\n", to: ".git/refs/heads/torn")
    try scene.expectUnknown("which 'refs/heads/torn' names, is missing")
  }

  @Test func `a commit that is gone from the middle of the history is told`() throws {
    let middle = try setup.commitAll("second")
    try setup.commitAll("third")
    try setup.git("reflog", "expire", "--expire=now", "--all")
    let file = ".git/objects/\(middle.prefix(2))/\(middle.dropFirst(2))"
    try FileManager.default.removeItem(at: setup.file(file))
    try scene.expectUnknown("Git object \(middle) is missing")
  }

  @Test func `history that a shallow clone does not have is not missed`() throws {
    let content = try scene.content("one\n")
    try setup.write(content.pointer, to: "a.shale")
    try setup.commitAll("second")
    try setup.commitAll("third")
    let source = ByteString("file://\(scene.directory)")
    _ = try Program.succeed(
      "git", ["clone", "-q", "--depth", "1", source, "shallow"],
      in: ByteString(scene.directory.parent.description))
    let project = try Project.open(
      from: scene.directory.parent.appending("shallow"), environment: testEnvironment())
    #expect(try project.keptRoots(grace: 0).contains(content.id))
  }

  @Test func `an index that is being written is told`() throws {
    try setup.write("", to: ".git/index.lock")
    try scene.expectUnknown(".git/index.lock' exists")
  }

  @Test func `a locked worktree that is away is told until git forgets it`() throws {
    try setup.git("worktree", "add", "-q", "--lock", "--detach", "../usb")
    try FileManager.default.removeItem(at: setup.file("../usb"))
    try scene.expectUnknown("usb' is not there")
    try setup.git("worktree", "unlock", "../usb")
    _ = try scene.project().keptRoots(grace: 0)
  }

  @Test(arguments: ["shale 2\nkind file\n", "shale 1\nkind file\noid sha256:12"])
  func `a pointer that nobody can read is told`(text: String) throws {
    try setup.write(text, to: "a.shale")
    try scene.expectUnknown("a.shale' cannot be read")
    try setup.git("add", "a.shale")
    try FileManager.default.removeItem(at: setup.file("a.shale"))
    try scene.expectUnknown("a.shale', staged in")
  }

  @Test func `a file that has the name of a pointer and is none keeps nothing and stops nothing`()
    throws
  {
    let content = try scene.content("one\n")
    try setup.write("#!/bin/sh\n", to: "tool.shale")
    // Git or an editor changed the line ends: what it names is legible all the same.
    let text = String(decoding: content.pointer, as: UTF8.self)
    try setup.write(text.replacing("\n", with: "\r\n"), to: "a.shale")
    #expect(try scene.isKept(content))
  }

  @Test func `a run record of this clone that was changed is told`() throws {
    let (_, run) = try output()
    let file = ".git/shale/runs/\(run).json"
    try setup.write(try setup.read(file) + [0x20], to: file)
    try scene.expectUnknown("was changed")
  }
}

import Foundation
import Platform
import Primitives
import TestSupport
import Testing

/// Locks that another process holds, or left behind when it was killed.
@Suite(.temporaryDirectory) struct HeldLockTests {
  private func lockFile(_ name: String, of scene: Scene) -> FilePath {
    FilePath(scene.setup.path).appending(".git/shale/index").appending(ByteString("\(name).lock"))
  }

  @Test(arguments: ["data", "%"])
  func `a command that does not get a lock says who has it, and what can be done`(
    name: String
  ) throws {
    let scene = try Scene.committed()
    try scene.setup.write("two\n", to: "data/a.txt")
    let held = try AdvisoryLock(lockFile(name, of: scene), as: LockRequest(for: "import"))
    let holder = "(import, process \(Machine.processID) on \(Machine.hostName) since 2"
    for words: [ByteString] in [
      ["--wait", "0", "add", "data"], ["commit", "-m", "two", "--wait", "0"],
      ["-q", "add", "--wait=1", "data"],
    ] {
      try Shale.run(words, in: scene.setup.path).expectFailure(
        75, mentions: ["\(name).lock", holder, "--wait SECONDS"])
    }
    try scene.succeed("config", "wait", "0")
    try Shale.run(["add", "data"], in: scene.setup.path).expectFailure(75, mentions: [holder])
    // Who looks needs no lock.
    #expect(try scene.shale("status").status == 0)
    #expect(try scene.shale("diff").status == 0)
    _ = consume held
    try scene.succeed("add", "data")
    try scene.expectSound()
  }

  @Test func `a lock is waited for, and one that a dead process held is free`() throws {
    let scene = try Scene.committed()
    let lock = lockFile("data", of: scene)
    try scene.setup.write("two\n", to: "data/a.txt")
    let steps = try Script.plain.withShale(
      """
      flock '\(lock)' sh -c 'touch ../held; sleep 0.5' &
      while [ ! -e ../held ]; do sleep 0.01; done
      step wait shale --wait 60 add data
      echo three > data/a.txt
      flock --close '\(lock)' sh -c 'kill -9 $PPID' || true
      step dead shale --wait 0 add data
      """, in: scene.setup.path)
    for name in ["wait", "dead"] {
      #expect(steps[name]?.status == 0, "\(steps[name]?.errorText ?? "")")
    }
    try scene.expectSound()
  }

  @Test(arguments: [["checkout", "HEAD~1"], ["rm", "data"], ["commit", "-m", "third"]])
  func `a lock that a killed git left is named, and left alone`(words: [String]) throws {
    let scene = try Scene.committed()
    try scene.change("two\n", commit: "second")
    if words[0] == "commit" { try scene.setup.write("three\n", to: "data/a.txt") }
    try scene.setup.write("", to: ".git/index.lock")
    let words = ["--wait", "0"] + words
    try Shale.run(words.map { ByteString($0) }, in: scene.setup.path).expectFailure(
      75, mentions: ["index.lock", "if none runs, remove"])
    let lock = scene.setup.file(".git/index.lock")
    #expect(FileManager.default.fileExists(atPath: lock.path))
    try FileManager.default.removeItem(at: lock)
    try Program.succeed(
      builtProgram().description, words.map { ByteString($0) }, in: scene.setup.path)
    try scene.expectSound()
  }
}

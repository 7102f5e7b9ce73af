import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands

/// What goes out with a commit and a push of git's own, and what is said before.
@Suite(.temporaryDirectory) struct HookedTransferTests {
  private let scene: HookScene
  private let remote: URL
  private let bare: ByteString

  init() throws {
    scene = try HookScene()
    remote = try TemporaryDirectory.required().appending(path: "remote")
    bare = ByteString(try TemporaryDirectory.required().appending(path: "bare.git").path)
    try scene.git("init", "-q", "--bare", bare)
    try scene.git("remote", "add", "code", bare)
    try scene.shale("remote", "add", "-q", "origin", ByteString(remote.path))
    try scene.git("add", ".shale")
    try scene.git("commit", "-q", "-m", "remote")
  }

  private func away<Value>(_ body: () throws -> Value) throws -> Value {
    let place = remote.deletingLastPathComponent().appending(path: "away")
    try FileManager.default.moveItem(at: remote, to: place)
    defer { try? FileManager.default.moveItem(at: place, to: remote) }
    return try body()
  }

  @Test func `a push sends the data of what is pushed, and of nothing else`() throws {
    try scene.git("checkout", "-q", "-b", "private")
    try scene.change("private")
    try scene.git("checkout", "-q", "main")
    try scene.change("two")
    try scene.change("three")
    #expect(try scene.git("push", "code", "main").contains("Sent "))
    let clone = try fresh()
    for (revision, text) in [("main", "three"), ("main~1", "two")] {
      try clone.git("checkout", "-q", ByteString(revision))
      try clone.shale("pull", "-q")
      try clone.expect(text)
    }
    try scene.shale("verify", "main", "--remote", "origin")
    #expect(try scene.tryShale("verify", "private", "--remote", "origin").status == 5)
  }

  private func fresh() throws -> HookScene {
    try Program.succeed("git", ["clone", "-q", "-b", "main", bare, "clone"])
    return HookScene(at: try TemporaryDirectory.required().appending(path: "clone"))
  }

  @Test func `the remote is asked only where the pushed commits change pointers`() throws {
    try scene.git("push", "-q", "code", "main")
    try scene.setup.write("more\n", to: "code.py")
    try scene.git("commit", "-q", "-a", "-m", "code")
    try away {
      let result = try scene.tryGit("push", "code", "main")
      #expect(result.status == 0)
      #expect(!(result.text + result.errorText).contains("origin has"))
      try scene.git("tag", "v1")
      try scene.git("push", "-q", "code", "v1")
      try scene.git("push", "-q", "code", ":refs/tags/v1")
    }
  }

  @Test func `git pushes nothing of which the data cannot be sent`() throws {
    try scene.git("push", "-q", "code", "main")
    try scene.change("two")
    try away {
      let result = try scene.tryGit("push", "code", "main")
      #expect(result.status != 0)
      #expect(result.errorText.contains("hint: "), "\(result.errorText)")
    }
    #expect(try scene.git("ls-remote", bare, "main") != "")
    #expect(try scene.git("rev-parse", "code/main") != scene.git("rev-parse", "main"))
    // Content that neither side has.
    for pack in try TransferWorld.packs(
      of: FilePath(scene.setup.file(".git/shale/store").path))
    { try pack.remove() }
    let lost = try scene.tryGit("push", "code", "main")
    #expect(lost.status != 0)
    try scene.git("push", "-q", "--no-verify", "code", "main")
  }

  @Test func `without a remote of Shale's a push of pointers is refused, with what to do`() throws {
    try scene.shale("remote", "remove", "origin")
    let result = try scene.tryGit("push", "code", "main")
    #expect(result.status != 0)
    #expect(result.errorText.contains("shale remote add"), "\(result.errorText)")
    #expect(try scene.tryGit("push", "code", "empty").status == 0)
  }

  @Test func `what came with a pull is fetched where the data was here, and told elsewhere`()
    throws
  {
    try scene.git("push", "-q", "code", "main")
    let clone = try fresh()
    try clone.shale("hooks", "install")
    try clone.shale("pull", "-q")
    try clone.expect("one")
    try scene.write("two")
    try scene.setup.write("new\n", to: "new.bin")
    try scene.shale("add", "-q", "data", "new.bin")
    try scene.git("commit", "-q", "-m", "two")
    try scene.git("push", "-q", "code", "main")
    let told = try clone.git("pull", "-q")
    #expect(clone.data == "two")
    #expect(told.contains("Content of 'new.bin' is not in the store"), "\(told)")
    #expect(told.contains("shale pull"))
    #expect(!FileManager.default.fileExists(atPath: clone.setup.file("new.bin").path))
    try scene.change("three")
    try scene.git("push", "-q", "code", "main")
    try away {
      let told = try clone.git("pull", "-q")
      #expect(told.contains("Nothing was fetched from origin"), "\(told)")
      #expect(clone.data == "two")
    }
    try clone.shale("pull", "-q")
    try clone.expect("three")
  }

  @Test func `a commit warns of changed data, of missing content and of large files`() throws {
    try scene.write("two")
    try scene.setup.write(sampleBytes(count: 1_100_000, seed: 9), to: "large.bin")
    try scene.setup.write("small\n", to: "small.txt")
    try scene.git("add", "large.bin", "small.txt")
    let told = try scene.git("commit", "-q", "-m", "large")
    #expect(told.contains("Data of 'data' changed and was not added"), "\(told)")
    #expect(told.contains("Large content enters git itself: 'large.bin'"), "\(told)")
    #expect(!told.contains("small.txt"))
    let again = try scene.git("commit", "-q", "--allow-empty", "-m", "nothing")
    #expect(!again.contains("large.bin"))
    try scene.shale("restore", "-q", "--force", "data")
    let pointer = try scene.setup.read("data.shale")
    let text = String(decoding: pointer, as: UTF8.self)
    let changed = text.replacing(/sha256:..../, with: "sha256:0000")
    try scene.setup.write(changed, to: "data.shale")
    for words: [ByteString] in [
      ["commit", "-q", "-a", "-m", "pointer"], ["commit", "-q", "-m", "pointer", "data.shale"],
    ] {
      let result = try scene.setup.tryGit(words, environment: try HookScene.variables())
      #expect(result.status == 0)
      #expect(
        result.errorText.contains("the pointer of 'data' stands for is not in the store"),
        "\(result.errorText)")
      if words.contains("-a") { try scene.git("reset", "-q", "--soft", "HEAD~1") }
    }
  }

  @Test func `a commit of git's carries the records of its data`() throws {
    try scene.shale("run", "-q", "-o", "made.bin", "--", "sh", "-c", "echo made > made.bin")
    try scene.git("add", "--all")
    try scene.git("commit", "-q", "-m", "made")
    let files = try scene.git("ls-tree", "-r", "--name-only", "HEAD")
    #expect(files.contains(".shale/runs/"), "\(files)")
    #expect(try scene.git("status", "--porcelain") == "")
  }
}

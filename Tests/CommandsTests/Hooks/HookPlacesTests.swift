import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands

/// Where hooks lie, and the kinds of repositories that git makes of one.
@Suite(.temporaryDirectory) struct HookPlacesTests {
  private func directory() throws -> URL { try TemporaryDirectory.required() }

  @Test func `the first command in a clone says in one line how to install hooks`() throws {
    let scene = try HookScene()
    try Program.succeed("git", ["clone", "-q", scene.setup.path, "clone"])
    let clone = HookScene(at: try directory().appending(path: "clone"))
    let first = try clone.tryShale("status")
    let lines = first.errorText.split(separator: "\n").filter { $0.contains("hooks install") }
    #expect(lines.count == 1, "\(first.errorText)")
    #expect(try clone.tryShale("status").errorText == "")
    #expect(!(try scene.tryShale("status").errorText.contains("hooks install")))
    try clone.shale("hooks", "install")
    #expect(try clone.shale("hooks").contains("installed"))
  }

  @Test func `a relative directory of hooks is honoured, and seen to lie in the worktree`() throws {
    let scene = try HookScene()
    try scene.shale("hooks", "remove")
    try scene.git("config", "core.hooksPath", ".hooks")
    try Program.write(
      script: "#!/bin/sh\necho former\n", to: scene.setup.file(".hooks/post-checkout"))
    let told = try scene.shale("hooks", "install")
    #expect(told.contains("lie in the worktree"), "\(told)")
    #expect(FileManager.default.fileExists(atPath: scene.setup.file(".hooks/pre-push").path))
    try scene.git("checkout", "-q", "-b", "other")
    try scene.change("two")
    #expect(try scene.git("checkout", "-q", "main").contains("former"))
    try scene.expect("one")
    try scene.shale("hooks", "remove")
    #expect(
      try FilePath(scene.setup.file(".hooks").path).names().map(\.description)
        == ["post-checkout"])
  }

  @Test func `hooks that other repositories have are changed only where that is asked for`() throws
  {
    let scene = try HookScene()
    try scene.shale("hooks", "remove")
    let shared = try directory().appending(path: "shared")
    try scene.git("config", "core.hooksPath", ByteString(shared.path))
    for verb: ByteString in ["install", "remove"] {
      let refused = try scene.tryShale("hooks", verb)
      refused.expectFailure(1, mentions: ["others may have the same", "--shared"])
    }
    #expect(!FileManager.default.fileExists(atPath: shared.path))
    #expect(try scene.shale("hooks", "status").contains("which others may share"))
    #expect(try scene.shale("hooks", "install", "--shared").contains("Installed 7 hooks"))
    try scene.git("checkout", "-q", "-b", "other")
    try scene.change("two")
    try scene.git("checkout", "-q", "main")
    try scene.expect("one")
    // A repository that has nothing of Shale's stays so.
    let plain = HookScene(at: try GitSetup.make("plain").url)
    try plain.git("config", "core.hooksPath", ByteString(shared.path))
    try plain.setup.write("a\n", to: "a")
    try plain.git("add", "a")
    #expect(try plain.git("commit", "-q", "-m", "a") == "")
    #expect(try plain.git("checkout", "-q", "-b", "b") == "")
    #expect(!FileManager.default.fileExists(atPath: plain.setup.file(".git/shale").path))
    try scene.git("config", "core.hooksPath", "/dev/null")
    try scene.tryShale("hooks", "install").expectFailure(1, mentions: ["turned off"])
  }

  @Test func `linked worktrees share the hooks, and each gets its own data`() throws {
    let scene = try HookScene()
    try scene.git("branch", "side")
    try scene.change("two")
    try scene.git("worktree", "add", "-q", "../linked", "side")
    let linked = HookScene(at: try directory().appending(path: "linked"))
    try linked.expect("one")
    try linked.git("checkout", "-q", "--detach", "main")
    try linked.expect("two")
    try linked.git("reset", "-q", "--hard", "side")
    #expect(linked.data == "two")
    try linked.git("checkout", "-q")
    try linked.expect("one")
    try scene.expect("two")
  }

  @Test func `a submodule has hooks of its own`() throws {
    let inner = try HookScene("inner")
    try inner.change("two")
    let outer = try HookScene("outer")
    try outer.git(
      "-c", "protocol.file.allow=always", "submodule", "add", "-q", inner.setup.path, "sub")
    let sub = HookScene(at: outer.setup.file("sub"))
    try sub.git("config", "user.name", "Ada")
    try sub.git("config", "shale.store", inner.setup.path + "/.git/shale/store")
    try sub.shale("hooks", "install")
    try sub.shale("checkout", "-q")
    try sub.expect("two")
    try sub.git("checkout", "-q", "HEAD~1")
    try sub.expect("one")
    try outer.git("commit", "-q", "-m", "at one")
    try sub.git("checkout", "-q", "-")
    try sub.expect("two")
    try outer.expect("one")
    try outer.git("submodule", "update", "-q")
    try sub.expect("two")
  }

  @Test(arguments: ["--depth=1", "--filter=blob:none"])
  func `a shallow or partial clone follows and pushes`(kind: String) throws {
    let scene = try HookScene()
    let remote = try directory().appending(path: "remote").path
    try scene.shale("remote", "add", "origin", ByteString(remote))
    try scene.git("add", ".shale")
    try scene.git("commit", "-q", "-m", "remote")
    try scene.change("two")
    try scene.git("checkout", "-q", "-b", "side")
    try scene.change("three")
    let bare = try directory().appending(path: "bare.git").path
    try scene.git("init", "-q", "--bare", ByteString(bare))
    try scene.git("-C", ByteString(bare), "config", "uploadpack.allowFilter", "true")
    try scene.git("push", "-q", ByteString("file://\(bare)"), "main", "side")
    try Program.succeed(
      "git",
      [
        "clone", "-q", "-b", "main", ByteString(kind), "--no-single-branch",
        ByteString("file://\(bare)"), "clone",
      ])
    let clone = HookScene(at: try directory().appending(path: "clone"))
    try clone.shale("hooks", "install")
    try clone.shale("pull", "-q")
    try clone.expect("two")
    try clone.git("checkout", "-q", "side")
    try clone.expect("three")
    try clone.change("four")
    try clone.git("push", "-q", "origin", "HEAD:later")
    try scene.git("fetch", "-q", ByteString("file://\(bare)"), "later")
    try scene.git("checkout", "-q", "FETCH_HEAD")
    try scene.expect("four")
  }
}

private func + (left: ByteString, right: String) -> ByteString {
  ByteString(left.bytes + Array(right.utf8))
}

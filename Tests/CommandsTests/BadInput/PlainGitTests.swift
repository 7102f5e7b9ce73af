import Foundation
import Primitives
import TestSupport
import Testing

/// What plain git commands do to data, pointer and base, and how Shale finds its way.
@Suite(.temporaryDirectory) struct PlainGitTests {
  /// A repository with `one`, `two` and `three` as contents of `data/a.txt` in three commits, the
  /// first of them tagged `v1` and so on.
  private func history() throws -> Scene {
    let scene = try Scene.committed()
    try scene.setup.git("tag", "v1")
    for (number, text) in [(2, "two\n"), (3, "three\n")] {
      try scene.change(text, commit: ByteString("v\(number)"))
      try scene.setup.git("tag", ByteString("v\(number)"))
    }
    return scene
  }

  /// Expects the data to be behind, and that `checkout` brings what the pointer says.
  private func expectBehind(
    _ scene: Scene, then text: String, sourceLocation location: SourceLocation = #_sourceLocation
  ) throws {
    let old = try scene.text("data/a.txt")
    let status = try scene.shale("status", "--exit-code")
    #expect(status.status == 6, sourceLocation: location)
    #expect(
      status.text.contains("behind data: the pointer moved; `shale checkout`"),
      "\(status.text)", sourceLocation: location)
    // Old data is never recorded over a newer pointer.
    let pointer = try scene.text("data.shale")
    _ = try scene.shale("commit", "-m", "x", "data")
    _ = try scene.shale("add", "data")
    #expect(try scene.text("data.shale") == pointer, sourceLocation: location)
    #expect(try scene.text("data/a.txt") == old, sourceLocation: location)
    try scene.succeed("checkout")
    #expect(try scene.text("data/a.txt") == text, sourceLocation: location)
    #expect(
      try scene.shale("status").text.contains("Clean: 1 tracked path"), sourceLocation: location)
  }

  @Test(arguments: [
    ["checkout", "-q", "v1"], ["reset", "-q", "--hard", "v1"], ["switch", "-q", "--detach", "v1"],
    ["checkout", "-q", "v1", "--", "data.shale"], ["restore", "-s", "v1", "--", "data.shale"],
    ["revert", "--no-edit", "v1..HEAD"],
  ])
  func `after git moved the pointer the data is behind`(command: [String]) throws {
    let scene = try history()
    let words = command.map { ByteString($0) }
    #expect(try scene.setup.tryGit(words).status == 0)
    try expectBehind(scene, then: "one\n")
    try scene.expectSound()
  }

  @Test func `after a pull, a merge and a rebase the data is behind`() throws {
    let scene = try history()
    _ = try scene.addRemote()
    try scene.setup.git("add", ".shale")
    try scene.setup.git("commit", "-q", "-m", "remote")
    try scene.succeed("push", "-q")
    try scene.setup.git("clone", "-q", ".", "../clone")
    let clone = GitSetup(at: try TemporaryDirectory.required().appending(path: "clone"))
    let other = Scene(setup: clone)
    try other.succeed("pull")
    #expect(try other.text("data/a.txt") == "three\n")
    #expect(try other.shale("status", "--exit-code").status == 0)

    // git pull
    try scene.change("four\n", commit: "four")
    try scene.succeed("push", "-q")
    try clone.git("pull", "-q")
    _ = try other.shale("fetch")
    try expectBehind(other, then: "four\n")

    // git merge
    try clone.git("checkout", "-q", "-b", "topic", "HEAD~1")
    try clone.write("code\n", to: "code.txt")
    try clone.git("add", "code.txt")
    try clone.git("commit", "-q", "-m", "code")
    try expectBehind(other, then: "three\n")
    try clone.git("merge", "-q", "-m", "merged", "main")
    try expectBehind(other, then: "four\n")

    // git rebase
    try clone.git("checkout", "-q", "-b", "rebased", "HEAD~1")
    try expectBehind(other, then: "three\n")
    try clone.git("rebase", "-q", "main")
    try expectBehind(other, then: "four\n")
  }

  @Test func `a stash takes the pointer along, and gives it back`() throws {
    let scene = try history()
    try scene.setup.write("stashed\n", to: "data/a.txt")
    try scene.succeed("add", "-q", "data")
    try scene.setup.git("stash", "-q")
    try expectBehind(scene, then: "three\n")
    try scene.setup.git("stash", "pop", "-q")
    let status = try scene.shale("status")
    #expect(status.text.contains("behind data"))
    try scene.succeed("checkout")
    #expect(try scene.text("data/a.txt") == "stashed\n")
    try scene.succeed("commit", "-q", "-m", "stashed")
    #expect(try scene.shale("cat", "HEAD:data/a.txt").text == "stashed\n")
  }

  @Test func `a change that git knows nothing of stays where the pointer stays`() throws {
    let scene = try history()
    try scene.setup.git("branch", "same")
    try scene.setup.write("mine\n", to: "data/a.txt")
    try scene.setup.git("checkout", "-q", "same")
    let status = try scene.shale("status")
    #expect(status.text.contains("modified data\n  modified data/a.txt"), "\(status.text)")
    _ = try scene.shale("checkout")
    #expect(try scene.text("data/a.txt") == "mine\n")
    try scene.setup.write("three\n", to: "data/a.txt")
    #expect(try scene.shale("status", "--exit-code").status == 0)
  }

  @Test(arguments: [["checkout", "-q", "v1"], ["reset", "-q", "--hard", "v1"]])
  func `a change under a pointer that moved has diverged, and neither is lost`(
    command: [String]
  ) throws {
    let scene = try history()
    try scene.setup.write("mine\n", to: "data/a.txt")
    #expect(try scene.setup.tryGit(command.map { ByteString($0) }).status == 0)
    #expect(try scene.shale("status").text.contains("diverged data"))
    let advice = "shale add --force 'data'"
    try scene.expectRefusal("add", "data", status: 1, mentions: "both changed", advice)
    try scene.expectRefusal("commit", "-m", "x", status: 1, mentions: "both changed", advice)
    #expect(try scene.text("data/a.txt") == "mine\n")
    // One of the two ways that are advised; the other version can still be had.
    try scene.succeed("add", "--force", "data")
    #expect(try scene.shale("cat", ":data/a.txt").text == "mine\n")
    #expect(try scene.shale("cat", "v1:data/a.txt").text == "one\n")
    try scene.expectSound()
  }

  @Test func `diverged data gives way by force, and can still be had`() throws {
    let scene = try history()
    try scene.setup.write("mine\n", to: "data/a.txt")
    try scene.setup.git("checkout", "-q", "v1")
    let text = try scene.succeed("checkout", "--force", "data")
    #expect(try scene.text("data/a.txt") == "one\n")
    let id = try #require(text.firstMatch(of: /shale cat ([0-9a-f]{64})/)?.output.1)
    #expect(try scene.shale("cat", ByteString(String(id))).text == "mine\n")
  }

  @Test func `in a worktree and a clone of git's the data is not here, and never deleted`() throws {
    let scene = try history()
    try scene.setup.git("worktree", "add", "-q", "../tree", "v2")
    let tree = Scene(
      setup: GitSetup(at: try TemporaryDirectory.required().appending(path: "tree")))
    #expect(try tree.shale("status").text.contains("not-here data"))
    let commit = try tree.shale("commit", "-m", "nothing")
    #expect(commit.status == 10, "\(commit.text)\(commit.errorText)")
    #expect(try tree.setup.git("status", "--short") == "")
    try tree.succeed("checkout")
    #expect(try tree.text("data/a.txt") == "two\n")
    #expect(try scene.text("data/a.txt") == "three\n")
    // Each worktree has a base of its own.
    try tree.setup.write("tree\n", to: "data/a.txt")
    #expect(try tree.shale("status").text.contains("modified data/a.txt"))
    #expect(try scene.shale("status", "--exit-code").status == 0)
    try tree.setup.git("checkout", "-q", "-b", "topic")
    try tree.succeed("commit", "-q", "-m", "tree")
    #expect(try scene.shale("cat", "topic:data/a.txt").text == "tree\n")
    try scene.expectSound()
  }

  @Test func `data that was deleted is missing, brought back, and recorded as such only by name`()
    throws
  {
    let scene = try history()
    try Program.succeed("rm", ["-r", "data"], in: scene.setup.path)
    #expect(try scene.shale("status").text.contains("missing data: the data is gone"))
    try scene.expectRefusal("add", "data", status: 1, mentions: "is not there", "shale checkout")
    try scene.succeed("checkout")
    #expect(try scene.text("data/a.txt") == "three\n")
    try scene.setup.git("clean", "-q", "-fdX")
    try scene.succeed("checkout")
    #expect(try scene.text("data/a.txt") == "three\n")
  }
}

import Foundation
import Lineage
import Platform
import Primitives
import Remotes
import TestSupport
import Testing
import Workspace

@testable import Project

/// Everything that somebody can come back for keeps its objects, by itself.
@Suite(.temporaryDirectory) struct KeptRootsTests {
  private let scene: KeepingScene
  private let content: KeepingScene.Content
  private var setup: GitSetup { scene.setup }

  init() throws {
    scene = try KeepingScene()
    content = try scene.content("one\n")
  }

  @Test func `a content that nothing names is not kept`() throws {
    #expect(try !scene.isKept(content))
  }

  // MARK: - Commits

  @Test func `a branch keeps what its commits track, and a reflog what the branch was`() throws {
    try scene.commit(content, on: "topic")
    try setup.git("reflog", "expire", "--expire=now", "--all")
    #expect(try scene.isKept(content), "by the branch")
    try setup.git("branch", "-q", "-D", "topic")
    try scene.expireReflogs()
    #expect(try !scene.isKept(content))
  }

  @Test func `a branch that was deleted is kept by the reflog alone`() throws {
    try scene.commit(content, on: "topic")
    try setup.git("branch", "-q", "-D", "topic")
    try scene.expectKept(content) { try scene.expireReflogs() }
  }

  @Test(arguments: [
    ["tag", "v1", "topic"], ["tag", "-a", "-m", "x", "v1", "topic"],
    ["tag", "tree", "topic^{tree}"], ["update-ref", "refs/remotes/origin/topic", "topic"],
    ["update-ref", "refs/bisect/bad", "topic"], ["update-ref", "refs/odd/name", "topic"],
  ])
  func `every kind of reference keeps`(words: [String]) throws {
    try scene.commit(content, on: "topic")
    try setup.git("tag", "-a", "-m", "packed", "p", "main")
    _ = try Program.succeed("git", words.map { ByteString($0) }, in: setup.path)
    try setup.git("pack-refs", "--all")
    try setup.git("branch", "-q", "-D", "topic")
    try scene.expireReflogs()
    try scene.expectKept(content) {
      for line in try setup.git("for-each-ref", "--format=%(refname)").split(separator: "\n")
      where line != "refs/heads/main" {
        try setup.git("update-ref", "-d", ByteString(String(line)))
      }
    }
  }

  @Test func `a commit behind a merge is kept`() throws {
    try scene.commit(content, on: "topic")
    try setup.git("merge", "-q", "--no-ff", "-s", "ours", "-m", "merge", "topic")
    try setup.git("branch", "-q", "-D", "topic")
    try scene.expireReflogs()
    #expect(try scene.isKept(content))
  }

  @Test func `a stash keeps, also below others, with what it staged and what git did not track`()
    throws
  {
    let staged = try scene.content("staged\n")
    let untracked = try scene.content("untracked\n")
    try setup.write(content.pointer, to: "a.shale")
    try setup.git("add", "a.shale")
    try setup.git("commit", "-q", "-m", "tracked")
    try setup.write(staged.pointer, to: "a.shale")
    try setup.git("add", "a.shale")
    try setup.write(content.pointer, to: "a.shale")
    try setup.write(untracked.pointer, to: "b.shale")
    try setup.git("stash", "-q", "-u")
    try setup.write(content.pointer, to: "c.shale")
    try setup.git("stash", "-q", "-u")
    for content in [staged, untracked] { #expect(try scene.isKept(content)) }
    try setup.git("stash", "drop", "-q", "stash@{1}")
    for content in [staged, untracked] { #expect(try !scene.isKept(content)) }
  }

  @Test func `what a rebase has put aside is kept`() throws {
    try setup.write(content.pointer, to: "a.shale")
    try setup.git("add", "a.shale")
    let stash = try setup.git("stash", "create")
    try setup.git("reset", "-q", "--hard")
    #expect(try !scene.isKept(content))
    try setup.write("\(stash)\n", to: ".git/rebase-merge/autostash")
    try scene.expectKept(content) {
      try FileManager.default.removeItem(at: setup.file(".git/rebase-merge"))
    }
    try setup.write("\(stash)\n", to: ".git/ORIG_HEAD")
    #expect(try scene.isKept(content))
    // Git may have thrown away what the name of an earlier place stands for.
    try setup.write("\(String(repeating: "1", count: 40))\n", to: ".git/ORIG_HEAD")
    #expect(try !scene.isKept(content))
  }

  // MARK: - Worktrees

  @Test func `what is checked out in another worktree is kept, without any branch`() throws {
    try scene.commit(content, on: "topic")
    try setup.git("worktree", "add", "-q", "--detach", "../other", "topic")
    try setup.git("branch", "-q", "-D", "topic")
    try scene.expireReflogs()
    try setup.git("-C", "../other", "rm", "-q", "--cached", "data.shale")
    try FileManager.default.removeItem(at: setup.file("../other/data.shale"))
    try scene.expectKept(content) { try setup.git("worktree", "remove", "-f", "../other") }
  }

  @Test func `the reflog of another worktree keeps`() throws {
    try scene.commit(content, on: "topic")
    try setup.git("worktree", "add", "-q", "--detach", "../other", "topic")
    try setup.git("-C", "../other", "checkout", "-q", "--detach", "main")
    try setup.git("branch", "-q", "-D", "topic")
    for path in ["logs", "worktrees/other/ORIG_HEAD"] {
      try FileManager.default.removeItem(at: setup.file(".git/\(path)"))
    }
    try scene.expectKept(content) {
      try FileManager.default.removeItem(at: setup.file(".git/worktrees/other/logs"))
    }
  }

  @Test func `what is staged and was never committed is kept`() throws {
    try setup.write(content.pointer, to: "a.shale")
    try setup.git("add", "a.shale")
    try FileManager.default.removeItem(at: setup.file("a.shale"))
    try scene.expectKept(content) { try setup.git("reset", "-q") }
  }

  @Test func `what is staged in an index that only git reads is kept`() throws {
    try setup.write(content.pointer, to: "a.shale")
    try setup.git("add", "a.shale")
    try setup.git("update-index", "--split-index")
    try FileManager.default.removeItem(at: setup.file("a.shale"))
    try scene.expectKept(content) { try setup.git("reset", "-q") }
  }

  @Test func `a worktree that is gone keeps what it had staged until git forgets it`() throws {
    try setup.git("worktree", "add", "-q", "--detach", "../other")
    try setup.write(content.pointer, to: "../other/a.shale")
    try setup.git("-C", "../other", "add", "a.shale")
    try FileManager.default.removeItem(at: setup.file("../other"))
    try scene.expectKept(content) { try setup.git("worktree", "prune") }
  }

  @Test(arguments: ["a.shale", "deep/in/a.shale", "ignored/a.shale"])
  func `a pointer on disk is kept, whether git knows it or not`(path: String) throws {
    try setup.write("ignored/\n", to: ".gitignore")
    try setup.write(content.pointer, to: path)
    try scene.expectKept(content) { try FileManager.default.removeItem(at: setup.file(path)) }
  }

  @Test func `a pointer in another worktree is kept`() throws {
    try setup.git("worktree", "add", "-q", "--detach", "../other")
    try setup.write(content.pointer, to: "../other/a.shale")
    try scene.expectKept(content) {
      try FileManager.default.removeItem(at: setup.file("../other/a.shale"))
    }
  }

  @Test func `both sides of a conflict are kept, on disk and in the index`() throws {
    let other = try scene.content("two\n")
    // As in a clone of git's, where the pointer gets markers.
    try setup.git("config", "--remove-section", "merge.shale")
    try setup.write(content.pointer, to: "a.shale")
    try setup.commitAll("ours")
    try setup.git("checkout", "-q", "-b", "topic", "HEAD~1")
    try setup.write(other.pointer, to: "a.shale")
    try setup.commitAll("theirs")
    #expect(try setup.tryGit(["merge", "-q", "main"]).status != 0)
    // The commits are no longer what keeps them.
    let conflict = try setup.read("a.shale")
    try setup.write(conflict, to: "b.shale")
    let blobs = try setup.git("ls-files", "-s", "a.shale")
    #expect(blobs.contains(" 2\t") && blobs.contains(" 3\t"))
    try setup.git("merge", "--abort")
    try setup.git("checkout", "-q", "--orphan", "fresh")
    try setup.git("rm", "-q", "-r", "-f", ".")
    try setup.git("branch", "-q", "-D", "main", "topic")
    try scene.expireReflogs()
    try FileManager.default.removeItem(at: setup.file(".git/ORIG_HEAD"))
    for content in [content, other] { #expect(try scene.isKept(content), "on disk") }
    try FileManager.default.removeItem(at: setup.file("b.shale"))
    for content in [content, other] { #expect(try !scene.isKept(content)) }
    let stages = blobs.split(separator: "\n").map { "\($0)\n" }.joined()
    _ = try setup.tryGit(["update-index", "--index-info"], input: Array(stages.utf8))
    for content in [content, other] { #expect(try scene.isKept(content), "in the index") }
  }

  @Test func `what was last recorded in a worktree, and what is being brought, is kept`() throws {
    let indexes = IndexFiles(directory: scene.directory.appending(".git/shale/index"))
    try indexes.directory.makeDirectories()
    let path = try RepositoryPath("data")
    try indexes.setUnfinishedCheckout(content.id, of: path)
    try scene.expectKept(content) { try indexes.setUnfinishedCheckout(nil, of: path) }
    try setup.write("recorded\n", to: "file")
    #expect(scene.shale.run("add -q file").status == 0)
    let base = try #require(try indexes.load(RepositoryPath("file")).base)
    try setup.git("rm", "-q", "--cached", "-f", "file.shale")
    try FileManager.default.removeItem(at: setup.file("file.shale"))
    let recorded = KeepingScene.Content(id: base, pointer: [])
    try scene.expectKept(recorded) { try indexes.remove(RepositoryPath("file")) }
  }
}

import Foundation
import Primitives
import TestSupport
import Testing

/// Repositories that are none, or not in a state to work with.
@Suite(.temporaryDirectory) struct RepositoryStateTests {
  /// Command lines of every command that needs a repository with data.
  static let commands: [[ByteString]] = [
    ["add", "data"], ["cat", "HEAD:data/a.txt"], ["checkout"], ["commit", "-m", "x"], ["diff"],
    ["fetch"], ["fsck"], ["log"], ["ls"], ["mv", "data", "e"], ["pull"], ["push"],
    ["remote", "list"], ["restore", "data"], ["rm", "data"], ["status"],
  ]

  @Test func `outside a repository every command says so`() throws {
    let directory = try TemporaryDirectory.requiredPath()
    for words in Self.commands + [["init"], ["config"]] {
      try Shale.run(words, in: directory).expectFailure(
        1, mentions: ["is not in a git repository", "`shale init --git`"])
    }
    #expect(try Program.succeed("ls", ["-A"], in: directory).text == "")
    // The advice works when it is followed.
    #expect(try Shale.run(["init", "-q", "--git"], in: directory).status == 0)
    #expect(try Shale.run(["status"], in: directory).status == 0)
  }

  @Test func `a bare repository has no place for data, and says so`() throws {
    let setup = try GitSetup.make()
    try setup.git("init", "-q", "--bare", "bare.git")
    for directory in ["bare.git", ".git"] {
      let place = ByteString(setup.file(directory).path)
      for words in Self.commands + [["init"]] {
        try Shale.run(words, in: place).expectFailure(1, mentions: ["is bare", "Clone"])
      }
      #expect(!FileManager.default.fileExists(atPath: setup.file("\(directory)/shale").path))
    }
  }

  @Test func `a repository that is not set up is told how to become so`() throws {
    let setup = try GitSetup.make()
    for words in Self.commands {
      try Shale.run(words, in: setup.path).expectFailure(1, mentions: ["Run `shale init`"])
    }
    #expect(try setup.git("status", "--short") == "")
  }

  @Test func `without a commit data is kept all the same`() throws {
    let scene = try Scene()
    #expect(try scene.shale("status").status == 0)
    #expect(try scene.shale("log").text == "")
    try scene.expectRefusal("cat", "HEAD:data/a.txt", status: 1, mentions: "'HEAD'")
    try scene.expectRefusal("restore", "-s", "HEAD", "data", status: 1, mentions: "'HEAD'")
    try scene.expectRefusal("push", status: 2, mentions: "`shale remote add NAME DIRECTORY`")
    try scene.succeed("add", "data")
    #expect(try scene.shale("cat", ":data/a.txt").text == "one\n")
    try Program.succeed("rm", ["-r", "data"], in: scene.setup.path)
    try scene.succeed("checkout")
    #expect(try scene.text("data/a.txt") == "one\n")
    try scene.succeed("commit", "-m", "first")
    #expect(try scene.setup.git("rev-list", "--count", "HEAD") == "1")
    try scene.expectSound()
  }

  @Test func `a pointer with conflict markers stops what depends on it, until a side is taken`()
    throws
  {
    let scene = try Scene.committed()
    try scene.divergeBranches()
    // As in a clone of git's.
    try scene.setup.git("config", "--remove-section", "merge.shale")
    #expect(try scene.setup.tryGit(["merge", "other"]).status == 1)
    for words: [ByteString] in [
      ["add", "data"], ["add", "-f", "data"], ["commit", "-m", "x"], ["checkout"],
      ["checkout", "-f", "data"], ["restore", "data"], ["rm", "data"], ["mv", "data", "e"],
    ] {
      let before = try scene.state()
      try Shale.run(words, in: scene.setup.path).expectFailure(
        1, mentions: ["data.shale", "conflict markers", "'HEAD' and 'other'", "--theirs"])
      #expect(try scene.state() == before)
    }
    let status = try scene.shale("status", "--exit-code")
    #expect(status.status == 6)
    #expect(status.text.contains("conflict markers"))
    try scene.expectSound()

    try scene.setup.git("checkout", "-q", "--theirs", "--", "data.shale")
    try scene.setup.git("add", "data.shale")
    try scene.succeed("checkout")
    #expect(try scene.text("data/a.txt") == "theirs\n")
    try scene.succeed("commit", "-q", "-m", "merged")
    #expect(try scene.setup.git("show", "-s", "--format=%p").split(separator: " ").count == 2)
    #expect(try scene.shale("status", "--exit-code").status == 0)
  }

  @Test(arguments: [
    ("shale 2\nkind tree\n", 1, "version 2", "Upgrade shale"),
    ("shale 1\ncolour red\n", 1, "'colour'", "Upgrade shale"),
    ("hello\n", 4, "does not begin", "git checkout"),
    ("", 4, "does not begin", "git checkout"),
    ("shale 1\nkind tree\noid sha256:12", 4, "middle of a line", "git checkout"),
  ])
  func `a pointer that cannot be read is named, and nothing else is stopped`(
    text: String, status: Int, message: String, advice: String
  ) throws {
    let scene = try Scene()
    try scene.setup.write("other\n", to: "other.txt")
    try scene.succeed("add", "-q", "data", "other.txt")
    try scene.succeed("commit", "-q", "-m", "first")
    try scene.setup.write(text, to: "data.shale")
    for words: [ByteString] in [
      ["add", "data"], ["commit", "-m", "x"], ["checkout"], ["restore", "data"], ["rm", "data"],
      ["mv", "data", "e"],
    ] {
      let before = try scene.state()
      try Shale.run(words, in: scene.setup.path).expectFailure(
        status, mentions: ["'data.shale'", message, advice])
      #expect(try scene.state() == before)
    }
    #expect(try scene.shale("status").text.contains(message))
    try Program.succeed("rm", ["other.txt"], in: scene.setup.path)
    _ = try scene.shale("checkout")
    #expect(try scene.text("other.txt") == "other\n")
    try scene.expectSound()
    try scene.setup.git("checkout", "--", "data.shale")
    #expect(try scene.shale("status", "--exit-code").status == 0)
  }
}

import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands
@testable import Workspace

/// `shale resolve`, after merges of the real git and for data that diverged.
@Suite(.temporaryDirectory) struct ResolveCommandTests {
  /// The files of `data` that tell what a merge came to.
  private func outcome(_ scene: MergeScene) throws -> [String] {
    try scene.shell(
      "for f in data/a.txt* data/b.txt data/deep/c.txt; do echo $f $(cat $f); done"
    ).split(separator: "\n").map { String($0) }
  }

  static let sides: [(ByteString, [String])] = [
    ("--ours", ["data/a.txt ours", "data/b.txt b2", "data/deep/c.txt c2"]),
    ("--theirs", ["data/a.txt theirs", "data/b.txt b2", "data/deep/c.txt c2"]),
    ("--base", ["data/a.txt one", "data/b.txt b2", "data/deep/c.txt c2"]),
    (
      "--both",
      ["data/a.txt ours", "data/a.txt.theirs theirs", "data/b.txt b2", "data/deep/c.txt c2"]
    ),
  ]

  @Test(arguments: sides)
  func `a side is taken for what both changed, and the rest is merged`(
    side: ByteString, expected: [String]
  ) throws {
    let scene = try MergeScene.make()
    try scene.conflict()
    try scene.scene.expectRefusal(
      "resolve", "data", status: 1, mentions: "Both sides changed 'data/a.txt'", "--theirs")
    let before = try scene.scene.state()
    #expect(try scene.scene.succeed("resolve", "-n", side, "data").contains("would resolve data"))
    #expect(try scene.scene.state() == before)
    let text = try scene.scene.succeed("resolve", side, "data")
    #expect(text.contains("resolved data (1 conflict)\n  both-modified data/a.txt\n"), "\(text)")
    #expect(try outcome(scene) == expected)
    #expect(try scene.stages("data.shale") == "0")
    try scene.scene.succeed("commit", "-q", "-m", "merged")
    #expect(try scene.setup.git("show", "-s", "--format=%p").split(separator: " ").count == 2)
    try scene.expectClean()
  }

  @Test(arguments: [
    ("--ours", ["data/a.txt ours", "data/b.txt b2", "data/deep/c.txt c"]),
    ("--theirs", ["data/a.txt theirs", "data/b.txt b", "data/deep/c.txt c2"]),
    ("--base", ["data/a.txt one", "data/b.txt b", "data/deep/c.txt c"]),
  ])
  func `a whole side is that side`(side: String, expected: [String]) throws {
    let scene = try MergeScene.make()
    try scene.conflict()
    try scene.scene.succeed("resolve", "--whole", ByteString(side), "data")
    #expect(try outcome(scene) == expected)
    #expect(try scene.scene.shale("status", "--exit-code").status == 0)
  }

  @Test(arguments: [("--ours", "ours\n"), ("--theirs", "theirs\n"), ("--base", "m\n")])
  func `a side of a single file is its content`(side: String, content: String) throws {
    let scene = try MergeScene.make()
    try scene.diverge(ours: "echo ours > model.bin", theirs: "echo theirs > model.bin")
    try scene.merge()
    try scene.scene.succeed("resolve", ByteString(side), "model.bin")
    #expect(try scene.text("model.bin") == content)
    #expect(try scene.stages("model.bin.shale") == "0")
    try scene.expectClean()
  }

  @Test func `both versions of a single file become two tracked files`() throws {
    let scene = try MergeScene.make()
    try scene.setup.write("in the way\n", to: "model.bin.theirs")
    try scene.diverge(ours: "echo ours > model.bin", theirs: "echo theirs > model.bin")
    try scene.merge()
    let text = try scene.scene.succeed("resolve", "--both", "model.bin")
    #expect(text.contains("theirs is model.bin.theirs-2"), "\(text)")
    #expect(try scene.text("model.bin") == "ours\n")
    #expect(try scene.text("model.bin.theirs-2") == "theirs\n")
    #expect(try scene.text("model.bin.theirs") == "in the way\n")
    let names = try scene.setup.git("diff", "--cached", "--name-only")
    #expect(names == ".gitignore\nmodel.bin.theirs-2.shale")
    try scene.scene.succeed("commit", "-q", "-m", "merged")
    try scene.expectClean()
  }

  @Test func `undo brings the conflict back, and the data with it`() throws {
    let scene = try MergeScene.make()
    try scene.conflict()
    let before = try scene.scene.state()
    for side: ByteString in ["--theirs", "--both", "--base"] {
      try scene.scene.succeed("resolve", "-q", side, "data")
      #expect(try scene.stages("data.shale") == "0")
      try scene.scene.succeed("undo")
      #expect(try scene.scene.state() == before, "\(side)")
      #expect(try scene.stages("data.shale") == "1 2 3")
    }
  }

  @Test func `a file that was changed and is in no store is not overwritten`() throws {
    let scene = try MergeScene.make()
    try scene.conflict()
    try scene.setup.write("precious\n", to: "data/a.txt")
    try scene.scene.expectRefusal(
      "resolve", "data", "--theirs", status: 1, mentions: "'data/a.txt' changed", "--force")
    // What the merge does not touch stays as it is.
    try scene.scene.succeed("resolve", "-q", "data", "--ours")
    #expect(try scene.text("data/a.txt") == "precious\n")
    #expect(try scene.scene.shale("status").text.contains("modified data/a.txt"))
    try scene.scene.succeed("undo")
    let text = try scene.scene.succeed("resolve", "--force", "data", "--theirs")
    let id = try #require(text.firstMatch(of: /shale cat ([0-9a-f]{64})/)?.output.1)
    #expect(try scene.scene.shale("cat", ByteString(String(id))).text == "precious\n")
    #expect(try scene.text("data/a.txt") == "theirs\n")
  }

  @Test(arguments: [
    ("ours: rm -q data", "--ours", false), ("ours: rm -q data", "--theirs", true),
    ("theirs: rm -q data", "--ours", true), ("theirs: rm -q data", "--theirs", false),
  ])
  func `a side that ended the tracking of data`(who: String, side: String, stays: Bool) throws {
    let scene = try MergeScene.make()
    let remove = "shale rm -q data; git commit -q -m gone"
    let change = "echo 2 > data/a.txt"
    let isOurs = who.hasPrefix("ours")
    try scene.shell(
      """
      git checkout -q -b other; \(isOurs ? change : remove)
      shale commit -q -m theirs || true
      git checkout -q main; shale checkout -q; \(isOurs ? remove : change)
      shale commit -q -m ours || true
      """)
    #expect(try scene.merge().status == 1)
    let kind = isOurs ? "deleted-by-us" : "deleted-by-them"
    #expect(try scene.scene.shale("status").text.contains("conflict data: \(kind)"))
    try scene.scene.succeed("resolve", ByteString(side), "data")
    #expect(FileManager.default.fileExists(atPath: scene.setup.file("data.shale").path) == stays)
    let ignored = try scene.setup.tryGit(["check-ignore", "-q", "data"]).status == 0
    #expect(ignored == stays)
    if stays {
      try scene.scene.succeed("checkout", "-q")
      #expect(try scene.text("data/a.txt") == "2\n")
    } else {
      #expect(!FileManager.default.fileExists(atPath: scene.setup.file("data").path))
    }
    #expect(try scene.setup.git("ls-files", "-u") == "")
    try scene.scene.expectSound()
  }

  @Test func `a pointer with markers is resolved, with and without git's stages`() throws {
    let scene = try MergeScene.make()
    try scene.setup.git("config", "--remove-section", "merge.shale")
    try scene.conflict()
    #expect(try scene.text("data.shale").contains("<<<<<<<"))
    try scene.scene.succeed("resolve", "-q", "--theirs", "data")
    #expect(try outcome(scene) == Self.sides[1].1)
    try scene.expectClean()
    // Somebody told git that the markers are right.
    try scene.shell("git merge --abort; git merge -q other || git add data.shale")
    try scene.scene.succeed("resolve", "-q", "--whole", "--theirs", "data")
    #expect(try outcome(scene) == ["data/a.txt theirs", "data/b.txt b", "data/deep/c.txt c2"])
    try scene.expectClean()
  }

  @Test(arguments: sides)
  func `data that diverged is merged with its pointer`(
    side: ByteString, expected: [String]
  ) throws {
    let scene = try MergeScene.make()
    try scene.shell(
      """
      git checkout -q -b other; echo theirs > data/a.txt; echo c2 > data/deep/c.txt
      shale commit -q -m theirs; git checkout -q main; shale checkout -q
      echo ours > data/a.txt; echo b2 > data/b.txt; git merge -q other
      """)
    #expect(try scene.scene.shale("status").text.contains("diverged data"))
    try scene.scene.expectRefusal(
      "resolve", "data", status: 1, mentions: "Both sides changed 'data/a.txt'")
    let before = try scene.scene.state()
    try scene.scene.succeed("resolve", side, "data")
    #expect(try outcome(scene) == expected)
    #expect(try scene.scene.shale("status", "--exit-code").status == 0)
    try scene.scene.succeed("undo")
    #expect(try scene.scene.state() == before)
    #expect(try scene.scene.shale("status").text.contains("diverged data"))
    try scene.scene.expectSound()
  }

  @Test func `data that diverged in other files needs no choice`() throws {
    let scene = try MergeScene.make()
    try scene.shell(
      """
      git checkout -q -b other; echo c2 > data/deep/c.txt; echo 2 > model.bin
      shale commit -q -m theirs; git checkout -q main; shale checkout -q
      echo b2 > data/b.txt; echo mine > model.bin; git merge -q other
      """)
    let text = try scene.scene.succeed("resolve", "data")
    #expect(text.contains("resolved data: merged"), "\(text)")
    #expect(try scene.text("data/b.txt") == "b2\n" && scene.text("data/deep/c.txt") == "c2\n")
    try scene.scene.succeed("resolve", "--both", ".")
    #expect(try scene.text("model.bin") == "mine\n" && scene.text("model.bin.theirs") == "2\n")
    try scene.scene.expectSound()
  }

  @Test func `what has no conflict is refused, and so is a side that is not there`() throws {
    let scene = try MergeScene.make()
    for path: ByteString in ["data", "data/a.txt", "nothing"] {
      try scene.scene.expectRefusal(
        "resolve", "--ours", path, status: 1, mentions: "has no conflict", "shale status")
    }
    #expect(try scene.scene.succeed("resolve", ".").contains("Nothing is in conflict"))
    try scene.diverge(
      ours: "echo o > new.bin; shale add -q new.bin",
      theirs: "echo t > new.bin; shale add -q new.bin")
    #expect(try scene.merge().status == 1)
    try scene.scene.expectRefusal(
      "resolve", "--base", "new.bin", status: 1, mentions: "has no version 'base'")
    for words: [ByteString] in [["--ours", "--theirs"], ["--both", "--whole"], ["--whole"]] {
      #expect(try Shale.run(["resolve"] + words + ["new.bin"], in: scene.setup.path).status == 2)
    }
  }

  @Test func `what was never brought here is resolved without its data`() throws {
    let scene = try MergeScene.make()
    try scene.conflict()
    let tree = try TemporaryDirectory.required().appending(path: "tree")
    try scene.setup.git("worktree", "add", "-q", "-b", "third", ByteString(tree.path), "main")
    let other = try MergeScene(Scene(setup: GitSetup(at: tree)))
    #expect(try other.merge().status == 1)
    try other.scene.succeed("resolve", "-q", "--theirs", "data")
    #expect(!FileManager.default.fileExists(atPath: other.setup.file("data").path))
    try other.scene.succeed("checkout", "-q")
    #expect(try outcome(other) == Self.sides[1].1)
  }

  // MARK: - Lines in .gitignore

  @Test func `a .gitignore in conflict gets the lines of both sides`() throws {
    let scene = try MergeScene.make()
    // One side took its only lines out, so that the file went; the other added one.
    try scene.diverge(
      ours: "shale rm -q data model.bin", theirs: "echo n > new.bin; shale add -q new.bin")
    #expect(try scene.merge().status == 1)
    #expect(try scene.setup.git("ls-files", "-u").contains(".gitignore"))
    let text = try scene.scene.succeed("resolve", ".gitignore")
    #expect(text.contains("resolved .gitignore"), "\(text)")
    #expect(try scene.text(".gitignore") == "/new.bin\n")
    #expect(try scene.setup.git("ls-files", "-u") == "")
    try scene.scene.succeed("commit", "-q", "-m", "merged")
    try scene.scene.succeed("checkout", "-q")
    try scene.expectClean()
  }

  @Test func `two additions are both kept where no rule unites them`() throws {
    let scene = try MergeScene.make()
    try scene.shell("sed -i '/gitignore/d' .gitattributes; git commit -q -a -m 'no union'")
    try scene.diverge(
      ours: "echo o > one.bin; shale add -q one.bin",
      theirs: "echo t > two.bin; shale add -q two.bin")
    #expect(try scene.merge().status == 1)
    try scene.scene.succeed("resolve", ".")
    #expect(
      try scene.text(".gitignore").split(separator: "\n").sorted()
        == ["/data", "/model.bin", "/one.bin", "/two.bin"])
    #expect(try scene.setup.git("ls-files", "-u") == "")
  }

  @Test func `the line of data that one side ended the tracking of goes`() throws {
    let scene = try MergeScene.make()
    try scene.diverge(
      ours: "shale rm -q model.bin", theirs: "echo n > n.bin; shale add -q n.bin")
    #expect(try scene.merge().status == 0)
    #expect(try scene.text(".gitignore").contains("/model.bin\n"), "the union brought it back")
    try scene.scene.succeed("resolve", ".gitignore")
    #expect(try scene.text(".gitignore") == "/data\n/n.bin\n")
    #expect(try scene.setup.git("diff", "--cached", "--name-only") == ".gitignore")
  }

  @Test func `the lines of both sides are those that nobody took out`() {
    func united(_ base: String, _ ours: String, _ theirs: String) -> String {
      let bytes = GitIgnoreFile.united(
        base: Array(base.utf8), ours: Array(ours.utf8), theirs: Array(theirs.utf8))
      return String(decoding: bytes, as: UTF8.self)
    }
    #expect(united("/a\n/b\n", "/a\n/b\n/o\n", "/b\n/t\n") == "/b\n/o\n/t\n")
    #expect(united("", "/o", "/t\n/o\n") == "/o\n/t\n")
    #expect(united("/a\n", "", "/a\n/t\n") == "/t\n")
    #expect(united("/a\n", "", "/a\n") == "")
  }
}

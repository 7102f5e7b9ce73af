import Foundation
import Primitives
import TestSupport
import Testing

@testable import Commands

/// Plain git moves pointers, and the data follows.
@Suite(.temporaryDirectory) struct HookedGitTests {
  @Test func `a checkout brings the data, and takes away what a branch does not track`() throws {
    let scene = try HookScene()
    try scene.git("checkout", "-q", "-b", "other")
    try scene.change("two")
    #expect(try scene.git("checkout", "-q", "main").contains("brought data"))
    try scene.expect("one")
    try scene.git("switch", "-q", "other")
    try scene.expect("two")
    try scene.git("checkout", "-q", "empty")
    #expect(scene.data == nil)
    #expect(!FileManager.default.fileExists(atPath: scene.setup.file("data").path))
    try scene.git("checkout", "-q", "-")
    try scene.expect("two")
    // Of one path, with and without another commit checked out.
    try scene.git("checkout", "-q", "main", "--", "data.shale")
    #expect(scene.data == "one")
    try scene.git("restore", "--staged", "--worktree", "data.shale")
    try scene.expect("two")
    #expect(try scene.git("checkout", "-q", "other") == "", "nothing is said of nothing")
  }

  @Test func `merges, pulls and rebases end with the right data`() throws {
    let scene = try HookScene()
    try scene.git("checkout", "-q", "-b", "models", "empty")
    try scene.setup.write("weights\n", to: "model.bin")
    try scene.shale("add", "-q", "model.bin")
    try scene.git("commit", "-q", "-m", "model")
    try scene.git("checkout", "-q", "main")
    try scene.git("checkout", "-q", "-b", "side")
    try scene.change("two")
    try scene.git("checkout", "-q", "main")
    try scene.expect("one")
    try scene.git("merge", "-q", "side")
    try scene.expect("two")
    try scene.git("merge", "-q", "--no-edit", "models")
    try scene.expect("two")
    #expect(try scene.setup.read("model.bin") == Array("weights\n".utf8))
    // Two commits go onto a branch whose data is another.
    try scene.git("checkout", "-q", "-b", "late", "side")
    try scene.git("reset", "-q", "--hard", "empty")
    for name in ["x", "y"] {
      try scene.setup.write(name, to: "\(name).bin")
      try scene.shale("add", "-q", ByteString("\(name).bin"))
      try scene.git("commit", "-q", "-m", ByteString(name))
    }
    #expect(scene.data == nil)
    try scene.git("rebase", "-q", "main")
    try scene.expect("two")
    for (file, text) in [("x.bin", "x"), ("y.bin", "y"), ("model.bin", "weights\n")] {
      #expect(try scene.setup.read(file) == Array(text.utf8))
    }
  }

  @Test func `a cherry-pick, a revert and an amended commit bring the data`() throws {
    let scene = try HookScene()
    try scene.git("checkout", "-q", "-b", "side")
    try scene.change("two")
    try scene.git("checkout", "-q", "main")
    try scene.git("cherry-pick", "side")
    try scene.expect("two")
    try scene.git("revert", "--no-edit", "HEAD")
    try scene.expect("one")
    try scene.git("checkout", "side", "--", "data.shale")
    try scene.git("commit", "-q", "--amend", "--allow-empty", "--no-edit")
    try scene.expect("two")
  }

  @Test func `reset and stash note that pointers may have moved, and what comes next acts on it`()
    throws
  {
    let scene = try HookScene()
    try scene.change("two")
    try scene.git("reset", "-q", "--hard", "HEAD~1")
    #expect(scene.data == "two", "git runs no hook that may bring it")
    #expect(FileManager.default.fileExists(atPath: scene.setup.file(".git/shale/moved").path))
    let status = try scene.tryShale("status")
    #expect(status.errorText.contains("Git has moved pointers, and their data follows:"))
    #expect(status.text.contains("Clean"))
    try scene.expect("one")
    #expect(!FileManager.default.fileExists(atPath: scene.setup.file(".git/shale/moved").path))
    try scene.write("three")
    try scene.shale("add", "-q", "data")
    try scene.git("stash", "-q")
    try scene.git("checkout", "-q")
    try scene.expect("one")
    try scene.git("stash", "pop", "-q")
    try scene.git("commit", "-q", "-a", "-m", "three")
    try scene.expect("three")
    try scene.git("reset", "-q", "--hard", "HEAD~1")
    #expect(try scene.tryShale("status", "--json").text.contains("\"ok\":true"))
    try scene.expect("one")
  }

  @Test func `each step of a bisection has its data`() throws {
    let scene = try HookScene()
    for number in 1...7 { try scene.change("\(number)") }
    try scene.git("checkout", "-q", "main")
    try Program.write(
      script: """
        #!/bin/sh
        [ "$(git log -1 --format=%s)" = "$(cat data/a.txt)" ] || exit 200
        cat data/a.txt >>../steps
        [ "$(cat data/a.txt)" -lt 5 ]
        """, to: scene.setup.file("../probe.sh"))
    try scene.git("bisect", "start", "HEAD", "HEAD~6")
    let found = try scene.git("bisect", "run", "../probe.sh")
    #expect(found.contains("is the first bad commit"), "\(found)")
    #expect(try scene.git("log", "-1", "--format=%s", "refs/bisect/bad") == "5\n")
    try scene.git("bisect", "reset")
    try scene.expect("7")
    #expect(try scene.setup.read("../steps").count >= 2)
  }

  @Test func `what was changed here is carried or told, and never overwritten`() throws {
    let scene = try HookScene()
    try scene.git("checkout", "-q", "-b", "other")
    try scene.change("two")
    try scene.git("checkout", "-q", "main")
    // A file that no version has is carried, as git carries its own.
    try scene.setup.write("mine\n", to: "data/mine.txt")
    try scene.git("checkout", "-q", "other")
    #expect(scene.data == "two")
    #expect(try scene.setup.read("data/mine.txt") == Array("mine\n".utf8))
    try FileManager.default.removeItem(at: scene.setup.file("data/mine.txt"))
    // One that both have is not replaced, nor anything of its directory.
    try scene.setup.write("unsaved\n", to: "data/a.txt")
    let before = try scene.setup.read("data/deep/b.bin")
    let told = try scene.git("checkout", "-q", "main")
    #expect(told.contains("'data' changed here, and the pointer moved"), "\(told)")
    #expect(told.contains("hint: "))
    #expect(scene.data == "unsaved\n")
    #expect(try scene.setup.read("data/deep/b.bin") == before)
    let again = try scene.git("commit", "-q", "--allow-empty", "-m", "x")
    #expect(!again.contains("changed here"), "it is told once")
    try scene.shale("checkout", "-q", "--force", "data")
    try scene.expect("one")
  }

  @Test func `a former hook that fails is heard, and the data comes all the same`() throws {
    let scene = try HookScene()
    try scene.git("checkout", "-q", "-b", "other")
    try scene.change("two")
    try scene.shale("hooks", "remove")
    for hook in ["post-checkout", "pre-commit"] {
      try Program.write(
        script: "#!/bin/sh\necho former $1\nexit 9\n",
        to: scene.setup.file(".git/hooks/\(hook)"))
    }
    #expect(try scene.shale("hooks", "install").contains("post-checkout.before-shale first"))
    let result = try scene.tryGit("checkout", "-q", "main")
    #expect(result.status != 0)
    #expect((result.text + result.errorText).contains("former "))
    try scene.expect("one")
    let head = try scene.git("rev-parse", "HEAD")
    #expect(try scene.tryGit("commit", "--allow-empty", "-q", "-m", "refused").status != 0)
    #expect(try scene.tryShale("commit", "-m", "refused").status != 0)
    #expect(try scene.git("rev-parse", "HEAD") == head)
  }

  @Test func `Shale's own use of git does no work twice, and runs the hooks of others`() throws {
    let scene = try HookScene()
    try scene.git("checkout", "-q", "-b", "other")
    try scene.change("two")
    for hook in ["post-checkout", "post-commit"] {
      try Program.write(
        script: "#!/bin/sh\necho \(hook) $SHALE_HOOKS >>../seen\n",
        to: scene.setup.file(".git/hooks/\(hook).before-shale"))
    }
    let output = try scene.shale("checkout", "main")
    #expect(output.components(separatedBy: "brought data").count == 2, "\(output)")
    try scene.expect("one")
    try scene.write("three")
    try scene.shale("commit", "-q", "-m", "three")
    try scene.expect("three")
    #expect(
      try scene.setup.read("../seen") == Array("post-checkout false\npost-commit false\n".utf8))
    try scene.shale("undo")
    #expect(scene.data == "three")
  }

  @Test func `a lock of git's is not waited for, and none is needed`() throws {
    let scene = try HookScene()
    try scene.git("checkout", "-q", "-b", "other")
    try scene.change("two")
    // As if git were in the middle of something, with the pointers moved already.
    try scene.setup.write(
      try scene.git("show", "main:data.shale").utf8.map { $0 }, to: "data.shale")
    try scene.setup.write("", to: ".git/index.lock")
    let start = ContinuousClock.now
    #expect(try scene.shale("hooks", "run", "post-checkout", "a", "b", "1").contains("brought"))
    #expect(ContinuousClock.now - start < .seconds(30))
    #expect(scene.data == "one")
  }

  @Test func `hooks do nothing where they are turned off, and nothing without Shale`() throws {
    let scene = try HookScene()
    try scene.git("checkout", "-q", "-b", "other")
    try scene.change("two")
    let off = try scene.tryGit("checkout", "-q", "main", environment: ["SHALE_HOOKS": "no"])
    #expect(off.status == 0 && off.errorText == "")
    #expect(scene.data == "two")
    try scene.git("checkout", "-q", "main")
    try scene.expect("one")
    try scene.shale("config", "hooks", "false")
    try scene.git("checkout", "-q", "other")
    #expect(scene.data == "one")
    let plain = HookScene(at: try GitSetup.make("plain").url)
    try plain.setup.write("no pointer\n", to: "mineral.shale")
    try plain.setup.commitAll()
    for hook in ["post-checkout", "pre-commit", "post-index-change", "post-merge"] {
      let result = try plain.tryShale("hooks", "run", ByteString(hook))
      #expect(result.status == 0)
      #expect(result.text + result.errorText == "")
    }
  }

  @Test func `where no pointer moved libgit2 is not started`() throws {
    let scene = try HookScene()
    try scene.git("checkout", "-q", "-b", "code")
    try scene.setup.write("more\n", to: "code.py")
    try scene.git("commit", "-q", "-a", "-m", "code")
    try scene.git("checkout", "-q", "main")
    let head = ByteString(try scene.setup.git("rev-parse", "code"))
    for words: [ByteString] in [["post-checkout", head, head, "1"], ["post-merge", "0"]] {
      let result = try Shale.run(
        ["hooks", "run"] + words, in: scene.setup.path,
        environment: ["LD_DEBUG": "bindings", "LD_BIND_NOW": nil])
      #expect(result.status == 0)
      #expect(!result.errorText.contains("`git_libgit2_init'"))
    }
  }
}

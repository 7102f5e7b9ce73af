import Foundation
import ObjectStore
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands
@testable import Workspace

/// What `git diff` and `git log -p` show of pointers.
@Suite(.temporaryDirectory) struct ShowPointerCommandTests {
  /// The lines of a diff that were added or removed, without those of its header.
  private func changed(_ diff: String) -> [String] {
    diff.split(separator: "\n").map { String($0) }.filter { line in
      ["+", "-"].contains { line.hasPrefix($0) && !line.hasPrefix($0 + $0 + $0) }
    }
  }

  @Test func `a diff of git tells which files changed`() throws {
    let scene = try MergeScene.make()
    try scene.shell(
      "echo more > data/a.txt; rm data/b.txt; echo n > data/deep/n; shale add -q data")
    let diff = try scene.setup.git("diff", "--cached")
    let lines = changed(diff)
    #expect(lines.contains { $0.hasPrefix("-  file ") && $0.hasSuffix(" 4 a.txt") }, "\(diff)")
    #expect(lines.contains { $0.hasPrefix("+  file ") && $0.hasSuffix(" 5 a.txt") })
    #expect(lines.contains { $0.hasPrefix("-  file ") && $0.hasSuffix(" 2 b.txt") })
    #expect(lines.contains { $0.hasPrefix("+  file ") && $0.hasSuffix(" 2 deep/n") })
    #expect(!lines.contains { $0.hasSuffix("deep/c.txt") })
    #expect(lines.contains { $0.hasPrefix("-size ") } && lines.contains { $0.hasPrefix("+oid ") })
    try scene.scene.succeed("commit", "-q", "-m", "second")
    let log = try scene.setup.git("log", "-p", "-1")
    #expect(changed(log) == lines)
    #expect(try changed(scene.setup.git("show")) == lines)
    // What is applied elsewhere is the pointer itself.
    #expect(try scene.setup.git("format-patch", "--stdout", "-1").contains("+oid sha256:"))
    #expect(try scene.setup.git("diff", "--no-textconv", "HEAD~1").contains("+oid sha256:"))
  }

  @Test func `a file by itself is its size and oid`() throws {
    let scene = try MergeScene.make()
    let shown = scene.shale.run("show-pointer model.bin.shale")
    let oid = hexSHA256(Array("m\n".utf8)).prefix(12)
    #expect(shown.output == "file\noid \(oid)\nsize 2 B (2 bytes)\n" && shown.status == 0)
  }

  @Test(arguments: [
    "", "hello\n", "shale 2\nkind tree\n", "shale 1\nkind tree\noid sha256:12", "a\u{1B}[31mb\n",
    "<<<<<<< HEAD\nshale 1\n=======\nshale 1\n>>>>>>> other\n",
  ])
  func `what is no pointer is printed as it is`(text: String) throws {
    let scene = try MergeScene.make()
    try scene.setup.write(text, to: "data.shale")
    let shown = scene.shale.run("show-pointer data.shale")
    #expect(shown.output == text && shown.errors == "" && shown.status == 0)
    #expect(try scene.setup.tryGit(["diff"]).status == 0)
  }

  @Test func `where the store lacks the directory, and outside of any, the pointer is shown`()
    throws
  {
    let scene = try MergeScene.make()
    let clone = try scene.clone("clone")
    let shown = clone.shale.run("show-pointer data.shale")
    #expect(shown.status == 0 && shown.output.hasPrefix("directory\noid "))
    #expect(!FileManager.default.fileExists(atPath: clone.setup.file(".git/shale").path))
    try scene.setup.write(
      PointerFile.tree(.empty, size: .bytes(1), files: 1).encoded(), to: "data.shale")
    #expect(
      scene.shale.run("show-pointer data.shale").output.contains(
        "are not in the store: shale fetch"))
    let elsewhere = Surroundings(environment: testEnvironment(), directory: FilePath("/"))
    let file = ByteString(scene.setup.file("model.bin.shale").path)
    #expect(elsewhere.run(["show-pointer", file]).output.hasPrefix("file\noid "))
    // A bare repository has no worktree, and git calls there, too.
    try scene.setup.git("checkout", "-q", "--", "data.shale")
    try Program.succeed("git", ["clone", "-q", "--bare", scene.setup.path, "bare"])
    let bare = GitSetup(at: try TemporaryDirectory.required().appending(path: "bare"))
    try bare.git(
      "config", "diff.shale.textconv", ByteString("'\(try builtProgram())' show-pointer --"))
    #expect(try bare.git("log", "-p").contains("shale"))
  }

  @Test func `names are quoted as git quotes them`() throws {
    let scene = try MergeScene.make()
    try scene.setup.write("x", to: "data/\u{1B}[31m\nred")
    try scene.scene.succeed("add", "-q", "data")
    let shown = scene.shale.run("show-pointer data.shale").output
    #expect(shown.contains(" 1 \"\\033[31m\\nred\"\n"), "\(shown)")
  }

  @Test func `a large directory is listed by its upper levels, and in no more lines`() throws {
    let scene = try MergeScene.make()
    try scene.shell(
      """
      for d in 1 2 3; do mkdir -p data/many/$d; for n in $(seq 400); do echo $n > data/many/$d/$n; done; done
      shale add -q data
      """)
    let shown = scene.shale.run("show-pointer data.shale").output
    #expect(shown.contains(" many/1\n") && !shown.contains(" many/1/1\n"))
    #expect(shown.contains(" deep/c.txt\n") && shown.contains("  … larger than"))
    try scene.shell("for n in $(seq 1200); do echo $n > data/$n; done; shale add -q data")
    let flat = scene.shale.run("show-pointer data.shale").output.split(separator: "\n")
    #expect(flat.count <= TreeListing.limit + 6)
  }
}

import Foundation
import Primitives
import TestSupport
import Testing

/// Who does what of git's work (`docs/design/0006-who-talks-to-git.md`), seen from the program in
/// repositories as people set them up.
@Suite(.temporaryDirectory) struct GitRolesTests {
  private func install(hook name: String, _ script: String, in scene: Scene) throws {
    try Program.write(
      script: "#!/bin/sh\n\(script)\n", to: scene.setup.file(".git/hooks/\(name)"))
  }

  @Test func `version, help and a look for a repository do not start libgit2`() throws {
    let scene = try Scene.committed()
    func startsLibrary(_ words: ByteString..., at directory: ByteString) throws -> Bool {
      // The dynamic linker tells which function is called for the first time.
      let result = try Shale.run(
        words, in: directory, environment: ["LD_DEBUG": "bindings", "LD_BIND_NOW": nil])
      return result.errorText.contains("`git_libgit2_init'")
    }
    #expect(try startsLibrary("status", at: scene.setup.path))
    #expect(try !startsLibrary("version", at: scene.setup.path))
    #expect(try !startsLibrary("help", "add", at: scene.setup.path))
    #expect(try !startsLibrary("status", at: "/"))
  }

  @Test func `a plain commit of pointers needs no git program`() throws {
    let scene = try Scene()
    for words: [ByteString] in [["add", "data"], ["commit", "-m", "first"], ["status"], ["log"]] {
      let script: ByteString = "PATH=/nonexistent exec \"$@\""
      let result = try Program.run(
        "sh", ["-c", script, "sh", builtProgram()] + words, in: scene.setup.path)
      #expect(result.status == 0, "\(words): \(result.errorText)")
    }
    #expect(try scene.setup.git("log", "--format=%s") == "first")
  }

  @Test func `hooks run on a commit, and may use Shale`() throws {
    let scene = try Scene.committed()
    try install(
      hook: "pre-commit",
      "'\(try builtProgram())' status > ../status && git diff --cached --name-only > ../names",
      in: scene)
    try scene.change("two\n", commit: "second")
    let names = try TemporaryDirectory.required().appending(path: "names")
    #expect(try Data(contentsOf: names) == Data("data.shale\n".utf8))
    try install(hook: "commit-msg", "echo 'no such message' >&2; exit 1", in: scene)
    try scene.setup.write("three\n", to: "data/a.txt")
    let before = try scene.setup.git("rev-parse", "HEAD")
    let refused = try scene.shale("commit", "-m", "third")
    #expect(refused.status == 1)
    #expect(refused.errorText.contains("no such message"))
    #expect(try scene.setup.git("rev-parse", "HEAD") == before)
    #expect(try scene.text("data/a.txt") == "three\n")
  }

  @Test func `a path without changes is nothing to commit, whoever makes commits`() throws {
    let scene = try Scene.committed()
    #expect(try scene.shale("commit", "-m", "nothing", "data").status == 10)
    try install(hook: "pre-commit", "exit 0", in: scene)
    let result = try scene.shale("commit", "-m", "nothing", "data")
    #expect(result.status == 10, "\(result.errorText)")
  }

  @Test(arguments: [false, true])
  func `a sparse checkout stays sparse through add and commit`(hasSparseIndex: Bool) throws {
    let scene = try Scene.committed()
    try scene.setup.write("away\n", to: "away/file.txt")
    try scene.setup.write("here\n", to: "here/file.txt")
    try scene.setup.git("add", "away", "here")
    try scene.setup.git("commit", "-q", "-m", "code")
    try scene.setup.git(
      "sparse-checkout", "set", "--cone", hasSparseIndex ? "--sparse-index" : "--no-sparse-index",
      "here")
    #expect(!FileManager.default.fileExists(atPath: scene.setup.file("away/file.txt").path))
    try scene.setup.write("two\n", to: "data/a.txt")
    try scene.succeed("add", "data")
    try scene.succeed("commit", "-q", "-m", "second")
    #expect(try scene.setup.git("ls-files", "-t", "away") == "S away/file.txt")
    #expect(try scene.setup.git("show", "--name-only", "--format=%s") == "second\n\ndata.shale")
    #expect(try scene.setup.git("show", "HEAD:away/file.txt") == "away")
    #expect(try scene.setup.git("status", "--short") == "")
  }

  @Test(arguments: ["core.splitIndex", "index.skipHash"])
  func `an index that libgit2 cannot read is read by git`(setting: String) throws {
    let scene = try Scene.committed()
    try scene.setup.git("config", ByteString(setting), "true")
    if setting == "core.splitIndex" { try scene.setup.git("update-index", "--split-index") }
    try scene.change("two\n", commit: "second")
    #expect(try scene.setup.git("show", "--name-only", "--format=%s") == "second\n\ndata.shale")
    #expect(try scene.setup.git("status", "--short") == "")
    #expect(try scene.shale("status", "--exit-code").status == 0)
  }

  @Test func `a merge in progress becomes a commit with two parents`() throws {
    let scene = try Scene.committed()
    try scene.divergeBranches()
    #expect(try scene.setup.tryGit(["merge", "other"]).status == 1)
    try scene.setup.git("checkout", "--ours", "--", "data.shale")
    try scene.setup.git("add", "data.shale")
    try scene.succeed("commit", "-q", "-m", "merged")
    #expect(
      try scene.setup.git("rev-list", "--parents", "-1", "HEAD").split(separator: " ").count == 3)
    #expect(!FileManager.default.fileExists(atPath: scene.setup.file(".git/MERGE_HEAD").path))
  }

  @Test func `signatures are made by git, and a signer that fails stops the commit`() throws {
    let scene = try Scene.committed()
    let signer = try TemporaryDirectory.required().appending(path: "signer")
    try Program.write(script: "#!/bin/sh\nexit 1\n", to: signer)
    try scene.setup.git("config", "commit.gpgSign", "true")
    try scene.setup.git("config", "gpg.program", ByteString(signer.path))
    try scene.setup.write("two\n", to: "data/a.txt")
    let before = try scene.setup.git("rev-parse", "HEAD")
    try scene.shale("commit", "-m", "second").expectFailure(1, mentions: ["gpg"])
    #expect(try scene.setup.git("rev-parse", "HEAD") == before)
    try scene.setup.git("config", "commit.gpgSign", "false")
    try scene.succeed("commit", "-q", "-m", "second")
  }

  @Test func `a clone is not told of the repository that git was asked about`() throws {
    let scene = try Scene.committed()
    let remote = try scene.addRemote()
    try scene.setup.git("commit", "-q", "-a", "-m", "remote")
    try scene.succeed("push", "-q")
    let other = try GitSetup.make("other")
    let result = try Shale.run(
      ["clone", "-q", ByteString(scene.setup.url.path), "copy"],
      environment: [
        "GIT_DIR": other.file(".git").path, "GIT_WORK_TREE": other.url.path,
        "GIT_INDEX_FILE": other.file(".git/index").path,
      ])
    #expect(result.status == 0, "\(result.errorText)")
    let copy = try TemporaryDirectory.required().appending(path: "copy/data/a.txt")
    #expect(try Data(contentsOf: copy) == Data("one\n".utf8))
    #expect(try other.git("status", "--short") == "")
    #expect(FileManager.default.fileExists(atPath: remote.path))
  }

  @Test(arguments: ["--object-format=sha256", "--ref-format=reftable"])
  func `repositories that libgit2 does not read are refused in words`(option: String) throws {
    let place = try TemporaryDirectory.required().appending(path: "repository")
    let made = try Program.run("git", ["init", "-q", ByteString(option), ByteString(place.path)])
    // An older git has no such format, and so no such repository.
    if made.status != 0 { return }
    for words: [ByteString] in [["init"], ["status"], ["add", "x"]] {
      try Shale.run(words, in: ByteString(place.path)).expectFailure(1)
    }
  }

  @Test func `another user's repository is refused, and what is advised allows it`() throws {
    guard geteuid() == 0 else { return }
    let scene = try Scene.committed()
    try Program.succeed("chown", ["-R", "65534", "."], in: scene.setup.path)
    let refused = try scene.shale("status")
    refused.expectFailure(3, mentions: ["safe.directory"])
    let advice = try #require(refused.errorText.firstMatch(of: /`(git config [^`]*)`/)?.output.1)
    try Program.succeed(
      "sh", ["-c", ByteString("mkdir -p \"$HOME\" && \(advice)")], in: scene.setup.path)
    #expect(try scene.shale("status", "--exit-code").status == 0)
  }

  @Test func `data in a submodule belongs to the submodule`() throws {
    let scene = try Scene.committed()
    let inner = try GitSetup.make("inner")
    try inner.write("code\n", to: "code.txt")
    try inner.commitAll("inner")
    try scene.setup.git(
      "-c", "protocol.file.allow=always", "submodule", "add", "-q", ByteString(inner.url.path),
      "module")
    try scene.setup.git("commit", "-q", "-m", "module")
    try scene.setup.write("big\n", to: "module/big.bin")
    try scene.expectRefusal("add", "module/big.bin", status: 1, mentions: "module")
    try scene.change("two\n", commit: "second")
    #expect(try scene.setup.git("ls-files", "-s", "module").hasPrefix("160000"))
    #expect(try scene.shale("status", "--exit-code").status == 0)
  }
}

import Foundation
import Git
import Platform
import Primitives
import TestSupport
import Testing

/// What git itself is run for, and how.
@Suite(.temporaryDirectory) struct GitProgramTests {
  @Test func `a missing git is said with the reason`() throws {
    let setup = try history()
    let empty = try TemporaryDirectory.required().appending(path: "empty").path
    let repository = try setup.open(["PATH": empty])
    let reason = GitReason.command("checkout")
    #expect(throws: GitError.gitMissing(for: reason)) { try repository.checkout("side") }
    #expect(
      "\(GitError.gitMissing(for: reason))"
        == "Git is needed because 'checkout' is done by git, and there is no 'git' in PATH")
    try repository.stage([.bytes(path("x.shale"), [1])])
    #expect(try repository.commit(.init(message: "without git")) != .nothingToCommit)
  }

  @Test func `a git that is too old is said with the reason`() throws {
    let setup = try history()
    let folder = try TemporaryDirectory.required().appending(path: "bin")
    try Program.write(
      script: "#!/bin/sh\necho git version 2.29.3\n", to: folder.appending(path: "git"))
    let repository = try setup.open(["PATH": folder.path])
    #expect(
      throws: GitError.gitTooOld(found: "2.29.3", needed: "2.30", for: .command("checkout"))
    ) { try repository.checkout("side") }
  }

  @Test func `the version of the real git is read`() throws {
    let version = try GitProgram(environment: testEnvironment()).version()
    #expect(version >= GitProgram.oldest)
    let text = try Program.succeed("git", ["version"]).line
    #expect(text.hasPrefix("git version \(version.major).\(version.minor).\(version.patch)"))
  }

  @Test func `checkout moves files and head`() throws {
    let setup = try history()
    let repository = try setup.open()
    try repository.checkout("v1")
    #expect(try repository.head() == .detached(repository.commitID(of: "v1")))
    #expect(try setup.read("a.shale") == Array("one\n".utf8))
    try repository.checkout("side")
    #expect(try repository.head().branchName == "side")
    try repository.checkout(newBranch: "new", at: "main")
    #expect(try repository.head().branchName == "new")
    try setup.write("precious\n", to: "a.shale")
    #expect(throws: GitError.self) { try repository.checkout("v1") }
    #expect(try setup.read("a.shale") == Array("precious\n".utf8))
  }

  @Test func `a checkout that was cut off is finished, and goes past no other change`() throws {
    let setup = try history()
    try setup.git("checkout", "-q", "-b", "next")
    try setup.write("two\n", to: "a.shale")
    try setup.write("new\n", to: "new.txt")
    try setup.commitAll("next")
    try setup.git("checkout", "-q", "main")
    let repository = try setup.open()
    let staged = try repository.index().entries
    // Git replaces files before it writes the index.
    try setup.write("two\n", to: "a.shale")
    try setup.write("mine\n", to: "new.txt")
    #expect(throws: GitError.self) { try repository.checkout("next") }
    #expect(try repository.index().entries == staged)
    #expect(try setup.read("new.txt") == Array("mine\n".utf8))
    try setup.write("new\n", to: "new.txt")
    try repository.checkout("next")
    #expect(try repository.head().branchName == "next")
    #expect(try setup.git("status", "--porcelain").isEmpty)
  }

  @Test func `a file with the name of a branch is no reason to overwrite it`() throws {
    let setup = try history()
    try setup.write("mine\n", to: "side")
    try setup.git("add", "side")
    try setup.write("changed\n", to: "side")
    let repository = try setup.open()
    try repository.checkout("side")
    #expect(try setup.read("side") == Array("changed\n".utf8))
    #expect(try repository.head().branchName == "side")
  }

  @Test(arguments: ["--detach", "-f", "", "a\0b"])
  func `revisions cannot be options`(_ text: String) throws {
    let repository = try history().open()
    #expect(throws: GitError.badArgument(ByteString(text))) {
      try repository.checkout(ByteString(text))
    }
    #expect(throws: GitError.badArgument(ByteString(text))) {
      try repository.fetch(ByteString(text))
    }
    let program = GitProgram(environment: testEnvironment())
    let directory = FilePath(try TemporaryDirectory.required().path)
    #expect(throws: GitError.badArgument(ByteString(text))) {
      try program.clone(ByteString(text), to: directory.appending("x"), from: directory)
    }
  }

  @Test func `clones come from a branch, with as much history as asked for`() throws {
    let setup = try history()
    let directory = FilePath(try TemporaryDirectory.required().path)
    // What names a repository here must not lead git astray there.
    let program = GitProgram(
      environment: testEnvironment([
        "GIT_DIR": "/nonexistent", "GIT_INDEX_FILE": "/nonexistent/index",
        "GIT_WORK_TREE": "/nonexistent", "GIT_OBJECT_DIRECTORY": "/nonexistent/objects",
      ]))
    var options = GitProgram.CloneOptions()
    options.branch = "side"
    options.depth = 1
    let source = ByteString("file://\(setup.url.path)")
    try program.clone(source, to: directory.appending("-clone"), from: directory, options)
    let clone = GitSetup(at: setup.url.deletingLastPathComponent().appending(path: "-clone"))
    #expect(try clone.git("rev-list", "--count", "HEAD") == "1")
    #expect(try clone.open().head().branchName == "side")
    try program.clone("repository", to: directory.appending("relative"), from: directory)
    #expect(try directory.appending("relative/a.shale").statusIfPresent() != nil)
    do {
      try program.clone("nowhere", to: directory.appending("none"), from: directory)
      Issue.record("nowhere was cloned")
    } catch {
      #expect("\(error)".hasPrefix("'git clone' ended with 128: fatal:"))
    }
  }

  @Test func `history is fetched`() throws {
    let setup = try history()
    let directory = FilePath(try TemporaryDirectory.required().path)
    let program = GitProgram(environment: testEnvironment())
    try program.clone(setup.path, to: directory.appending("clone"), from: directory)
    try setup.write("five\n", to: "a.shale")
    let id = try setup.commitAll()
    let clone = try GitRepository(
      discoveredFrom: directory.appending("clone"), environment: testEnvironment())
    try clone.fetch("origin")
    #expect(try clone.reference("refs/remotes/origin/main")?.target.hex == id)
  }

  @Test func `a hook opens the repository with what git gives it`() throws {
    let setup = try history()
    try Program.write(
      script:
        "#!/bin/sh\nenv -0 > environment\npwd > place\n", to: setup.file(".git/hooks/pre-commit"))
    try setup.write("six\n", to: "a.shale")
    try setup.git("commit", "--quiet", "-m", "partly", "--", "a.shale")
    let lines = try setup.read("environment").split(separator: 0)
    var variables = testEnvironment()
    for line in lines {
      guard let sign = line.firstIndex(of: UInt8(ascii: "=")) else { continue }
      variables[ByteString(line[..<sign])] = ByteString(line[(sign + 1)...])
    }
    let index = try #require(variables["GIT_INDEX_FILE"])
    // A partial commit has an index of its own, which is gone by now.
    #expect(index.text?.contains("next-index") == true)
    let layout = try GitLayout.discover(from: FilePath(setup.path), environment: variables)
    #expect(layout.indexFile == FilePath(setup.path).appending(index))
    #expect(layout.worktree == FilePath(setup.path))
  }

  @Test func `a new repository is made as git would`() throws {
    let directory = FilePath(try TemporaryDirectory.required().path).appending("made/here")
    try Program.succeed("mkdir", ["-p", "home"])
    try Program.succeed("git", ["config", "--global", "init.defaultBranch", "trunk"])
    let repository = try GitRepository.initialize(at: directory, environment: testEnvironment())
    #expect(try repository.head() == .unborn(branch: "refs/heads/trunk"))
    #expect(
      try Program.succeed("git", ["status", "-sb"], in: directory.bytes).line.contains("trunk"))
    try repository.stage([.bytes(path("x.shale"), [1])])
    _ = try repository.commit(.init(message: "m"))
    #expect(try Program.succeed("git", ["fsck"], in: directory.bytes).line == "")
  }
}

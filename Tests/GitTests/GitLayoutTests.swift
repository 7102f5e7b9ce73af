import Foundation
import Git
import Platform
import Primitives
import TestSupport
import Testing

/// Every place of a repository, compared with what `git rev-parse` says of it.
@Suite(.temporaryDirectory) struct GitLayoutTests {
  @Test func `the main worktree is found from below`() throws {
    let setup = try GitSetup.make()
    try setup.write("x", to: "a/b/c.txt")
    try expectAgreement(in: setup.path)
    try expectAgreement(in: ByteString(setup.file("a/b").path))
  }

  @Test func `a linked worktree has its own git directory`() throws {
    let setup = try GitSetup.make()
    try setup.write("x", to: "f")
    try setup.commitAll()
    try setup.git("worktree", "add", "--quiet", "../other", "-b", "side")
    let other = ByteString(setup.url.deletingLastPathComponent().appending(path: "other").path)
    let layout = try expectAgreement(in: other)
    #expect(layout.gitDirectory != layout.commonDirectory)
    #expect(layout.commonDirectory == FilePath(setup.path).appending(".git"))
    let repository = GitRepository(layout: layout, environment: testEnvironment())
    #expect(try repository.head().branchName == "side")
  }

  @Test func `a submodule is a repository of its own`() throws {
    let inner = try GitSetup.make("inner")
    try inner.write("x", to: "f")
    try inner.commitAll()
    let outer = try GitSetup.make("outer")
    try outer.git(
      "-c", "protocol.file.allow=always", "submodule", "add", "--quiet", inner.path, "sub")
    let layout = try expectAgreement(in: ByteString(outer.file("sub").path))
    #expect(layout.gitDirectory == FilePath(outer.path).appending(".git/modules/sub"))
    #expect(layout.gitDirectory == layout.commonDirectory)
  }

  @Test func `a bare repository has no worktree`() throws {
    let setup = try GitSetup.make()
    try setup.git("clone", "--quiet", "--bare", ".", "../bare.git")
    let bare = FilePath(setup.path).parent.appending("bare.git")
    let layout = try discover(bare.bytes)
    #expect(layout.isBare)
    #expect(layout.gitDirectory == bare)
    let repository = GitRepository(layout: layout, environment: testEnvironment())
    #expect(throws: GitError.noWorktree(bare)) { try repository.worktree() }
  }

  @Test func `inside the git directory there is no worktree`() throws {
    let setup = try GitSetup.make()
    let layout = try discover(ByteString(setup.file(".git/refs").path))
    #expect(layout.isBare)
    #expect(layout.gitDirectory == FilePath(setup.path).appending(".git"))
  }

  @Test func `the environment names repository, worktree and index`() throws {
    let setup = try GitSetup.make()
    let elsewhere = try TemporaryDirectory.required().appending(path: "elsewhere")
    try FileManager.default.createDirectory(at: elsewhere, withIntermediateDirectories: true)
    let git = setup.file(".git").path
    let variables = ["GIT_DIR": git, "GIT_WORK_TREE": elsewhere.path]
    let layout = try expectAgreement(in: ByteString(elsewhere.path), variables)
    #expect(layout.isExplicit)
    #expect(layout.worktree == FilePath(elsewhere.path))
    let withIndex = try discover(setup.path, ["GIT_INDEX_FILE": ".git/other-index"])
    #expect(withIndex.indexFile == FilePath(setup.path).appending(".git/other-index"))
  }

  @Test func `a worktree that core.worktree names is told to git`() throws {
    let setup = try GitSetup.make()
    try FileManager.default.createDirectory(
      at: setup.file("../files"), withIntermediateDirectories: true)
    try setup.git("config", "core.worktree", "../../files")
    let layout = try discover(setup.path)
    #expect(layout.worktree == FilePath(setup.path).parent.appending("files"))
    #expect(layout.isExplicit)
  }

  @Test func `a repository in which sparse checkout was used is opened`() throws {
    let setup = try GitSetup.make()
    try setup.write("x", to: "f")
    try setup.commitAll()
    try setup.git("sparse-checkout", "set", "a")
    #expect(try setup.git("config", "extensions.worktreeConfig") == "true")
    #expect(try setup.open().head().commit != nil)
  }

  @Test func `outside any repository that is said`() throws {
    let directory = try TemporaryDirectory.required()
    #expect(throws: GitError.notARepository(FilePath(directory.path))) {
      try discover(ByteString(directory.path))
    }
    let missing = FilePath(directory.path).appending("missing")
    #expect(throws: GitError.notARepository(missing)) { try discover(missing.bytes) }
  }

  @Test func `the search stops at a ceiling`() throws {
    let setup = try GitSetup.make()
    try setup.write("x", to: "a/b/f")
    let inside = ByteString(setup.file("a/b").path)
    #expect(throws: GitError.notARepository(FilePath(inside))) {
      try discover(inside, ["GIT_CEILING_DIRECTORIES": setup.url.path])
    }
    _ = try discover(inside, ["GIT_CEILING_DIRECTORIES": "/nowhere"])
  }

  @Test func `a link to nothing is named`() throws {
    let directory = try TemporaryDirectory.required()
    try Data("gitdir: ../gone\n".utf8).write(to: directory.appending(path: ".git"))
    let file = FilePath(directory.path).appending(".git")
    #expect(throws: GitError.brokenLink(file, target: "../gone")) {
      try discover(ByteString(directory.path))
    }
  }

  @Test func `formats that cannot be read are refused in words`() throws {
    let setup = try GitSetup.make()
    let git = FilePath(setup.path).appending(".git")
    func expect(_ problem: GitFormatProblem) {
      #expect(throws: GitError.unsupportedFormat(git, problem)) { try discover(setup.path) }
    }
    func configure(_ arguments: ByteString...) throws {
      // By its path: git itself does not enter such a repository.
      let file = ByteString(setup.file(".git/config").path)
      try Program.succeed("git", ["config", "--file", file] + arguments)
    }
    try configure("core.repositoryformatversion", "1")
    try configure("extensions.refStorage", "reftable")
    expect(.referenceStorage("reftable"))
    try configure("--unset", "extensions.refStorage")
    try configure("extensions.tomorrow", "true")
    expect(.extension("tomorrow"))
    try configure("--unset", "extensions.tomorrow")
    try configure("core.repositoryformatversion", "2")
    expect(.version("2"))
    try Program.succeed("git", ["init", "--quiet", "--object-format=sha256", "sha256"])
    let directory = try TemporaryDirectory.required().appending(path: "sha256").path
    #expect(
      throws: GitError.unsupportedFormat(
        FilePath(directory).appending(".git"), .objectFormat("sha256"))
    ) { try discover(ByteString(directory)) }
  }

  @Test func `a path of the operating system becomes a path of the repository`() throws {
    let setup = try GitSetup.make()
    try setup.write("x", to: "a/b")
    try FileManager.default.createSymbolicLink(
      atPath: setup.file("link").path, withDestinationPath: "/etc")
    let layout = try discover(setup.path)
    let root = FilePath(setup.path)
    #expect(try layout.path(of: root) == .root)
    #expect(try layout.path(of: root.appending("a/b")) == path("a/b"))
    #expect(try layout.path(of: root.appending("a/new")) == path("a/new"))
    #expect(try layout.path(of: root.appending("not/here/yet")) == path("not/here/yet"))
    #expect(throws: GitError.outsideWorktree(root.appending("link/no/file"), worktree: root)) {
      try layout.path(of: root.appending("link/no/file"))
    }
    #expect(try layout.path(of: root.appending("a/../link")) == path("link"))
    #expect(throws: GitError.outsideWorktree(root.parent, worktree: root)) {
      try layout.path(of: root.parent)
    }
    #expect(throws: GitError.outsideWorktree(root.appending("link/passwd"), worktree: root)) {
      try layout.path(of: root.appending("link/passwd"))
    }
  }
}

/// Finds the repository as the module does.
func discover(
  _ directory: ByteString, _ changes: [String: String?] = [:]
) throws(GitError) -> GitLayout {
  try GitLayout.discover(
    from: FilePath(directory), environment: testEnvironment(changes))
}

/// Finds the repository as the module does and as git does.
@discardableResult
private func expectAgreement(
  in directory: ByteString, _ changes: [String: String?] = [:]
) throws -> GitLayout {
  let layout = try discover(directory, changes)
  let output = try Program.succeed(
    "git",
    [
      "rev-parse", "--path-format=absolute", "--git-dir", "--git-common-dir", "--show-toplevel",
      "--git-path", "index",
    ], in: directory, environment: changes)
  let places = [layout.gitDirectory, layout.commonDirectory, layout.worktree, layout.indexFile]
  let own = places.compactMap { $0?.description }
  #expect(own == output.line.split(separator: "\n").map(String.init))
  return layout
}

import Foundation
import Git
import Platform
import Primitives
import TestSupport
import Testing

/// Commits, made by libgit2 where nothing that matters is configured, and by git where it is.
@Suite(.temporaryDirectory) struct GitCommitTests {
  @Test func `author and committer come from environment and configuration`() throws {
    let setup = try GitSetup.make()
    try setup.git("config", "author.name", "Grace Hopper")
    let repository = try setup.open([
      "GIT_AUTHOR_NAME": nil, "GIT_AUTHOR_EMAIL": nil, "GIT_AUTHOR_DATE": "@1700000000 +0530",
      "GIT_COMMITTER_NAME": "Someone", "GIT_COMMITTER_EMAIL": "someone@example.org",
    ])
    try repository.stage([.bytes(path("a.shale"), [1])])
    #expect(try committed(repository, "m").byGit == nil)
    #expect(
      try setup.git("log", "-1", "--format=%an <%ae> %ad, %cn <%ce> %cd", "--date=raw")
        == "Grace Hopper <ada@example.com> 1700000000 +0530, "
        + "Someone <someone@example.org> 1767323045 +0000")
    #expect(try setup.git("log", "-g", "--format=%gn %gs") == "Someone commit (initial): m")
    let commit = try repository.commit(repository.commitID(of: "HEAD"))
    #expect(commit.author.name == "Grace Hopper")
    #expect(commit.author.offsetMinutes == 330)
    #expect(commit.author.time.seconds == 1_700_000_000)
  }

  @Test(arguments: [GitIdentityPart.name, .email])
  func `who commits must be known`(_ part: GitIdentityPart) throws {
    let setup = try GitSetup.make()
    try setup.git("config", "--unset", ByteString("user.\(part.rawValue)"))
    let repository = try setup.open([
      "GIT_AUTHOR_NAME": nil, "GIT_AUTHOR_EMAIL": nil, "GIT_COMMITTER_NAME": nil,
      "GIT_COMMITTER_EMAIL": nil, "EMAIL": nil,
    ])
    try repository.stage([.bytes(path("a.shale"), [1])])
    #expect(throws: GitError.identityMissing(part)) {
      try repository.commit(.init(message: "m"))
    }
    #expect(try repository.head().commit == nil)
  }

  @Test(arguments: [
    "plain", "trailing  \n\n\n\nspace\t\n\n", "\n\nlate", "# kept", "a\r\nb", "end\n",
  ])
  func `messages are cleaned up as git does`(_ message: String) throws {
    let setup = try GitSetup.make()
    let repository = try setup.open()
    try repository.stage([.bytes(path("a.shale"), [1])])
    let own = try committed(repository, ByteString(message)).id
    let ours = try setup.tryGit(["cat-file", "commit", ByteString(own.hex)]).output
    try setup.git("commit", "--quiet", "--amend", "-m", ByteString(message))
    #expect(try setup.tryGit(["cat-file", "commit", "HEAD"]).output == ours)
    #expect(throws: GitError.emptyMessage) {
      try repository.commit(.init(message: " \n\t\n"))
    }
  }

  @Test func `only the given files are committed`() throws {
    let setup = try history()
    try setup.write("other\n", to: "staged.txt")
    try setup.git("add", "staged.txt")
    try setup.write("three\n", to: "a.shale")
    try setup.write("new\n", to: "new/n.shale")
    try FileManager.default.removeItem(at: setup.file("d/e/c.shale"))
    let repository = try setup.open()
    let files = try [path("a.shale"), path("new/n.shale"), path("d/e/c.shale")]
    var request = GitCommitRequest(message: "some of it", scope: .only(files))
    guard case .committed(_, byGit: nil, _) = try repository.commit(request) else {
      Issue.record("not committed by libgit2")
      return
    }
    #expect(
      try setup.git("diff", "--name-status", "HEAD~1", "HEAD")
        == "M\ta.shale\nD\td/e/c.shale\nA\tnew/n.shale")
    #expect(try setup.git("status", "--porcelain") == "A  staged.txt")
    #expect(try setup.git("fsck", "--strict", "--no-dangling") == "")
    #expect(try repository.commit(request) == .nothingToCommit)
    request.scope = .staged
    #expect(try repository.commit(request) != .nothingToCommit)
  }

  @Test func `files take the place of directories, and directories of files`() throws {
    let setup = try history()
    try setup.git("rm", "--quiet", "-r", "d", "a.shale")
    try setup.write("1\n", to: "d")
    try setup.write("2\n", to: "a.shale/x")
    let repository = try setup.open()
    let files = try [
      path("d"), path("d/b.shale"), path("d/e/c.shale"), path("a.shale"), path("a.shale/x"),
    ]
    #expect(try committed(repository, "turned", .only(files)).byGit == nil)
    #expect(try setup.git("ls-tree", "-r", "--name-only", "HEAD") == "a.shale/x\nd\nmain.py")
    #expect(try setup.git("status", "--porcelain") == "")
    #expect(try setup.git("fsck", "--strict", "--no-dangling") == "")
  }

  @Test func `the branch of a first commit is born`() throws {
    let setup = try GitSetup.make()
    let repository = try setup.open()
    #expect(try repository.commit(.init(message: "none")) == .nothingToCommit)
    try setup.write("1\n", to: "a.shale")
    let id = try committed(repository, "first", .only([path("a.shale")])).id
    #expect(try repository.head() == .branch("refs/heads/main", id))
    #expect(try setup.git("status", "--porcelain") == "")
  }

  @Test func `a detached head moves`() throws {
    let setup = try history()
    try setup.git("checkout", "--quiet", "--detach")
    let repository = try setup.open()
    try repository.stage([.bytes(path("x.shale"), [1])])
    let id = try committed(repository, "detached").id
    #expect(try repository.head() == .detached(id))
    #expect(try setup.git("rev-parse", "HEAD~1") == setup.git("rev-parse", "main"))
  }

  @Test func `all tracked files are committed by git`() throws {
    let setup = try history()
    try setup.write("changed\n", to: "main.py")
    try setup.write("untracked\n", to: "u.txt")
    let repository = try setup.open()
    #expect(try committed(repository, "all", .tracked).byGit == .trackedFiles)
    #expect(try setup.git("diff", "--name-only", "HEAD~1", "HEAD") == "main.py")
    #expect(
      try repository.commit(.init(message: "again", scope: .tracked)) == .nothingToCommit)
  }

  @Test func `a merge in progress becomes a commit with two parents`() throws {
    let setup = try conflict()
    let repository = try setup.open()
    #expect(try repository.operationInProgress() == "merge")
    try repository.stage([.bytes(path("a.shale"), Array("both\n".utf8))])
    let commit = try committed(repository, "merged")
    #expect(commit.byGit == .inProgress("merge"))
    #expect(try repository.commit(commit.id).parents.count == 2)
    #expect(try repository.operationInProgress() == nil)
  }

  @Test func `entries that are only announced are not committed empty`() throws {
    let setup = try history()
    try setup.write("later\n", to: "later.txt")
    try setup.git("add", "--intent-to-add", "later.txt")
    let repository = try setup.open()
    try repository.stage([.bytes(path("x.shale"), [1])])
    #expect(try committed(repository, "m").byGit == .announcedFiles)
    #expect(try setup.git("show", "--format=", "--name-only") == "x.shale")
  }

  @Test func `a repository with submodules is committed by git`() throws {
    let inner = try GitSetup.make("inner")
    try inner.commitAll()
    let setup = try GitSetup.make("outer")
    try setup.git(
      "-c", "protocol.file.allow=always", "submodule", "add", "--quiet", inner.path, "sub")
    let repository = try setup.open()
    #expect(try committed(repository, "m").byGit == .submodules)
    #expect(try setup.git("ls-tree", "HEAD", "sub").hasPrefix("160000 commit"))
  }

  @Test func `a date that only git reads is left to git`() throws {
    let setup = try GitSetup.make()
    let repository = try setup.open(["GIT_AUTHOR_DATE": "2020-05-06T07:08:09Z"])
    try repository.stage([.bytes(path("x.shale"), [1])])
    #expect(try committed(repository, "m").byGit == .dateForm)
    #expect(try setup.git("log", "--format=%at") == "1588748889")
  }

  @Test func `a filter driver is applied`() throws {
    let setup = try GitSetup.make()
    try setup.git("config", "filter.upper.clean", "tr a-z A-Z")
    try setup.write("*.txt filter=upper\n", to: ".gitattributes")
    try setup.write("text\n", to: "f.txt")
    let repository = try setup.open()
    try repository.stage([.worktree(path("f.txt"))])
    #expect(try setup.git("cat-file", "blob", ":f.txt") == "TEXT")
    let commit = try committed(repository, "m", .only([path("f.txt")]))
    #expect(commit.byGit == .filter("upper"))
    #expect(try setup.git("show", "HEAD:f.txt") == "TEXT")
  }

  @Test func `core.sharedRepository is kept by git`() throws {
    let setup = try GitSetup.make()
    try setup.git("config", "core.sharedRepository", "group")
    let repository = try setup.open()
    try repository.stage([.bytes(path("x.shale"), [1])])
    #expect(try committed(repository, "m").byGit == .setting("core.sharedRepository"))
    let mode = try FilePath(setup.path).appending(".git/index").status().mode
    #expect(mode & 0o060 == 0o060)
  }

  @Test func `an empty commit is made when asked for`() throws {
    let setup = try history()
    let repository = try setup.open()
    var request = GitCommitRequest(message: "nothing new")
    #expect(try repository.commit(request) == .nothingToCommit)
    request.allowsEmpty = true
    #expect(try repository.commit(request) != .nothingToCommit)
    #expect(try setup.git("diff", "HEAD~1", "HEAD") == "")
  }
}

// MARK: - Hooks and signatures

extension GitCommitTests {
  @Test(arguments: ["hooks", "own hooks"])
  func `hooks run, wherever they lie`(_ name: String) throws {
    let setup = try history()
    let folder = name == "hooks" ? ".git/hooks" : name
    if name != "hooks" { try setup.git("config", "core.hooksPath", ByteString(name)) }
    try hook("pre-commit", "echo \"$GIT_INDEX_FILE\" > seen; echo from the hook", in: setup, folder)
    try hook("commit-msg", "echo 'Added-by: hook' >> \"$1\"", in: setup, folder)
    let repository = try setup.open()
    try repository.stage([.bytes(path("x.shale"), [1])])
    let outcome = try repository.commit(.init(message: "m"))
    guard case .committed(_, byGit: .hook("pre-commit"), let messages) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(messages.text?.contains("from the hook") == true)
    #expect(try String(decoding: setup.read("seen"), as: UTF8.self).contains("index"))
    #expect(try setup.git("log", "-1", "--format=%B").contains("Added-by: hook"))
  }

  @Test func `a hook that refuses stops the commit`() throws {
    let setup = try history()
    try hook("pre-commit", "echo no such luck >&2; exit 1", in: setup)
    let repository = try setup.open()
    try repository.stage([.bytes(path("x.shale"), [1])])
    let before = try repository.head()
    #expect(
      throws: GitError.gitFailed(command: "commit", status: 1, message: "no such luck\n")
    ) { try repository.commit(.init(message: "m")) }
    #expect(try repository.head() == before)
    #expect(try setup.git("diff", "--cached", "--name-only") == "x.shale")
  }

  @Test func `a file without the right to execute is no hook`() throws {
    let setup = try history()
    try setup.write("exit 1\n", to: ".git/hooks/pre-commit")
    let repository = try setup.open()
    try repository.stage([.bytes(path("x.shale"), [1])])
    #expect(try committed(repository, "m").byGit == nil)
  }

  @Test func `only some files are committed with hooks, too`() throws {
    let setup = try history()
    try hook("post-commit", "exit 0", in: setup)
    try setup.write("other\n", to: "staged.txt")
    try setup.git("add", "staged.txt")
    let odd = ByteString(Array("*?\n".utf8) + [0xFF] + Array(".shale".utf8))
    let repository = try setup.open()
    try Program.succeed("cp", ["a.shale", odd], in: setup.path)
    let commit = try committed(repository, "m", .only([RepositoryPath(odd)]))
    #expect(commit.byGit == .hook("post-commit"))
    let shown = try setup.tryGit(["show", "--format=", "--name-only", "-z"]).output
    #expect(shown == odd.bytes + [0])
    #expect(try setup.git("status", "--porcelain", "staged.txt") == "A  staged.txt")
  }

  @Test func `signatures are made by git`() throws {
    let setup = try history()
    let program = setup.file(".git/sign")
    try Program.write(
      script:
        """
        #!/bin/sh
        cat > /dev/null
        echo '[GNUPG:] SIG_CREATED ' >&2
        echo 'signed, in a way'

        """, to: program)
    try setup.git("config", "gpg.program", ByteString(program.path))
    try setup.git("config", "commit.gpgSign", "true")
    let repository = try setup.open()
    try repository.stage([.bytes(path("x.shale"), [1])])
    let commit = try committed(repository, "m")
    #expect(commit.byGit == .signing)
    #expect(try setup.git("cat-file", "commit", "HEAD").contains("gpgsig signed, in a way"))
  }

  private func hook(
    _ name: String, _ script: String, in setup: GitSetup, _ folder: String = ".git/hooks"
  ) throws {
    try Program.write(script: "#!/bin/sh\n\(script)\n", to: setup.file("\(folder)/\(name)"))
  }

  private func committed(
    _ repository: GitRepository, _ message: ByteString,
    _ scope: GitCommitRequest.Scope = .staged
  ) throws -> (id: GitID, byGit: GitReason?) {
    let outcome = try repository.commit(.init(message: message, scope: scope))
    var made: (GitID, GitReason?)?
    if case .committed(let id, let byGit, _) = outcome { made = (id, byGit) }
    return try #require(made, "nothing was committed")
  }
}

import Foundation
import Git
import Platform
import Primitives
import TestSupport
import Testing

/// What revisions name, compared with `git rev-parse`.
@Suite(.temporaryDirectory) struct GitRevisionTests {
  @Test func `expressions name what git says`() throws {
    let setup = try history()
    let repository = try setup.open()
    let revisions: [ByteString] = [
      "HEAD", "main", "v1", "v1^{}", "v1^{tree}", "side", "main~1", "main^2", "main^2~1",
      "HEAD:a.shale", ":a.shale", ":0:d/b.shale", "HEAD:d", "HEAD^{tree}", "refs/heads/side",
      "@", "HEAD@{0}", ":/on the side",
    ]
    for revision in revisions {
      let expected = try setup.git("rev-parse", revision)
      #expect(try repository.resolve(revision).id.hex == expected, "\(revision)")
    }
    let id = try setup.git("rev-parse", "HEAD")
    #expect(try repository.commitID(of: ByteString(String(id.prefix(8)))).hex == id)
    #expect(try repository.commitID(of: "v1").hex == setup.git("rev-parse", "v1^{commit}"))
    #expect(try repository.treeID(of: "v1").hex == setup.git("rev-parse", "v1^{tree}"))
  }

  @Test(arguments: [
    "nothing", "main~99", "HEAD:nothing", ":nothing", ":3:a.shale", "", "a..b..c", "^", "--all",
    "main^{/nothing}", "HEAD^{wrong}", "@{99}", "v1^{blob}",
  ])
  func `what names nothing is said`(_ text: String) throws {
    let repository = try history().open()
    #expect(throws: GitError.unknownRevision(ByteString(text))) {
      try repository.resolve(ByteString(text))
    }
  }

  @Test func `a file is not a commit`() throws {
    let repository = try history().open()
    for revision in ["HEAD:a.shale", ":a.shale"] as [ByteString] {
      #expect(throws: GitError.wrongKind(revision, expected: .commit, found: .blob)) {
        try repository.commitID(of: revision)
      }
    }
    #expect(throws: GitError.wrongKind("HEAD:d", expected: .commit, found: .tree)) {
      try repository.commitID(of: "HEAD:d")
    }
  }

  @Test func `files are read at a revision`() throws {
    let setup = try history()
    let repository = try setup.open()
    #expect(try repository.contents(of: path("a.shale"), in: "v1") == Array("one\n".utf8))
    #expect(try repository.contents(of: path("a.shale"), in: "main") == Array("two\n".utf8))
    #expect(try repository.contents(of: path("none"), in: "main") == nil)
    #expect(throws: GitError.wrongKind("main:d", expected: .blob, found: .tree)) {
      try repository.contents(of: path("d"), in: "main")
    }
    let id = try repository.resolve("HEAD:a.shale").id
    #expect(throws: GitError.tooLarge(id, size: .bytes(4), limit: .bytes(3))) {
      try repository.blob(id, limit: .bytes(3))
    }
    #expect(throws: GitError.missingObject(.zero)) { try repository.blob(.zero) }
  }

  @Test func `pointers of a tree are listed with their blobs and modes`() throws {
    let setup = try history()
    let repository = try setup.open()
    let entries = try repository.pointers(in: repository.treeID(of: "main"))
    let expected = try setup.git("ls-tree", "-r", "main").split(separator: "\n")
      .filter { $0.hasSuffix(".shale") }.map(String.init)
    let own = entries.map { entry in
      "\(String(entry.mode.rawValue, radix: 8)) blob \(entry.id)\t\(entry.path)"
    }
    #expect(own == expected)
    let below = try repository.pointers(in: repository.treeID(of: "main"), under: path("d"))
    #expect(below.map(\.path.description) == ["d/b.shale", "d/e/c.shale"])
    let one = try repository.pointers(in: repository.treeID(of: "main"), under: path("a.shale"))
    #expect(one.map(\.path.description) == ["a.shale"])
  }

  @Test func `changes between trees are what git diff says`() throws {
    let setup = try history()
    let repository = try setup.open()
    let old = try repository.treeID(of: "v1")
    let new = try repository.treeID(of: "main")
    let changes = try repository.changedPointers(from: old, to: new)
    let own = changes.map { change in
      let letter = change.old == nil ? "A" : change.new == nil ? "D" : "M"
      return "\(letter)\t\(change.path)"
    }
    let expected = try setup.git("diff", "--name-status", "--no-renames", "v1", "main")
    #expect(
      own == expected.split(separator: "\n").map(String.init).filter { $0.hasSuffix(".shale") })
    #expect(!own.isEmpty)
  }

  @Test func `a pointer that becomes a directory is two changes`() throws {
    let setup = try GitSetup.make()
    try setup.write("1", to: "x.shale")
    try setup.commitAll()
    try setup.git("rm", "--quiet", "x.shale")
    try setup.write("2", to: "x.shale/y.shale")
    try setup.commitAll()
    let repository = try setup.open()
    let changes = try repository.changedPointers(
      from: repository.treeID(of: "HEAD~1"), to: repository.treeID(of: "HEAD"))
    #expect(changes.map(\.path.description) == ["x.shale", "x.shale/y.shale"])
    #expect(changes.map { $0.new == nil } == [true, false])
  }

  @Test func `names that are not UTF-8 survive`() throws {
    let setup = try GitSetup.make()
    let name = ByteString([0xFF, 0x20, 0x0A] + Array(".shale".utf8))
    let file = try RepositoryPath(name)
    let repository = try setup.open()
    try repository.stage([.bytes(file, [7])])
    _ = try repository.commit(.init(message: "bytes"))
    #expect(try setup.tryGit(["ls-tree", "-z", "--name-only", "HEAD"]).output == name.bytes + [0])
    #expect(try repository.contents(of: file, in: "HEAD") == [7])
    let revision = ByteString(Array("HEAD:".utf8) + name.bytes)
    #expect(try repository.resolve(revision).kind == .blob)
    #expect(try repository.index().entries.map(\.path) == [file])
  }

  @Test(arguments: ["..", ".git", ".GIT"])
  func `trees with names that no directory may have are refused`(_ name: String) throws {
    let setup = try history()
    let blob = try setup.git("rev-parse", "HEAD:a.shale")
    func tree(_ line: String) throws -> ByteString {
      ByteString(try setup.tryGit(["mktree"], input: Array((line + "\n").utf8)).line)
    }
    let inner = try tree("100644 blob \(blob)\tx.shale")
    let outer = try tree("040000 tree \(inner)\t\(name)")
    let repository = try setup.open()
    #expect(throws: GitError.badPath(ByteString("/\(name)"))) {
      try repository.pointers(in: repository.treeID(of: outer))
    }
  }

  @Test func `many threads read at once`() throws {
    let setup = try history()
    let repository = try setup.open()
    let tree = try repository.treeID(of: "HEAD")
    let entries = try repository.pointers(in: tree)
    try Threads.forEach(64, threads: 8) { (index) throws(GitError) in
      let entry = entries[index % entries.count]
      let bytes = try repository.blob(entry.id)
      let found = try repository.contents(of: entry.path, in: "HEAD")
      #expect(found == bytes)
      if index % 8 == 0 { #expect(try repository.index().isTracked(entry.path)) }
    }
  }

  @Test func `what is checked out is told`() throws {
    let setup = try GitSetup.make()
    let repository = try setup.open()
    #expect(try repository.head() == .unborn(branch: "refs/heads/main"))
    #expect(throws: GitError.unknownRevision("HEAD")) { try repository.resolve("HEAD") }
    let id = try #require(GitID(hex: setup.commitAll()))
    #expect(try repository.head() == .branch("refs/heads/main", id))
    try setup.git("checkout", "--quiet", "--detach")
    #expect(try repository.head() == .detached(id))
    #expect(try repository.head().branchName == nil)
  }

  @Test func `references lead to commits`() throws {
    let setup = try history()
    let repository = try setup.open()
    let own = try repository.references().map { "\($0.name) \($0.target)" }
    let expected = try setup.git("for-each-ref", "--format=%(refname)").split(separator: "\n")
      .map { "\($0) \(try setup.git("rev-parse", ByteString("\($0)^{commit}")))" }
    #expect(own == expected)
    #expect(try repository.references("refs/tags/").map(\.shortName) == ["v1"])
    #expect(try repository.reference("refs/heads/none") == nil)
  }

  @Test func `the default branch of a remote is known`() throws {
    let setup = try history()
    try setup.git("clone", "--quiet", ".", "../clone")
    let clone = GitSetup(at: setup.url.deletingLastPathComponent().appending(path: "clone"))
    let repository = try clone.open()
    #expect(try repository.defaultBranch()?.name == "refs/remotes/origin/main")
    #expect(try repository.upstream()?.shortName == "origin/main")
    try clone.git("remote", "set-head", "origin", "--delete")
    #expect(try repository.defaultBranch()?.name == "refs/remotes/origin/main")
    #expect(try setup.open().defaultBranch() == nil)
    #expect(try setup.open().upstream() == nil)
  }
}

/// Three commits, a branch beside them and a merge: pointers at several depths.
func history() throws -> GitSetup {
  let setup = try GitSetup.make()
  try setup.write("one\n", to: "a.shale")
  try setup.write("one\n", to: "d/b.shale")
  try setup.write("code\n", to: "main.py")
  try setup.commitAll("the first")
  try setup.git("tag", "-a", "v1", "-m", "a tag")
  try setup.git("checkout", "--quiet", "-b", "side")
  try setup.write("side\n", to: "d/e/c.shale")
  try setup.commitAll("on the side")
  try setup.git("checkout", "--quiet", "main")
  try setup.write("two\n", to: "a.shale")
  try setup.commitAll("the second")
  try setup.write("more code\n", to: "main.py")
  try setup.commitAll("code only")
  try setup.git("merge", "--quiet", "--no-ff", "-m", "the merge", "side")
  return setup
}

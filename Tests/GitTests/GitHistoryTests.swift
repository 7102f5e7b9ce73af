import Foundation
import Git
import Platform
import Primitives
import TestSupport
import Testing

/// Walks over commits, compared with `git rev-list` and `git log`.
@Suite(.temporaryDirectory) struct GitHistoryTests {
  @Test(arguments: [UInt64(1), 2, 3])
  func `walks give what git gives`(seed: UInt64) throws {
    let setup = try generatedHistory(seed: seed)
    let repository = try setup.open()
    let head = try repository.commitID(of: "HEAD")
    let all = try walk(repository, [head])
    #expect(Set(all) == Set(try list(setup, "HEAD")))
    #expect(try isTopological(all, in: repository))
    var options = GitHistoryOptions()
    options.firstParentOnly = true
    #expect(try walk(repository, [head], options) == list(setup, "--first-parent", "HEAD"))
    options.limit = 3
    #expect(try walk(repository, [head], options).count == 3)
    options = GitHistoryOptions()
    options.excluding = [try repository.commitID(of: "HEAD~3")]
    #expect(Set(try walk(repository, [head], options)) == Set(try list(setup, "HEAD", "^HEAD~3")))
    options = GitHistoryOptions()
    options.order = .time
    #expect(try walk(repository, [head], options) == list(setup, "HEAD"))
  }

  @Test(arguments: [UInt64(4), 5])
  func `commits that changed pointers are those of git log`(seed: UInt64) throws {
    let setup = try generatedHistory(seed: seed)
    let repository = try setup.open()
    let head = try repository.commitID(of: "HEAD")
    for directory in ["", "d0", "d1"] {
      var found: [String] = []
      try repository.pointerHistory(from: [head], under: path(directory)) { (entry) -> Bool in
        found.append(entry.commit.id.hex)
        return true
      }
      let pattern = directory.isEmpty ? "*.shale" : "\(directory)/*.shale"
      let expected = try setup.git(
        "log", "--full-history", "--format=%H", "--no-merges", "HEAD", "--",
        ByteString(":(glob)**/\(pattern)"), ByteString(pattern))
      let merges = Set(try list(setup, "--merges", "HEAD"))
      #expect(
        Set(found).subtracting(merges)
          == Set(expected.split(separator: "\n").map(String.init)), "\(directory)")
      #expect(!found.isEmpty)
    }
  }

  @Test func `a commit is read whole`() throws {
    let setup = try GitSetup.make()
    try setup.commitAll("one\ntwo\n\nbody \u{e9}\n")
    let repository = try setup.open()
    let commit = try repository.commit(repository.commitID(of: "HEAD"))
    #expect(commit.summary == "one two")
    #expect(commit.message == "one\ntwo\n\nbody \u{e9}\n")
    #expect(commit.parents.isEmpty)
    #expect(commit.tree == .emptyTree)
    #expect(commit.author.email == "ada@example.com")
    #expect(commit.author.time.description == "2026-01-02T03:04:05Z")
    #expect(try repository.changes(of: commit).isEmpty)
    #expect(throws: GitError.missingObject(.zero)) { try repository.commit(.zero) }
  }

  @Test func `a merge that takes one side changes nothing`() throws {
    let setup = try history()
    let repository = try setup.open()
    let merge = try repository.commit(repository.commitID(of: "HEAD"))
    #expect(merge.parents.count == 2)
    #expect(try !repository.changes(of: merge).isEmpty)
    let code = try repository.commit(repository.commitID(of: "HEAD~1"))
    #expect(code.summary == "code only")
    #expect(try repository.changes(of: code).isEmpty)
    let first = try repository.commit(repository.commitID(of: "v1"))
    #expect(
      try repository.changes(of: first).map(\.path.description) == ["a.shale", "d/b.shale"])
  }

  @Test func `common ancestors are found`() throws {
    let setup = try history()
    let repository = try setup.open()
    let (main, side) = (
      try repository.commitID(of: "main~1"), try repository.commitID(of: "side")
    )
    #expect(
      try repository.mergeBase(main, side)?.hex == setup.git("merge-base", "main~1", "side"))
    try setup.git("checkout", "--quiet", "--orphan", "island")
    try setup.commitAll()
    #expect(try repository.mergeBase(main, repository.commitID(of: "island")) == nil)
  }

  @Test func `a shallow clone ends where it was cut`() throws {
    let setup = try history()
    let url = ByteString("file://\(setup.url.path)")
    let target = try TemporaryDirectory.required().appending(path: "shallow")
    try Program.succeed("git", ["clone", "--quiet", "--depth=2", url, ByteString(target.path)])
    let clone = GitSetup(at: target)
    let repository = try clone.open()
    let head = try repository.commitID(of: "HEAD")
    #expect(Set(try walk(repository, [head])) == Set(try list(clone, "HEAD")))
    var count = 0
    try repository.pointerHistory(from: [head]) { (_) -> Bool in
      count += 1
      return true
    }
    #expect(count > 0)
    let parent = try repository.commitID(of: "HEAD^1")
    #expect(try repository.mergeBase(head, parent) == parent)
  }

  @Test func `a partial clone says what it lacks`() throws {
    let setup = try history()
    try setup.git("config", "uploadpack.allowFilter", "true")
    let url = ByteString("file://\(setup.url.path)")
    let target = try TemporaryDirectory.required().appending(path: "partial")
    try Program.succeed(
      "git", ["clone", "--quiet", "--bare", "--filter=blob:none", url, ByteString(target.path)])
    let repository = try GitSetup(at: target).open()
    let entries = try repository.pointers(in: repository.treeID(of: "main"))
    let entry = try #require(entries.first)
    #expect(throws: GitError.missingObject(entry.id)) { try repository.blob(entry.id) }
  }

  // MARK: - Helpers

  private func walk(
    _ repository: GitRepository, _ starts: [GitID], _ options: GitHistoryOptions = .init()
  ) throws -> [String] {
    var found: [String] = []
    try repository.walk(from: starts, options) { (commit) -> Bool in
      found.append(commit.id.hex)
      return true
    }
    return found
  }

  private func list(_ setup: GitSetup, _ arguments: ByteString...) throws -> [String] {
    try Program.succeed("git", ["rev-list"] + arguments, in: setup.path).line
      .split(separator: "\n").map(String.init)
  }

  private func isTopological(
    _ commits: [String], in repository: GitRepository
  ) throws -> Bool {
    var given: Set<String> = []
    for commit in commits {
      let parents = try repository.commit(#require(GitID(hex: commit))).parents
      if parents.contains(where: { given.contains($0.hex) }) { return false }
      given.insert(commit)
    }
    return true
  }

  /// A history of some twenty commits with branches and merges, the same for the same seed.
  private func generatedHistory(seed: UInt64) throws -> GitSetup {
    var generator = SeededGenerator(seed: seed)
    let setup = try GitSetup.make()
    var script = ""
    for number in 1...20 {
      let word = generator.next()
      let name = ["a.shale", "d0/b.shale", "d1/c.shale", "d1/code.py"][Int(word & 3)]
      let mergesOther = number > 4 && word >> 2 & 3 == 0
      let parent = number > 2 && word >> 4 & 1 == 0 ? number - 2 : number - 1
      script += "commit refs/heads/main\nmark :\(number)\n"
      script += "committer A <a@b.c> \(1_700_000_000 + Int(word >> 8 & 0xFFFF)) +0000\n"
      script += "data 1\nx\n"
      if number > 1 { script += "from :\(parent)\n" }
      if mergesOther { script += "merge :\(number - 3)\n" }
      script +=
        "M 644 inline \(name)\ndata 8\n\(String(word & 0xFFF_FFFF | 0x1000_0000, radix: 16))\n"
    }
    let result = try setup.tryGit(["fast-import", "--quiet", "--force"], input: Array(script.utf8))
    #expect(result.status == 0, "\(result.errorText)")
    return setup
  }
}

import Foundation
import Git
import Platform
import Primitives
import TestSupport
import Testing

/// The index as read and changed here, compared with what git says of it.
@Suite(.temporaryDirectory) struct GitIndexTests {
  @Test func `entries are what git lists`() throws {
    let setup = try history()
    let snapshot = try setup.open().index()
    #expect(listed(snapshot) == (try setup.git("ls-files", "-s")))
    #expect(snapshot.pointers.map(\.path.description) == ["a.shale", "d/b.shale", "d/e/c.shale"])
    #expect(try setup.open().indexedPointers().entries == snapshot.pointers)
    #expect(snapshot.isTracked(try path("main.py")))
    #expect(!snapshot.isTracked(try path("d")))
    #expect(snapshot.tracksAnything(below: try path("d")))
    #expect(snapshot.tracksAnything(below: try path("d/e")))
    #expect(!snapshot.tracksAnything(below: try path("a.shale")))
    #expect(!snapshot.tracksAnything(below: try path("d/e/c.shal")))
    #expect(snapshot.entries(below: try path("d")).count == 2)
    #expect(try GitSetup.make("new").open().index().entries.isEmpty)
  }

  @Test func `what is not committed is told, and whether it is staged`() throws {
    let setup = try history()
    let repository = try setup.open()
    func pending() throws -> [String] {
      try repository.pendingPointers(limit: .kibibytes(1)).map { pointer in
        let kind = pointer.old == nil ? "new" : pointer.new == nil ? "gone" : "changed"
        return "\(kind) \(pointer.path)\(pointer.isStaged ? "" : " unstaged")"
      }
    }
    #expect(try pending().isEmpty)
    try setup.write("three\n", to: "a.shale")
    #expect(try pending() == ["changed a.shale unstaged"])
    try setup.git("add", "a.shale")
    try setup.git("rm", "--quiet", "--cached", "d/b.shale")
    try setup.write("new\n", to: "new.shale")
    try setup.git("add", "new.shale")
    try setup.write("later\n", to: "later.shale")
    try setup.git("add", "--intent-to-add", "later.shale")
    #expect(
      try pending() == [
        "changed a.shale", "gone d/b.shale", "new later.shale unstaged", "new new.shale",
      ])
    try FileManager.default.removeItem(at: setup.file("a.shale"))
    #expect(try pending().first == "gone a.shale unstaged")
    try setup.git("checkout", "--quiet", "HEAD", "--", "a.shale")
    #expect(try pending().first == "gone d/b.shale")
  }

  @Test func `the sides of a conflict are told`() throws {
    let setup = try conflict()
    let repository = try setup.open()
    let conflict = try #require(try repository.index().conflicts.first)
    #expect(conflict.path.description == "a.shale")
    #expect(try repository.blob(#require(conflict.base?.id)) == Array("base\n".utf8))
    #expect(try repository.blob(#require(conflict.ours?.id)) == Array("ours\n".utf8))
    #expect(try repository.blob(#require(conflict.theirs?.id)) == Array("theirs\n".utf8))
    #expect(try repository.resolve(":2:a.shale").id == conflict.ours?.id)
    #expect(throws: GitError.unmerged([try path("a.shale")], count: 1)) {
      try repository.commit(.init(message: "no"))
    }
    try repository.stage([.bytes(path("a.shale"), Array("both\n".utf8))])
    #expect(try repository.index().conflicts.isEmpty)
    #expect(try setup.git("ls-files", "-u") == "")
  }

  @Test func `what is staged needs no second look by git`() throws {
    let setup = try history()
    let repository = try setup.open()
    try setup.write("three\n", to: "a.shale")
    try setup.write("new\n", to: "n.shale")
    try repository.stage([
      .worktree(path("a.shale")), .bytes(path("n.shale"), Array("new\n".utf8)),
      .remove(path("main.py")),
    ])
    // Without a refresh git believes the sizes and times of the index alone.
    #expect(try setup.git("diff-files", "--name-only") == "")
    #expect(
      try setup.git("diff-index", "--cached", "--name-status", "HEAD")
        == "M\ta.shale\nD\tmain.py\nA\tn.shale")
    let debug = try setup.git("ls-files", "--debug", "n.shale")
    #expect(debug.contains("size: 4\t"))
    #expect(try setup.git("fsck", "--strict") == "")
  }

  @Test func `a change in the tick of the index is not lost`() throws {
    let setup = try GitSetup.make()
    let repository = try setup.open()
    for round in 0..<20 {
      try setup.write("\(round % 10)\n", to: "a.shale")
      try setup.write("\(round % 10)\n", to: "b.txt")
      try setup.git("add", "b.txt")
      try repository.stage([.worktree(path("a.shale"))])
      try setup.write("\((round + 1) % 10)\n", to: "a.shale")
      try setup.write("\((round + 1) % 10)\n", to: "b.txt")
      try repository.stage([.bytes(path("c.shale"), [UInt8(round)])])
      #expect(try setup.git("diff", "--name-only").contains("a.shale\nb.txt"), "round \(round)")
    }
  }

  @Test func `a change in the second of the index is not lost in the next`() throws {
    let setup = try GitSetup.make()
    let repository = try setup.open()
    // Early in a second there is time for two changes within it.
    while Clock.now().nanoseconds % 1_000_000_000 > 300_000_000 { Clock.sleep(milliseconds: 10) }
    try setup.write("1\n", to: "a.shale")
    try repository.stage([.worktree(path("a.shale"))])
    Clock.sleep(milliseconds: 20)
    // In place: a new file would be known by its inode.
    try Program.succeed("sh", ["-c", "echo 2 > a.shale"], in: setup.path)
    Clock.sleep(milliseconds: 1_050)
    try repository.stage([.bytes(path("c.shale"), [1])])
    #expect(try setup.git("diff", "--name-only").contains("a.shale"))
  }

  @Test func `modes and symlinks are staged as they are`() throws {
    let setup = try GitSetup.make()
    try setup.write("run", to: "tool")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: setup.file("tool").path)
    try FileManager.default.createSymbolicLink(
      atPath: setup.file("link").path, withDestinationPath: "tool")
    let repository = try setup.open()
    try repository.stage([.worktree(path("tool")), .worktree(path("link"))])
    #expect(try setup.git("ls-files", "-s").contains("100755"))
    #expect(try setup.git("ls-files", "-s").contains("120000"))
    #expect(try setup.git("status", "--porcelain") == "A  link\nA  tool")
    try FileManager.default.removeItem(at: setup.file("link"))
    try repository.stage([.worktree(path("link"))])
    #expect(try setup.git("ls-files") == "tool")
  }

  @Test func `a lock of another program is respected`() throws {
    let setup = try history()
    try setup.write("", to: ".git/index.lock")
    let lock = FilePath(setup.path).appending(".git/index.lock")
    let repository = try setup.open()
    #expect(throws: GitError.locked(lock)) { try repository.stage([.remove(path("a.shale"))]) }
    #expect(try repository.index().isTracked(path("a.shale")))
    try lock.remove()
    try repository.stage([.remove(path("a.shale"))])
    #expect(try lock.statusIfPresent() == nil)
  }

  @Test func `nothing that git stages at the same time is lost`() throws {
    let setup = try history()
    let repository = try setup.open()
    let blob = try repository.writeBlob([1])
    // A large index takes time between reading and writing.
    let lines = (0..<20_000).map { "100644 \(blob)\tfiller/\($0)\n" }.joined()
    _ = try setup.tryGit(["update-index", "--index-info"], input: Array(lines.utf8))
    let count = 25
    let stager = FirstError<GitError>()
    Threads.run(2) { thread in
      for number in 0..<count {
        if thread == 0 {
          // Git refuses, too, while the lock is taken.
          _ = try? Program.run(
            "sh",
            [
              "-c", "until git update-index --add --cacheinfo \"$1\"; do :; done 2>/dev/null", "sh",
              ByteString("100644,\(blob),git\(number).shale"),
            ], in: setup.path)
        } else {
          while true {
            do throws(GitError) {
              guard let file = try? path("own\(number).shale") else { break }
              try repository.stage([.blob(file, blob, mode: .file)])
              break
            } catch .locked {
              Clock.sleep(milliseconds: 1)
            } catch {
              stager.set(error)
              break
            }
          }
        }
      }
    }
    try stager.rethrow()
    let names = try repository.indexedPointers().entries.map(\.path.description)
    #expect(names.filter { $0.hasPrefix("git") }.count == count)
    #expect(names.filter { $0.hasPrefix("own") }.count == count)
  }

  @Test func `line endings are converted as the user's own settings say`() throws {
    let setup = try GitSetup.make()
    try Program.succeed("mkdir", ["-p", "home"])
    let settings = try TemporaryDirectory.required().appending(path: "home/elsewhere").path
    try Data("[core]\n\tautocrlf = input\n".utf8).write(to: URL(filePath: settings))
    try setup.write("a\r\nb\r\n", to: "f.txt")
    try setup.open(["GIT_CONFIG_GLOBAL": settings]).stage([.worktree(path("f.txt"))])
    #expect(try setup.tryGit(["cat-file", "blob", ":f.txt"]).output == Array("a\nb\n".utf8))
    try setup.write("a\r\nb\r\n", to: "g.txt")
    try setup.open().stage([.worktree(path("g.txt"))])
    #expect(try setup.tryGit(["cat-file", "blob", ":g.txt"]).output == Array("a\r\nb\r\n".utf8))
  }

  @Test func `GIT_INDEX_FILE is the index that is changed`() throws {
    let setup = try history()
    let before = try setup.git("ls-files", "-s")
    let variables = ["GIT_INDEX_FILE": ".git/other"]
    try setup.open(variables).stage([.bytes(path("x.shale"), [1])])
    #expect(try setup.git("ls-files", "-s") == before)
    let other = try setup.tryGit(["ls-files"], environment: variables)
    #expect(other.line == "x.shale")
  }

  /// The forms of index that libgit2 refuses.
  static let forms: [(name: String, commands: [[ByteString]])] = [
    (
      "sparse",
      [
        ["sparse-checkout", "init", "--cone", "--sparse-index"], ["sparse-checkout", "set", "d/e"],
      ]
    ),
    ("split", [["update-index", "--split-index"]]),
    (
      "without checksum",
      [["config", "index.skipHash", "true"], ["update-index", "--force-write-index"]]
    ),
  ]

  @Test(arguments: forms.indices)
  func `an index that libgit2 refuses is read and staged by git`(_ form: Int) throws {
    let setup = try history()
    try setup.write("deep\n", to: "x/y/z.shale")
    try setup.commitAll()
    for command in Self.forms[form].commands {
      #expect(try setup.tryGit(command).status == 0, "\(Self.forms[form].name) \(command)")
    }
    if Self.forms[form].name == "without checksum" {
      // Git before 2.40 writes a checksum whatever it is told: take it away.
      var bytes = try setup.read(".git/index")
      bytes.replaceSubrange((bytes.count - 20)..., with: [UInt8](repeating: 0, count: 20))
      try setup.write(bytes, to: ".git/index")
    }
    let repository = try setup.open()
    #expect(listed(try repository.index()) == (try setup.git("ls-files", "-s")))
    try setup.write("four\n", to: "d/e/c.shale")
    try repository.stage([
      .worktree(path("d/e/c.shale")), .bytes(path("x/new.shale"), [1]),
      .remove(path("d/b.shale")),
    ])
    #expect(
      try setup.git("diff", "--cached", "--name-status", "HEAD")
        == "D\td/b.shale\nM\td/e/c.shale\nA\tx/new.shale")
    let outcome = try repository.commit(.init(message: "by git"))
    // Git before 2.40 has given the index its checksum back by now.
    let isPlainAgain = Self.forms[form].name == "without checksum"
    guard case .committed(_, let byGit, _) = outcome, byGit == .indexForm || isPlainAgain else {
      Issue.record("\(outcome)")
      return
    }
    #expect(try setup.git("show", "--format=%s", "--name-only").hasPrefix("by git"))
  }

  @Test func `a damaged index is said`() throws {
    let setup = try history()
    var bytes = try setup.read(".git/index")
    bytes[40] ^= 1
    try setup.write(bytes, to: ".git/index")
    let damaged = GitError.indexDamaged(FilePath(setup.path).appending(".git/index"))
    #expect(throws: damaged) { try setup.open().index() }
    #expect(throws: damaged) { try setup.open().stage([.remove(path("a.shale"))]) }
    #expect(try setup.read(".git/index") == bytes)
  }

  @Test func `attributes are told`() throws {
    let setup = try GitSetup.make()
    try setup.write("*.shale -text merge=shale diff\n", to: ".gitattributes")
    let repository = try setup.open()
    let file = try path("a.shale")
    #expect(try repository.attribute("text", of: file) == .unset)
    #expect(try repository.attribute("merge", of: file) == .value("shale"))
    #expect(try repository.attribute("diff", of: file) == .set)
    #expect(try repository.attribute("filter", of: file) == .unspecified)
  }

  private func listed(_ snapshot: GitIndexSnapshot) -> String {
    snapshot.entries.map { entry in
      "\(String(entry.mode.rawValue, radix: 8)) \(entry.id) \(entry.stage.rawValue)\t\(entry.path)"
    }.joined(separator: "\n")
  }
}

/// A merge that stopped at `a.shale`.
func conflict() throws -> GitSetup {
  let setup = try GitSetup.make()
  try setup.write("base\n", to: "a.shale")
  try setup.commitAll("base")
  try setup.git("checkout", "--quiet", "-b", "side")
  try setup.write("theirs\n", to: "a.shale")
  try setup.commitAll("theirs")
  try setup.git("checkout", "--quiet", "main")
  try setup.write("ours\n", to: "a.shale")
  try setup.commitAll("ours")
  _ = try setup.tryGit(["merge", "side"])
  return setup
}

import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands

/// The main job through commands, in a real git repository.
@Suite(.temporaryDirectory) struct DataCommandTests {
  /// A repository that is set up, with data in two versions.
  struct World {
    let setup: GitSetup
    let shale: Surroundings

    init(_ name: String = "repository") throws {
      setup = try GitSetup.make(name)
      shale = Surroundings(
        environment: testEnvironment(), directory: FilePath(setup.file("").path))
      #expect(shale.run("init -q").status == 0)
      try setup.write("one\n", to: "data/a.txt")
      try setup.write([UInt8](sampleBytes(count: 300_000, seed: 1)), to: "data/deep/b.bin")
    }

    func commit(_ message: String) -> Transcript { shale.run("commit -q -m \(message)") }
  }

  @Test func `data is added, changed, looked at and brought back`() throws {
    let world = try World()
    #expect(world.shale.run("add data").status == 0)
    #expect(world.commit("first").status == 0)
    #expect(world.shale.run("status --exit-code").status == 0)
    try world.setup.write("two\n", to: "data/a.txt")
    let status = world.shale.run("status --exit-code")
    #expect(status.status == 6)
    #expect(status.output.contains("modified data/a.txt"))
    #expect(world.commit("second").status == 0)
    #expect(world.commit("third").status == 10)
    #expect(world.shale.run("checkout -q HEAD~1").status == 0)
    #expect(try world.setup.read("data/a.txt") == Array("one\n".utf8))
    #expect(world.shale.run("checkout -q main").status == 0)
    #expect(try world.setup.read("data/a.txt") == Array("two\n".utf8))
    #expect(world.shale.run("cat HEAD~1:data/a.txt").output == "one\n")
    #expect(world.shale.run("diff HEAD~1 HEAD").output.contains("modified data/a.txt"))
    #expect(world.shale.run("log").output.contains("second"))
    #expect(world.shale.run("fsck").status == 0)
  }

  @Test func `a change that is in no store is never overwritten`() throws {
    let world = try World()
    #expect(world.shale.run("add data").status == 0)
    #expect(world.commit("first").status == 0)
    try world.setup.write("precious\n", to: "data/a.txt")
    try world.setup.write("other\n", to: "data/deep/b.bin")
    let refused = world.shale.run("restore data/a.txt")
    #expect(refused.status == 1)
    #expect(refused.errors.contains("data/a.txt"))
    #expect(try world.setup.read("data/a.txt") == Array("precious\n".utf8))
    let forced = world.shale.run("restore -f data/a.txt")
    #expect(forced.status == 0)
    #expect(!forced.output.contains("b.bin"))
    #expect(try world.setup.read("data/deep/b.bin") == Array("other\n".utf8))
    #expect(try world.setup.read("data/a.txt") == Array("one\n".utf8))
    let id = try #require(forced.output.firstMatch(of: /shale cat ([0-9a-f]{64})/)?.output.1)
    #expect(world.shale.run("cat \(id)").output == "precious\n")
  }

  @Test func `restoring a part of another revision leaves the rest alone`() throws {
    let world = try World()
    #expect(world.shale.run("add data").status == 0)
    #expect(world.commit("first").status == 0)
    try world.setup.write("two\n", to: "data/a.txt")
    try world.setup.write("new\n", to: "data/new.txt")
    #expect(world.commit("second").status == 0)
    #expect(world.shale.run("restore -s HEAD~1 data/a.txt").status == 0)
    #expect(try world.setup.read("data/a.txt") == Array("one\n".utf8))
    #expect(try world.setup.read("data/new.txt") == Array("new\n".utf8))
  }

  @Test func `data is moved and removed with its pointer`() throws {
    let world = try World()
    #expect(world.shale.run("add data").status == 0)
    #expect(world.commit("first").status == 0)
    #expect(world.shale.run("mv data moved").status == 0)
    #expect(try world.setup.read("moved/a.txt") == Array("one\n".utf8))
    #expect(world.shale.run("status --exit-code").status == 0)
    #expect(world.shale.run("rm moved").status == 0)
    #expect(throws: (any Error).self) { try world.setup.read("moved/a.txt") }
    #expect(world.shale.run("ls").output.isEmpty)
  }

  @Test func `a dot means the directory that one is in`() throws {
    var world = try World().shale
    #expect(world.run("add data").status == 0)
    world.directory = world.directory.appending("data/deep")
    #expect(world.run("status .").status == 0)
    #expect(world.run("ls .").output.contains("b.bin"))
    #expect(world.run("ls ..").output.contains("a.txt"))
    #expect(world.run("add .").status == 0)
    #expect(world.run("log -n 0").status == 2)
  }

  @Test func `what is recorded and not committed is told, staged or not`() throws {
    let world = try World()
    #expect(world.shale.run("add data").status == 0)
    let added = world.shale.run("status").output
    #expect(added.contains("Recorded and not committed:\n  added data ("))
    #expect(world.commit("first").status == 0)
    #expect(!world.shale.run("status").output.contains("not committed"))
    try world.setup.write("two\n", to: "data/a.txt")
    #expect(world.shale.run("add data").status == 0)
    // Git takes what is staged away and brings it back unstaged.
    try world.setup.git("stash", "--quiet")
    try world.setup.git("stash", "pop", "--quiet")
    #expect(world.shale.run("status").output.contains("changed data ("))
    #expect(world.commit("second").status == 0)
    #expect(try world.setup.git("status", "--porcelain").isEmpty)
    #expect(world.shale.run("cat HEAD:data/a.txt").output == "two\n")
  }

  @Test func `committing one path takes its ignore line along and leaves the rest staged`() throws {
    let world = try World()
    try world.setup.write("b\n", to: "b.csv")
    #expect(world.shale.run("commit -q -m set-up").status == 0)
    #expect(world.shale.run("add data b.csv").status == 0)
    #expect(world.shale.run("commit -q -m one b.csv").status == 0)
    let files = try world.setup.git("show", "--name-only", "--format=", "HEAD")
    #expect(files == ".gitignore\nb.csv.shale")
    #expect(try world.setup.git("diff", "--cached", "--name-only") == "data.shale")
  }

  @Test func `branches that each add data merge without a conflict`() throws {
    let world = try World()
    #expect(world.shale.run("commit -q -m set-up").status == 0)
    for name in ["left", "right"] {
      try world.setup.git("checkout", "--quiet", "-b", ByteString("branch-\(name)"), "main")
      try world.setup.write("\(name)\n", to: "\(name).csv")
      #expect(world.shale.run("add \(name).csv").status == 0)
      #expect(world.shale.run("commit -q -m \(name)").status == 0)
    }
    try world.setup.git("merge", "--quiet", "--no-edit", "branch-left")
    #expect(world.shale.run("ls").output.split(separator: "\n").count == 2)
  }

  @Test func `a pointer that cannot be read is told wherever it matters`() throws {
    let world = try World()
    try world.setup.write("b\n", to: "b.csv")
    #expect(world.shale.run("add data b.csv").status == 0)
    #expect(world.commit("first").status == 0)
    try world.setup.write("<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n", to: "data.shale")
    try world.setup.commitAll()
    for line in ["ls", "ls HEAD", "diff HEAD~1 HEAD", "checkout", "ls data", "restore data"] {
      let result = world.shale.run(line)
      #expect(result.status == 1, "\(line)")
      #expect(result.errors.contains("'data.shale' cannot be read"), "\(line)")
      #expect(result.errors.contains("shale resolve 'data' --ours"), "\(line)")
    }
    #expect(world.shale.run("ls").output.contains("b.csv"))
    #expect(world.shale.run("log").output.contains("the pointer cannot be read"))
    // The data stays as it is, whatever revision is left or entered.
    #expect(world.shale.run("checkout -q HEAD~1").status == 0)
    #expect(world.shale.run("checkout -q main").status == 1)
    #expect(try world.setup.read("data/a.txt") == Array("one\n".utf8))
  }

  @Test func `a word that is neither a revision nor tracked is refused`() throws {
    let world = try World()
    #expect(world.shale.run("add data").status == 0)
    #expect(world.commit("first").status == 0)
    try world.setup.git("tag", "v1")
    #expect(world.shale.run("log nope").errors.contains("'nope' was never tracked"))
    #expect(world.shale.run("diff v1 nope").status == 1)
    #expect(world.shale.run("ls nope").status == 1)
    #expect(world.shale.run("cat HEAD:nope").status == 1)
    let late = world.shale.run("log data v1")
    #expect(late.status == 2)
    #expect(late.errors.contains("'v1' is a revision"))
    #expect(world.shale.run("log -- v1").status == 0)
  }

  @Test func `a range of commits is compared and listed`() throws {
    let world = try World()
    #expect(world.shale.run("add data").status == 0)
    #expect(world.commit("first").status == 0)
    try world.setup.write("two\n", to: "data/a.txt")
    #expect(world.commit("second").status == 0)
    let log = world.shale.run("log HEAD~1..HEAD").output
    #expect(log.contains("second") && !log.contains("first"))
    #expect(world.shale.run("diff HEAD~1..").output == world.shale.run("diff HEAD~1 HEAD").output)
    #expect(world.shale.run("diff HEAD~1.. HEAD").status == 2)
  }

  @Test func `a recursive listing names empty directories`() throws {
    let world = try World()
    try FileManager.default.createDirectory(
      at: world.setup.file("data/empty/inner"), withIntermediateDirectories: true)
    #expect(world.shale.run("add data").status == 0)
    let output = world.shale.run("ls -R").output
    #expect(output.contains("data/empty/inner/"))
    #expect(output.contains("data/deep/b.bin"))
  }

  @Test func `data that a branch does not track is told, and goes where no byte is lost`() throws {
    let world = try World()
    #expect(world.shale.run("commit -q -m set-up").status == 0)
    try world.setup.git("branch", "bare")
    #expect(world.shale.run("add data").status == 0)
    #expect(world.commit("first").status == 0)
    try world.setup.git("checkout", "--quiet", "bare")
    #expect(world.shale.run("status").output.contains("left-over data: tracked elsewhere"))
    try world.setup.write("mine\n", to: "data/a.txt")
    #expect(world.shale.run("checkout").output.contains("kept data/a.txt"))
    #expect(try world.setup.read("data/a.txt") == Array("mine\n".utf8))
    try world.setup.write("one\n", to: "data/a.txt")
    #expect(world.shale.run("checkout").output.contains("removed data"))
    #expect(!FileManager.default.fileExists(atPath: world.setup.file("data").path))
    #expect(!world.shale.run("status").output.contains("left-over"))
    #expect(world.shale.run("checkout -q main").status == 0)
    #expect(try world.setup.read("data/a.txt") == Array("one\n".utf8))
  }

  @Test func `data that was added and never committed is not taken away`() throws {
    let world = try World()
    #expect(world.shale.run("commit -q -m set-up").status == 0)
    #expect(world.shale.run("add data").status == 0)
    try world.setup.git("reset", "--quiet", "--hard")
    #expect(world.shale.run("status").output.contains("no commit has it"))
    #expect(world.shale.run("checkout").status == 0)
    #expect(try world.setup.read("data/a.txt") == Array("one\n".utf8))
  }

  @Test func `what git itself tracks on a branch stays when data leaves`() throws {
    let world = try World()
    #expect(world.shale.run("commit -q -m set-up").status == 0)
    try world.setup.git("checkout", "--quiet", "-b", "plain")
    try world.setup.git("add", "data")
    try world.setup.git("commit", "--quiet", "-m", "by git")
    try world.setup.git("checkout", "--quiet", "main")
    try world.setup.write("one\n", to: "data/a.txt")
    try world.setup.write([UInt8](sampleBytes(count: 300_000, seed: 1)), to: "data/deep/b.bin")
    #expect(world.shale.run("add data").status == 0)
    #expect(world.commit("by-shale").status == 0)
    #expect(world.shale.run("checkout -q plain").status == 0)
    #expect(try world.setup.git("status", "--porcelain").isEmpty)
    #expect(world.shale.run("checkout").status == 0)
    #expect(try world.setup.git("status", "--porcelain").isEmpty)
  }

  @Test func `data follows a pointer that git moved, and stays out of git`() throws {
    let world = try World()
    #expect(world.shale.run("add data").status == 0)
    #expect(world.commit("first").status == 0)
    try FileManager.default.createDirectory(
      at: world.setup.file("sub"), withIntermediateDirectories: true)
    try world.setup.git("mv", "data.shale", "sub/data.shale")
    #expect(world.shale.run("checkout").status == 0)
    #expect(try world.setup.read("sub/data/a.txt") == Array("one\n".utf8))
    #expect(try !world.setup.git("status", "--porcelain").contains("sub/data/"))
    #expect(!FileManager.default.fileExists(atPath: world.setup.file("data").path))
  }

  @Test func `force replaces what was changed, and says how to get it back`() throws {
    let world = try World()
    #expect(world.shale.run("add data").status == 0)
    #expect(world.commit("first").status == 0)
    try world.setup.write("precious\n", to: "data/a.txt")
    #expect(world.shale.run("checkout").output.contains("kept data/a.txt"))
    let refused = world.shale.run("checkout data/a.txt")
    #expect(refused.status == 1)
    #expect(refused.errors.contains("'data/a.txt' changed"))
    let forced = world.shale.run("checkout -f")
    #expect(forced.output.contains("saved data/a.txt: shale cat "))
    #expect(try world.setup.read("data/a.txt") == Array("one\n".utf8))
  }

  @Test func `data that the store has may be replaced without force`() throws {
    let world = try World()
    #expect(world.shale.run("add data").status == 0)
    #expect(world.commit("first").status == 0)
    try world.setup.write("two\n", to: "data/a.txt")
    #expect(world.commit("second").status == 0)
    #expect(world.shale.run("restore -s HEAD~1 data/a.txt").status == 0)
    #expect(world.shale.run("restore data/a.txt").status == 0)
    #expect(try world.setup.read("data/a.txt") == Array("two\n".utf8))
  }

  @Test func `checkout tells what is checked out, and takes what git takes`() throws {
    let world = try World()
    #expect(world.shale.run("add data").status == 0)
    #expect(world.commit("first").status == 0)
    try world.setup.write("two\n", to: "data/a.txt")
    #expect(world.commit("second").status == 0)
    let detached = world.shale.run("checkout HEAD~1").output
    #expect(detached.contains("HEAD detached at"))
    #expect(world.shale.run("status").output.contains("HEAD detached at"))
    #expect(world.shale.run("checkout -").output.contains("On branch main"))
    #expect(try world.setup.read("data/a.txt") == Array("two\n".utf8))
    let unknown = world.shale.run("checkout nosuch")
    #expect(unknown.status == 1)
    #expect(unknown.errors.contains("neither a revision nor a tracked path"))
    // A branch that only a remote has becomes a local one.
    try world.setup.git("update-ref", "refs/remotes/origin/topic", "HEAD~1")
    try world.setup.git("remote", "add", "origin", ".")
    #expect(world.shale.run("checkout topic").output.contains("On branch topic"))
    #expect(try world.setup.read("data/a.txt") == Array("one\n".utf8))
  }

  @Test func `a renamed file is not counted as unsaved`() throws {
    let world = try World()
    #expect(world.shale.run("add data").status == 0)
    #expect(world.commit("first").status == 0)
    try FileManager.default.moveItem(
      at: world.setup.file("data/deep/b.bin"), to: world.setup.file("data/c.bin"))
    let status = world.shale.run("status").output
    #expect(status.contains("renamed data/deep/b.bin → data/c.bin"))
    #expect(!status.contains("not recorded"))
  }

  @Test func `a revision is compared with the data itself, recorded or not`() throws {
    let world = try World()
    #expect(world.shale.run("add data").status == 0)
    #expect(world.commit("first").status == 0)
    try world.setup.write("longer\n", to: "data/a.txt")
    #expect(world.shale.run("diff HEAD").output == "  modified data/a.txt (4 B → 7 B)\n")
    #expect(world.shale.run("diff HEAD HEAD").output.isEmpty)
  }

  @Test func `what is recorded and not committed is carried along, as git does`() throws {
    let world = try World()
    try world.setup.write("a\n", to: "a.csv")
    try world.setup.write("b\n", to: "b.csv")
    #expect(world.shale.run("add data a.csv b.csv").status == 0)
    #expect(world.commit("first").status == 0)
    try world.setup.git("branch", "other")
    try world.setup.write("new\n", to: "new.csv")
    #expect(world.shale.run("add new.csv").status == 0)
    #expect(world.shale.run("mv data moved").status == 0)
    try world.setup.write("changed\n", to: "a.csv")
    #expect(world.shale.run("add a.csv").status == 0)
    try world.setup.write("changed again\n", to: "a.csv")
    #expect(world.shale.run("rm b.csv").status == 0)
    let moved = world.shale.run("checkout other")
    #expect(moved.status == 0, "\(moved)")
    #expect(moved.output.contains("kept a.csv"))
    #expect(try world.setup.read("new.csv") == Array("new\n".utf8))
    #expect(try world.setup.read("moved/a.txt") == Array("one\n".utf8))
    #expect(try world.setup.read("a.csv") == Array("changed again\n".utf8))
    #expect(!FileManager.default.fileExists(atPath: world.setup.file("data").path))
    #expect(!FileManager.default.fileExists(atPath: world.setup.file("b.csv").path))
  }

  @Test func `a checkout that git refuses changes no data, and names the files in the way`() throws
  {
    let world = try World()
    try world.setup.write("1\n", to: "code.py")
    #expect(world.shale.run("add data").status == 0)
    try world.setup.commitAll("first")
    try world.setup.write("2\n", to: "code.py")
    try world.setup.write("two\n", to: "data/a.txt")
    #expect(world.shale.run("commit -q -a -m second").status == 0)
    try world.setup.write("3\n", to: "code.py")
    let refused = world.shale.run("checkout HEAD~1")
    #expect(refused.status == 1)
    #expect(refused.errors.contains("would be overwritten by checkout: code.py"))
    #expect(try world.setup.read("data/a.txt") == Array("two\n".utf8))
  }

  @Test func `a shared configuration with conflict markers is told`() throws {
    let world = try World()
    try world.setup.write("<<<<<<< HEAD\n=======\n>>>>>>> other\n", to: ".shale/config")
    let result = world.shale.run("status")
    #expect(result.status == 2)
    #expect(result.errors.contains("conflict markers"))
    #expect(result.errors.contains("remove the markers"))
  }

  @Test func `a removal that is refused changes nothing`() throws {
    let world = try World()
    #expect(world.shale.run("add data").status == 0)
    #expect(world.commit("first").status == 0)
    try world.setup.write("precious\n", to: "data/a.txt")
    #expect(world.shale.run("rm data").status == 1)
    #expect(try world.setup.git("status", "--porcelain").isEmpty)
    #expect(world.shale.run("status").output.contains("modified data/a.txt"))
    let forced = world.shale.run("rm -f data")
    #expect(forced.status == 0)
    let id = try #require(forced.output.firstMatch(of: /shale cat ([0-9a-f]{64})/)?.output.1)
    #expect(world.shale.run("cat \(id)").output == "precious\n")
    #expect(!FileManager.default.fileExists(atPath: world.setup.file("data").path))
  }

  @Test func `what cannot be tracked is refused with the documented status`() throws {
    let world = try World()
    try world.setup.write("code\n", to: "code.txt")
    try world.setup.commitAll()
    #expect(world.shale.run("add code.txt").status == 1)
    #expect(world.shale.run("add nothing").status == 1)
    #expect(world.shale.run("add /etc/passwd").status == 2)
    #expect(world.shale.run("add .git/config").status == 1)
    let elsewhere = Surroundings(
      environment: testEnvironment(), directory: FilePath(try TemporaryDirectory.required().path))
    #expect(elsewhere.run("status").status == 1)
  }
}

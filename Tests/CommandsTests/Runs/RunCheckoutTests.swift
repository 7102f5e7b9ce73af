import Documents
import Foundation
import Lineage
import ObjectStore
import Platform
import Primitives
import Project
import TestSupport
import Testing

@testable import Commands

/// Bringing back what a run made.
@Suite(.temporaryDirectory) struct RunCheckoutTests {
  /// A repository in which a run `one` made a model with one parameter, and a run `two` another.
  private struct Made {
    let world: RunWorld

    var setup: GitSetup { world.world.setup }

    init() throws {
      world = try RunWorld()
      try setup.write("lr: 1\n", to: "params.yaml")
      try setup.write(
        "mkdir -p out\ncp params.yaml out/model\necho log > log.txt\n", to: "train.sh")
      try setup.git("add", ".")
      try setup.git("commit", "--quiet", "-m", "code")
      try run("one")
      try setup.write("lr: 2\n", to: "params.yaml")
      try setup.write(
        "mkdir -p out\ncp params.yaml out/model\nmkdir -p new; echo x > new/x\n", to: "train.sh")
      try setup.write("print\n", to: "lib/util.py")
      try run("two")
    }

    func run(_ name: String) throws {
      let line = "run -q -n \(name) -p params.yaml -o out/model -- sh train.sh"
      let done = world.run(line)
      try #require(done.status == 0, "\(done.errors)")
      try #require(world.run("commit -q -a -m \(name)").status == 0)
    }

    func text(_ path: String) throws -> String {
      String(decoding: try setup.read(path), as: UTF8.self)
    }
  }

  @Test func `the outputs and parameters of a run come back, and are staged`() throws {
    let made = try Made()
    #expect(try made.text("out/model") == "lr: 2\n")
    let dry = made.world.run("checkout -n --run one")
    #expect(dry.status == 0)
    #expect(try made.text("params.yaml") == "lr: 2\n")
    let done = made.world.run("checkout --run one")
    #expect(done.status == 0, "\(done.errors)")
    #expect(try made.text("out/model") == "lr: 1\n")
    #expect(try made.text("params.yaml") == "lr: 1\n")
    #expect(try made.text("train.sh").contains("new/x"))
    #expect(try made.setup.git("diff", "--cached", "--name-only").contains("out/model.shale"))
    #expect(made.world.run("status").output.contains("out/model"))
    let one = try made.world.project.runs().run(named: "one").id
    #expect(try made.setup.git("ls-files", ".shale/runs").contains(one.hex))
    #expect(made.world.run("checkout --run one").output.contains("matches already"))
    #expect(made.world.run("checkout --run two").status == 0)
    #expect(try made.text("out/model") == "lr: 2\n")
    #expect(made.world.run("status --exit-code").status == 0)
  }

  @Test func `with its code a run comes back whole`() throws {
    let made = try Made()
    #expect(made.world.run("checkout --run one --code").status == 0)
    #expect(try made.text("train.sh").contains("log.txt"))
    #expect(try made.text("out/model") == "lr: 1\n")
    // What the run did not have stays.
    #expect(try made.text("lib/util.py") == "print\n")
    try FileManager.default.removeItem(at: made.setup.file("lib"))
    #expect(made.world.run("checkout --run two --code").status == 0)
    #expect(try made.text("lib/util.py") == "print\n")
    #expect(try made.setup.git("status", "--short", "--untracked-files=no") == "")
  }

  @Test(arguments: ["params.yaml", "out/model", "train.sh"])
  func `what was changed is not overwritten, unless it is saved`(path: String) throws {
    let made = try Made()
    try made.setup.write("precious\n", to: path)
    let refused = made.world.run("checkout --run one --code")
    #expect(refused.status == 1)
    #expect(refused.errors.contains(path))
    for (other, text) in [("params.yaml", "lr: 2\n"), ("out/model", "lr: 2\n")] where other != path
    {
      #expect(try made.text(other) == text, "nothing may change")
    }
    #expect(try made.text(path) == "precious\n")
    let forced = made.world.run("checkout --force --run one --code")
    #expect(forced.status == 0)
    #expect(try made.text(path) != "precious\n")
    let id = try #require(forced.output.firstMatch(of: /shale cat ([0-9a-f]{64})/)?.output.1)
    #expect(made.world.run("cat \(id)").output == "precious\n")
  }

  @Test func `a file in the way of a directory, and a symlink on the way, are refused`() throws {
    let made = try Made()
    try FileManager.default.removeItem(at: made.setup.file("lib"))
    try made.setup.write("mine\n", to: "lib")
    #expect(made.world.run("checkout --force --run two --code").status == 1)
    #expect(try made.text("lib") == "mine\n")
    try FileManager.default.removeItem(at: made.setup.file("lib"))
    let outside = try TemporaryDirectory.required().appending(path: "outside")
    try FileManager.default.createDirectory(at: outside, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      at: made.setup.file("lib"), withDestinationURL: outside)
    #expect(made.world.run("checkout --force --run two --code").status == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: outside.path) == [])
  }

  @Test func `a part of a tracked directory comes back into it, and the rest stays`() throws {
    let world = try RunWorld()
    let setup = world.world.setup
    #expect(world.run("add data").status == 0)
    let content = try world.store("from the run\n")
    var record = try world.record(0)
    record.code.tree = try world.store(["a": "a"])
    record.name = "part"
    record.outputs = [
      RunArtifact(
        path: try RepositoryPath("data/deep/new.txt"), kind: .file, oid: content.oid,
        size: content.size, origin: .observed, tracked: try RepositoryPath("data"))
    ]
    try world.add(record)
    let done = world.run("checkout --run part")
    #expect(done.status == 0, "\(done.errors)")
    #expect(try setup.read("data/deep/new.txt") == Array("from the run\n".utf8))
    #expect(try setup.read("data/a.txt") == Array("one\n".utf8))
    #expect(try setup.read("data/deep/b.bin").count == 300_000)
    #expect(world.run("ls data/deep").output.contains("new.txt"))
    #expect(world.run("fsck").status == 0)
  }

  @Test func `what is in no store is told with what to do, and the pointer stays`() throws {
    let made = try Made()
    var record = try made.world.record(7)
    record.name = "lost"
    record.code.tree = try made.world.store(["a": "a"])
    let lost = ObjectID(words: (1, 2, 3, 4))
    record.outputs = [
      RunArtifact(
        path: try RepositoryPath("out/model"), kind: .file, oid: lost, size: .bytes(3),
        origin: .declared, tracked: try RepositoryPath("out/model"))
    ]
    record.parameters = [RunValues(path: try RepositoryPath("p.yaml"), oid: lost, values: nil)]
    try made.world.add(record)
    let result = made.world.run("checkout --run lost")
    #expect(result.status == 5)
    #expect(result.output.contains("missing out/model") && result.output.contains("missing p.yaml"))
    #expect(try made.text("out/model") == "lr: 2\n")
    record.code.tree = RunObject(oid: lost, size: .bytes(1))
    record.name = "codeless"
    try made.world.add(record)
    #expect(made.world.run("checkout --run codeless --code").status == 5)
  }

  @Test(arguments: [".shale/config", "train.sh", "out", ".git/hooks/pre-commit", "out/.gitignore"])
  func `a record cannot make data of what is git's or Shale's`(path: String) throws {
    let made = try Made()
    let content = try made.world.store("evil\n")
    var record = try made.world.record(8)
    record.name = "evil"
    record.code.tree = try made.world.store(["a": "a"])
    record.outputs = [
      RunArtifact(
        path: try RepositoryPath(ByteString(path)), kind: .file, oid: content.oid,
        size: content.size, origin: .declared, tracked: try RepositoryPath(ByteString(path)))
    ]
    try made.world.add(record)
    let before = try made.setup.git("status", "--short")
    #expect(made.world.run("checkout --force --run evil").status == 1)
    #expect(try made.setup.git("status", "--short") == before)
    record.outputs = []
    record.parameters = [
      RunValues(path: try RepositoryPath(".git/config"), oid: content.oid, values: nil)
    ]
    record.name = "worse"
    try made.world.add(record)
    #expect(made.world.run("checkout --force --run worse").status == 1)
  }

  @Test func `a run stands alone on the command line`() throws {
    let world = try RunWorld()
    #expect(world.run("checkout --run one main").status == 2)
    #expect(world.run("checkout --code").status == 2)
    #expect(world.run("checkout --run nope").status == 1)
  }
}

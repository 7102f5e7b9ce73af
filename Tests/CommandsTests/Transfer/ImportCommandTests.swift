import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands

/// Data of another repository that is tracked here, with where it came from.
@Suite(.temporaryDirectory) struct ImportCommandTests {
  private let source: TransferWorld
  private let setup: GitSetup
  private let shale: Surroundings

  init() throws {
    source = try TransferWorld()
    try source.expectDone("push -q")
    setup = try GitSetup.make("importing")
    shale = Surroundings(
      environment: testEnvironment(), directory: FilePath(setup.file("").path))
    #expect(shale.run("init -q").status == 0)
    try setup.commitAll("start")
  }

  private func pointer(_ path: String) throws -> [String] {
    String(decoding: try setup.read("\(path).shale"), as: UTF8.self)
      .split(separator: "\n").map(String.init)
  }

  /// Everything that a command which is refused leaves alone.
  private func state() throws -> String { try Scene(setup: setup).state() }

  @Test(arguments: ["../repository", "../remote"])
  func `data comes with a pointer that says where it came from`(place: String) throws {
    let done = shale.run("import -o sets \(place) data")
    #expect(done.status == 0, "\(done.errors)")
    #expect(try setup.read("sets/data/deep/b.bin") == source.files["data/deep/b.bin"])
    let head = try source.setup.git("rev-parse", "HEAD")
    let location = try FilePath(setup.file(place).path).resolved()
    #expect(
      try pointer("sets/data").suffix(3)
        == ["source \(location)", "source-path data", "source-rev \(head)"])
    #expect(
      try setup.git("diff", "--cached", "--name-only") == "sets/.gitignore\nsets/data.shale")
    #expect(shale.run("commit -q -m imported").status == 0)
    #expect(shale.run("status --exit-code").status == 0)
    #expect(try setup.git("status", "--porcelain") == "")
    #expect(shale.run("fsck").status == 0)
    #expect(shale.run("import -o sets \(place) data").status == 1)
  }

  @Test func `an update brings what is newer, and only that`() throws {
    #expect(shale.run("import -q ../repository data").status == 0)
    #expect(shale.run("import -q ../repository model.bin").status == 0)
    #expect(shale.run("commit -q -m imported").status == 0)
    #expect(shale.run("update").output.contains("current data"))
    #expect(try setup.git("status", "--porcelain") == "")
    let first = try source.setup.git("rev-parse", "HEAD")
    try source.setup.write("two\n", to: "data/a.txt")
    try source.commit("second")
    let second = try source.setup.git("rev-parse", "HEAD")
    let before = try state()
    #expect(shale.run("update -n").output.contains("would be updated data"))
    #expect(try state() == before)
    let updated = shale.run("update data")
    #expect(updated.output.contains("updated data"), "\(updated.errors)")
    #expect(try setup.read("data/a.txt") == Array("two\n".utf8))
    #expect(try pointer("data").last == "source-rev \(second)")
    #expect(try pointer("model.bin").last == "source-rev \(first)")
    #expect(shale.run("update --rev \(first) data").status == 0)
    #expect(try setup.read("data/a.txt") == Array("one\n".utf8))
  }

  @Test func `changed files are not overwritten`() throws {
    #expect(shale.run("import -q ../repository data").status == 0)
    #expect(shale.run("commit -q -m imported").status == 0)
    try source.setup.write("two\n", to: "data/a.txt")
    try source.commit("second")
    try setup.write("mine\n", to: "data/a.txt")
    let before = try state()
    let refused = shale.run("update")
    #expect(refused.status == 1)
    #expect(refused.errors.contains("'data/a.txt'"))
    #expect(try state() == before)
  }

  @Test func `data that lies there is kept where it is the same, and refused otherwise`() throws {
    try setup.write(try #require(source.files["model.bin"]), to: "model.bin")
    #expect(shale.run("import -q ../repository model.bin").status == 0)
    try setup.write("mine\n", to: "data/a.txt")
    let before = try state()
    #expect(shale.run("import ../repository data").status == 1)
    #expect(try state() == before)
  }

  @Test func `what cannot be imported is refused, and nothing changes`() throws {
    #expect(shale.run("import -q ../repository data").status == 0)
    let before = try state()
    for (line, status, word) in [
      ("import ../repository data", 1, "exists"), ("import ../repository none", 1, "none"),
      ("import -o data ../repository model.bin", 1, "lies in"),
      ("import -o .. ../repository model.bin", 2, "outside"),
      ("import https://me:secret@localhost:1/x.git model.bin", 2, "password"),
      ("import ../repository model.bin --expect \(String(repeating: "0", count: 64))", 4, "sha256"),
      ("import ../nowhere model.bin", 75, "nowhere"), ("update nothing", 1, "nothing"),
      ("update --rev none", 1, "none"),
    ] {
      let refused = shale.run(line)
      #expect(refused.status == status, "\(line): \(refused.errors)")
      #expect(refused.errors.contains(word), "\(line): \(refused.errors)")
      #expect(!refused.errors.contains("secret"), "\(refused.errors)")
    }
    #expect(try state() == before)
    try source.directory.appending("repository").rename(to: source.directory.appending("away"))
    #expect(shale.run("update").status == 75)
    #expect(try state() == before)
  }

  @Test func `an import is taken back`() throws {
    let before = try state()
    #expect(shale.run("import -q ../repository data").status == 0)
    let undone = shale.run("undo")
    #expect(undone.status == 0, "\(undone.errors)")
    #expect(try state() == before)
  }

  @Test func `an import takes from the cache what it has`() throws {
    #expect(shale.run("get -q -o ../got ../remote model.bin").status == 0)
    let imported = shale.run("import --json ../remote model.bin")
    #expect(imported.output.contains("\"origin\":\"cache\""), "\(imported.output)")
    #expect(try setup.read("model.bin") == source.files["model.bin"])
  }
}

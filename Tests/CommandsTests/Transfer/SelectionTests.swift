import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands

/// What the words of a command line choose is moved, exactly as a dry run says, and nothing else.
@Suite(.temporaryDirectory) struct SelectionTests {
  /// What a transfer says that it moves.
  private struct Moved: Decodable, Equatable {
    let objects: Int
    let bytes: Int
  }

  /// A command line run dry and then in earnest, which have to say the same.
  @discardableResult private func expectAsPlanned(
    _ words: [ByteString], in shale: Surroundings, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Moved {
    func moved(_ words: [ByteString]) throws -> Moved {
      struct Envelope: Decodable { let result: Moved }
      let output = shale.run(["--json"] + words).output
      return try JSONDecoder().decode(Envelope.self, from: Data(output.utf8)).result
    }
    let planned = try moved(words + ["-n"])
    let again = try moved(words + ["-n"])
    #expect(planned == again, "a dry run moves nothing", sourceLocation: sourceLocation)
    let done = try moved(words)
    #expect(planned == done, "\(words)", sourceLocation: sourceLocation)
    return done
  }

  @Test(
    arguments: [
      (["-p", "data/a.txt"], ["data/a.txt"]),
      (["-p", "data/deep"], ["data/deep/b.bin", "data/deep/c.csv"]),
      (["-p", "model.bin"], ["model.bin"]), (["-p", "model.bin.shale"], ["model.bin"]),
      (["-p", "data/*/*.csv"], ["data/deep/c.csv"]),
      (["-p", "**/*.bin"], ["data/deep/b.bin", "model.bin", "other/d.bin"]),
      (["-p", "*.bin"], ["model.bin"]), (["-p", "o?her"], ["other/d.bin"]),
      (["-p", "data/[ab].txt", "-p", "other/"], ["data/a.txt", "other/d.bin"]),
    ] as [([ByteString], [String])])
  func `a path or pattern chooses what is fetched and brought`(
    words: [ByteString], chosen: [String]
  ) throws {
    let world = try TransferWorld()
    try world.expectDone("push -q")
    let clone = try world.clone()
    let moved = try expectAsPlanned(["fetch"] + words, in: clone)
    #expect(moved.objects > 0)
    try world.expectDone(["pull"] + words, in: clone)
    let expected = world.files.filter { chosen.contains($0.key) }
    #expect(try world.files(in: clone) == expected)
    // Everything that was chosen is here, and the rest is not.
    #expect(try expectAsPlanned(["fetch"] + words, in: clone) == Moved(objects: 0, bytes: 0))
    #expect(try expectAsPlanned(["fetch"], in: clone).objects > 0)
  }

  @Test(
    arguments: [
      ["-p", "data/a.txt"], ["-p", "data/*/*.csv"], ["-p", "model.bin", "-p", "other"],
      ["--all"], ["HEAD"], [],
    ] as [[ByteString]])
  func `a dry run says to the byte what a push then writes`(words: [ByteString]) throws {
    let world = try TransferWorld()
    let moved = try expectAsPlanned(["push"] + words, in: world.shale)
    #expect(moved.objects > 0)
    let sizes = try TransferWorld.packs(of: world.remote).map { try $0.status().size.bytes }
    let written = sizes.reduce(0, +)
    // Packs hold records, a directory of 48 bytes for each, and a head and foot.
    #expect(written >= moved.bytes + 48 * moved.objects)
    #expect(written <= moved.bytes + 48 * moved.objects + 512 * sizes.count)
    #expect(
      try expectAsPlanned(["push"] + words, in: world.shale) == Moved(objects: 0, bytes: 0))
  }

  @Test func `a path that nothing tracked fits is refused, before anything is sent`() throws {
    let world = try TransferWorld()
    for word in ["nothing", "data/none.txt", "data/*.jpg", "model.bin/x"] as [ByteString] {
      let pushed = world.shale.run(["push", "-p", "data/a.txt", "-p", word])
      #expect(pushed.status == 1, "\(word)")
      #expect(pushed.errors.contains("'\(word)'"))
    }
    #expect(try TransferWorld.packs(of: world.remote).isEmpty)
    try world.expectDone("push -q")
    let clone = try world.clone()
    for verb in ["fetch", "pull"] as [ByteString] {
      for word in ["nothing", "data/none.txt", "data/*.jpg"] as [ByteString] {
        let result = clone.run([verb, "-p", word])
        #expect(result.status == 1, "\(verb) \(word)")
        #expect(result.errors.contains("Nothing that is tracked fits '\(word)'"))
        #expect(!result.output.contains("already"))
      }
    }
    #expect(try world.files(in: clone).isEmpty)
    let partly = clone.run("pull -p nothing -p other")
    #expect(partly.status == 1)
    #expect(try world.files(in: clone).keys.sorted() == ["other/d.bin"])
  }

  @Test func `a revision chooses its data, and no other's`() throws {
    let world = try TransferWorld()
    try world.setup.git("tag", "v1")
    try world.setup.write("two\n", to: "data/a.txt")
    try world.commit("second")
    #expect(try expectAsPlanned(["push", "v1"], in: world.shale).objects > 0)
    #expect(try expectAsPlanned(["push", "v1"], in: world.shale).objects == 0)
    let second = try expectAsPlanned(["push", "origin", "HEAD"], in: world.shale)
    #expect(second.objects == 2, "a file and its directory")
    let clone = try world.clone()
    try expectAsPlanned(["fetch", "origin", "v1"], in: clone)
    try world.expectDone(["checkout", "-q", "v1"], in: clone)
    #expect(try world.files(in: clone) == world.files)
    #expect(clone.run("checkout -q main").status == 5)
    #expect(world.shale.run("push nothing").status == 1)
  }

  @Test func `all means every branch and tag`() throws {
    let world = try TransferWorld()
    for name in ["topic", "tagged"] {
      try world.expectDone("checkout -q main")
      try world.setup.git("checkout", "-q", "-b", ByteString(name))
      try world.setup.write("\(name)\n", to: "data/a.txt")
      try world.commit("more")
    }
    try world.setup.git("tag", "v2")
    try world.expectDone("checkout -q main")
    try world.setup.git("branch", "-q", "-D", "tagged")
    try expectAsPlanned(["push"], in: world.shale)
    #expect(try expectAsPlanned(["push", "--all"], in: world.shale).objects == 4)
    let clone = try world.clone()
    try expectAsPlanned(["fetch", "--all"], in: clone)
    try world.remote.removeTree()
    for name in ["v2", "origin/topic", "main"] as [ByteString] {
      try world.expectDone(["checkout", "-q", name], in: clone)
    }
  }

  @Test(arguments: ["topic", "v1"])
  func `a clone of a branch or tag has its data`(name: String) throws {
    let world = try TransferWorld()
    try world.setup.git("checkout", "-q", "-b", "topic")
    try world.setup.write("\(name)\n", to: "data/a.txt")
    try world.commit("other")
    try world.setup.git("tag", "v1")
    try world.expectDone("push -q --all")
    try world.setup.git("checkout", "-q", "main")
    let elsewhere = Surroundings(environment: testEnvironment(), directory: world.directory)
    let url = ByteString("file://\(world.setup.path)")
    try world.expectDone(
      ["clone", "-q", "--branch", ByteString(name), url, "a clone"], in: elsewhere)
    let clone = Surroundings(
      environment: testEnvironment(), directory: world.directory.appending("a clone"))
    var expected = world.files
    expected["data/a.txt"] = Array("\(name)\n".utf8)
    #expect(try world.files(in: clone) == expected)
    try world.expectDone(["status", "--exit-code"], in: clone)
  }

  @Test(arguments: [
    "a remote", "öß", "#hash;semicolon", "quote\"d", "back\\slash", "per%20cent", "[x]*?", " lead",
  ])
  func `a remote may lie in a directory of any name`(name: String) throws {
    let world = try TransferWorld(remoteName: name)
    try world.expectDone("push -q")
    #expect(try !TransferWorld.packs(of: world.remote).isEmpty)
    let clone = try world.clone()
    try world.expectDone(["pull", "-q"], in: clone)
    #expect(try world.files(in: clone) == world.files)
    try world.expectDone(["remote", "rename", "origin", "Odd.name_2-x"], in: clone)
    #expect(clone.run("fetch Odd.name_2-x").output == "Everything is here already.\n")
  }

  @Test func `an address of a file may have escaped bytes`() throws {
    let directory = try TemporaryDirectory.required().path
    let world = try TransferWorld(
      remoteName: "a remote", location: ByteString("file://\(directory)/a%20remote"))
    try world.expectDone("push -q")
    #expect(try !TransferWorld.packs(of: world.remote).isEmpty)
    let clone = try world.clone()
    try world.expectDone(["pull", "-q"], in: clone)
    #expect(try world.files(in: clone) == world.files)
  }

  @Test(arguments: ["-x", ".x", "a b", "a/b", "", "é"])
  func `a name that could be taken for something else is refused`(name: String) throws {
    let world = try TransferWorld()
    let result = world.shale.run(["remote", "add", "--", ByteString(name), "../x"])
    #expect(result.status == 2)
    #expect(result.errors.contains("Remote name"))
  }

  @Test func `a pointer that cannot be read is told, and its commit is looked at again`() throws {
    let world = try TransferWorld()
    let pointer = try world.setup.read("other.shale")
    try world.setup.write("shale 9\nkind file\n", to: "other.shale")
    try world.setup.commitAll("of a newer version")
    let pushed = world.shale.run("push")
    #expect(pushed.status == 1)
    #expect(pushed.errors.contains("'other.shale'"))
    #expect(world.shale.run("fetch").status == 1)
    try world.setup.write(pointer, to: "other.shale")
    try world.setup.commitAll("read again")
    for _ in 0..<2 {
      let again = world.shale.run("push")
      #expect(again.status == 0)
      #expect(again.errors.contains("warning: Not all of the history was sent: "))
    }
  }
}

import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands

/// What no store has is told by path, and stops nothing else.
@Suite(.temporaryDirectory) struct MissingDataTests {
  @Test func `a pull brings the rest, and says what is missing`() throws {
    let world = try TransferWorld()
    try world.expectDone("push -q -p data/a.txt -p other -p data/deep/c.csv")
    let clone = try world.clone()
    let pulled = clone.run("pull")
    #expect(pulled.status == 5)
    try expectGolden(pulled.text(of: "pull"), "transfer/pull-with-missing")
    let expected = world.files.filter { $0.key != "model.bin" && $0.key != "data/deep/b.bin" }
    #expect(try world.files(in: clone) == expected)
    // Nothing more can be had, and nothing else is said.
    let again = clone.run("pull")
    #expect(again.status == 5)
    try expectGolden(again.text(of: "pull"), "transfer/pull-with-missing-again")
    try world.expectDone("push -q")
    try world.expectDone(["pull", "-q"], in: clone)
    #expect(try world.files(in: clone) == world.files)
  }

  @Test func `a fetch that brings nothing does not claim that all is here`() throws {
    let world = try TransferWorld()
    try world.expectDone("push -q -p other")
    let clone = try world.clone()
    let fetched = clone.run("fetch -p model.bin")
    #expect(fetched.status == 5)
    try expectGolden(fetched.text(of: "fetch -p model.bin"), "transfer/fetch-of-missing")
  }

  @Test func `a clone brings the rest, and says what is missing`() throws {
    let world = try TransferWorld()
    try world.expectDone("push -q -p data -p other")
    let elsewhere = Surroundings(environment: testEnvironment(), directory: world.directory)
    let cloned = elsewhere.run("clone repository copy")
    #expect(cloned.status == 5)
    #expect(cloned.output.contains("missing model.bin\n"))
    #expect(!cloned.output.contains("brought model.bin"))
    #expect(cloned.output.contains("brought data (3 files written"))
    let copy = Surroundings(
      environment: testEnvironment(), directory: world.directory.appending("copy"))
    #expect(try world.files(in: copy) == world.files.filter { $0.key != "model.bin" })
    #expect(copy.run("status").output.contains("not-here model.bin"))
  }

  @Test func `a clone whose remote is away is there, and can be filled later`() throws {
    let world = try TransferWorld()
    try world.expectDone("push -q")
    let away = world.directory.appending("away")
    try world.remote.rename(to: away)
    let elsewhere = Surroundings(environment: testEnvironment(), directory: world.directory)
    let cloned = elsewhere.run("clone repository copy")
    #expect(cloned.status == 75)
    #expect(cloned.output.hasPrefix("Cloned into "))
    let advice = try #require(cloned.errors.firstMatch(of: /`shale pull` in '(.*)'/)?.output.1)
    try away.rename(to: world.remote)
    let copy = Surroundings(
      environment: testEnvironment(), directory: FilePath(ByteString(advice.utf8)))
    try world.expectDone(["pull", "-q"], in: copy)
    #expect(try world.files(in: copy) == world.files)
  }

  @Test func `a damaged record on the remote counts as missing, and is told so`() throws {
    let world = try TransferWorld()
    try world.expectDone("push -q")
    let victim = try #require(world.files["data/deep/b.bin"])[100_000..<100_050]
    try Self.flip(victim, in: world.remote)
    let clone = try world.clone()
    let pulled = clone.run("pull")
    #expect(pulled.status == 5)
    #expect(pulled.output.contains("damaged data/deep/b.bin: "))
    #expect(pulled.output.contains("brought part of data (2 files written"))
    #expect(try world.files(in: clone) == world.files.filter { $0.key != "data/deep/b.bin" })
  }

  @Test func `a push sends what is there of what is wanted`() throws {
    let world = try TransferWorld()
    try world.expectDone("push -q -p data")
    let clone = try world.clone()
    #expect(clone.run("pull -q").status == 5)
    try world.expectDone(["remote", "add", "-q", "second", "../second"], in: clone)
    let pushed = clone.run("push second")
    #expect(pushed.status == 5)
    let head = try world.setup.git("rev-parse", "HEAD").prefix(10)
    #expect(pushed.output.contains("missing model.bin in \(head)\n"))
    #expect(pushed.output.contains("missing other in \(head)\n"))
    let other = try world.clone("other-clone")
    try world.expectDone(["remote", "add", "-q", "second", "../second"], in: other)
    try world.expectDone(["pull", "-q", "second", "-p", "data"], in: other)
    #expect(
      try world.files(in: other) == world.files.filter { $0.key.hasPrefix("data/") })
  }

  @Test func `what a push lacks is told once for each path, with the commits`() throws {
    let world = try TransferWorld()
    var commits = [try world.setup.git("rev-parse", "HEAD")]
    for version in 1...5 {
      try world.setup.write("version \(version)\n", to: "data/a.txt")
      if version == 2 { try world.setup.write("new\n", to: "data/deep/c.csv") }
      try world.commit(ByteString("\(version)".utf8))
      commits.insert(try world.setup.git("rev-parse", "HEAD"), at: 0)
    }
    try world.expectDone("push -q")
    let clone = try world.clone()
    try world.expectDone(["pull", "-q"], in: clone)
    try world.expectDone(["fetch", "-q", "HEAD^"], in: clone)
    try world.expectDone(["remote", "add", "-q", "second", "../second"], in: clone)
    for line in ["push -n second", "push second"] {
      let pushed = clone.run(line)
      #expect(pushed.status == 5)
      let names = commits.map { $0.prefix(10) }
      let missing = pushed.output.split(separator: "\n").filter { $0.contains("missing") }
      #expect(
        missing.sorted() == [
          "missing data in \(names[2]), \(names[3]), \(names[4]) and 1 more"
        ])
      #expect(pushed.errors.hasPrefix("error: Content of 'data' is not whole in this clone\n"))
      #expect(pushed.output.firstRange(of: "\(names[0])") == nil)
    }
    let advice = try #require(
      clone.run("push second").errors.firstMatch(of: /`shale (fetch REMOTE --all)`/))
    let line = advice.output.1.replacing("REMOTE", with: "origin")
    #expect(clone.run(String(line)).status == 0)
    #expect(clone.run("push second").status == 0)
  }

  @Test func `each version of a file that is lacking has its commits`() throws {
    let world = try TransferWorld()
    var commits: [String] = []
    for version in 1...3 {
      try world.setup.write(sampleBytes(count: 200_000, seed: UInt64(version)), to: "model.bin")
      try world.setup.write("\(version)\n", to: "other/e.txt")
      try world.commit(ByteString("\(version)".utf8))
      commits.append(try world.setup.git("rev-parse", "HEAD"))
    }
    try world.expectDone("push -q -p other")
    let clone = try world.clone()
    try world.expectDone(["fetch", "-q", "--all", "-p", "other"], in: clone)
    try world.expectDone(["remote", "add", "-q", "second", "../second"], in: clone)
    let pushed = clone.run("push second -p other -p model.bin")
    #expect(pushed.status == 5)
    let lines = pushed.output.split(separator: "\n")
    let names = commits.reversed().map { String($0.prefix(10)) }
    #expect(lines.count { $0.hasPrefix("missing ") } == 1)
    #expect(
      lines.contains("missing model.bin in \(names.joined(separator: ", ")) and 1 more"))
  }

  /// Flips a bit of the pack that holds some bytes as they are.
  private static func flip(_ bytes: ArraySlice<UInt8>, in store: FilePath) throws {
    for pack in try TransferWorld.packs(of: store) {
      let contents = try pack.contents()
      if let range = contents.firstRange(of: bytes) {
        return try TransferWorld.flip(pack, at: range.lowerBound)
      }
    }
    Issue.record("no pack holds the bytes")
  }
}

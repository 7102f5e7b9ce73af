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
    #expect(pushed.output.contains("missing model.bin\n"))
    #expect(pushed.output.contains("missing other\n"))
    let other = try world.clone("other-clone")
    try world.expectDone(["remote", "add", "-q", "second", "../second"], in: other)
    try world.expectDone(["pull", "-q", "second", "-p", "data"], in: other)
    #expect(
      try world.files(in: other) == world.files.filter { $0.key.hasPrefix("data/") })
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

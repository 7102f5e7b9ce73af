import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands

/// Damage is found in every pack, wherever it lies, and told as paths and commits.
@Suite(.temporaryDirectory) struct FsckCommandTests {
  /// Where in a pack a bit is flipped, as a part of its size, from its first byte to its last.
  static let places = [0.0, 0.25, 0.5, 0.75, 1.0]

  @Test(arguments: places) func `a flipped bit in any pack of the local store is told by path`(
    place: Double
  ) throws {
    let world = try TransferWorld()
    try world.expectDone("push -q")
    try expectDamage(
      in: FilePath(world.setup.file(".git/shale/store").path), at: place, world,
      check: "fsck", mend: "fetch -q")
  }

  @Test(arguments: places) func `a flipped bit in any pack of a remote is told by path`(
    place: Double
  ) throws {
    let world = try TransferWorld()
    try world.expectDone("push -q")
    try expectDamage(
      in: world.remote, at: place, world, check: "fsck --remote origin", mend: "push -q")
  }

  /// Flips a bit in each pack in turn, expects that it is told, and that it can be mended.
  private func expectDamage(
    in store: FilePath, at place: Double, _ world: TransferWorld, check: String, mend: String
  ) throws {
    try world.expectDone(check)
    let commit = try world.setup.git("rev-parse", "--short=10", "HEAD")
    let copy = store.parent.appending("copy-of-store")
    let packs = try TransferWorld.packs(of: store)
    #expect(packs.count > 1)
    for pack in packs {
      try Program.succeed("cp", ["-a", store.bytes, copy.bytes])
      let size = try pack.status().size.bytes
      try TransferWorld.flip(pack, at: min(size - 1, Int(Double(size) * place)))
      let found = world.shale.run(check)
      #expect(found.status == 4)
      let lost = found.output.split(separator: "\n").filter { $0.hasPrefix("  lost ") }
      #expect(!lost.isEmpty, "\(found.output)")
      for line in lost {
        let path = line.split(separator: " ")[1]
        #expect(world.files.keys.contains { $0 == path || $0.hasPrefix("\(path)/") }, "\(line)")
        #expect(line.hasSuffix(" \(commit)"), "\(line)")
      }
      if found.output.contains(" cannot be read: ") {
        try world.expectDone(check.replacing("fsck", with: "repair -q"))
      }
      try world.expectDone(mend)
      let mended = world.shale.run(check)
      #expect(!mended.output.contains("  lost "), "\(mended.output)")
      try store.removeTree()
      try copy.rename(to: store)
    }
  }

  @Test func `what was mended is counted, and is no failure`() throws {
    let world = try TransferWorld()
    try world.expectDone("push -q")
    let largest = try #require(
      try TransferWorld.packs(of: world.remote).max {
        try $0.status().size < $1.status().size
      })
    try TransferWorld.flip(largest, at: try largest.status().size.bytes / 2)
    #expect(world.shale.run("fsck -r origin").status == 4)
    try world.expectDone("push -q")
    let output = try world.expectDone("fsck -r origin")
    #expect(output.contains("1 damaged record with a good copy elsewhere\n"))
    #expect(output.hasSuffix("Everything is sound.\n"))
    #expect(world.shale.run("fsck -r origin --json").output.contains("\"healed\":1"))
  }

  @Test func `what was never brought is no damage of the local store`() throws {
    let world = try TransferWorld()
    try world.expectDone("push -q")
    let clone = try world.clone()
    try world.expectDone(["fetch", "-q", "-p", "data/a.txt"], in: clone)
    let found = clone.run("fsck")
    #expect(found.status == 5)
    #expect(found.output.contains("missing model.bin"))
    #expect(!found.output.contains("lost"))
  }

  @Test func `a remote that lacks what was pushed to it is told by path and commit`() throws {
    let world = try TransferWorld()
    try world.expectDone("push -q")
    for pack in try TransferWorld.packs(of: world.remote) { try pack.remove() }
    let found = world.shale.run("fsck --remote origin")
    #expect(found.status == 5)
    for path in ["data", "other", "model.bin"] {
      let commit = try world.setup.git("rev-parse", "--short=10", "HEAD")
      #expect(found.output.contains("missing \(path) \(commit)\n"), "\(found.output)")
    }
    try world.expectDone("push -q")
    try world.expectDone("fsck --remote origin")
  }

  @Test func `what was never pushed is not missed on a remote`() throws {
    let world = try TransferWorld()
    try world.expectDone("push -q -p data/a.txt")
    try world.expectDone("fsck --remote origin")
  }

  @Test func `a damaged root is told by its commit`() throws {
    let world = try TransferWorld()
    try world.expectDone("push -q")
    let commit = try world.setup.git("rev-parse", "HEAD")
    let root = world.remote.appending("roots/commits/\(commit.prefix(2))/\(commit)")
    try TransferWorld.flip(root, at: 100)
    let found = world.shale.run("fsck --remote origin")
    #expect(found.status == 4)
    #expect(found.output.contains(commit))
    try world.expectDone("push -q")
    try world.expectDone("fsck --remote origin")
  }
}

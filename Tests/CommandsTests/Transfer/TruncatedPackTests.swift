import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands

/// A pack that ends too early at a remote, as a network disk leaves it: never believed, and told.
@Suite(.temporaryDirectory) struct TruncatedPackTests {
  /// How long the pack is afterwards, of its length: none at all, a header, some records, all but
  /// the last byte.
  @Test(arguments: ["0", "30", "100000", "-1"])
  func `a truncated pack at a remote is told, brings nothing false, and a push mends it`(
    size: ByteString
  ) throws {
    let world = try TransferWorld()
    try world.expectDone("push -q")
    try cut(world, to: size)
    let clone = try world.clone()
    let pulled = clone.run("pull")
    // What is there is what was added; what is not there is named.
    let found = try world.files(in: clone)
    for (path, bytes) in found { #expect(world.files[path] == bytes, "\(path)") }
    if found != world.files {
      #expect(pulled.status == 5)
      for path in world.files.keys where found[path] == nil {
        #expect(pulled.output.contains(path), "\(path) is not named")
      }
    }
    let checked = clone.run("fsck -r origin")
    #expect(checked.status == 4)
    #expect(checked.output.contains("damaged Pack '"))
    // Who has the data is not told that all is there.
    #expect(world.shale.run("push").status == 0)
    try world.expectDone("verify -r origin")
    try world.expectDone(["pull", "-q"], in: clone)
    #expect(try world.files(in: clone) == world.files)
    try world.expectDone("repair -q -r origin")
    try world.expectDone("fsck -r origin")
  }

  @Test func `after a pull met a truncated pack, one push sends all that was cut off`() throws {
    let world = try TransferWorld()
    try world.expectDone("push -q")
    try cut(world, to: "2000")
    let clone = try world.clone()
    #expect(clone.run("pull").status == 5)
    #expect(world.shale.run("push").output.hasPrefix("Sent "))
    try world.expectDone(["pull", "-q"], in: clone)
    #expect(try world.files(in: clone) == world.files)
  }

  /// Cuts the largest pack of the remote off.
  private func cut(_ world: TransferWorld, to size: ByteString) throws {
    let packs = try TransferWorld.packs(of: world.remote)
    let sizes = try packs.map { try $0.status().size }
    let largest = try #require(zip(packs, sizes).max { $0.1 < $1.1 }?.0)
    try Program.succeed("chmod", ["u+w", largest.bytes])
    try Program.succeed("truncate", ["-s", size, largest.bytes])
  }
}

import Foundation
import ObjectStore
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands

/// Whoever can write to a remote cannot make a clone lose anything with tombstones.
@Suite(.temporaryDirectory) struct HostileTombstoneTests {
  /// Says at the remote that everything there is was forgotten: files, trees, chunks, nothing.
  private func forgetAll(of world: TransferWorld, at remote: FilePath) throws {
    let store = try ObjectStore.open(at: remote)
    var ids: [ObjectID] = [.empty]
    for bytes in world.files.values { ids.append(SHA256.id(of: bytes.span)) }
    for path in ["data", "other", "model.bin"] {
      let pointer = String(decoding: try world.setup.read("\(path).shale"), as: UTF8.self)
      let hex = try #require(pointer.firstMatch(of: /oid sha256:([0-9a-f]{64})/)?.output.1)
      ids.append(try #require(ObjectID(hex: String(hex))))
    }
    let model = try #require(world.files["model.bin"])
    try store.forEachChunk(of: SHA256.id(of: model.span)) { id, _ in ids.append(id) }
    try store.take(
      ids.map { Tombstone($0, .forgotten, size: .zero, date: .max, author: "x", reason: "y") })
  }

  @Test func `a clone keeps all that it has, whatever tombstones a remote brings`() throws {
    let world = try TransferWorld()
    try world.expectDone("push -q")
    try forgetAll(of: world, at: world.remote)
    for line in ["fetch -q", "pull -q", "push -q", "status", "fsck"] { try world.expectDone(line) }
    for path in world.files.keys { try FileManager.default.removeItem(at: world.setup.file(path)) }
    try world.expectDone("checkout -q")
    #expect(try world.files(in: world.shale) == world.files)
    try world.setup.write(try #require(world.files["model.bin"]), to: "copy.bin")
    #expect(world.shale.run("add copy.bin").status == 3)
  }

  @Test func `files that are no tombstones are told, and stop nothing`() throws {
    let world = try TransferWorld()
    try world.expectDone("push -q")
    let home = world.remote.appending("roots/forgotten/ab")
    try home.makeDirectories()
    try AtomicFile.replace(
      home.appending("nonsense"), with: [UInt8](repeating: 7, count: 100_000), durably: false)
    for line in ["fetch -q", "push -q", "fsck"] { try world.expectDone(line) }
    let found = world.shale.run("fsck --remote origin")
    #expect(found.status == 4 && found.output.contains("nonsense"), "\(found.output)")
  }
}

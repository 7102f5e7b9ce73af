import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands

/// What a store has lost comes back from the best good copy, and what nobody has is named.
@Suite(.temporaryDirectory) struct RepairCommandTests {
  private let world: TransferWorld
  private var store: FilePath { world.shale.directory.appending(".git/shale/store") }

  init() throws {
    world = try TransferWorld()
    try world.expectDone("push -q")
  }

  /// The packs of data and of metadata of the local store, the largest first.
  private func packs(of store: FilePath) throws -> [FilePath] {
    try TransferWorld.packs(of: store).sorted {
      try $0.status().size > $1.status().size
    }
  }

  private func truncate(_ file: FilePath, to share: Double) throws {
    let bytes = try file.contents()
    try AtomicFile.replace(
      file, with: Array(bytes.prefix(Int(Double(bytes.count) * share))), durably: false)
  }

  /// Expects that every tracked file can be restored from the local store alone.
  private func expectRestorable() throws {
    let away = world.directory.appending("away")
    let isThere = try world.remote.statusIfPresent() != nil
    if isThere { try world.remote.rename(to: away) }
    for path in world.files.keys {
      let found = world.shale.run(["cat", ByteString("HEAD:\(path)")])
      #expect(found.status == 0, "\(path): \(found.errors)")
    }
    if isThere { try away.rename(to: world.remote) }
  }

  enum Damage: CaseIterable, Sendable { case flipped, cut, gone, cutWithoutIndex, goneWithoutIndex }

  private func damage(_ kind: Damage) throws -> FilePath {
    let largest = try #require(try packs(of: store).first)
    switch kind {
    case .flipped: try TransferWorld.flip(largest, at: largest.status().size.bytes / 2)
    case .cut, .cutWithoutIndex: try truncate(largest, to: 0.5)
    case .gone, .goneWithoutIndex: try largest.remove()
    }
    if kind == .cutWithoutIndex || kind == .goneWithoutIndex {
      for name in try store.appending("index").names() where "\(name)".hasSuffix(".idx") {
        try store.appending("index").appending(name).remove()
      }
    }
    return largest
  }

  @Test(arguments: Damage.allCases)
  func `a damaged, cut or lost pack is told, and comes back from a remote`(kind: Damage) throws {
    let pack = try damage(kind)
    let isGone = kind == .gone || kind == .goneWithoutIndex
    #expect(world.shale.run("fsck").status == (isGone ? 5 : 4))
    let plan = try world.expectDone("repair -n")
    #expect(plan.contains("  bring ") && plan.contains(" from remote origin"), "\(plan)")
    let output = try world.expectDone("repair")
    #expect(output.contains("  restored "), "\(output)")
    #expect(output.hasSuffix("Everything is sound.\n"))
    if !isGone {
      #expect(try store.appending("trash/packs").appending(pack.name).statusIfPresent() != nil)
    }
    #expect(try world.expectDone("fsck").hasSuffix("Everything is sound.\n"))
    try expectRestorable()
  }

  @Test func `copies are taken from another pack, a remote, own files, a clone, in this order`()
    throws
  {
    try Program.succeed("cp", ["-a", store.bytes, "whole"])
    // A cut pack still has records in its first half; for the rest there are other places.
    try Program.succeed("cp", ["-a", "whole", "sibling"])
    func damaged() throws {
      try store.removeTree()
      try Program.succeed("cp", ["-a", "whole", store.bytes])
      _ = try damage(.cut)
    }
    try damaged()
    let first = try world.expectDone("repair -n --from ../sibling")
    #expect(first.contains(" from another pack"), "\(first)")
    #expect(first.contains(" from remote origin"), "\(first)")
    #expect(!first.contains(" from your files") && !first.contains(" from '../sibling'"))

    try world.remote.rename(to: world.directory.appending("away"))
    let second = world.shale.run("repair -n --from ../sibling")
    #expect(second.output.contains(" from your files"), "\(second.output)")
    #expect(!second.output.contains(" from '../sibling'"))
    #expect(second.errors.contains("Remote 'origin' was not asked"))
    let before = try world.files(in: world.shale)
    #expect(world.shale.run("repair").status == 0)
    #expect(try world.files(in: world.shale) == before)
    try expectRestorable()

    try damaged()
    for path in world.files.keys { try world.setup.write("other\n", to: path) }
    let third = world.shale.run("repair --from ../sibling")
    #expect(third.status == 0, "\(third.errors)")
    #expect(third.output.contains(" from '../sibling'"), "\(third.output)")
    try expectRestorable()
  }

  @Test func `a clone is a place to ask as well as a store`() throws {
    let clone = try world.clone("sibling")
    try world.expectDone(["pull", "-q"], in: clone)
    try world.remote.removeTree()
    for path in world.files.keys { try world.setup.write("other\n", to: path) }
    for pack in try packs(of: store) { try pack.remove() }
    #expect(world.shale.run("repair").status == 5)
    #expect(world.shale.run("repair --from ../sibling").status == 0)
    try expectRestorable()
  }

  @Test func `what nobody has is listed by path, commit and object, and the rest is done`() throws {
    let commit = try world.setup.git("rev-parse", "--short=10", "HEAD")
    let pointer = try world.setup.read("model.bin.shale")
    try world.remote.removeTree()
    try world.setup.write("other\n", to: "model.bin")
    for pack in try packs(of: store) { try pack.remove() }
    let found = world.shale.run("repair")
    #expect(found.status == 5)
    let text = String(decoding: pointer, as: UTF8.self)
    let oid = try #require(text.firstMatch(of: /sha256:([0-9a-f]{12})/)?.output.1)
    #expect(found.output.contains(/lost model.bin .* [0-9-]{10} [0-9a-f]{12}/), "\(found.output)")
    #expect(found.output.contains("lost model.bin \(commit) "))
    #expect(found.output.contains(" \(oid)"))
    #expect(!found.output.contains("lost data"), "the user's own files have it")
    // It stays told until it is there.
    #expect(world.shale.run("fsck").status == 5)
    #expect(world.shale.run("repair").status == 5)
    try world.setup.write(world.files["model.bin"] ?? [], to: "model.bin")
    #expect(world.shale.run("repair").status == 0)
  }

  @Test func `a part of a clone brings back what was here, and no version that never was`() throws {
    let old = try oid(of: "model.bin")
    try world.setup.write(sampleBytes(count: 200_000, seed: 77), to: "model.bin")
    try world.commit("second")
    try world.expectDone("push -q")
    let clone = try world.clone()
    try world.expectDone(["pull", "-q"], in: clone)
    let theirs = clone.directory.appending(".git/shale/store")
    for pack in try packs(of: theirs) { try pack.remove() }
    let output = try world.expectDone(["repair"], in: clone)
    #expect(output.contains("restored model.bin"), "\(output)")
    try world.remote.rename(to: world.directory.appending("away"))
    #expect(clone.run("cat HEAD:model.bin").status == 0)
    #expect(clone.run("cat HEAD~1:model.bin").status == 5, "\(old) was never here")
  }

  private func oid(of path: String) throws -> String {
    let text = String(decoding: try world.setup.read("\(path).shale"), as: UTF8.self)
    return String(try #require(text.firstMatch(of: /sha256:([0-9a-f]{64})/)?.output.1))
  }

  @Test func `a dry run changes no pack`() throws {
    _ = try damage(.flipped)
    let before = try Program.succeed("find", ["packs", "trash"], in: store.bytes).output
    #expect(world.shale.run("repair -n").status == 0)
    #expect(try Program.succeed("find", ["packs", "trash"], in: store.bytes).output == before)
  }

  @Test(arguments: ["format", "id"]) func `a small file of the store is made anew`(name: String)
    throws
  {
    try AtomicFile.replace(store.appending(name), with: Array("nonsense\n".utf8), durably: false)
    let output = try world.expectDone("repair")
    #expect(output.contains("  mended File "), "\(output)")
    try world.expectDone("fsck")
    try world.expectDone("push -q")
    try expectRestorable()
  }

  @Test func `a lost format of a remote is made anew, and nothing is promised by its roots`() throws
  {
    try world.remote.appending("format").remove()
    #expect(world.shale.run("push").status == 75)
    let output = try world.expectDone("repair --remote origin")
    #expect(output.contains("  mended File "), "\(output)")
    try world.expectDone("fsck --remote origin")
    try world.expectDone("push -q")
  }

  @Test func `a damaged remote gets its objects and its roots again`() throws {
    let commit = try world.setup.git("rev-parse", "HEAD")
    let largest = try #require(try packs(of: world.remote).first)
    try TransferWorld.flip(largest, at: try largest.status().size.bytes / 2)
    try packs(of: world.remote).last?.remove()
    let root = world.remote.appending("roots/commits/\(commit.prefix(2))/\(commit)")
    try TransferWorld.flip(root, at: 100)
    #expect(world.shale.run("fsck --remote origin").status == 4)
    let output = try world.expectDone("repair --remote origin")
    #expect(output.hasSuffix("Everything is sound.\n"), "\(output)")
    try world.expectDone("fsck --remote origin")
    let clone = try world.clone()
    try world.expectDone(["pull", "-q"], in: clone)
    #expect(try world.files(in: clone) == world.files)
  }

  @Test func `a pointer that was damaged is that of the commit again, and the bytes are kept`()
    throws
  {
    let good = try world.setup.read("data.shale")
    try world.setup.write([UInt8](repeating: 0, count: 90), to: "data.shale")
    let output = try world.expectDone("repair")
    #expect(output.contains("Pointer 'data.shale'"), "\(output)")
    #expect(try world.setup.read("data.shale") == good)
    #expect(try store.appending("trash/files").names().count == 1)
    // What a merge left is the user's to resolve.
    let conflict = "<<<<<<< a\nshale 1\n=======\nshale 1\n>>>>>>> b\n"
    try world.setup.write(conflict, to: "data.shale")
    _ = world.shale.run("repair")
    #expect(try world.setup.read("data.shale") == Array(conflict.utf8))
  }

  @Test func `corruption is seen by fsck, told by path and commit, and repaired from a good copy`()
    throws
  {
    // A file that the disk filled with zeros, as file systems have done.
    let commit = try world.setup.git("rev-parse", "--short=10", "HEAD")
    let largest = try #require(try packs(of: store).first)
    var bytes = try largest.contents()
    for index in bytes.count / 3..<bytes.count / 3 + 4_096 { bytes[index] = 0 }
    try AtomicFile.replace(largest, with: bytes, durably: false)
    let found = world.shale.run("fsck")
    #expect(found.status == 4)
    #expect(found.output.contains(commit))
    try world.expectDone("repair")
    try world.expectDone("fsck")
    try expectRestorable()
  }

  @Test func `the plan speaks of files and commits, and a repair is done when fsck is clean`()
    throws
  {
    let commit = try world.setup.git("rev-parse", "--short=10", "HEAD")
    let pack = try damage(.flipped)
    let plan = try world.expectDone("repair -n")
    let lines = plan.split(separator: "\n").filter { $0.hasPrefix("  bring ") }
    #expect(!lines.isEmpty)
    for line in lines {
      let path = line.split(separator: " ")[1]
      #expect(world.files.keys.contains { $0 == path || $0.hasPrefix("\(path)/") }, "\(line)")
      #expect(line.contains(" \(commit) ") && !line.contains(/[0-9a-f]{12}/), "\(line)")
    }
    try world.remote.rename(to: world.directory.appending("away"))
    for path in world.files.keys { try world.setup.write("other\n", to: path) }
    #expect(world.shale.run("repair").status == 4)
    #expect(world.shale.run("repair").status == 4, "until somebody has it")
    #expect(try pack.statusIfPresent() != nil, "what nobody can replace stays")
    try world.directory.appending("away").rename(to: world.remote)
    #expect(world.shale.run("repair").status == 0)
    #expect(world.shale.run("fsck").status == 0)
  }

  @Test func `one object that is nowhere keeps no other file from coming`() throws {
    // A part of the data was pushed, the rest is nowhere.
    let clone = try world.clone()
    try world.expectDone(["pull", "-q"], in: clone)
    try world.setup.write(sampleBytes(count: 90_000, seed: 9), to: "model.bin")
    try world.setup.write("new\n", to: "data/a.txt")
    try world.commit("second")
    try world.expectDone("push -q -p data")
    try world.setup.write("other\n", to: "model.bin")
    try world.setup.write("other\n", to: "data/a.txt")
    for pack in try packs(of: store) { try pack.remove() }
    let found = world.shale.run("repair")
    #expect(found.status == 5)
    #expect(found.output.contains("  lost model.bin "), "\(found.output)")
    #expect(!found.output.contains("  lost data") && !found.output.contains("  lost other"))
    #expect(world.shale.run("cat HEAD:data/a.txt").output == "new\n")
    // The same for a fetch: what there is comes, the rest is listed.
    try Program.succeed("git", ["pull", "-q"], in: clone.directory.bytes)
    let pulled = clone.run("pull")
    #expect(pulled.status == 5)
    #expect(pulled.output.contains("missing model.bin"), "\(pulled.output)")
    #expect(try clone.directory.appending("data/a.txt").contents() == Array("new\n".utf8))
  }
}

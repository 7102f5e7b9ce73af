import Foundation
import Platform
import Primitives
import TestSupport
import Testing

/// Stores in which a file was cut, changed or lost.
@Suite(.temporaryDirectory) struct DamagedStoreTests {
  /// A file of 3 MB in a directory, so that there are chunks, a recipe and trees.
  private func scene() throws -> Scene {
    let scene = try Scene()
    try scene.setup.write(sampleBytes(count: 3_000_000, seed: 7), to: "data/large.bin")
    try scene.succeed("add", "-q", "data")
    try scene.succeed("commit", "-q", "-m", "first")
    return scene
  }

  /// The files in a directory of the store, the largest first.
  private func files(_ directory: String, in store: URL) throws -> [URL] {
    let place = store.appending(path: directory)
    let names = try #require(FileManager.default.enumerator(atPath: place.path))
      .compactMap { $0 as? String }.map { place.appending(path: $0) }
    func size(_ file: URL) throws -> Int {
      let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
      guard attributes[.type] as? FileAttributeType == .typeRegular else { return -1 }
      return try #require(attributes[.size] as? Int)
    }
    return try names.filter { try size($0) >= 0 }.sorted { try size($0) > size($1) }
  }

  private func store(of scene: Scene) -> URL { scene.setup.file(".git/shale/store") }

  /// Replaces a file by what `change` makes of its bytes.
  private func damage(_ file: URL, _ change: (inout [UInt8]) -> Void) throws {
    var bytes = Array(try Data(contentsOf: file))
    change(&bytes)
    try FileManager.default.removeItem(at: file)
    try Data(bytes).write(to: file)
  }

  enum Damage: String, CaseIterable, Sendable {
    case flippedData, cutData, lostData, flippedMetadata, cutMetadata, lostMetadata
  }

  @Test(arguments: Damage.allCases)
  func `damage of a pack is told, nothing wrong is brought, and a remote mends it`(
    damage kind: Damage
  ) throws {
    let scene = try scene()
    let remote = try scene.addRemote()
    try scene.succeed("push", "-q")
    let packs = try files("packs", in: store(of: scene))
    // The largest pack has data, the smallest nothing but trees and recipes.
    let data = try #require(packs.first)
    let metadata = try #require(packs.last)
    switch kind {
    case .flippedData: try damage(data) { $0[$0.count / 2] ^= 1 }
    case .cutData: try damage(data) { $0.removeLast($0.count / 2) }
    case .lostData: try FileManager.default.removeItem(at: data)
    case .flippedMetadata: try damage(metadata) { for index in 40..<80 { $0[index] ^= 1 } }
    case .cutMetadata: try damage(metadata) { $0.removeLast($0.count / 2) }
    case .lostMetadata: try FileManager.default.removeItem(at: metadata)
    }
    let before = try scene.state()
    let fsck = try scene.shale("fsck")
    let isLost = kind == .lostData || kind == .lostMetadata
    fsck.expectFailure(isLost ? 5 : 4, mentions: ["shale repair"])
    #expect(fsck.text.contains("data"))
    #expect(!fsck.text.contains("cannot be read: Pack"), "the pack is named once")
    #expect(try scene.state() == before)

    // Without the remote the loss is told, and what is there is right.
    let away = remote.appendingPathExtension("away")
    try FileManager.default.moveItem(at: remote, to: away)
    try Program.succeed("rm", ["-r", "data"], in: scene.setup.path)
    let checkout = try scene.shale("checkout")
    checkout.expectFailure(checkout.status == 4 ? 4 : 5)
    let contents = [
      ("data/large.bin", sampleBytes(count: 3_000_000, seed: 7)),
      ("data/a.txt", Array("one\n".utf8)),
    ]
    for (name, bytes) in contents
    where FileManager.default.fileExists(atPath: scene.setup.file(name).path) {
      #expect(try scene.setup.read(name) == bytes)
    }
    try FileManager.default.moveItem(at: away, to: remote)
    // The advice, followed.
    try scene.succeed("repair")
    try scene.succeed("checkout")
    for (name, bytes) in contents { #expect(try scene.setup.read(name) == bytes) }
    try scene.expectSound()
  }

  @Test(arguments: [4_200, 100, nil])
  func `a damaged index is made anew, and costs nothing`(offset: Int?) throws {
    let scene = try scene()
    let index = try #require(
      try files("index", in: store(of: scene)).first { $0.pathExtension == "idx" })
    try damage(index) { bytes in
      if let offset { bytes[min(offset, bytes.count - 1)] ^= 1 } else { bytes.removeLast(100) }
    }
    try Program.succeed("rm", ["-r", "data"], in: scene.setup.path)
    #expect(try scene.shale("checkout").status == 0)
    #expect(try scene.setup.read("data/large.bin") == sampleBytes(count: 3_000_000, seed: 7))
    _ = try scene.shale("fsck")
    try scene.expectSound()
  }

  @Test(arguments: [100, 0, nil])
  func `a damaged stat index costs a look at the data, and hides no change`(offset: Int?) throws {
    let scene = try Scene.committed()
    let index = scene.setup.file(".git/shale/index/data.index")
    func damageIndex() throws {
      try damage(index) { bytes in
        if let offset { bytes[offset] ^= 1 } else { bytes.removeAll() }
      }
    }
    try damageIndex()
    #expect(try scene.shale("status", "--exit-code").status == 0)
    try scene.setup.write("changed\n", to: "data/a.txt")
    try damageIndex()
    #expect(try scene.shale("status").text.contains("modified data/a.txt"))
    // Without the operation log nobody knows which is newer, so neither is taken unasked, and none
    // is lost.
    let log = FilePath(scene.setup.file(".git/shale/operations").path)
    let lines = try log.contents(limit: .mebibytes(1))
    try log.remove()
    try damageIndex()
    try scene.expectRefusal(
      "add", "data", status: 1, mentions: "not known which", "shale add --force 'data'")
    let brought = try scene.succeed("checkout")
    let saved = try #require(brought.firstMatch(of: /saved data\/a.txt: (shale cat \w+)/)?.output.1)
    #expect(try scene.text("data/a.txt") == "one\n")
    let words = saved.split(separator: " ").dropFirst().map { ByteString(String($0)) }
    #expect(try Shale.run(words, in: scene.setup.path).text == "changed\n")
    // The log tells what was recorded last: the data goes on from there.
    try AtomicFile.replace(log, with: lines, durably: false)
    try scene.setup.write("changed again\n", to: "data/a.txt")
    try damageIndex()
    #expect(try scene.shale("add", "data").text.contains("updated data"))
    try scene.expectSound()
  }

  @Test func `a store of a newer version is left alone`() throws {
    let scene = try scene()
    let format = store(of: scene).appending(path: "format")
    try damage(format) { bytes in
      bytes = Array(
        String(decoding: bytes, as: UTF8.self).replacing("store 1", with: "store 2").utf8)
    }
    for words: [ByteString] in [["status"], ["add", "data"], ["checkout"], ["fsck"]] {
      try Shale.run(words, in: scene.setup.path).expectFailure(
        1, mentions: ["version 2", "Upgrade shale"])
    }
  }

  @Test func `a pointer to what nobody has is told as missing, not as deleted`() throws {
    let scene = try scene()
    let digits = String(repeating: "0", count: 64)
    try scene.setup.write(
      "shale 1\nkind tree\noid sha256:\(digits)\nsize 5\nfiles 1\n", to: "data.shale")
    let before = try scene.state()
    for words: [ByteString] in [["checkout"], ["ls", "data"], ["cat", ":data/a.txt"], ["fsck"]] {
      try Shale.run(words, in: scene.setup.path).expectFailure(5)
    }
    #expect(try scene.shale("status").text.contains("behind data"))
    #expect(try scene.state() == before)
    try scene.setup.git("checkout", "--", "data.shale")
    #expect(try scene.shale("status", "--exit-code").status == 0)
  }
}

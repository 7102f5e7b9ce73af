import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import ObjectStore

@Suite(.temporaryDirectory) struct PackDamageTests {
  /// A store with one pack of a few records, and the path of the pack.
  private func onePack() throws -> (StoreFixture, String) {
    let fixture = try StoreFixture()
    try fixture.add([1, 2, 3], to: fixture.open())
    return (fixture, try #require(try fixture.files(".pack").first))
  }

  /// Reads all of a pack and proves it; throws where anything is wrong.
  private func check(_ path: FilePath, id: ObjectID) throws {
    let reader = try PackReader(path)
    _ = try reader.entries()
    let found = try reader.hash()
    if found != id { throw StoreError.damagedPack(path, .name(found: found)) }
  }

  @Test func `a flipped bit anywhere in a pack is found`() throws {
    let (fixture, path) = try onePack()
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
    let id = SHA256.id(of: bytes.span)
    #expect(path.hasSuffix("/\(id.hex).pack"), "a pack is named after its bytes")
    let copy = fixture.root.appending("copy")
    try AtomicFile.replace(copy, with: bytes, durably: false)
    try check(copy, id: id)
    for index in bytes.indices {
      var damaged = bytes
      damaged[index] ^= 1 << UInt8(index % 8)
      try AtomicFile.replace(copy, with: damaged, durably: false)
      #expect(throws: StoreError.self, "byte \(index)") { try check(copy, id: id) }
    }
  }

  @Test func `a flipped bit in directory or footer is found without reading the records`() throws {
    let (fixture, path) = try onePack()
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
    let tail = 3 * PackEntry.byteCount + PackFooter.byteCount
    let copy = fixture.root.appending("copy")
    // The boot id says only whether the pack has to be proven: its bits are not proven here.
    let bootID = bytes.count - 48..<bytes.count - 32
    for index in bytes.count - tail..<bytes.count where !bootID.contains(index) {
      var damaged = bytes
      damaged[index] ^= 1 << UInt8(index % 8)
      try AtomicFile.replace(copy, with: damaged, durably: false)
      #expect(throws: StoreError.self, "byte \(index)") {
        let reader = try PackReader(copy)
        _ = try reader.entries()
      }
    }
  }

  @Test func `a truncated pack is found at every length`() throws {
    let (fixture, path) = try onePack()
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
    let copy = fixture.root.appending("copy")
    for count in 0..<bytes.count {
      try AtomicFile.replace(copy, with: Array(bytes[..<count]), durably: false)
      #expect(throws: StoreError.self, "\(count) bytes") { _ = try PackReader(copy) }
    }
  }

  @Test func `a pack of a newer version is refused with its version`() throws {
    let (fixture, path) = try onePack()
    var bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
    bytes[8] = 2
    let copy = fixture.root.appending("copy")
    try AtomicFile.replace(copy, with: bytes, durably: false)
    #expect(throws: StoreError.damagedPack(copy, .newer(version: 2))) {
      _ = try PackReader(copy)
    }
    bytes[8] = 1
    bytes[bytes.count - 32] = 9  // The key id.
    try AtomicFile.replace(copy, with: bytes, durably: false)
    #expect(throws: StoreError.damagedPack(copy, .encrypted)) { _ = try PackReader(copy) }
  }

  @Test func `entries that lie are refused before anything is read`() throws {
    let (fixture, path) = try onePack()
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
    let directory = bytes.count - PackFooter.byteCount - 3 * PackEntry.byteCount
    let copy = fixture.root.appending("copy")
    // Offset, stored length, length, kind of another class, pack number.
    for (place, value) in [(39, 0xFF), (43, 0xFF), (45, 0), (47, 0x20), (47, 0x80), (32, 1)] {
      var damaged = bytes
      if place == 45 { damaged[directory + 44] = 0 }
      damaged[directory + place] = UInt8(value)
      let hash = SHA256.id(
        of: damaged.span.extracting(directory..<damaged.count - PackFooter.byteCount))
      damaged.replaceSubrange(damaged.count - 96..<damaged.count - 64, with: hash.bytes)
      try AtomicFile.replace(copy, with: damaged, durably: false)
      #expect(throws: StoreError.damagedPack(copy, .entry), "byte \(place)") {
        let reader = try PackReader(copy)
        _ = try reader.entries()
      }
    }
  }

  @Test func `the rest of a pack with one bad record stays readable, and the record is found anew`()
    throws
  {
    let (fixture, path) = try onePack()
    try StoreFixture.flip(path, byte: 20)
    let store = try fixture.open()
    let broken = try (1...3).filter { number in
      let entry = try #require(try store.find(StoreFixture.oid(number)))
      return try store.stored(entry) != StoreFixture.content(number)
    }
    #expect(broken.count == 1)
    let bad = try #require(broken.first)
    try store.markBad(try #require(try store.find(StoreFixture.oid(bad))))
    for reader in [store, try fixture.open()] {
      #expect(try reader.find(StoreFixture.oid(bad)) == nil)
      #expect(try reader.copies(of: StoreFixture.oid(bad)).isEmpty)
      try StoreFixture.expect((1...3).filter { $0 != bad }, in: reader)
    }
    #expect(try fixture.add(1...3, to: fixture.open()).records == 1)
    try StoreFixture.expect(1...3, in: store)
  }

  @Test func `a pack that is damaged in its tail is told, and the others are still found`() throws {
    let (fixture, path) = try onePack()
    try fixture.add(10..<20, to: fixture.open(), durably: true)
    for index in try fixture.files(".idx") { try FileManager.default.removeItem(atPath: index) }
    try StoreFixture.flip(path, byte: 16 + 8 + 1 + 8 + 2 + 8 + 3 + 5)
    let store = try fixture.open()
    try StoreFixture.expect(10..<20, in: store)
    #expect(try store.find(StoreFixture.oid(1)) == nil)
    #expect(!store.takeNotices().isEmpty)
  }
}

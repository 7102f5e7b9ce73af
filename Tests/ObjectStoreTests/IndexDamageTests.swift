import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import ObjectStore

@Suite(.temporaryDirectory) struct IndexDamageTests {
  /// A store with one index over some packs, and the path of the index.
  private func oneIndex() throws -> (StoreFixture, String) {
    let fixture = try StoreFixture { $0.packLimits = .init(size: 1 << 20, records: 50) }
    try fixture.add(0..<200, to: fixture.open())
    return (fixture, try #require(try fixture.files(".idx", under: "index").first))
  }

  @Test func `a store without any index is read, and gets one`() throws {
    let (fixture, path) = try oneIndex()
    try FileManager.default.removeItem(atPath: path)
    try StoreFixture.expect(0..<200, in: fixture.open())
    #expect(try fixture.files(".idx", under: "index").count == 1)
  }

  @Test func `the directory of indexes may be removed as a whole`() throws {
    let (fixture, _) = try oneIndex()
    try fixture.root.appending("index").removeTree()
    try StoreFixture.expect(0..<200, in: fixture.open())
    #expect(try fixture.files(".idx", under: "index").count == 1)
    #expect(try fixture.add(0..<210, to: fixture.open(), durably: true).records == 10)
  }

  @Test func `a writer deduplicates against packs that no index names`() throws {
    let (fixture, path) = try oneIndex()
    try FileManager.default.removeItem(atPath: path)
    #expect(try fixture.add(0..<200, to: fixture.open()).records == 0)
  }

  @Test func `a flipped bit in any page of an index costs nothing but the index`() throws {
    let (fixture, path) = try oneIndex()
    let whole = try Data(contentsOf: URL(filePath: path))
    let pageSize = IndexFormat.pageSize
    #expect(whole.count == 5 * pageSize)
    for page in 0..<5 {
      for byte in [0, 31, 47, 2_000, 4_000, 4_080, 4_095] {
        try whole.write(to: URL(filePath: path))
        try StoreFixture.flip(path, byte: page * pageSize + byte)
        let store = try fixture.open()
        try StoreFixture.expect(0..<200, in: store)
        for file in try fixture.files(".idx") where file != path {
          try FileManager.default.removeItem(atPath: file)
        }
      }
    }
  }

  @Test func `a damaged index is moved to trash, and told once`() throws {
    let (fixture, path) = try oneIndex()
    try StoreFixture.flip(path, byte: 4_096 * 4)
    let store = try fixture.open()
    try StoreFixture.expect(0..<200, in: store)
    #expect(store.takeNotices().count == 1)
    #expect(store.takeNotices().isEmpty)
    let trashed = try fixture.files(".idx", under: "trash/index")
    #expect(trashed.count == 1)
    let why = try #require(try fixture.files(".why", under: "trash/index").first)
    #expect(try String(contentsOfFile: why, encoding: .utf8) == "shale trash 1\nreason damaged\n")
    #expect(try fixture.open().takeNotices().isEmpty)
  }

  @Test(arguments: [0, 1, 4_095, 4_096, 8_192, 12_288, 20_000])
  func `a truncated index is made anew`(size: Int) throws {
    let (fixture, path) = try oneIndex()
    let whole = try Data(contentsOf: URL(filePath: path))
    try FileManager.default.removeItem(atPath: path)
    try whole[..<size].write(to: URL(filePath: path))
    let store = try fixture.open()
    try StoreFixture.expect(0..<200, in: store)
    #expect(!store.takeNotices().isEmpty)
  }

  @Test func `an index that vanishes while it is in use is done without`() throws {
    let (fixture, path) = try oneIndex()
    let small = StoreFixture(root: fixture.root) { $0.openFiles = 1 }
    let store = try small.open()
    try StoreFixture.expect([0], in: store)
    try FileManager.default.removeItem(atPath: path)
    try StoreFixture.expect(0..<200, in: store)
  }

  @Test func `an index that names packs of another store leads nowhere`() throws {
    let (_, path) = try oneIndex()
    let other = try StoreFixture(name: "other")
    try other.add(500..<510, to: other.open())
    let stray = other.root.appending("index").appending(FilePath(path).name)
    try FileManager.default.copyItem(
      atPath: path, toPath: try #require(stray.bytes.text))
    let store = try other.open()
    try StoreFixture.expect(500..<510, in: store)
    #expect(try store.find(StoreFixture.oid(3)) == nil)
    #expect(try other.add(0..<5, to: store).records == 5)
    try StoreFixture.expect(0..<5, in: store)
  }

  @Test(.enabled(if: Machine.userID != 0, "root may write anywhere"))
  func `a store that may not be written to is searched pack by pack`() throws {
    let (fixture, path) = try oneIndex()
    try FileManager.default.removeItem(atPath: path)
    let index = try #require(fixture.root.appending("index").bytes.text)
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: index)
    try StoreFixture.expect(0..<200, in: fixture.open())
    #expect(try fixture.files(".idx").isEmpty)
  }
}

import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import ObjectStore

/// Which packs are relied on after the machine has stopped: `docs/format/pack.md` § Safe packs.
@Suite(.temporaryDirectory) struct PackSafetyTests {
  private static let otherRun = [UInt8](repeating: 7, count: 16)

  /// The store as it is seen after the machine was started again.
  private func restarted(_ fixture: StoreFixture) throws -> RecordStore {
    var options = fixture.options
    options.bootID = Self.otherRun
    return try RecordStore.open(at: fixture.root, options: options)
  }

  @Test func `a pack that was not synced is proven after a restart, and then safe`() throws {
    let fixture = try StoreFixture()
    try fixture.add(0..<20, to: fixture.open())
    #expect(try fixture.files(".safe").isEmpty)
    let store = try restarted(fixture)
    try StoreFixture.expect(0..<20, in: store)
    #expect(store.takeNotices().isEmpty)
    try store.makeSafe()
    #expect(try fixture.files(".safe").count == 1)
  }

  @Test func `a pack that did not reach the disk is set aside and told, never relied on`() throws {
    let fixture = try StoreFixture()
    try fixture.add(0..<20, to: fixture.open())
    let path = try #require(try fixture.files(".pack").first)
    try StoreFixture.flip(path, byte: 100)
    let store = try restarted(fixture)
    let session = try store.session()
    #expect(try !session.contains(StoreFixture.oid(3)))
    let id = try #require(try Trash(layout: store.layout).packs().first)
    #expect(store.takeNotices() == [.packLost(id)])
    #expect(!FileManager.default.fileExists(atPath: path))
    let why = store.layout.trashedPacks.appending(id.hex + ".why")
    #expect(try why.contents() == Array("shale trash 1\nreason lost\n".utf8))
    for number in 0..<20 {
      let bytes = StoreFixture.content(number)
      #expect(try !session.contains(StoreFixture.oid(number)))
      try session.append(
        StoreFixture.oid(number), kind: StoreFixture.data, length: bytes.count,
        stored: bytes.span)
    }
    _ = try session.finish(durably: true)
    try StoreFixture.expect(0..<20, in: restarted(fixture))
  }

  @Test func `a truncated pack that was not synced is lost after a restart`() throws {
    let fixture = try StoreFixture()
    try fixture.add(0..<20, to: fixture.open())
    let path = try #require(try fixture.files(".pack").first)
    let whole = try Data(contentsOf: URL(filePath: path))
    try FileManager.default.removeItem(atPath: path)
    try Data(count: whole.count).write(to: URL(filePath: path))
    let store = try restarted(fixture)
    #expect(try store.find(StoreFixture.oid(3)) == nil)
    #expect(store.takeNotices().count == 1)
  }

  @Test(arguments: [false, true])
  func `a check sets aside what did not reach the disk, and a repair saves what is whole in it`(
    isTailLost: Bool
  ) throws {
    let fixture = try StoreFixture()
    try fixture.add(0..<20, to: fixture.open())
    let path = try #require(try fixture.files(".pack").first)
    // The first record, and where its pack says what is in it.
    try StoreFixture.flip(path, byte: 16)
    let size = try Data(contentsOf: URL(filePath: path)).count
    if isTailLost { try StoreFixture.flip(path, byte: size - 1) }
    let store = ObjectStore(records: try restarted(fixture), proofs: nil)
    let report = try Verification(store).run()
    #expect(report.isSound, "\(report.damage)")
    let id = try #require(try Trash(layout: store.records.layout).packs().first)
    #expect(store.takeNotices() == [.packLost(id)])
    #expect(report.lostPacks.map(\.id) == [id])
    #expect(report.lost.count == 1)
    #expect(report.salvageable.count == 19)
    // Where it lies now, it is found as well.
    let again = ObjectStore(records: try restarted(fixture), proofs: nil)
    let later = try Verification(again).run()
    #expect(again.takeNotices().isEmpty)
    #expect(later.lost == report.lost)
    #expect(later.salvageable == report.salvageable)
    #expect(try StoreRepair(again, later).salvage() == 19)
    let lost = try #require(report.lost.first)
    let kept = (0..<20).filter { StoreFixture.oid($0) != lost }
    try StoreFixture.expect(kept, in: restarted(fixture))
    let last = try Verification(ObjectStore(records: restarted(fixture), proofs: nil)).run()
    #expect(last.isSound)
    #expect(last.lost == [lost])
    #expect(last.salvageable.isEmpty)
  }

  @Test func `a pack that did not reach the disk is told once, also where no index names it`()
    throws
  {
    let fixture = try StoreFixture()
    try fixture.add(0..<20, to: fixture.open())
    let path = try #require(try fixture.files(".pack").first)
    try StoreFixture.flip(path, byte: Data(contentsOf: URL(filePath: path)).count - 1)
    for index in try fixture.files(".idx") { try FileManager.default.removeItem(atPath: index) }
    let store = ObjectStore(records: try restarted(fixture), proofs: nil)
    let report = try Verification(store).run()
    #expect(report.isSound, "\(report.damage)")
    #expect(!report.hasUnknownLoss)
    #expect(store.takeNotices().count == 1)
  }

  @Test func `a pack that a safe list names is not read to be proven`() throws {
    let fixture = try StoreFixture()
    try fixture.add(0..<20, to: fixture.open(), durably: true)
    #expect(try fixture.files(".safe").count == 1)
    let path = try #require(try fixture.files(".pack").first)
    // One record is damaged: were the pack proven as a whole, all would be lost.
    try StoreFixture.flip(path, byte: 18)
    let store = try restarted(fixture)
    let good = try (0..<20).filter { number in
      let entry = try #require(try store.find(StoreFixture.oid(number)))
      return try store.stored(entry) == StoreFixture.content(number)
    }
    #expect(good.count == 19)
    #expect(store.takeNotices().isEmpty)
  }

  @Test func `a safe list that is damaged proves nothing`() throws {
    let fixture = try StoreFixture()
    try fixture.add(0..<20, to: fixture.open(), durably: true)
    for list in try fixture.files(".safe") {
      let size = try Data(contentsOf: URL(filePath: list)).count
      try StoreFixture.flip(list, byte: size - 1)
    }
    let path = try #require(try fixture.files(".pack").first)
    try StoreFixture.flip(path, byte: 100)
    let store = try restarted(fixture)
    #expect(try store.known(StoreFixture.oid(3)) == nil)
    #expect(store.takeNotices().count == 1)
  }

  @Test func `a commit makes safe what an earlier add left to the kernel`() throws {
    let fixture = try StoreFixture()
    try fixture.add(0..<20, to: fixture.open())
    let store = try fixture.open()
    let session = try store.session()
    try session.synchronize()
    try store.lists.readSafeLists()
    for id in try store.presentPacks() { #expect(store.lists.isSafe(id)) }
    _ = try session.finish(durably: true)
    #expect(try fixture.files(".safe").count == 1)
  }

  @Test func `a pack that comes back under a name of a safe list is synced before it is named`()
    throws
  {
    let fixture = try StoreFixture()
    try fixture.add(0..<20, to: fixture.open(), durably: true)
    for pack in try fixture.files(".pack", under: "packs") {
      try FileManager.default.removeItem(atPath: pack)
    }
    // The disk would refuse a sync: were there none, the add would not notice.
    let disk = FaultyDisk(.error, at: 0, only: .sync)
    #expect(throws: StoreError.self) {
      try disk.run(below: fixture.root) { try fixture.add(0..<20, to: fixture.open()) }
    }
    #expect(try fixture.files(".pack", under: "packs").isEmpty)
    try fixture.add(0..<20, to: fixture.open())
    try StoreFixture.expect(0..<20, in: restarted(fixture))
  }

  @Test(arguments: 0..<112)
  func `a flipped bit anywhere in a safe list is found`(byte: Int) throws {
    let list = SafeList(
      safe: [StoreFixture.oid(1), StoreFixture.oid(2)], folded: [StoreFixture.oid(3)])
    var bytes = list.encoded
    let id = SHA256.id(of: bytes.span)
    bytes[byte] ^= 0x10
    #expect(throws: IndexFlaw.name) { try SafeList(decoding: bytes, id: id) }
    // A name that fits does not make the content right.
    let other = SHA256.id(of: bytes.span)
    if byte < 32 { #expect(throws: IndexFlaw.self) { try SafeList(decoding: bytes, id: other) } }
  }
}

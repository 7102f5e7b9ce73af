import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import ObjectStore

/// In which order a store is written to, and when anybody waits for the disk.
@Suite(.temporaryDirectory) struct WriteOrderTests {
  private func logged(_ fixture: StoreFixture, _ body: () throws -> Void) throws -> CallLog {
    let log = CallLog()
    try Faults.with(log, below: fixture.root, body)
    return log
  }

  /// Adds a record of data and one of metadata.
  private func add(_ fixture: StoreFixture, durably: Bool) throws {
    let session = try fixture.open().session()
    for kind in [StoreFixture.tree, StoreFixture.data] {
      let bytes = StoreFixture.content(Int(kind.byte))
      let id = SHA256.id(of: bytes.span)
      try session.append(id, kind: kind, length: bytes.count, stored: bytes.span)
    }
    _ = try session.finish(durably: durably)
  }

  @Test func `data comes before metadata, both before the index, and an add waits for no disk`()
    throws
  {
    let fixture = try StoreFixture()
    _ = try fixture.open()
    let log = try logged(fixture) { try add(fixture, durably: false) }
    let store = try fixture.open()
    var order: [Int] = []
    for isMetadata in [false, true] {
      let id = try #require(
        try store.presentPacks().first { try store.summary(of: $0).isMetadata == isMetadata })
      // The first attempt finds that the directory of the pack is missing.
      order.append(try #require(log.places(.rename) { $0.hasSuffix("\(id.hex).pack") }.last))
    }
    order += log.places(.rename) { $0.hasSuffix(".idx") }
    #expect(order.count == 3 && order == order.sorted(), "\(order)")
    #expect(log.places(.sync) { _ in true } == [])
  }

  @Test func `a writer lists the packs once, and looks at none of a large index`() throws {
    let fixture = try StoreFixture { $0.fold.smallIndex = 1 }
    for number in 0..<30 { try fixture.add([number], to: fixture.open()) }
    let log = CallLog(isComplete: true)
    _ = try Faults.with(log, below: fixture.root) { try fixture.add([99], to: fixture.open()) }
    for directory in try fixture.root.appending("packs").names() {
      let listings = log.places(.open) { $0.hasSuffix("/packs/\(directory)") }.count
      #expect(listings <= 1)
    }
    // The new pack alone is looked at, and not the thirty others.
    let looks = log.places(.status) { $0.hasSuffix(".pack") }
    #expect(Set(looks.map { log.calls[$0].path }).count == 1)
  }

  @Test func `a safe list comes after its packs, and the names of its packs, are on disk`() throws {
    let fixture = try StoreFixture()
    try add(fixture, durably: false)
    let log = try logged(fixture) { _ = try fixture.open().makeSafe() }
    let list = try #require(log.places(.rename) { $0.hasSuffix(".safe") }.first)
    for pack in try fixture.files(".pack", under: "packs") {
      let parent = "\(FilePath(pack).parent)"
      for path in [pack, parent, "\(fixture.root)/packs"] {
        let synced = try #require(log.places(.sync) { $0 == path }.first, "\(path)")
        #expect(synced < list)
      }
    }
    // The list itself was synced under its temporary name, and its name after that.
    #expect(log.places(.sync) { $0.contains("/index/.shale-tmp-") }.contains { $0 < list })
    #expect(log.places(.sync) { $0 == "\(fixture.root)/index" }.contains { $0 > list })
  }

  @Test func `folding syncs and indexes the new pack before any old file goes`() throws {
    let fixture = try StoreFixture { $0.fold.packCount = 2 }
    for number in 0..<2 { try fixture.add([number], to: fixture.open()) }
    let log = try logged(fixture) { try fixture.add([2], to: fixture.open()) }
    let synced = log.places(.sync) { $0.contains("/packs/") }
    let index = log.places(.rename) { $0.hasSuffix(".idx") && !$0.contains("/trash/") }
    let list = log.places(.rename) { $0.hasSuffix(".safe") }
    let indexesGone = log.places(.remove) { $0.hasSuffix(".idx") }
    let packsGone = log.places(.rename) { $0.contains("/trash/packs/") && $0.hasSuffix(".pack") }
    #expect(packsGone.count == 3)
    let steps = [synced.min(), index.dropFirst().min(), list.max(), indexesGone.min()]
    let order = try steps.map { try #require($0) } + [try #require(packsGone.min())]
    #expect(order == order.sorted(), "\(order)")
    #expect(log.places(.remove) { $0.hasSuffix(".pack") } == [], "nothing is unlinked at once")
  }

  @Test func `a pack whose naming is said to have failed has its name`() throws {
    let fixture = try StoreFixture()
    _ = try fixture.open()
    _ = try Faults.with(ForgetfulMount(), below: fixture.root.appending("packs")) {
      try fixture.add(0..<5, to: fixture.open())
    }
    try StoreFixture.expect(0..<5, in: fixture.open())
  }
}

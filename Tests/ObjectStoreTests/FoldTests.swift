import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import ObjectStore

@Suite(.temporaryDirectory) struct FoldTests {
  private func fixture() throws -> StoreFixture {
    try StoreFixture { options in
      options.fold.packCount = 4
      options.fold.indexCount = 3
    }
  }

  @Test func `many small packs become few, and every record is still found`() throws {
    let fixture = try fixture()
    for round in 0..<40 {
      try fixture.add(round * 10..<round * 10 + 10, to: fixture.open())
    }
    let store = try fixture.open()
    try StoreFixture.expect(0..<400, in: store)
    #expect(try store.presentPacks().count <= 6)
    #expect(try fixture.files(".idx", under: "index").count <= 5)
    #expect(store.takeNotices().isEmpty)
    for id in try store.presentPacks() { #expect(try store.hash(ofPack: id) == id) }
  }

  @Test func `old packs go to trash with the reason, and nothing is unlinked`() throws {
    let fixture = try fixture()
    let trash = Trash(layout: try fixture.open().layout)
    for round in 0..<5 { try fixture.add([round], to: fixture.open()) }
    let trashed = try trash.packs()
    #expect(trashed.count == 5)
    for id in trashed {
      let bytes = try trash.layout.trashedPack(id).contents()
      #expect(SHA256.id(of: bytes.span) == id)
      let why = trash.layout.trashedPacks.appending(id.hex + ".why")
      #expect(try why.contents() == Array("shale trash 1\nreason folded\n".utf8))
    }
    #expect(try fixture.open().presentPacks().count == 1)
  }

  @Test func `data and metadata are folded apart, and duplicates are kept once`() throws {
    let fixture = try fixture()
    let sessions = try (0..<6).map { _ in try fixture.open().session() }
    for session in sessions {
      for number in 0..<5 {
        let bytes = StoreFixture.content(number)
        try session.append(
          StoreFixture.oid(number), kind: StoreFixture.data, length: bytes.count,
          stored: bytes.span)
      }
      let bytes = StoreFixture.content(99)
      try session.append(
        StoreFixture.oid(99), kind: StoreFixture.tree, length: bytes.count, stored: bytes.span)
    }
    // The packs of two sessions with the same records are the same file: make them differ.
    for (number, session) in sessions.enumerated() {
      let bytes = StoreFixture.content(1_000 + number)
      for kind in [StoreFixture.data, StoreFixture.tree] {
        let named = bytes + [kind.byte]
        let id = SHA256.id(of: named.span)
        try session.append(id, kind: kind, length: bytes.count, stored: bytes.span)
      }
      _ = try session.finish(durably: false)
    }
    let store = try fixture.open()
    var kinds: [Bool: Int] = [:]
    try store.forEachRecord { (entry) throws(StoreError) in
      kinds[entry.kind.recordClass == .data, default: 0] += 1
    }
    #expect(kinds[true].map { $0 < 6 * 6 } == true)
    try StoreFixture.expect([0, 1, 2, 3, 4, 99], in: store)
    var packs: [Bool: Int] = [:]
    try store.forEachPack { (pack) throws(StoreError) in packs[pack.isMetadata, default: 0] += 1 }
    #expect(packs.count == 2)
  }

  @Test func `a reader with old entries reads on while packs are folded`() throws {
    let fixture = try fixture()
    for round in 0..<4 { try fixture.add([round], to: fixture.open()) }
    let reader = try fixture.open()
    let entries = try (0..<4).map { try #require(try reader.find(StoreFixture.oid($0))) }
    try fixture.add([4], to: fixture.open())
    #expect(try Trash(layout: reader.layout).packs().count == 5)
    for (number, entry) in entries.enumerated() {
      #expect(try reader.stored(entry) == StoreFixture.content(number))
    }
    try StoreFixture.expect(0..<5, in: reader)
  }

  @Test func `readers in other threads see every record at every moment`() throws {
    let fixture = try fixture()
    try fixture.add(0..<50, to: fixture.open())
    let root = fixture.root
    let failure = FirstError<StoreError>()
    Threads.run(3) { thread in
      do throws(StoreError) {
        if thread == 0 {
          for round in 1..<30 {
            let store = try RecordStore.open(at: root, options: fixture.options)
            let session = try store.session()
            for number in round * 50..<round * 50 + 5 {
              let bytes = StoreFixture.content(number)
              try session.append(
                StoreFixture.oid(number), kind: StoreFixture.data, length: bytes.count,
                stored: bytes.span)
            }
            _ = try session.finish(durably: false)
          }
        } else {
          let store = try RecordStore.open(at: root, options: fixture.options)
          for round in 0..<40 {
            let oid = StoreFixture.oid(round)
            guard let entry = try store.find(oid) else { throw .missing(oid) }
            let bytes = try store.stored(entry)
            let found = SHA256.id(of: bytes.span)
            guard found == oid else { throw .corrupt(oid, found: found) }
          }
        }
      } catch {
        failure.set(error)
      }
    }
    try failure.rethrow()
    try StoreFixture.expect(0..<50, in: fixture.open())
  }

  @Test func `nothing is folded while somebody holds the lock, and nobody waits`() throws {
    let fixture = try fixture()
    let store = try fixture.open()
    try foldNothingUnderLock(fixture, store)
    try fixture.add([8], to: fixture.open())
    #expect(try fixture.open().presentPacks().count == 1)
    try StoreFixture.expect(0..<9, in: store)
  }

  private func foldNothingUnderLock(_ fixture: StoreFixture, _ store: RecordStore) throws {
    let lock = try StoreLock(store.layout, purpose: "gc")
    for round in 0..<8 { try fixture.add([round], to: fixture.open()) }
    #expect(try store.presentPacks().count == 8)
    let error = #expect(throws: StoreError.self) {
      _ = try StoreLock(store.layout, purpose: "fold")
    }
    let holder = "gc, process \(Machine.processID) on \(Machine.hostName) since 2"
    #expect(error?.description.contains(holder) == true)
    _ = consume lock
  }

  @Test func `a damaged small pack is left alone, and the others are folded`() throws {
    let fixture = try fixture()
    for round in 0..<4 { try fixture.add([round + 20], to: fixture.open()) }
    let path = try #require(try fixture.files(".pack").first)
    try StoreFixture.flip(path, byte: 18)
    try fixture.add([24], to: fixture.open())
    #expect(try fixture.open().presentPacks().count == 2)
    #expect(FileManager.default.fileExists(atPath: path))
  }

  @Test func `a session that relied on a pack that was folded meanwhile is content`() throws {
    let fixture = try fixture()
    try fixture.add([0], to: fixture.open())
    let store = try fixture.open()
    let session = try store.session()
    #expect(try session.contains(StoreFixture.oid(0)))
    for round in 1..<6 { try fixture.add([round], to: fixture.open()) }
    #expect(try Trash(layout: store.layout).packs().count >= 5)
    #expect(try session.finish(durably: true).records == 0)
  }

  @Test func `a session whose pack was removed for good starts over`() throws {
    let fixture = try fixture()
    try fixture.add([0], to: fixture.open())
    let store = try fixture.open()
    let session = try store.session()
    #expect(try session.contains(StoreFixture.oid(0)))
    let pack = try #require(try store.presentPacks().first)
    try Trash(layout: store.layout).movePack(pack, because: .lost)
    #expect(throws: StoreError.packVanished(pack)) { try session.finish(durably: false) }
    // What is in trash is read, and never relied on.
    let next = try fixture.open()
    try StoreFixture.expect([0], in: next)
    #expect(try fixture.add([0], to: next).records == 1)
    #expect(try next.presentPacks().count == 1)
  }

  @Test func `a pack in trash is searched when what it was folded into is gone`() throws {
    let fixture = try fixture()
    for round in 0..<5 { try fixture.add([round], to: fixture.open()) }
    let store = try fixture.open()
    let pack = try #require(try store.presentPacks().first)
    let gone = try #require(try store.find(StoreFixture.oid(0)))
    try store.layout.pack(pack).remove()
    #expect(throws: StoreError.packVanished(pack)) { try store.stored(gone) }
    let copies = try store.copies(of: StoreFixture.oid(0))
    #expect(try copies.map { try store.stored($0) } == [StoreFixture.content(0)])
    try StoreFixture.expect(0..<5, in: store)
    #expect(try fixture.add(0..<5, to: fixture.open()).records == 5)
    try StoreFixture.expect(0..<5, in: fixture.open())
  }

  @Test(arguments: [
    ([1, 1, 1], 3, 100, 0),
    ([1, 1, 1, 1], 3, 100, 4),
    ([1, 1, 50, 100], 3, 1_000, 2),
    ([10, 10, 10, 10, 10], 3, 25, 2),
    ([10, 10, 10, 10, 10], 3, 5, 0),
    ([5, 6, 7, 100, 110, 5_000], 3, 1_000, 5),
  ])
  func `what is merged grows each time, and costs no more than allowed`(
    sizes: [Int], keeping: Int, work: Int, count: Int
  ) {
    #expect(Geometry.count(sizes, keeping: keeping, work: work) == count)
  }

  @Test func `indexes of one long session are folded as they grow`() throws {
    let fixture = try StoreFixture { options in
      options.packLimits = .init(size: 1 << 20, records: 40)
      options.spillCount = 40
      options.fold.indexCount = 3
    }
    let store = try fixture.open()
    #expect(try fixture.add(0..<2_000, to: store).packs == 50)
    #expect(try fixture.files(".idx", under: "index").count <= 5)
    try StoreFixture.expect(0..<2_000, in: store)
  }

  @Test func `safe lists are merged, and what trash still needs is kept`() throws {
    let fixture = try fixture()
    for round in 0..<30 { try fixture.add([round], to: fixture.open(), durably: true) }
    let store = try fixture.open()
    try store.lists.readSafeLists()
    for id in try store.presentPacks() { #expect(store.lists.isSafe(id)) }
    for id in try Trash(layout: store.layout).packs() { #expect(try store.isThere(id)) }
    // As many lists as folds whose packs are in trash, and a few more.
    #expect(try fixture.files(".safe").count < 30)
  }
}

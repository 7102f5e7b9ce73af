import Foundation
import Platform
import Primitives
import Synchronization
import TestSupport
import Testing

@testable import ObjectStore

@Suite(.temporaryDirectory) struct RecordSessionTests {
  /// A store whose packs, indexes and spills are tiny.
  private func tinyFixture() throws -> StoreFixture {
    try StoreFixture { options in
      options.packLimits = .init(size: 20_000, records: 100)
      options.spillCount = 300
      options.writerShare = 1_000
      options.writers = 4
    }
  }

  @Test func `many threads that add the same records store each of them`() throws {
    let fixture = try tinyFixture()
    let store = try fixture.open()
    let session = try store.session()
    let count = 3_000
    let failure = FirstError<StoreError>()
    // Every record is added by two threads, in opposite directions.
    Threads.run(4) { thread in
      for step in 0..<count {
        let number = thread.isMultiple(of: 2) ? step : count - 1 - step
        if number % 2 != thread / 2 { continue }
        let bytes = StoreFixture.content(number)
        do throws(StoreError) {
          if try session.contains(StoreFixture.oid(number)) { continue }
          try session.append(
            StoreFixture.oid(number), kind: StoreFixture.data, length: bytes.count,
            stored: bytes.span)
        } catch {
          failure.set(error)
        }
      }
    }
    try failure.rethrow()
    let summary = try session.finish(durably: false)
    // A record may come twice, where an index was written between a look and what followed it.
    let most = count + 10
    #expect((count...most).contains(summary.records))
    let bytes = (0..<count).reduce(0) { $0 + StoreFixture.content($1).count }
    #expect((bytes...bytes + bytes / 100).contains(summary.storedBytes.bytes))
    #expect(summary.packs > 4)
    var stored: Set<ObjectID> = []
    try store.forEachRecord { (entry) throws(StoreError) in stored.insert(entry.oid) }
    #expect(stored.count == count)
    let next = try fixture.open()
    try StoreFixture.expect(0..<count, in: next)
  }

  @Test func `one thread makes one pack of data and one of metadata at most`() throws {
    let fixture = try StoreFixture { $0.writerShare = 1 }
    let store = try fixture.open()
    let session = try store.session()
    for number in 0..<400 {
      let bytes = StoreFixture.content(number)
      try session.append(
        StoreFixture.oid(number),
        kind: number.isMultiple(of: 3) ? StoreFixture.tree : StoreFixture.data,
        length: bytes.count, stored: bytes.span)
    }
    #expect(try session.finish(durably: false).packs == 2)
  }

  @Test func `what is in the store already is not stored again`() throws {
    let fixture = try tinyFixture()
    try fixture.add(0..<250, to: fixture.open())
    let summary = try fixture.add(100..<350, to: fixture.open())
    #expect(summary.records == 100)
  }

  @Test func `a session that adds nothing leaves no files`() throws {
    let fixture = try StoreFixture()
    let summary = try fixture.add([], to: fixture.open(), durably: true)
    #expect(summary == SessionSummary(records: 0, storedBytes: .zero, packs: 0))
    #expect(try fixture.files(".pack").isEmpty)
    #expect(try fixture.files(".idx").isEmpty)
  }

  @Test func `a session that goes away without an end leaves nothing behind`() throws {
    let fixture = try StoreFixture()
    let store = try fixture.open()
    do {
      let session = try store.session()
      let bytes = StoreFixture.content(1)
      try session.append(
        StoreFixture.oid(1), kind: StoreFixture.data, length: bytes.count, stored: bytes.span)
      #expect(try FilePath(fixture.root.bytes).appending("packs").names().count == 1)
    }
    #expect(try fixture.root.appending("packs").names().isEmpty)
    #expect(try fixture.root.appending("roots/leases").names().isEmpty)
    #expect(try store.find(StoreFixture.oid(1)) == nil)
  }

  @Test func `two writers at once may store a duplicate, and both are right`() throws {
    let fixture = try StoreFixture()
    let (first, second) = (try fixture.open(), try fixture.open())
    let (one, two) = (try first.session(), try second.session())
    for session in [one, two] {
      for number in 0..<50 {
        let bytes = StoreFixture.content(number)
        try session.append(
          StoreFixture.oid(number), kind: StoreFixture.data, length: bytes.count,
          stored: bytes.span)
      }
    }
    #expect(try one.finish(durably: false).records == 50)
    #expect(try two.finish(durably: true).records == 50)
    try StoreFixture.expect(0..<50, in: fixture.open())
    try StoreFixture.expect(0..<50, in: first)
  }

  @Test func `a reader that was open before finds what another writer added since`() throws {
    let fixture = try StoreFixture()
    let reader = try fixture.open()
    #expect(try reader.find(StoreFixture.oid(7)) == nil)
    try fixture.add([7], to: fixture.open())
    try StoreFixture.expect([7], in: reader)
  }

  @Test func `a session cannot go on after the disk refused`() throws {
    let fixture = try StoreFixture()
    let store = try fixture.open()
    let session = try store.session()
    let packs = fixture.root.appending("packs")
    try packs.removeDirectory()
    try AtomicFile.replace(packs, with: [], durably: false)
    let bytes = StoreFixture.content(1)
    let kind = StoreFixture.data
    #expect(throws: StoreError.self) {
      try session.append(
        StoreFixture.oid(1), kind: kind, length: bytes.count, stored: bytes.span)
    }
    try packs.remove()
    try packs.makeDirectories()
    #expect(throws: StoreError.self) { try session.finish(durably: false) }
  }

  @Test func `memory for oids is bounded by what no index names yet`() throws {
    let table = SessionTable()
    for number in 0..<1_000 {
      #expect(table.insert(StoreFixture.oid(number), writer: UInt32(number / 100)))
      #expect(!table.insert(StoreFixture.oid(number), writer: 77))
    }
    table.remove(writers: [0, 1, 2, 3, 4])
    #expect(table.count == 500)
    for number in 0..<1_000 {
      #expect(table.contains(StoreFixture.oid(number)) == (number >= 500))
    }
  }
}

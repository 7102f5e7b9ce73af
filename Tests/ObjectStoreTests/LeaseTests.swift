import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import ObjectStore

@Suite(.temporaryDirectory) struct LeaseTests {
  @Test func `a session has a lease from before it reads until it ends`() throws {
    let fixture = try StoreFixture()
    let store = try fixture.open()
    let leases = store.layout.leases
    #expect(try leases.names().isEmpty)
    let session = try store.session()
    let name = try #require(try leases.names().first)
    #expect(name.count == 32)
    let text = String(decoding: try leases.appending(name).contents(), as: UTF8.self)
    #expect(text.hasPrefix("shale lease 1\nprocess \(Machine.processID)\nhost "))
    #expect(text.hasSuffix("\nboot \(Hex.string(of: Machine.bootID))\n"))
    #expect(throws: FileError.self) {
      _ = try AdvisoryLock(leases.appending(name), .exclusive, waiting: false)
    }
    _ = try session.finish(durably: false)
    #expect(try leases.names().isEmpty)
  }

  @Test func `a dead lease is removed, and the oldest live one counts`() throws {
    let fixture = try StoreFixture()
    let layout = try fixture.open().layout
    #expect(try Lease.oldest(in: layout) == nil)
    let dead = layout.leases.appending(String(repeating: "d", count: 32))
    try AtomicFile.replace(dead, with: [], durably: false)
    #expect(try Lease.oldest(in: layout) == nil)
    #expect(try layout.leases.names().isEmpty)
    let first = try Lease(in: layout)
    let began = try first.path.status().modified
    let second = try Lease(in: layout)
    #expect(try Lease.oldest(in: layout) == began)
    #expect(try layout.leases.names().count == 2)
    _ = (first, second)
  }

  @Test func `the leases of many dead writers are cleared away by the next one`() throws {
    let fixture = try StoreFixture()
    let store = try fixture.open()
    for number in 10..<40 {
      let dead = store.layout.leases.appending(String(repeating: "\(number)", count: 16))
      try AtomicFile.replace(dead, with: [], durably: false)
    }
    let live = try Lease(in: store.layout)
    try fixture.add([1], to: store)
    #expect(try store.layout.leases.names() == [live.path.name])
  }

  @Test func `what a crash left is removed when it is old, unlocked and older than any lease`()
    throws
  {
    let fixture = try StoreFixture()
    let store = try fixture.open()
    let layout = store.layout
    func leave(_ name: String, hoursAgo: Int64) throws -> FilePath {
      let path = layout.packs.appending(".shale-tmp-\(name)")
      try AtomicFile.replace(path, with: [1], durably: false)
      let file = try OpenFile.forUpdating(path)
      let time = Clock.now().nanoseconds - hoursAgo * 3_600_000_000_000
      try file.setModified(Timestamp(nanoseconds: time))
      return path
    }
    let old = try leave("old", hoursAgo: 3)
    let young = try leave("young", hoursAgo: 0)
    let locked = try leave("locked", hoursAgo: 3)
    let lock = try AdvisoryLock(locked, .exclusive, waiting: false)
    try lock.file.setModified(
      Timestamp(nanoseconds: Clock.now().nanoseconds - 10_800_000_000_000))
    let holder = try StoreLock(layout, purpose: "fold")
    try store.removeLeftBehind()
    #expect(try old.statusIfPresent() == nil)
    #expect(try young.statusIfPresent() != nil)
    #expect(try locked.statusIfPresent() != nil)

    // A writer that began long ago may still need it.
    let lease = try Lease(in: layout)
    let file = try OpenFile.forUpdating(lease.path)
    try file.setModified(
      Timestamp(nanoseconds: Clock.now().nanoseconds - 5 * 3_600_000_000_000))
    let again = try leave("again", hoursAgo: 3)
    try store.removeLeftBehind()
    #expect(try again.statusIfPresent() != nil)
    _ = consume lock
    _ = consume holder
    _ = lease
  }

  @Test(arguments: [
    (StoreSharing.umask, 0o644, false, 0o644),
    (.group, 0o444, false, 0o444),
    (.group, 0o600, false, 0o660),
    (.group, 0o755, true, 0o2775),
    (.all, 0o400, false, 0o444),
    (.all, 0o600, false, 0o664),
    (.all, 0o700, true, 0o2775),
    (.mode(0o640), 0o444, false, 0o440),
    (.mode(0o640), 0o755, true, 0o2750),
    (.mode(0o600), 0o755, true, 0o700),
  ])
  func `modes are those that git would give`(
    sharing: StoreSharing, mode: UInt32, isDirectory: Bool, expected: UInt32
  ) {
    #expect(sharing.adjusted(mode, isDirectory: isDirectory) == expected)
  }

  @Test(arguments: [
    ("umask", StoreSharing.umask), ("false", .umask), ("group", .group), ("true", .group),
    ("1", .group), ("world", .all), ("everybody", .all), ("0640", .mode(0o640)),
    ("0777", .mode(0o666)), ("0044", nil), ("rw", nil), ("-1", nil),
  ])
  func `values of git are understood as git does`(value: String, sharing: StoreSharing?) {
    #expect(StoreSharing(gitValue: value) == sharing)
  }

  @Test func `a shared store has shared files, and packs that nobody may write to`() throws {
    let fixture = try StoreFixture { $0.sharing = .all }
    let store = try fixture.open()
    try fixture.add(0..<3, to: store, durably: true)
    for path in try fixture.files(".pack") + fixture.files(".idx") + fixture.files(".safe") {
      #expect(try FilePath(path).status().mode == 0o444)
    }
    #expect(try store.layout.packs.status().mode & 0o2775 == 0o2775)
    #expect(try store.layout.format.status().mode & 0o664 == 0o664)
    let pack = try #require(try store.presentPacks().first)
    #expect(try store.layout.packDirectory(of: pack).status().mode & 0o2775 == 0o2775)
  }

  @Test func `stores that are made at once have one format`() throws {
    let root = FilePath(try TemporaryDirectory.required().path).appending("store")
    let failure = FirstError<StoreError>()
    Threads.run(4) { thread in
      do throws(StoreError) {
        let seed = Chunker.Seed(bytes: [UInt8](repeating: UInt8(thread), count: 16)) ?? .standard
        let store = try RecordStore.create(at: root, format: StoreFormat(seed: seed))
        let again = try RecordStore.open(at: root)
        guard store.format == again.format else { throw .notAStore(root) }
      } catch {
        failure.set(error)
      }
    }
    try failure.rethrow()
    #expect(throws: StoreError.notAStore(root.parent)) { try RecordStore.open(at: root.parent) }
  }

  @Test func `a newer store is refused with its version`() throws {
    let fixture = try StoreFixture()
    _ = try fixture.open()
    try AtomicFile.replace(
      fixture.root.appending("format"), with: Array("shale store 3\n".utf8), durably: false)
    #expect(throws: StoreError.newerStore(fixture.root, version: 3)) {
      try RecordStore.open(at: fixture.root)
    }
    try AtomicFile.replace(
      fixture.root.appending("format"), with: Array("shale store 1\nx 1\n".utf8), durably: false)
    #expect(
      throws: StoreError.invalidFormat(
        fixture.root.appending("format"), .unknownKey("x", line: 2))
    ) { try RecordStore.open(at: fixture.root) }
  }
}

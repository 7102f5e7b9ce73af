import Glibc
import Platform
import Primitives
import TestSupport
import Testing

@testable import ObjectStore

/// A store on a mount that cannot lock: who adds and reads needs no lock, who removes has to.
@Suite(.temporaryDirectory) struct LocklessStoreTests {
  @Test(arguments: [ENOLCK, EOPNOTSUPP, ENOSYS])
  func `without locks everybody adds and reads, and nobody moves or removes anything`(
    code: CInt
  ) throws {
    let fixture = try StoreFixture()
    let root = try fixture.open().layout.root
    try Faults.with(LocklessMount(answering: code), below: root) {
      let store = try fixture.open()
      for number in 0..<24 { try fixture.add([number], to: store) }
      try StoreFixture.expect(0..<24, in: fixture.open())
      #expect(try store.layout.trashedPacks.names().isEmpty)
      let error = #expect(throws: StoreError.self) {
        _ = try StoreLock(store.layout, purpose: "gc")
      }
      guard case .file(let reason) = error else { throw try #require(error) }
      #expect(reason.isLockless)
      // Who adds is told why the store grows slow.
      #expect(store.takeNotices().contains { if case .notFolded = $0 { true } else { false } })
    }
    // Somewhere else the same store can be locked.
    let store = try fixture.open()
    try fixture.add([99], to: store)
    #expect(try !store.layout.trashedPacks.names().isEmpty)
  }

  @Test func `a writer that cannot lock is never taken for dead`() throws {
    let fixture = try StoreFixture()
    let layout = try fixture.open().layout
    let lease = try Faults.with(LocklessMount(), below: layout.root) { try Lease(in: layout) }
    let text = String(decoding: try lease.path.contents(), as: UTF8.self)
    #expect(text.hasSuffix("\nlock none\n"))
    // Here the lock can be had, and proves nothing.
    _ = try AdvisoryLock(lease.path, .exclusive, waiting: false)
    let old = Timestamp(seconds: 1_000_000_000, nanoseconds: 0)
    try OpenFile.forUpdating(lease.path).setModified(old)
    #expect(try Lease.oldest(in: layout) == old)
    #expect(try lease.path.statusIfPresent() != nil)
  }

  @Test func `a writer on another machine is taken for dead when its lock is free for two weeks`()
    throws
  {
    let fixture = try StoreFixture()
    let layout = try fixture.open().layout
    let text =
      "shale lease 1\nprocess 1\nhost far-away\nboot \(String(repeating: "5", count: 32))\n"
    func leave(_ digit: String, days: Int) throws -> FilePath {
      let path = layout.leases.appending(ByteString(String(repeating: digit, count: 32)))
      try AtomicFile.replace(path, with: Array(text.utf8), durably: false)
      let now = try path.status().modified
      let time = Timestamp(nanoseconds: now.nanoseconds - Int64(days) * 86_400 * 1_000_000_000)
      try OpenFile.forUpdating(path).setModified(time)
      return path
    }
    let recent = try leave("a", days: 13)
    let old = try leave("b", days: 15)
    let lock = try StoreLock(layout, purpose: "gc")
    #expect(try Lease.oldest(in: layout) == recent.status().modified)
    #expect(try old.statusIfPresent() == nil)
    _ = consume lock
  }
}

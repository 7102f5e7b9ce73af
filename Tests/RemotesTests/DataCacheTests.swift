import ObjectStore
import Platform
import Primitives
import Remotes
import TestSupport
import Testing

/// A cache keeps what was used last and what is in use, and no more than it may.
@Suite(.temporaryDirectory) struct DataCacheTests {
  private let setup: TransferSetup
  private let cache: DataCache

  /// The size of each content, in bytes that do not compress.
  private static let size = 400_000

  init() throws {
    setup = try TransferSetup()
    cache = try DataCache.open(at: setup.directory.appending("cache"))
  }

  /// Brings a directory with one file into the cache.
  private func bring(_ seed: UInt64) throws -> CachedContent {
    let tracked = try setup.track(["file": sampleBytes(count: Self.size, seed: seed)])
    let content = CachedContent(tracked.id, .directory)
    let use = try cache.use(content)
    let outcome = try ClosureTransfer.bring([content.root()], from: setup.local, to: cache.store)
    try use.add(outcome.bytes)
    // Marks of one tick of the clock would have no order.
    Clock.sleep(milliseconds: 20)
    return content
  }

  private func held(_ contents: [CachedContent]) throws -> [Bool] {
    try contents.map { try cache.holds($0) }
  }

  @Test func `what was not used for longest goes, until the rest is within the bound`() throws {
    let contents = try (1...4).map { try bring($0) }
    _ = try cache.use(contents[0])
    Clock.sleep(milliseconds: 20)
    let before = try cache.size()
    let limit = ByteCount.bytes(before.bytes * 5 / 8)
    let bounded = try cache.bound(to: limit)
    #expect(try held(contents) == [true, false, false, true])
    #expect(bounded.contents == 2)
    #expect(try cache.size() <= limit)
    #expect(bounded.size == (try cache.size()))
    #expect(bounded.freed == before - bounded.size)
    #expect(try cache.bound(to: limit) == .init(size: bounded.size))
  }

  @Test func `what is in use stays, whatever the bound`() throws {
    let contents = try (1...3).map { try bring($0) }
    func whileInUse() throws {
      let use = try cache.use(contents[1])
      #expect(try cache.bound(to: .zero).contents == 2)
      #expect(try held(contents) == [false, true, false])
      try use.add(.zero)
    }
    try whileInUse()
    #expect(try cache.bound(to: .zero).contents == 1)
    #expect(try held(contents) == [false, false, false])
  }

  @Test func `what went is brought again`() throws {
    let content = try bring(1)
    _ = try cache.bound(to: .zero)
    #expect(try !cache.holds(content))
    _ = try bring(1)
    #expect(try cache.holds(content))
  }

  @Test func `a mark of which nothing came, and files that are no marks, do no harm`() throws {
    let content = try bring(1)
    _ = try cache.use(CachedContent(SHA256.id(of: [UInt8(1)].span), .file))
    for name in ["notes.txt", "\(content.id.hex)", "\(content.id.hex).file.old"] {
      try AtomicFile.replace(
        cache.root.appending("used").appending(name), with: [1], durably: false)
    }
    #expect(try cache.contents().count == 2)
    #expect(try cache.content(of: content.id) == content)
    #expect(try cache.bound(to: .gibibytes(1)).contents == 0)
    #expect(try cache.bound(to: .zero).contents == 2)
  }

  @Test func `who finds somebody else at it leaves it to them`() throws {
    _ = try bring(1)
    let collector = try cache.store.collector()
    let bounded = try cache.bound(to: .zero)
    #expect(bounded.isBusy)
    #expect(bounded.contents == 0)
    #expect(try cache.contents().count == 1)
    _ = consume collector
    #expect(try cache.bound(to: .zero).contents == 1)
  }

  @Test func `a cache is for its user alone`() throws {
    #expect(try cache.root.status().mode & 0o077 == 0)
    #expect(try DataCache.openIfPresent(at: cache.root) != nil)
    #expect(try DataCache.openIfPresent(at: setup.directory.appending("none")) == nil)
  }
}

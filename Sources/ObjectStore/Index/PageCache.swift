internal import Platform
internal import Primitives
internal import Synchronization

/// A fixed number of index pages in memory, shared by all threads and indexes of a store.
///
/// Pages are checked when they are read, never mapped, and replaced oldest use first.
final class PageCache: Sendable {
  private let shards: [Shard]

  /// Makes an empty cache.
  ///
  /// - Parameter pages: How many pages it keeps: rounded up to 8 in each of 16 or 64 shards.
  init(pages: Int = 4_096) {
    let count = pages < 2_048 ? 16 : 64
    let shardSize = Shard.waysPerSet * count
    shards = (0..<count).map { _ in Shard(sets: max(1, (pages + shardSize - 1) / shardSize)) }
  }

  /// How many pages it can keep.
  var capacity: Int { shards.reduce(0) { $0 + $1.capacity } }

  /// How many pages are in memory.
  var count: Int { shards.reduce(0) { $0 + $1.pages.withLock { $0.count } } }

  /// Calls `body` with a page of a file.
  ///
  /// - Parameters:
  ///   - file: A number that stands for the file in this cache.
  ///   - number: The page, counted from 0.
  ///   - read: Fills the page from the file, when it is not in the cache, and checks it.
  ///   - body: Uses the page; it must not call the cache again.
  /// - Returns: What `body` returned.
  /// - Throws: What `read` threw. The page is then not kept.
  func withPage<Result: Sendable>(
    of file: UInt32, _ number: Int,
    read: (inout MutableSpan<UInt8>) throws(StoreError) -> Void,
    _ body: (Span<UInt8>) -> Result
  ) throws(StoreError) -> Result {
    let key = UInt64(file) << 32 | UInt64(number)
    // Neighbouring pages go to different shards, and all bits of the key take part.
    let hash = (key &* 0x9E37_79B9_7F4A_7C15) >> 32
    let shard = shards[Int(hash & 63) % shards.count]
    return try shard.pages.withLock { pages throws(StoreError) in
      try pages.with(key: key, hash: hash >> 6, read: read, body)
    }
  }

  private final class Shard: Sendable {
    static let waysPerSet = 8
    let capacity: Int
    let pages: Mutex<Pages>

    init(sets: Int) {
      capacity = sets * Self.waysPerSet
      pages = Mutex(Pages(sets: sets))
    }
  }

  private struct Pages: Sendable {
    /// The keys of the pages, or ``none``.
    private var keys: [UInt64]

    /// When each page was last used, in uses of the shard.
    private var uses: [UInt32]
    private var clock: UInt32 = 0

    /// The pages; memory is taken with the first use of a place.
    private var bytes: [[UInt8]]

    private let sets: Int
    private static let none = UInt64.max

    var count: Int { bytes.count { !$0.isEmpty } }

    init(sets: Int) {
      self.sets = sets
      keys = Array(repeating: Self.none, count: sets * Shard.waysPerSet)
      uses = Array(repeating: 0, count: sets * Shard.waysPerSet)
      bytes = Array(repeating: [], count: sets * Shard.waysPerSet)
    }

    mutating func with<Result>(
      key: UInt64, hash: UInt64,
      read: (inout MutableSpan<UInt8>) throws(StoreError) -> Void,
      _ body: (Span<UInt8>) -> Result
    ) throws(StoreError) -> Result {
      let first = Int(hash % UInt64(sets)) * Shard.waysPerSet
      clock &+= 1
      var oldest = first
      for way in first..<first + Shard.waysPerSet {
        if keys[way] == key {
          uses[way] = clock
          let page = bytes[way]
          return body(page.span)
        }
        if clock &- uses[way] > clock &- uses[oldest] { oldest = way }
      }
      keys[oldest] = Self.none
      if bytes[oldest].isEmpty {
        bytes[oldest] = Array(repeating: 0, count: IndexFormat.pageSize)
      }
      var page = bytes[oldest].mutableSpan
      try read(&page)
      keys[oldest] = key
      uses[oldest] = clock
      let filled = bytes[oldest]
      return body(filled.span)
    }
  }
}

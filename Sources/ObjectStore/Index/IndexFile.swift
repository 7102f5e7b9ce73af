internal import Platform
internal import Primitives
internal import Synchronization

/// An index that is open for lookups: `docs/format/index.md`.
///
/// Only its packs and fences are in memory. Pages come through a cache that is shared by all
/// indexes, and so do descriptors.
final class IndexFile: Sendable {
  let id: ObjectID
  let path: FilePath

  /// What the index is called in the caches of this process.
  let serial: UInt32

  let entryCount: Int
  let entryPages: Int

  /// The packs, by their number in this index.
  let packs: [PackFile]

  /// The first words of entry pages that lie evenly apart.
  private let fences: [UInt64]

  private let pages: PageCache
  private let files: FileCache

  /// The open file, unless too many are open: then it is opened when it is needed.
  private let file: FileCache.Shared?

  /// Which entry pages this process has checked.
  ///
  /// A page that left the cache and comes back need not be hashed again: that would cost more
  /// than reading it.
  private let checked: [CheckedPages]

  /// The size of the file, in bytes.
  var size: Int {
    (entryPages + IndexFormat.packPages(packs.count) + 1) * IndexFormat.pageSize
  }

  /// Opens an index: reads and checks its tail page and its pack pages.
  ///
  /// - Parameters:
  ///   - id: The name of the index.
  ///   - path: Where it lies.
  ///   - serial: Its number in the caches.
  ///   - table: Where its packs are numbered.
  ///   - pages: The cache of pages.
  ///   - files: The cache of open files.
  ///   - keepsOpen: Whether it stays open for as long as it is in use, which saves a lock.
  /// - Throws: ``StoreError/damagedIndex(_:_:)`` or ``StoreError/file(_:)``.
  init(
    _ id: ObjectID, at path: FilePath, serial: UInt32, table: PackTable, pages: PageCache,
    files: FileCache, keepsOpen: Bool = true
  ) throws(StoreError) {
    self.id = id
    self.path = path
    self.serial = serial
    self.pages = pages
    self.files = files
    let head = try Self.readHead(of: path, key: UInt64(serial), files: files)
    entryCount = head.entryCount
    entryPages = head.entryPages
    fences = head.fences
    packs = head.packs.map { table.pack($0) }
    checked = (0..<(head.entryPages + 63) / 64).map { _ in CheckedPages() }
    file = keepsOpen ? head.file : nil
  }

  /// What the pages after the entries say.
  private struct Head {
    var entryCount: Int
    var entryPages: Int
    var fences: [UInt64]
    var packs: [ObjectID]
    var file: FileCache.Shared
  }

  private static func readHead(
    of path: FilePath, key: UInt64, files: FileCache
  ) throws(StoreError) -> Head {
    let pageSize = IndexFormat.pageSize
    func page(_ number: Int, of shared: FileCache.Shared) throws(StoreError) -> [UInt8] {
      let bytes: [UInt8]
      do {
        bytes = try shared.file.bytes(.bytes(pageSize), at: number * pageSize)
      } catch {
        throw .file(error)
      }
      guard IndexFormat.isWhole(bytes.span, number: number) else {
        throw .damagedIndex(path, .page(number))
      }
      return bytes
    }
    let shared: FileCache.Shared
    let size: Int
    do {
      shared = try files.file(key, at: path)
      size = try shared.file.status().size.bytes
    } catch {
      throw .file(error)
    }
    guard size.isMultiple(of: pageSize), size >= 3 * pageSize, size <= IndexFormat.sizeLimit else {
      throw .damagedIndex(path, .size)
    }
    let last = size / pageSize - 1
    var reader = ByteReader(try page(last, of: shared))
    guard reader.consume(IndexFormat.magic), let version = reader.number(UInt32.self) else {
      throw .damagedIndex(path, .magic)
    }
    guard version <= IndexFormat.version else {
      throw .damagedIndex(path, .newer(version: Int(version)))
    }
    guard version == IndexFormat.version, let packCount = reader.number(UInt32.self),
      let entryCount = reader.size(), let fenceCount = reader.number(UInt32.self),
      reader.number(UInt32.self) == 0, packCount > 0, entryCount > 0,
      // Beyond this the arithmetic below could overflow; the size of the file decides exactly.
      entryCount <= IndexFormat.sizeLimit, packCount <= IndexFormat.sizeLimit
    else { throw .damagedIndex(path, .content) }
    let entryPages = IndexFormat.entryPages(entryCount)
    guard entryPages + IndexFormat.packPages(Int(packCount)) == last else {
      throw .damagedIndex(path, .size)
    }
    guard Int(fenceCount) == min(entryPages, IndexFormat.fenceLimit) else {
      throw .damagedIndex(path, .content)
    }
    var fences: [UInt64] = []
    for _ in 0..<fenceCount {
      guard let word = reader.number(UInt64.self)?.byteSwapped, fences.last ?? 0 <= word else {
        throw .damagedIndex(path, .content)
      }
      fences.append(word)
    }
    var packs: [ObjectID] = []
    for number in entryPages..<last {
      let bytes = try page(number, of: shared)
      let count = min(Int(packCount) - packs.count, IndexFormat.packsPerPage)
      for index in 0..<count {
        let id = ObjectID(bytes: bytes.span, at: index * ObjectID.byteCount)
        if let before = packs.last, before >= id { throw .damagedIndex(path, .content) }
        packs.append(id)
      }
    }
    return Head(
      entryCount: entryCount, entryPages: entryPages, fences: fences, packs: packs, file: shared)
  }

  /// A bit for each of 64 pages.
  private final class CheckedPages: Sendable {
    let bits = Atomic<UInt64>(0)
  }

  // MARK: - Looking up

  /// Where an oid is, or would be.
  private enum Probe {
    /// Before every entry of the page, or equal to the first one.
    case atOrBefore(first: UInt64)
    /// After every entry of the page.
    case after(last: UInt64)
    /// Behind the first entry of the page, and not behind the last; the index in the page of the
    /// first entry that is not smaller.
    case inside(Int)
  }

  /// Calls `body` with each entry of `oid` until it returns `true`.
  ///
  /// - Returns: Whether `body` returned `true`.
  /// - Throws: ``StoreError/damagedIndex(_:_:)`` or ``StoreError/file(_:)``.
  /// - Complexity: O(log pages) page reads in the worst case, one on average.
  func firstCopy(
    of oid: ObjectID, where body: (PackEntry) throws(StoreError) -> Bool
  ) throws(StoreError) -> Bool {
    var index = try lowerBound(of: oid)
    while index < entryCount {
      let entry = try entry(at: index)
      if entry.oid != oid { return false }
      if try body(entry) { return true }
      index += 1
    }
    return false
  }

  /// The number of the first entry whose oid is not less than `oid`.
  private func lowerBound(of oid: ObjectID) throws(StoreError) -> Int {
    let word = oid.words.0
    var (low, high, lowWord, highWord) = pageRange(of: word)
    // The answer is in a page of low..<high, or at the first entry of page `high`.
    var steps = 0
    while low < high {
      // Interpolation is as good as exact for oids that nobody chose; for others halving bounds
      // the work.
      let page =
        steps < 3 || steps.isMultiple(of: 2)
        ? Self.guess(word, low: low, high: high, lowWord: lowWord, highWord: highWord)
        : low + (high - low) / 2
      steps += 1
      switch try probe(page, for: oid) {
      case .inside(let index):
        return page * IndexFormat.entriesPerPage + index
      case .atOrBefore(let first):
        high = page
        highWord = first
      case .after(let last):
        low = page + 1
        lowWord = last
      }
    }
    return min(low * IndexFormat.entriesPerPage, entryCount)
  }

  /// The pages that the fences leave for a word, and between which words their entries lie.
  private func pageRange(
    of word: UInt64
  ) -> (low: Int, high: Int, lowWord: UInt64, highWord: UInt64) {
    func page(_ fence: Int) -> Int { fence * entryPages / fences.count }
    // The first fence that is not below the word: what lies before its page may hold the word.
    let first = fences.partition { $0 >= word }
    let after = fences.partition { $0 > word }
    let (low, lowWord) = first == 0 ? (0, 0) : (page(first - 1), fences[first - 1])
    return after == fences.count
      ? (low, entryPages, lowWord, .max) : (low, page(after), lowWord, fences[after])
  }

  /// The page of low..<high at which a word lies if the words between are spread evenly.
  private static func guess(
    _ word: UInt64, low: Int, high: Int, lowWord: UInt64, highWord: UInt64
  ) -> Int {
    guard word > lowWord, highWord > lowWord else { return low }
    let share = Double(word - lowWord) / Double(highWord - lowWord)
    return low + min(max(Int(share * Double(high - low)), 0), high - low - 1)
  }

  private func probe(_ page: Int, for oid: ObjectID) throws(StoreError) -> Probe {
    let count = count(inPage: page)
    return try withPage(page) { bytes in
      let size = PackEntry.byteCount
      let first = ObjectID(bytes: bytes, at: 0)
      if oid <= first { return .atOrBefore(first: first.words.0) }
      let last = ObjectID(bytes: bytes, at: (count - 1) * size)
      if last < oid { return .after(last: last.words.0) }
      var (low, high) = (1, count - 1)
      while low < high {
        let middle = (low + high) / 2
        if ObjectID(bytes: bytes, at: middle * size) < oid {
          low = middle + 1
        } else {
          high = middle
        }
      }
      return .inside(low)
    }
  }

  private func count(inPage page: Int) -> Int {
    min(IndexFormat.entriesPerPage, entryCount - page * IndexFormat.entriesPerPage)
  }

  /// The entry with this number, in the order of the index.
  func entry(at index: Int) throws(StoreError) -> PackEntry {
    let (page, place) = index.quotientAndRemainder(dividingBy: IndexFormat.entriesPerPage)
    let entry = try withPage(page) { bytes in
      PackEntry(bytes: bytes, at: place * PackEntry.byteCount)
    }
    guard isValid(entry) else { throw .damagedIndex(path, .content) }
    return entry
  }

  /// Whether an entry of this index keeps to the format.
  func isValid(_ entry: PackEntry) -> Bool {
    Int(entry.pack) < packs.count && RecordKind(byte: entry.kind) != nil
      && entry.storedLength <= entry.length
  }

  private func withPage<Result: Sendable>(
    _ number: Int, _ body: (Span<UInt8>) -> Result
  ) throws(StoreError) -> Result {
    try pages.withPage(
      of: serial, number, read: { page throws(StoreError) in try read(number, into: &page) }, body)
  }

  private func read(_ number: Int, into page: inout MutableSpan<UInt8>) throws(StoreError) {
    do throws(FileError) {
      let shared: FileCache.Shared
      if let file { shared = file } else { shared = try files.file(UInt64(serial), at: path) }
      let count = try shared.file.read(into: &page, at: number * IndexFormat.pageSize)
      if count < IndexFormat.pageSize { throw FileError(.read, path, code: nil) }
    } catch {
      throw .file(error)
    }
    let (group, bit) = (checked[number / 64], UInt64(1) << UInt64(number % 64))
    if group.bits.load(ordering: .relaxed) & bit != 0 { return }
    guard IndexFormat.isWhole(page.span, number: number) else {
      throw .damagedIndex(path, .page(number))
    }
    group.bits.bitwiseOr(bit, ordering: .relaxed)
  }
}

extension [UInt64] {
  /// The place of the first element for which `isAfter` holds, in an array sorted by that.
  fileprivate func partition(_ isAfter: (UInt64) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

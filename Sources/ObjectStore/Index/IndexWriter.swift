internal import Platform
internal import Primitives

/// Writes an index from entries that come in its order: `docs/format/index.md`.
///
/// Holds one page, and one word for each page that was written.
struct IndexWriter: ~Copyable, Sendable {
  private let layout: StoreLayout

  /// The ids of the packs, by number.
  private let packs: [ObjectID]

  private var file: HashingFile
  private var page = [UInt8](repeating: 0, count: IndexFormat.pageSize)
  private var pageCount = 0
  private var entriesInPage = 0
  private(set) var entryCount = 0

  /// The first word of every entry page.
  private var firstWords: [UInt64] = []

  private var last: PackEntry?

  /// Starts an index under a temporary name.
  ///
  /// - Precondition: `packs` is not empty and strictly ascending.
  init(over packs: [ObjectID], in layout: StoreLayout) throws(StoreError) {
    precondition(!packs.isEmpty, "an index over no packs")
    self.packs = packs
    self.layout = layout
    file = try HashingFile(in: layout.index, sharing: layout.sharing)
  }

  /// Adds an entry.
  ///
  /// One that equals the last one is left out.
  ///
  /// - Precondition: The entry does not come before the last one, and its pack is in the table.
  mutating func append(_ entry: PackEntry) throws(StoreError) {
    precondition(Int(entry.pack) < packs.count, "an entry for a pack that is not in the table")
    if let last {
      if last == entry { return }
      precondition(last < entry, "entries out of order")
    }
    last = entry
    if entriesInPage == 0 { firstWords.append(entry.oid.words.0) }
    Self.put(entry, into: &page, at: entriesInPage * PackEntry.byteCount)
    entriesInPage += 1
    entryCount += 1
    if entriesInPage == IndexFormat.entriesPerPage { try finishEntryPage() }
  }

  private mutating func finishEntryPage() throws(StoreError) {
    if entriesInPage == 0 { return }
    entriesInPage = 0
    try finishPage()
  }

  private mutating func finishPage() throws(StoreError) {
    // Taken out, so that the page and the file are not in use at the same time.
    var bytes = page
    page = []
    IndexFormat.seal(&bytes, number: pageCount)
    try file.append(bytes.span)
    pageCount += 1
    for index in bytes.indices { bytes[index] = 0 }
    page = bytes
  }

  private static func put(_ entry: PackEntry, into page: inout [UInt8], at offset: Int) {
    var span = page.mutableSpan
    entry.write(to: &span, at: offset)
  }

  /// Writes the table of packs and the tail, and gives the index its name.
  ///
  /// - Returns: The name, or `nil` when there was no entry: nothing is then left behind.
  consuming func close() throws(StoreError) -> ObjectID? {
    if entryCount == 0 { return nil }
    try finishEntryPage()
    let entryPages = pageCount
    for first in stride(from: 0, to: packs.count, by: IndexFormat.packsPerPage) {
      let ids = packs[first...].prefix(IndexFormat.packsPerPage).flatMap(\.bytes)
      page.replaceSubrange(..<ids.count, with: ids)
      try finishPage()
    }
    let fenceCount = min(entryPages, IndexFormat.fenceLimit)
    var tail = IndexFormat.magic
    tail.append(littleEndian: IndexFormat.version)
    tail.append(littleEndian: UInt32(packs.count))
    tail.append(littleEndian: UInt64(entryCount))
    tail.append(littleEndian: UInt32(fenceCount))
    tail.append(littleEndian: UInt32(0))
    for fence in 0..<fenceCount {
      tail.append(littleEndian: firstWords[fence * entryPages / fenceCount].byteSwapped)
    }
    page.replaceSubrange(..<tail.count, with: tail)
    try finishPage()
    let layout = layout
    // An index can be made anew from the packs, so nobody waits for the disk.
    return try file.commit(durably: false) { layout.indexFile($0) }
  }
}

package import Platform
package import Primitives
internal import Synchronization

/// A content of a store that is read from any place.
///
/// That its recipe yields the content is proven once, when the reader is made; from then on each
/// chunk is checked by itself, and only those are read that are asked for.
package final class ContentReader: Sendable {
  /// The oid of the content.
  package let id: ObjectID

  /// How many bytes it has.
  package let size: Int

  private let layout: Layout
  private let loaders: LoaderPool

  /// How much of two contents is compared at a time, in bytes.
  private static let window = 64 << 20

  /// How much of a file a thread compares at a time, in bytes.
  private static let stride = 4 << 20

  fileprivate init(_ layout: Layout, _ loaders: LoaderPool) {
    (id, size) = (layout.id, layout.length)
    self.layout = layout
    self.loaders = loaders
  }

  /// Reads some of the content.
  ///
  /// - Parameter range: Offsets in the content, in bytes.
  /// - Throws: ``StoreError``: a chunk is missing or damaged.
  package func bytes(in range: Range<Int>) throws(StoreError) -> [UInt8] {
    precondition(range.lowerBound >= 0 && range.upperBound <= size, "a range beyond the content")
    var bytes: [UInt8] = []
    if range.isEmpty { return bytes }
    bytes.reserveCapacity(range.count)
    try loaders.withLoader { loader throws(StoreError) in
      try layout.forEachChunk(overlapping: range, with: &loader) {
        offset, part, loader throws(StoreError) in
        let entry = try loader.load(part.id)
        guard entry.length == part.length else { throw .invalidRecipe(id, .badLength) }
        let overlap = range.clamped(to: offset..<offset + part.length)
        try loader.withContent(of: entry) { content throws(StoreError) in
          let wanted = content.extracting(
            overlap.lowerBound - offset..<overlap.upperBound - offset)
          bytes.append(contentsOf: [UInt8](copying: wanted))
        }
      }
    }
    return bytes
  }

  // MARK: - What two contents share

  /// A chunk at its distance from the start of a range.
  private struct Piece: Hashable {
    let offset: Int
    let part: Recipe.Part

    var range: Range<Int> { offset..<offset + part.length }
  }

  /// Where a range of this content may differ from one of another content; no data is read.
  ///
  /// What lies in chunks that both have at the same place of their range is the same.
  ///
  /// - Parameters:
  ///   - range: Offsets in this content.
  ///   - other: The other content.
  ///   - otherRange: Offsets in it, as many.
  /// - Returns: Distances from the start of the ranges, in order and apart from each other.
  /// - Throws: ``StoreError`` when the store cannot be read.
  package func parts(
    of range: Range<Int>, differingFrom other: ContentReader, _ otherRange: Range<Int>
  ) throws(StoreError) -> [Range<Int>] {
    precondition(range.count == otherRange.count, "ranges of one length are compared")
    var different: [Range<Int>] = []
    for start in Swift.stride(from: 0, to: range.count, by: Self.window) {
      let window = start..<min(start + Self.window, range.count)
      let here = try pieces(window, from: range.lowerBound)
      let there = try other.pieces(window, from: otherRange.lowerBound)
      let known = Set(there)
      different.append(window, without: here.filter { known.contains($0) }.map(\.range))
    }
    return different
  }

  /// The chunks that overlap a window of a range.
  private func pieces(_ window: Range<Int>, from start: Int) throws(StoreError) -> [Piece] {
    var pieces: [Piece] = []
    let range = window.lowerBound + start..<window.upperBound + start
    try loaders.withLoader { loader throws(StoreError) in
      try layout.forEachChunk(overlapping: range, with: &loader) {
        offset, part, _ throws(StoreError) in
        pieces.append(Piece(offset: offset - start, part: part))
      }
    }
    return pieces
  }

  /// Where a range of this content may differ from a part of a file: the file's bytes are hashed on
  /// all cores, and nothing of the content is read.
  ///
  /// - Parameters:
  ///   - range: Offsets in this content.
  ///   - file: The file.
  ///   - offset: Where its part begins, which is as long.
  /// - Returns: Distances from the start of the range, in order and apart from each other.
  /// - Throws: ``StoreError`` when the store or the file cannot be read.
  package func parts(
    of range: Range<Int>, differingFrom file: borrowing OpenFile, at offset: Int
  ) throws(StoreError) -> [Range<Int>] {
    let windows = Swift.stride(from: 0, to: range.count, by: Self.stride).map {
      $0..<min($0 + Self.stride, range.count)
    }
    let found = Mutex([[Range<Int>]](repeating: [], count: windows.count))
    try Threads.forEach(windows.count) { number throws(StoreError) in
      var same: [Range<Int>] = []
      for piece in try pieces(windows[number], from: range.lowerBound) {
        // Each chunk is hashed once, with the window that it begins in.
        guard piece.offset >= windows[number].lowerBound, piece.range.upperBound <= range.count
        else { continue }
        let bytes = try StoreError.onFiles { () throws(FileError) in
          try file.upTo(.bytes(piece.part.length), at: offset + piece.offset)
        }
        guard bytes.count == piece.part.length, SHA256.id(of: bytes.span) == piece.part.id else {
          continue
        }
        same.append(piece.range)
      }
      let ranges = same
      found.withLock { $0[number] = ranges }
    }
    var different: [Range<Int>] = []
    different.append(0..<range.count, without: found.withLock { $0 }.flatMap { $0 })
    return different
  }
}

extension [Range<Int>] {
  /// Appends what some ranges, which are in order, leave of another one.
  fileprivate mutating func append(_ whole: Range<Int>, without known: [Range<Int>]) {
    var start = whole.lowerBound
    func add(upTo end: Int, to ranges: inout Self) {
      guard end > start else { return }
      if let last = ranges.last, last.upperBound == start {
        ranges[ranges.count - 1] = last.lowerBound..<end
      } else {
        ranges.append(start..<end)
      }
    }
    for range in known {
      add(upTo: Swift.min(range.lowerBound, whole.upperBound), to: &self)
      start = Swift.max(start, range.upperBound)
    }
    add(upTo: whole.upperBound, to: &self)
  }
}

extension ObjectStore {
  /// Opens a content, to read it from any place.
  ///
  /// A recipe that was never proven here is proven first, which reads all of the content once.
  ///
  /// - Throws: ``StoreError``: it is missing or damaged.
  package func reader(of id: ObjectID) throws(StoreError) -> ContentReader {
    let layout = try loaders.withLoader { loader throws(StoreError) in
      try Layout(of: id, with: &loader)
    }
    if !isProven(layout) { try read(id) { _ in } }
    return ContentReader(layout, loaders)
  }
}

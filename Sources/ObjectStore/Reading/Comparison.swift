internal import Platform
internal import Primitives
internal import Synchronization

/// Tells whether a file holds a content, on all cores, and stops at the first difference.
struct Comparison: Sendable {
  let layout: Layout
  let loaders: LoaderPool

  /// Whether this clone knows already that the recipe yields the content.
  let isProven: Bool

  /// How much a thread takes at a time, in bytes.
  private static let stride = 4 << 20

  /// Compares the file with the content.
  ///
  /// - Returns: Whether the file's content has the oid of the layout.
  /// - Throws: ``StoreError`` when the file or a recipe cannot be read.
  func holds(_ file: borrowing OpenFile) throws(StoreError) -> Bool {
    guard isProven else { return try id(of: file) == layout.id }
    let ranges = layout.ranges(of: Self.stride)
    let isDifferent = Atomic(false)
    try Threads.forEach(ranges.count) { index throws(StoreError) in
      if isDifferent.load(ordering: .relaxed) { return }
      let buffer = IOBuffer(capacity: RecordLimits.length)
      try loaders.withLoader { loader throws(StoreError) in
        try layout.forEachChunk(overlapping: ranges[index], with: &loader) {
          offset, part, _ throws(StoreError) in
          guard offset >= ranges[index].lowerBound, !isDifferent.load(ordering: .relaxed) else {
            return
          }
          try Ingest.fill(buffer, from: file, at: offset, count: part.length)
          if buffer.withBytes(0..<part.length, { SHA256.id(of: $0) }) != part.id {
            isDifferent.store(true, ordering: .relaxed)
          }
        }
      }
    }
    return !isDifferent.load(ordering: .relaxed)
  }

  /// The oid of the file's content, read once from start to end.
  private func id(of file: borrowing OpenFile) throws(StoreError) -> ObjectID {
    let buffer = IOBuffer(capacity: 1 << 20)
    var hash = SHA256()
    while hash.byteCount < layout.length {
      let count = min(buffer.capacity, layout.length - hash.byteCount)
      try Ingest.fill(buffer, from: file, at: hash.byteCount, count: count)
      buffer.withBytes(0..<count) { hash.update($0) }
    }
    return hash.finalize()
  }
}

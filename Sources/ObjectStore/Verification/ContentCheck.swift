internal import Platform
internal import Primitives
internal import Synchronization

/// Hashes whole contents from the packs of one store.
///
/// What only trash holds counts as missing: it is on its way out.
struct ContentCheck: Sendable {
  let records: RecordStore

  /// Told of the bytes of content that were hashed.
  let progress: ProgressCounter?

  /// Ends a check at the first part that is missing, without listing the store anew for each.
  func requirePresent(_ id: ObjectID) throws(StoreError) {
    guard try records.known(id) != nil else { throw .missing(id) }
  }

  /// Compares what the parts of a content come to with its oid.
  ///
  /// - Throws: ``StoreError``: a part is missing, or the whole is not what its name says.
  func check(
    _ layout: Layout, with loader: inout RecordLoader
  ) throws(StoreError) {
    let hash = try hash(layout, 0..<layout.length, from: SHA256(), with: &loader)
    let found = hash.finalize()
    guard found == layout.id else { throw .corrupt(layout.id, found: found) }
  }

  /// The same for a content that carries hash states, segment by segment on all cores.
  func checkSegments(of layout: Layout) throws(StoreError) {
    let states = layout.root?.states ?? []
    let ranges = layout.ranges(of: Recipe.segmentSize)
    try Threads.forEach(ranges.count) { index throws(StoreError) in
      var loader = RecordLoader(records: records)
      let start =
        index == 0
        ? SHA256() : SHA256(resuming: states[index - 1], byteCount: ranges[index].lowerBound)
      let hash = try hash(layout, ranges[index], from: start, with: &loader)
      if index == ranges.count - 1 {
        let found = hash.finalize()
        guard found == layout.id else { throw .corrupt(layout.id, found: found) }
      } else if hash.state != states[index] {
        throw .invalidRecipe(layout.id, .badState)
      }
    }
  }

  /// The whole content of a directory of several parts, proven.
  func treeContent(
    _ layout: Layout, with loader: inout RecordLoader
  ) throws(StoreError) -> [UInt8] {
    let limit = ByteCount.gibibytes(1)
    guard layout.length <= limit.bytes else {
      throw .tooLarge(layout.id, size: .bytes(layout.length), limit: limit)
    }
    var content: [UInt8] = []
    content.reserveCapacity(layout.length)
    try layout.forEachChunk(overlapping: 0..<layout.length, with: &loader) {
      _, part, loader throws(StoreError) in
      try requirePresent(part.id)
      content += try loader.bytes(of: part.id)
    }
    let found = SHA256.id(of: content.span)
    guard found == layout.id else { throw .corrupt(layout.id, found: found) }
    return content
  }

  /// Hashes a range of a content.
  private func hash(
    _ layout: Layout, _ range: Range<Int>, from start: SHA256, with loader: inout RecordLoader
  ) throws(StoreError) -> SHA256 {
    var hash = start
    try layout.forEachChunk(overlapping: range, with: &loader) {
      offset, part, loader throws(StoreError) in
      try requirePresent(part.id)
      // The hash of the whole answers for each chunk.
      let entry = try loader.load(part.id, verifying: false)
      guard entry.length == part.length else { throw .invalidRecipe(layout.id, .badLength) }
      let overlap = range.clamped(to: offset..<offset + part.length)
      try loader.withContent(of: entry) { bytes throws(StoreError) in
        hash.update(bytes.extracting(overlap.lowerBound - offset..<overlap.upperBound - offset))
      }
      progress?.advance(bytes: overlap.count)
    }
    return hash
  }
}

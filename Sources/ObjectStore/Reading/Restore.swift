internal import Platform
internal import Primitives

/// Writes a content into a file, and proves while doing so that it is the one that was asked for.
///
/// Ranges of it are worked on by all cores at once. The chunks of a proven recipe are checked one
/// by one; an unproven one has all that it yields hashed, segment by segment between the hash
/// states of its root (`docs/format/recipe.md` §3, §4).
final class Restore: Sendable {
  private let layout: Layout
  private let loaders: LoaderPool
  private let isProven: Bool
  private let basis: Basis?
  private let progress: ProgressCounter?

  /// How much a thread takes at a time where chunks are checked one by one, in bytes.
  private static let stride = 4 << 20

  /// Prepares to write a content.
  ///
  /// - Parameters:
  ///   - layout: What it is made of.
  ///   - loaders: Where the parts are.
  ///   - isProven: Whether this clone knows already that the recipe yields the content.
  ///   - basis: A file that has some of the chunks, used where they are checked one by one.
  ///   - progress: Told of the bytes written.
  init(
    layout: Layout, loaders: LoaderPool, isProven: Bool, basis: Basis?, progress: ProgressCounter?
  ) {
    self.layout = layout
    self.loaders = loaders
    self.isProven = isProven
    self.basis = isProven ? basis : nil
    self.progress = progress
  }

  /// Fills a file.
  ///
  /// - Parameters:
  ///   - file: An empty file, open for writing.
  ///   - loader: What the layout was made with; used where one thread is enough.
  /// - Throws: ``StoreError``: an object is missing or damaged, or the disk refuses. What is in
  ///   the file is then of no use.
  func write(
    to file: borrowing OpenFile, with loader: inout RecordLoader
  ) throws(StoreError) {
    if let record = layout.record { return try write(record, to: file, with: loader) }
    try resize(file)
    // Without states, the whole is one segment.
    let segment = layout.root?.states.isEmpty == false ? Recipe.segmentSize : max(1, layout.length)
    let ranges = layout.ranges(of: isProven ? Self.stride : segment)
    guard ranges.count > 1 else {
      guard let range = ranges.first else { return }
      return try make(range, number: 0, with: &loader) { bytes, offset throws(StoreError) in
        try write(bytes, to: file, at: offset)
      }
    }
    try GatheredWriting.fill(file, count: ranges.count) { index, gatherer throws(StoreError) in
      try loaders.withLoader { loader throws(StoreError) in
        try make(ranges[index], number: index, with: &loader) { bytes, offset throws(StoreError) in
          try gatherer.add(bytes, at: offset)
        }
      }
    }
  }

  /// Writes a content of one record, which was checked when it was loaded.
  private func write(
    _ record: RecordEntry, to file: borrowing OpenFile, with loader: borrowing RecordLoader
  ) throws(StoreError) {
    let isHole = try loader.withContent(of: record) { bytes throws(StoreError) in
      if bytes.isAllZeros { return true }
      try write(bytes, to: file, at: 0)
      return false
    }
    if isHole { try resize(file) }
    progress?.advance(bytes: layout.length)
  }

  /// Gives the file its length, as one hole.
  private func resize(_ file: borrowing OpenFile) throws(StoreError) {
    try StoreError.onFiles { () throws(FileError) in
      try file.resize(to: .bytes(layout.length))
    }
  }

  private func write(
    _ bytes: Span<UInt8>, to file: borrowing OpenFile, at offset: Int
  ) throws(StoreError) {
    try StoreError.onFiles { () throws(FileError) in try file.write(bytes, at: offset) }
  }

  /// Makes the chunks that begin in a range, and checks the range.
  ///
  /// - Parameter put: Takes each chunk that is not all zeros: the file is one hole before.
  private func make(
    _ range: Range<Int>, number: Int, with loader: inout RecordLoader,
    put: (_ bytes: Span<UInt8>, _ offset: Int) throws(StoreError) -> Void
  ) throws(StoreError) {
    // A chunk that is not hashed with its segment is hashed by itself.
    var hash = isProven ? nil : SHA256(resuming: state(at: number), byteCount: range.lowerBound)
    try layout.forEachChunk(overlapping: range, with: &loader) {
      offset, part, loader throws(StoreError) in
      guard offset >= range.lowerBound || hash != nil else { return }
      try load(part, verifying: hash == nil, with: &loader)
      try loader.withContent(part.length) { bytes throws(StoreError) in
        let overlap = range.clamped(to: offset..<offset + part.length)
        hash?.update(bytes.extracting(overlap.lowerBound - offset..<overlap.upperBound - offset))
        if offset >= range.lowerBound, !bytes.isAllZeros { try put(bytes, offset) }
      }
    }
    if let hash { try check(hash, endOf: number, isLast: range.upperBound == layout.length) }
    progress?.advance(bytes: range.count)
  }

  private func load(
    _ part: Recipe.Part, verifying: Bool, with loader: inout RecordLoader
  ) throws(StoreError) {
    if let basis, loader.load(part, from: basis) { return }
    let entry = try loader.load(part.id, verifying: verifying)
    guard entry.length == part.length else { throw .invalidRecipe(layout.id, .badLength) }
  }

  private func state(at segment: Int) -> SHA256State {
    segment == 0 ? .initial : layout.root?.states[segment - 1] ?? .initial
  }

  /// Compares the hash at the end of a segment with the next state, or with the oid.
  private func check(_ hash: SHA256, endOf segment: Int, isLast: Bool) throws(StoreError) {
    if isLast {
      let found = hash.finalize()
      guard found == layout.id else { throw .corrupt(layout.id, found: found) }
    } else if hash.state != state(at: segment + 1) {
      throw .invalidRecipe(layout.id, .badState)
    }
  }
}

extension Span<UInt8> {
  /// Whether every byte is zero; nearly always decided by the first ones.
  var isAllZeros: Bool {
    for index in indices where self[index] != 0 { return false }
    return true
  }
}

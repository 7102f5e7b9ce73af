package import Platform
package import Primitives
internal import Synchronization

/// In what two contents differ, so that a file of the one becomes a file of the other where only
/// that is written.
///
/// A chunk that both have at the same offset stays as it is in the file and is not read: who patches
/// a file has to know that it holds the old content (`docs/design/0021-patching.md`).
package struct Patch: Sendable {
  /// The lengths of the contents.
  package let oldSize: ByteCount
  package let newSize: ByteCount

  /// How much of the file stays as it is.
  package let kept: ByteCount

  /// The chunks of the new content that the old one has not at their offset, and the other way round.
  fileprivate let written: [Piece]
  fileprivate let replaced: [Piece]
  fileprivate let loaders: LoaderPool

  /// A chunk at its offset.
  fileprivate struct Piece: Hashable, Sendable {
    let offset: Int
    let part: Recipe.Part
  }

  /// A patch of more chunks than this would take too much memory.
  private static let longest = 1 << 19

  /// How much of both contents is compared at a time, in bytes.
  private static let window = 64 << 20

  /// How much a thread writes at a time, in bytes.
  private static let stride = 4 << 20

  /// Compares what two contents are made of; no data is read.
  ///
  /// - Returns: `nil` where the two have next to nothing in common, or are too long.
  fileprivate init?(
    from old: Layout, to new: Layout, loaders: LoaderPool
  ) throws(StoreError) {
    let found = Mutex<(written: [Piece], replaced: [Piece])>(([], []))
    let end = max(old.length, new.length)
    try Threads.forEach((end + Self.window - 1) / Self.window) { number throws(StoreError) in
      let range = number * Self.window..<min(end, (number + 1) * Self.window)
      let (here, there) = try loaders.withLoader { loader throws(StoreError) in
        (
          try Self.pieces(beginningIn: range, of: old, with: &loader),
          try Self.pieces(beginningIn: range, of: new, with: &loader)
        )
      }
      let same = Set(here).intersection(there)
      found.withLock { found in
        if found.written.count + found.replaced.count > Self.longest { return }
        found.written += there.filter { !same.contains($0) }
        found.replaced += here.filter { !same.contains($0) }
      }
    }
    (written, replaced) = found.withLock { $0 }
    if written.count + replaced.count > Self.longest { return nil }
    (oldSize, newSize) = (.bytes(old.length), .bytes(new.length))
    kept = .bytes(new.length - written.reduce(0) { $0 + $1.part.length })
    self.loaders = loaders
  }

  private static func pieces(
    beginningIn range: Range<Int>, of layout: Layout, with loader: inout RecordLoader
  ) throws(StoreError) -> [Piece] {
    var pieces: [Piece] = []
    try layout.forEachChunk(overlapping: range, with: &loader) {
      offset, part, _ throws(StoreError) in
      if range.contains(offset) { pieces.append(Piece(offset: offset, part: part)) }
    }
    return pieces
  }
}

extension ObjectStore {
  /// Finds out in what two contents differ.
  ///
  /// - Parameters:
  ///   - old: What a file holds.
  ///   - new: What it is to hold.
  /// - Returns: `nil` where nothing tells for certain what the two are made of, as before a content
  ///   was restored here for the first time, or where the store lacks something that would have to
  ///   be written.
  /// - Throws: ``StoreError`` when the store cannot be read.
  package func patch(from old: ObjectID, to new: ObjectID) throws(StoreError) -> Patch? {
    do throws(StoreError) {
      let (here, there) = try loaders.withLoader { loader throws(StoreError) in
        (try Layout(of: old, with: &loader), try Layout(of: new, with: &loader))
      }
      guard isProven(here), isProven(there),
        let patch = try Patch(from: here, to: there, loaders: loaders)
      else { return nil }
      for piece in patch.written where try records.find(piece.part.id) == nil { return nil }
      return patch
    } catch {
      if error.isDamage { return nil }
      throw error
    }
  }
}

// MARK: - Writing

extension Patch {
  /// How much is written.
  package var changed: ByteCount { .bytes(newSize.bytes - kept.bytes) }

  /// Makes a file of the old content one of the new.
  ///
  /// Every chunk that is written is checked.
  ///
  /// - Parameters:
  ///   - file: A file that holds the old content, open for reading and writing.
  ///   - progress: Told of the bytes that are right.
  /// - Throws: ``StoreError``: a chunk is missing or damaged, or the disk refuses. The file then has
  ///   parts of both.
  package func apply(
    to file: borrowing OpenFile, progress: ProgressCounter?
  ) throws(StoreError) {
    progress?.advance(bytes: kept.bytes)
    try write(written, newSize, to: file, progress: progress)
  }

  /// Makes a file of which any part may be of the new content one of the old again.
  ///
  /// - Throws: ``StoreError``, as ``apply(to:progress:)``.
  package func takeBack(from file: borrowing OpenFile) throws(StoreError) {
    try write(replaced, oldSize, to: file, progress: nil)
  }

  private func write(
    _ pieces: [Piece], _ size: ByteCount, to file: borrowing OpenFile, progress: ProgressCounter?
  ) throws(StoreError) {
    // A file that is to be shorter keeps its end for as long as that may be wanted back.
    try resize(file, to: size) { $0 < size }
    let groups = Self.groups(pieces)
    let turn = Mutex(())
    try Threads.forEach(groups.count) { number throws(StoreError) in
      try loaders.withLoader { loader throws(StoreError) in
        for piece in groups[number] {
          let entry = try loader.load(piece.part.id)
          guard entry.length == piece.part.length else {
            throw .invalidRecipe(piece.part.id, .badLength)
          }
          try loader.withContent(of: entry) { bytes throws(StoreError) in
            // A hole stays one.
            if bytes.isAllZeros, try isZero(file, at: piece.offset, count: bytes.count) { return }
            try StoreError.onFiles { () throws(FileError) in
              // One at a time, as the kernel would have it anyway: what is written is little.
              try turn.withLock { _ throws(FileError) in try file.write(bytes, at: piece.offset) }
            }
          }
          progress?.advance(bytes: entry.length)
        }
      }
      if let first = groups[number].first, let last = groups[number].last {
        file.startWriteBack(
          from: first.offset, count: last.offset + last.part.length - first.offset)
      }
    }
    try resize(file, to: size) { $0 > size }
  }

  /// Sets the length of a file, if what it has now is in question.
  private func resize(
    _ file: borrowing OpenFile, to size: ByteCount, where isMeant: (ByteCount) -> Bool
  ) throws(StoreError) {
    try StoreError.onFiles { () throws(FileError) in
      if isMeant(try file.status().size) { try file.resize(to: size) }
    }
  }

  /// Pieces in groups of some size, in the order of the file.
  private static func groups(_ pieces: [Piece]) -> [ArraySlice<Piece>] {
    let pieces = pieces.sorted { $0.offset < $1.offset }
    var groups: [ArraySlice<Piece>] = []
    var (start, size) = (0, 0)
    for (index, piece) in pieces.enumerated() {
      size += piece.part.length
      if size >= stride || index == pieces.count - 1 {
        groups.append(pieces[start...index])
        (start, size) = (index + 1, 0)
      }
    }
    return groups
  }

  private func isZero(
    _ file: borrowing OpenFile, at offset: Int, count: Int
  ) throws(StoreError) -> Bool {
    try StoreError.onFiles { () throws(FileError) in
      let now = try file.upTo(.bytes(count), at: offset)
      return now.count == count && now.span.isAllZeros
    }
  }
}

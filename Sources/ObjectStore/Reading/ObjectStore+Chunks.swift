package import Platform
package import Primitives

/// A piece of a content, as a store cuts it.
package struct ContentChunk: Hashable, Sendable {
  /// The SHA-256 of the piece: the name of its record, where a store has it.
  package let id: ObjectID

  /// Where it lies in the content, in bytes.
  package let range: Range<Int>

  /// Whether it holds nothing but zero bytes.
  package let isZero: Bool
}

extension ObjectStore {
  /// Cuts a file as it would be cut here; nothing is written.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - progress: Told of the bytes read.
  ///   - body: Called with each chunk, in order.
  /// - Returns: The oid of the whole, and its size.
  /// - Throws: ``StoreError/unreadable(_:)``.
  package func cut(
    _ file: borrowing OpenFile, progress: ProgressCounter? = nil,
    _ body: (ContentChunk) -> Void
  ) throws(StoreError) -> (id: ObjectID, size: ByteCount) {
    let chunker = Chunker(limits: format.limits, seed: format.seed)
    let ahead = chunker.limits.maximum.bytes
    var hash = SHA256()
    var bytes: [UInt8] = []
    var (start, offset) = (0, 0)
    var isAtEnd = false
    while true {
      if !isAtEnd, bytes.count - start < ahead {
        bytes.removeFirst(start)
        start = 0
        let piece: [UInt8]
        do {
          piece = try file.upTo(.mebibytes(4), at: offset + bytes.count)
        } catch {
          throw .unreadable(error)
        }
        isAtEnd = piece.isEmpty
        hash.update(piece.span)
        progress?.advance(bytes: piece.count)
        bytes += piece
      }
      if start == bytes.count {
        if isAtEnd { return (hash.finalize(), .bytes(offset)) }
        continue
      }
      if !isAtEnd, bytes.count - start < ahead { continue }
      let length = chunker.firstChunkLength(in: bytes.span.extracting(start..<bytes.count))
      let piece = start..<start + length
      body(
        ContentChunk(
          id: SHA256.id(of: bytes.span.extracting(piece)), range: offset..<offset + length,
          isZero: bytes[piece].allSatisfy { $0 == 0 }))
      start += length
      offset += length
    }
  }

  /// Names every record that a content needs besides the one under its own name; no data is read.
  ///
  /// - Throws: ``StoreError``: the content is missing or damaged.
  package func forEachPart(
    of id: ObjectID, _ body: (ObjectID) -> Void
  ) throws(StoreError) {
    try loaders.withLoader { loader throws(StoreError) in
      guard let root = try Layout(of: id, with: &loader).root else { return }
      try Self.visit(root, of: id, with: &loader, body)
    }
  }

  private static func visit(
    _ node: Recipe, of id: ObjectID, with loader: inout RecordLoader, _ body: (ObjectID) -> Void
  ) throws(StoreError) {
    for part in node.parts {
      body(part.id)
      if node.level == 0 { continue }
      let child = try Recipe(loader.bytes(of: part.id), standingUnder: part.id, isRoot: false)
      guard child.level == node.level - 1 else { throw .invalidRecipe(id, .badLevel) }
      try visit(child, of: id, with: &loader, body)
    }
  }

  /// Names the chunks that a content in the store is made of, in order; none of them is read.
  ///
  /// - Throws: ``StoreError``: the content is missing or damaged.
  package func forEachChunk(
    of id: ObjectID, _ body: (_ id: ObjectID, _ length: Int) -> Void
  ) throws(StoreError) {
    try loaders.withLoader { loader throws(StoreError) in
      let layout = try Layout(of: id, with: &loader)
      try layout.forEachChunk(overlapping: 0..<layout.length, with: &loader) {
        _, part, _ throws(StoreError) in body(part.id, part.length)
      }
    }
  }
}

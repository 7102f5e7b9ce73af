package import Platform
package import Primitives

/// A file that holds another version of a content: the chunks that both have are read from it.
///
/// They may have moved, as behind a row that was inserted into a table. Reading them costs less than
/// decoding them. Nothing rests on what the file holds: each chunk is hashed before it is used, and
/// what is not there is taken from the store.
package final class Basis: Sendable {
  private let file: OpenFile
  private let offsets: [ObjectID: Int]

  /// A file of more chunks than this would take too much memory.
  fileprivate static let most = 1 << 19

  fileprivate init(_ file: consuming OpenFile, _ offsets: [ObjectID: Int]) {
    self.file = file
    self.offsets = offsets
  }

  /// Where the chunks of a content are in it; of those that repeat, any place.
  fileprivate static func offsets(
    in layout: Layout, with loader: inout RecordLoader
  ) throws(StoreError) -> [ObjectID: Int] {
    var offsets: [ObjectID: Int] = [:]
    guard layout.root != nil else { return offsets }
    try layout.forEachChunk(overlapping: 0..<layout.length, with: &loader) {
      offset, part, _ throws(StoreError) in
      if offsets.count < most { offsets[part.id] = offset }
    }
    return offsets
  }

  /// Fills a buffer with a chunk.
  ///
  /// - Returns: `false`, with anything in the buffer, where the file does not hold the chunk.
  func read(_ part: Recipe.Part, into buffer: inout MutableSpan<UInt8>) -> Bool {
    // Who cannot read the file has the store.
    guard let offset = offsets[part.id], let count = try? file.read(into: &buffer, at: offset),
      count == part.length
    else { return false }
    return SHA256.id(of: buffer.span) == part.id
  }
}

extension ObjectStore {
  /// Makes a file one from which chunks are read.
  ///
  /// - Parameters:
  ///   - file: A file, open for reading.
  ///   - id: The oid of what it holds, as far as is known.
  /// - Returns: `nil` where it has no chunks, or nobody can tell which.
  /// - Throws: ``StoreError`` when the store cannot be read.
  package func basis(
    _ file: consuming OpenFile, holding id: ObjectID
  ) throws(StoreError) -> Basis? {
    let offsets: [ObjectID: Int]
    do throws(StoreError) {
      offsets = try loaders.withLoader { loader throws(StoreError) in
        try Basis.offsets(in: try Layout(of: id, with: &loader), with: &loader)
      }
    } catch {
      if error.isDamage { return nil }
      throw error
    }
    return offsets.isEmpty ? nil : Basis(file, offsets)
  }
}

package import ObjectStore
package import Platform
package import Primitives

/// Bytes to look for: a file, or a part of one, cut as a store cuts.
package struct ContentProbe: Sendable {
  /// The size under which a chunk counts only as a whole file: too little to say anything.
  package static let smallest = ByteCount.kibibytes(4)

  /// The SHA-256 of the whole file.
  package let id: ObjectID

  /// The size of the whole file.
  package let size: ByteCount

  /// The part that is looked for, in bytes.
  package let range: Range<Int>

  /// For each chunk that counts, how many of its bytes lie in the part.
  let chunks: [ObjectID: Int]

  /// Cuts a file.
  ///
  /// - Parameters:
  ///   - file: The file, which need not be tracked.
  ///   - range: The part to look for; `nil` for all of it. What lies behind the end is left out.
  ///   - store: Decides where to cut; nothing is written to it.
  ///   - progress: Told of the bytes read.
  /// - Throws: ``StoreError/unreadable(_:)``.
  package init(
    _ file: borrowing OpenFile, range: Range<Int>? = nil, in store: ObjectStore,
    progress: ProgressCounter? = nil
  ) throws(StoreError) {
    var chunks: [ObjectID: Int] = [:]
    let wanted = range ?? 0..<Int.max
    (id, size) = try store.cut(file, progress: progress) { chunk in
      let count = chunk.range.clamped(to: wanted).count
      guard chunk.range.count >= Self.smallest.bytes, !chunk.isZero, count > 0 else { return }
      chunks[chunk.id, default: 0] += count
    }
    self.chunks = chunks
    self.range = wanted.clamped(to: 0..<size.bytes)
  }

  /// Whether all of the file is looked for.
  package var isWhole: Bool { range == 0..<size.bytes }
}

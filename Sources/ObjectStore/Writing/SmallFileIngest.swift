internal import Platform
internal import Primitives

/// Adds files that fit into one buffer, one after the other, in one thread.
struct SmallFileIngest: ~Copyable {
  /// The size up to which a file is added by one thread, in bytes.
  static let limit = 8 << 20

  private let buffer = IOBuffer(capacity: limit)
  private let chunker: Chunker
  private var encoder: RecordEncoder

  init(chunker: Chunker, encoder: consuming RecordEncoder) {
    self.chunker = chunker
    self.encoder = encoder
  }

  /// Reads and stores one file.
  ///
  /// - Parameters:
  ///   - file: The file, open.
  ///   - status: What `fstat` says of it; its size is at most ``limit``.
  ///   - md5: Which digests are taken along, if any.
  ///   - progress: Told of the bytes read.
  /// - Returns: The oid of the content, and those digests.
  /// - Throws: ``StoreError/changedWhileReading(_:)``, or what the disk refuses.
  mutating func add(
    _ file: borrowing OpenFile, status: FileStatus, md5: MD5Form?, progress: ProgressCounter?
  ) throws(StoreError) -> (id: ObjectID, md5: Set<MD5Digest>) {
    let size = status.size.bytes
    try Ingest.fill(buffer, from: file, at: 0, count: size)
    try Ingest.checkUnchanged(file, since: status)
    let id = try buffer.withBytes(0..<size) { bytes throws(StoreError) in
      try encoder.put(bytes, cutBy: chunker, class: .data)
    }
    var sums = md5.map { MD5Sums($0) }
    buffer.withBytes(0..<size) { sums?.update($0) }
    progress?.advance(bytes: size)
    return (id, sums?.finalize() ?? [])
  }
}

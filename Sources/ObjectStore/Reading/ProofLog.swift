internal import Platform
internal import Primitives
internal import Synchronization

/// The recipes that this clone has proven to yield the content that they stand under.
///
/// A file of 32-byte oids, appended (`docs/format/recipe.md` §4). Losing it costs one more hash of
/// each content, and nothing else.
final class ProofLog: Sendable {
  private let path: FilePath?
  private let known: Mutex<Set<ObjectID>?>
  private let fresh = Mutex<[UInt8]>([])

  /// - Parameter path: The file; without one nothing is remembered beyond this process.
  init(path: FilePath?) {
    self.path = path
    known = Mutex(path == nil ? [] : nil)
  }

  /// Whether the recipe of an object is proven.
  func contains(_ id: ObjectID) -> Bool {
    known.withLock { known in
      if let known { return known.contains(id) }
      let loaded = load()
      known = loaded
      return loaded.contains(id)
    }
  }

  /// Remembers that the recipe of an object is proven.
  func insert(_ id: ObjectID) {
    if contains(id) { return }
    known.withLock { _ = $0?.insert(id) }
    fresh.withLock { $0.append(id) }
  }

  /// Writes what is new to the file.
  ///
  /// - Throws: ``FileError``; what was proven is then proven again another time.
  func save() throws(FileError) {
    let bytes = fresh.withLock { fresh in
      defer { fresh = [] }
      return fresh
    }
    guard let path, !bytes.isEmpty else { return }
    let lock = try AdvisoryLock(path, .exclusive, waiting: true)
    // A crash may have left part of an oid at the end: the next one goes over it.
    let end = try lock.file.status().size.bytes / ObjectID.byteCount * ObjectID.byteCount
    try lock.file.write(bytes.span, at: end)
  }

  private func load() -> Set<ObjectID> {
    guard let path, let bytes = try? path.contentsIfPresent(limit: .gibibytes(1)) else { return [] }
    let starts = stride(from: 0, to: bytes.count - ObjectID.byteCount + 1, by: ObjectID.byteCount)
    return Set(starts.map { ObjectID(bytes: bytes.span, at: $0) })
  }
}

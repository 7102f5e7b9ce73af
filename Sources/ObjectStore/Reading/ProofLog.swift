internal import Platform
internal import Primitives
internal import Synchronization

/// The name of what was proven: that one root node yields one content.
///
/// Another root node may stand under the same oid later, fetched from elsewhere, and be false.
struct Proof: Hashable, Sendable {
  fileprivate let name: ObjectID

  /// - Parameters:
  ///   - root: The encoded root node. Every other node has a name that its bytes prove.
  ///   - id: The oid that it stands under.
  init(root: Span<UInt8>, _ id: ObjectID) {
    var hash = SHA256()
    hash.update(id.bytes.span)
    hash.update(root)
    name = hash.finalize()
  }

  fileprivate init(name: ObjectID) {
    self.name = name
  }
}

/// The recipes that this clone has proven to yield the content that they stand under.
///
/// A file of proofs of 32 bytes, appended (`docs/format/recipe.md` §4). Losing it costs one more
/// hash of each content, and nothing else.
final class ProofLog: Sendable {
  private let path: FilePath?
  private let known: Mutex<Set<Proof>?>
  private let fresh = Mutex<[UInt8]>([])

  /// - Parameter path: The file; without one nothing is remembered beyond this process.
  init(path: FilePath?) {
    self.path = path
    known = Mutex(path == nil ? [] : nil)
  }

  /// Whether a recipe is proven.
  func contains(_ proof: Proof) -> Bool {
    known.withLock { known in
      if let known { return known.contains(proof) }
      let loaded = load()
      known = loaded
      return loaded.contains(proof)
    }
  }

  /// Remembers that a recipe is proven.
  func insert(_ proof: Proof) {
    if contains(proof) { return }
    known.withLock { _ = $0?.insert(proof) }
    fresh.withLock { $0.append(proof.name) }
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
    // A crash may have left part of a proof at the end: the next one goes over it.
    let end = try lock.file.status().size.bytes / ObjectID.byteCount * ObjectID.byteCount
    try lock.file.write(bytes.span, at: end)
  }

  private func load() -> Set<Proof> {
    guard let path, let bytes = try? path.contentsIfPresent(limit: .gibibytes(1)) else { return [] }
    let starts = stride(from: 0, to: bytes.count - ObjectID.byteCount + 1, by: ObjectID.byteCount)
    return Set(starts.map { Proof(name: ObjectID(bytes: bytes.span, at: $0)) })
  }
}

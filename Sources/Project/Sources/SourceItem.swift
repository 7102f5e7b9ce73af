package import ObjectStore
package import Platform
package import Primitives
package import Remotes
package import Workspace

/// A tracked path of a source, or part of one, at one commit.
package struct SourceItem: Sendable {
  /// Where objects of a source may be.
  package enum Place: Sendable {
    /// The store of a clone.
    case own(FilePath, proofs: FilePath)
    /// A store that pointers of the source lead to.
    case remote(Remote)
    /// A store that was opened already.
    case opened(RemoteStore)
  }

  package let source: DataSource

  /// What was asked for.
  package let path: RepositoryPath

  /// The commit in hexadecimal.
  package let commit: String

  /// What it is, by the last part of the path.
  package let entry: TreeEntry

  /// Where its objects may be, the likeliest place first.
  package let places: [Place]

  /// The content by its name.
  package var content: CachedContent { CachedContent(entry.id, entry.kind) }

  /// The pointer that stands for it elsewhere.
  ///
  /// - Returns: `nil` for a symlink, which no pointer can stand for.
  package func pointer() -> PointerFile? {
    let source = PointerFile.Source(
      location: source.location, path: path.bytes, revision: ByteString(commit))
    return switch entry.kind {
    case .directory:
      .tree(entry.id, size: entry.size, files: entry.files, source: source)
    case .file, .executable: .file(entry.id, size: entry.size, source: source)
    case .symlink: nil
    }
  }
}

extension SourceItem.Place {
  /// What it is called in reports: `store`, `clone`, or the name of a remote.
  package var name: String {
    switch self {
    case .own: "clone"
    case .remote(let remote): remote.name.text
    case .opened: "store"
    }
  }

  /// The directory, to tell whose error one of the operating system is.
  package var remote: Remote? {
    switch self {
    case .own: nil
    case .remote(let remote): remote
    case .opened(let store): store.remote
    }
  }

  /// Opens the store.
  ///
  /// - Throws: ``RemoteError``, such as ``RemoteError/vanished(_:_:)``.
  package func open() throws(RemoteError) -> ObjectStore {
    switch self {
    case .own(let root, let proofs):
      do {
        return try ObjectStore.open(at: root, proofs: proofs)
      } catch {
        throw .store(error)
      }
    case .remote(let remote): return try RemoteStore.open(remote).store
    case .opened(let store): return store.store
    }
  }

  /// What lies at a path below a directory, or `nil` for nothing.
  func entry(
    at path: RepositoryPath, below directory: TreeEntry
  ) throws(RemoteError) -> TreeEntry? {
    let store = try open()
    do {
      return try store.entry(at: path, below: directory)
    } catch {
      throw .store(error)
    }
  }
}

import Documents
import Primitives

/// Files in memory, as another tool may have written them.
struct MemoryDirectory: DocumentDirectory {
  enum Failure: Error, Equatable {
    case cannotRead(RepositoryPath)
    case tooLarge(RepositoryPath)
  }

  var files: [String: String]

  /// A file that fails to be read.
  var broken: RepositoryPath?

  func entries(of path: RepositoryPath) throws(Failure) -> [DocumentDirectoryEntry] {
    if path == broken { throw .cannotRead(path) }
    let prefix = path.isRoot ? "" : "\(path)/"
    let entries = files.keys.filter { $0.hasPrefix(prefix) }.map { name in
      let parts = name.dropFirst(prefix.count).split(separator: "/")
      return DocumentDirectoryEntry(
        name: ByteString(String(parts[0])), isDirectory: parts.count > 1)
    }
    return Array(Set(entries))
  }

  func bytes(of path: RepositoryPath, limit: ByteCount) throws(Failure) -> [UInt8]? {
    if path == broken { throw .cannotRead(path) }
    guard let text = files["\(path)"] else { return nil }
    if text.utf8.count > limit.bytes { throw .tooLarge(path) }
    return Array(text.utf8)
  }
}

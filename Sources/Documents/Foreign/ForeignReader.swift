internal import Primitives

/// Reads files and listings, and says of each failure what it is about.
struct ForeignReader<Directory: DocumentDirectory> {
  typealias Failure = ForeignError<Directory.Failure>

  let directory: Directory

  /// What lies in a directory, sorted by name; names that no path can have are left out.
  func entries(
    of path: RepositoryPath
  ) throws(Failure) -> [(path: RepositoryPath, isDirectory: Bool)] {
    let entries: [DocumentDirectoryEntry]
    do {
      entries = try directory.entries(of: path)
    } catch {
      throw .directory(error)
    }
    return entries.sorted { $0.name < $1.name }.compactMap { entry in
      guard let path = try? path.appending(entry.name) else { return nil }
      return (path, entry.isDirectory)
    }
  }

  /// Every file below a directory, with its name from there, sorted by directory.
  func files(
    below root: RepositoryPath
  ) throws(Failure) -> [(path: RepositoryPath, name: String)] {
    var files: [(path: RepositoryPath, name: String)] = []
    var queue: [(path: RepositoryPath, prefix: String, depth: Int)] = [(root, "", 0)]
    while let next = queue.popLast() {
      for entry in try entries(of: next.path) {
        let name = next.prefix + entry.path.name.description
        if entry.isDirectory {
          queue.append((entry.path, name + "/", next.depth + 1))
        } else {
          files.append((entry.path, name))
        }
        if files.count + queue.count > ForeignLimits.files || next.depth > ForeignLimits.depth {
          throw .tooManyFiles(root)
        }
      }
    }
    return files.sorted { $0.name < $1.name }
  }

  /// The bytes of a file, or `nil` where there is none.
  func bytes(of path: RepositoryPath) throws(Failure) -> [UInt8]? {
    do {
      return try directory.bytes(of: path, limit: ForeignLimits.file)
    } catch {
      throw .directory(error)
    }
  }

  /// The value of a file, or `nil` where there is none.
  func value(
    of path: RepositoryPath, as format: DocumentFormat
  ) throws(Failure) -> DocumentValue? {
    guard let bytes = try bytes(of: path) else { return nil }
    do {
      return try DocumentValue(reading: bytes, as: format)
    } catch {
      throw .document(path, error)
    }
  }

  /// The path of a file that is named by us.
  func path(_ names: ByteString..., in root: RepositoryPath) -> RepositoryPath {
    names.reduce(root) { path, name in
      guard let longer = try? path.appending(name) else {
        preconditionFailure("'\(name)' is no name of a file")
      }
      return longer
    }
  }
}

package import Primitives

/// A directory that another tool wrote, wherever it is: on disk, or in a revision of git.
package protocol DocumentDirectory {
  /// Why it cannot be read.
  associatedtype Failure: Error

  /// What lies in a directory, in any order; nothing where there is no directory.
  func entries(of path: RepositoryPath) throws(Failure) -> [DocumentDirectoryEntry]

  /// The bytes of a file, or `nil` where there is none.
  ///
  /// Throws too where the file has more than `limit` bytes.
  func bytes(of path: RepositoryPath, limit: ByteCount) throws(Failure) -> [UInt8]?
}

/// A file or directory in a directory.
package struct DocumentDirectoryEntry: Hashable, Sendable {
  package let name: ByteString
  package let isDirectory: Bool

  package init(name: ByteString, isDirectory: Bool) {
    self.name = name
    self.isDirectory = isDirectory
  }
}

/// Why what another tool wrote cannot be read.
package enum ForeignError<Failure: Error>: Error {
  /// The directory could not be read.
  case directory(Failure)
  /// A file is not in the form that the tool writes.
  case document(RepositoryPath, DocumentError)
  /// There are more files than any run writes, or directories too deep within each other.
  case tooManyFiles(RepositoryPath)
}

extension ForeignError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .directory(let failure): "\(failure)"
    case .document(let path, let error): "File '\(path)' cannot be read: \(error)"
    case .tooManyFiles(let path): "Directory '\(path)' has too many files or is too deep"
    }
  }
}

/// Bounds of what is read of another tool's directory.
enum ForeignLimits {
  static let files = 100_000
  static let depth = 16
  static let file = ByteCount.mebibytes(64)
}

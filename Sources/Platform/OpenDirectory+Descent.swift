internal import Glibc
package import Primitives

extension OpenDirectory {
  /// The directory at `path` below this one, which is no more needed; itself for the root.
  package consuming func descended(to path: RepositoryPath) throws(FileError) -> OpenDirectory {
    path.isRoot ? self : try descending(to: path)
  }

  /// Opens the directory at `path` below this one, or this one again for the root.
  ///
  /// One component is opened after the other and no symlink is followed, so nothing that is put
  /// in the way meanwhile leads elsewhere.
  ///
  /// - Throws: ``FileError`` with operation `.open`; `isNotFound` also where something else than a
  ///   directory stands on the way.
  package borrowing func descending(to path: RepositoryPath) throws(FileError) -> OpenDirectory {
    var current = try directory(".")
    for name in path.components { current = try current.directory(name) }
    return current
  }

  /// The directory at `path` below this one, which is no more needed; what is missing on the way is
  /// made.
  ///
  /// - Throws: ``FileError`` as ``descending(to:)``, and with operation `.makeDirectory`.
  package consuming func making(_ path: RepositoryPath) throws(FileError) -> OpenDirectory {
    var current = self
    for name in path.components {
      if try current.statusIfPresent(of: name) == nil {
        do throws(FileError) {
          try current.makeDirectory(name)
        } catch {
          // Somebody else made it meanwhile.
          guard error.isExisting else { throw error }
        }
      }
      current = try current.directory(name)
    }
    return current
  }

  /// Looks at a name that lies in a buffer, without copying it; a symlink is not followed.
  ///
  /// - Parameters:
  ///   - range: Where the name lies; the byte behind it is zero.
  ///   - buffer: Holds the name.
  /// - Returns: `nil` when nothing has the name.
  /// - Throws: ``FileError`` with operation `.status`.
  package borrowing func statusIfPresent(
    ofNameAt range: Range<Int>, in buffer: Span<UInt8>
  ) throws(FileError) -> FileStatus? {
    precondition(buffer[range.upperBound] == 0, "a name in a buffer ends with a zero byte")
    let descriptor = descriptor
    var status = stat()
    let code = unsafe buffer.extracting(range.lowerBound...).withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return EINVAL }
      return unsafe base.withMemoryRebound(to: CChar.self, capacity: bytes.count) { name in
        while unsafe fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == -1 {
          if errno != EINTR { return errno }
        }
        return 0
      }
    }
    if code == 0 { return FileStatus(status) }
    let name = range.map { buffer[$0] }
    let error = FileError(.status, path.appending(ByteString(name)), code: code)
    if error.isNotFound { return nil }
    throw error
  }
}

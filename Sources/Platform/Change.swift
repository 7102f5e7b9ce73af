internal import Glibc
package import Primitives

/// What a system call changes, as a device below it needs to know to lose it again.
package enum Change: Sendable {
  /// A name, seen from an open directory.
  package struct Place: Sendable {
    /// The directory, or `AT_FDCWD`.
    package let directory: CInt

    /// A name in it, or a path.
    package let name: ByteString

    init(_ directory: CInt, _ name: ByteString) {
      self.directory = directory
      self.name = name
    }

    init(_ path: FilePath) {
      self.init(AT_FDCWD, path.bytes)
    }
  }

  /// A file is made, unless it is there.
  case create(Place)
  /// A symlink, or one more name of a file.
  case link(Place)
  case makeDirectory(Place)
  case remove(Place)
  case removeDirectory(Place)
  case rename(Place, to: Place)
  case exchange(Place, Place)
  /// Bytes are written to an open file.
  case write(CInt, offset: Int, count: Int)
  case resize(CInt)
  /// The mode or the times, which no power cut in tests takes back.
  case setAttributes
  /// An open file or directory is to be on disk.
  case synchronize(CInt)
}

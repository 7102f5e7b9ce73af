internal import Glibc
package import Primitives

/// What the file system says about a file, without reading it.
package struct FileStatus: Hashable, Sendable {
  /// What kind of thing a name stands for.
  package enum Kind: UInt8, Hashable, Sendable {
    case file
    case directory
    case symlink
    /// A socket, pipe or device: nothing whose content can be kept.
    case special
  }

  package let kind: Kind
  package let size: ByteCount

  /// When the content last changed.
  package let modified: Timestamp

  /// When content or attributes last changed: the one time that no program can set.
  package let changed: Timestamp

  package let inode: UInt64
  package let device: UInt64

  /// The permission bits, `0o7777` at most.
  package let mode: UInt32

  /// The number of names that the file has.
  package let linkCount: Int

  /// The disk space taken: less than the size for a sparse file.
  package let allocated: ByteCount

  package let owner: UInt32
  package let group: UInt32

  /// Whether the owner may execute it, which is all of the mode that Shale keeps.
  package var isExecutable: Bool { kind == .file && mode & 0o100 != 0 }

  init(_ status: stat) {
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .directory
      case S_IFLNK: .symlink
      default: .special
      }
    size = .bytes(Int(status.st_size))
    modified = Timestamp(
      seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
    changed = Timestamp(seconds: status.st_ctim.tv_sec, nanoseconds: status.st_ctim.tv_nsec)
    inode = UInt64(status.st_ino)
    device = UInt64(status.st_dev)
    mode = status.st_mode & 0o7777
    linkCount = Int(status.st_nlink)
    allocated = .bytes(Int(status.st_blocks) * 512)
    owner = status.st_uid
    group = status.st_gid
  }
}

extension FilePath {
  /// Looks at what the path leads to; a symlink at its end is not followed unless asked.
  ///
  /// - Throws: ``FileError`` with operation `.status`.
  package func status(followingSymlink: Bool = false) throws(FileError) -> FileStatus {
    var status = stat()
    try systemCall(.status, self) {
      unsafe withCString { path in
        unsafe followingSymlink ? stat(path, &status) : lstat(path, &status)
      }
    }
    return FileStatus(status)
  }

  /// Looks at what the path leads to, or returns `nil` when nothing is there.
  package func statusIfPresent(followingSymlink: Bool = false) throws(FileError) -> FileStatus? {
    do {
      return try status(followingSymlink: followingSymlink)
    } catch {
      if error.isNotFound { return nil }
      throw error
    }
  }
}

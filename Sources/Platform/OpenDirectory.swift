internal import CLinux
internal import Glibc
package import Primitives

/// An open directory, closed when its owner goes away.
///
/// Names inside it are looked up relative to the descriptor, so that a directory that someone
/// replaces by a symlink meanwhile cannot lead a write astray.
package struct OpenDirectory: ~Copyable, Sendable {
  /// The path it was opened at, for messages.
  package let path: FilePath
  let descriptor: CInt

  /// Opens a directory.
  ///
  /// - Throws: ``FileError`` with operation `.open`; `isNotFound` also where something else than a
  ///   directory, or a symlink that may not be followed, stands there.
  package init(_ path: FilePath, followingSymlink: Bool = true) throws(FileError) {
    let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (followingSymlink ? 0 : O_NOFOLLOW)
    self.path = path
    descriptor = try systemCall(.open, path) {
      unsafe path.withCString { unsafe open($0, flags) }
    }
  }

  private init(path: FilePath, descriptor: CInt) {
    self.path = path
    self.descriptor = descriptor
  }

  deinit {
    _ = close(descriptor)
  }

  /// Opens the directory `name` in this one; a symlink is not followed.
  package borrowing func directory(_ name: ByteString) throws(FileError) -> OpenDirectory {
    let child = name == "." ? path : path.appending(name)
    let descriptor = try unsafe call(.open, name) { directory, name in
      unsafe openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    }
    return OpenDirectory(path: child, descriptor: descriptor)
  }

  /// Opens the file `name` for reading; a symlink is not followed.
  package borrowing func file(_ name: ByteString) throws(FileError) -> OpenFile {
    let descriptor = try unsafe call(.open, name) { directory, name in
      unsafe openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    }
    return OpenFile(path: path.appending(name), descriptor: descriptor)
  }

  /// Opens the file `name`, which is there, for reading and writing; a symlink is not followed.
  ///
  /// Never waits for a lease that somebody has on it.
  package borrowing func updating(_ name: ByteString) throws(FileError) -> OpenFile {
    let descriptor = try unsafe call(.open, name) { directory, name in
      unsafe openat(directory, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    }
    return OpenFile(path: path.appending(name), descriptor: descriptor)
  }

  /// Makes a new file for reading and writing; nothing may be at its name.
  package borrowing func creating(
    _ name: ByteString, mode: UInt32 = 0o666
  ) throws(FileError) -> OpenFile {
    let descriptor = try unsafe call(.create, name, changing: Change.create) { directory, name in
      unsafe openat(directory, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
    }
    return OpenFile(path: path.appending(name), descriptor: descriptor)
  }

  /// Looks at `name`; a symlink is not followed.
  package borrowing func status(of name: ByteString) throws(FileError) -> FileStatus {
    var status = stat()
    try unsafe call(.status, name) { directory, name in
      unsafe fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW)
    }
    return FileStatus(status)
  }

  /// Looks at `name`, or returns `nil` when nothing is there.
  package borrowing func statusIfPresent(of name: ByteString) throws(FileError) -> FileStatus? {
    do {
      return try status(of: name)
    } catch {
      if error.isNotFound { return nil }
      throw error
    }
  }

  /// What the file system says about the directory itself.
  package borrowing func status() throws(FileError) -> FileStatus {
    var status = stat()
    try systemCall(.status, path) { unsafe fstat(descriptor, &status) }
    return FileStatus(status)
  }

  /// What the symlink `name` leads to, as it is written in it.
  package borrowing func symlinkTarget(_ name: ByteString) throws(FileError) -> ByteString {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = try unsafe buffer.withUnsafeMutableBufferPointer { bytes throws(FileError) in
      try unsafe call(.readLink, name) { directory, name in
        // The array is not empty, so it has an address.
        unsafe readlinkat(directory, name, bytes.baseAddress.unsafelyUnwrapped, bytes.count)
      }
    }
    return ByteString(buffer[..<count].map { UInt8(bitPattern: $0) })
  }

  /// Makes the directory `name`.
  package borrowing func makeDirectory(
    _ name: ByteString, mode: UInt32 = 0o777
  ) throws(FileError) {
    try unsafe call(.makeDirectory, name, changing: Change.makeDirectory) { directory, name in
      unsafe mkdirat(directory, name, mode)
    }
  }

  /// Makes the symlink `name` that leads to `target`.
  package borrowing func makeSymlink(
    _ name: ByteString, to target: ByteString
  ) throws(FileError) {
    try unsafe call(.link, name, changing: Change.link) { directory, name in
      unsafe CString.with(target) { unsafe symlinkat($0, directory, name) }
    }
  }

  /// Gives a file one more name, `name`, which must be free (`isExisting` otherwise).
  ///
  /// - Throws: ``FileError`` with operation `.link`; `isUnsupported` on another file system.
  package borrowing func link(_ file: FilePath, as name: ByteString) throws(FileError) {
    try unsafe call(.link, name, changing: Change.link) { directory, name in
      unsafe file.withCString { unsafe linkat(AT_FDCWD, $0, directory, name, 0) }
    }
  }

  /// Removes the file or symlink `name`.
  package borrowing func remove(_ name: ByteString) throws(FileError) {
    try unsafe call(.remove, name, changing: Change.remove) { directory, name in
      unsafe unlinkat(directory, name, 0)
    }
  }

  /// Removes the directory `name`, which must be empty (`isExisting` otherwise).
  package borrowing func removeDirectory(_ name: ByteString) throws(FileError) {
    try unsafe call(.remove, name, changing: Change.removeDirectory) { directory, name in
      unsafe unlinkat(directory, name, AT_REMOVEDIR)
    }
  }

  /// Sets the permission bits of `name`.
  package borrowing func setMode(of name: ByteString, to mode: UInt32) throws(FileError) {
    try unsafe call(.changeMode, name, changing: { _ in .setAttributes }) { directory, name in
      unsafe fchmodat(directory, name, mode, 0)
    }
  }

  /// Makes the names in this directory durable.
  package borrowing func synchronize() throws(FileError) {
    try systemCall(.sync, path, changing: .synchronize(descriptor)) { fsync(descriptor) }
  }

  @discardableResult
  borrowing func call<Value: FixedWidthInteger>(
    _ operation: FileError.Operation, _ name: ByteString,
    changing change: ((Change.Place) -> Change)? = nil,
    _ body: (CInt, UnsafePointer<CChar>) -> Value
  ) throws(FileError) -> Value {
    let descriptor = descriptor
    do {
      return try systemCall(operation, path, changing: change?(.init(descriptor, name))) {
        unsafe CString.with(name) { unsafe body(descriptor, $0) }
      }
    } catch {
      // The full path is worth building only for an error.
      throw FileError(operation, path.appending(name), code: error.code)
    }
  }
}

// MARK: - Listing

extension OpenDirectory {
  /// One name in a directory, as the directory itself knows it.
  package struct Entry: Hashable, Sendable {
    package let name: ByteString

    /// What it is, or `nil` where the file system does not say without a look at the file.
    package let kind: FileStatus.Kind?

    package let inode: UInt64
  }

  /// How much of a directory is read at once, in bytes.
  private static let batch = 32_768

  /// The names in the directory, without `.` and `..`, in the order of the file system.
  ///
  /// The descriptor has one position: two threads must not list one open directory at once.
  ///
  /// - Throws: ``FileError`` with operation `.list`.
  package borrowing func entries() throws(FileError) -> [Entry] {
    let (descriptor, path) = (descriptor, path)
    // By hand: a stream of the C library takes a descriptor of its own, and twice the calls.
    try systemCall(.list, path) { lseek(descriptor, 0, SEEK_SET) }
    var entries: [Entry] = []
    while true {
      var failure: FileError?
      // Not filled with zeros first: most directories need a hundredth of it.
      let records = unsafe [UInt8](unsafeUninitializedCapacity: Self.batch) { room, count in
        do throws(FileError) {
          count = try systemCall(.list, path) {
            unsafe shale_directory_records(
              descriptor, room.baseAddress.unsafelyUnwrapped, Self.batch)
          }
        } catch {
          failure = error
        }
      }
      if let failure {
        // A directory that somebody removed meanwhile has no names.
        if failure.code == ENOENT { return entries }
        throw failure
      }
      if records.isEmpty { return entries }
      unsafe records.withUnsafeBytes { unsafe Self.append($0, to: &entries) }
    }
  }

  /// Reads records of the kernel: inode (8 bytes), place (8), length of the record (2), kind (1),
  /// and the name up to a zero.
  private static func append(_ records: UnsafeRawBufferPointer, to entries: inout [Entry]) {
    var start = 0
    while start < records.count {
      let length = unsafe records.loadUnaligned(fromByteOffset: start + 16, as: UInt16.self)
      let end = start + Int(length)
      // The bytes are copied at once, and compared where they lie: directories may be large.
      let first = start + 19
      var last = first
      while unsafe records[last] != 0 { last += 1 }
      let dot = UInt8(ascii: ".")
      let isDots =
        unsafe last - first <= 2 && records[first] == dot && records[last - 1] == dot
      if !isDots {
        let bytes = unsafe UnsafeRawBufferPointer(rebasing: records[first..<last])
        let name = unsafe ByteString([UInt8](bytes))
        let inode = unsafe records.loadUnaligned(fromByteOffset: start, as: UInt64.self)
        let kind = unsafe kind(records[start + 18])
        entries.append(Entry(name: name, kind: kind, inode: inode))
      }
      start = end
    }
  }

  private static func kind(_ type: UInt8) -> FileStatus.Kind? {
    switch Int(type) {
    case Int(DT_REG): .file
    case Int(DT_DIR): .directory
    case Int(DT_LNK): .symlink
    case Int(DT_UNKNOWN): nil
    default: .special
    }
  }
}

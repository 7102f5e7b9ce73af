internal import CLinux
internal import Glibc
package import Primitives

/// An open file, closed when its owner goes away.
///
/// The type cannot be copied, so every descriptor has one owner and is closed exactly once. Reads
/// and writes name their own offset, and may be made from several threads at once.
package struct OpenFile: ~Copyable, Sendable {
  /// The path it was opened at, for messages.
  package let path: FilePath
  let descriptor: CInt

  init(path: FilePath, descriptor: CInt) {
    self.path = path
    self.descriptor = descriptor
  }

  deinit {
    // Data that must not be lost is synced before; an error of close tells nothing more.
    _ = close(descriptor)
  }

  /// Opens a file for reading.
  ///
  /// A symlink at the end of the path is followed unless forbidden.
  ///
  /// Never blocks on a pipe that someone put in the file's place.
  ///
  /// - Throws: ``FileError`` with operation `.open`; `isSymlink` where a link was forbidden.
  package static func forReading(
    _ path: FilePath, followingSymlink: Bool = true
  ) throws(FileError) -> OpenFile {
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | (followingSymlink ? 0 : O_NOFOLLOW)
    let descriptor = try systemCall(.open, path) {
      unsafe path.withCString { unsafe open($0, flags) }
    }
    return OpenFile(path: path, descriptor: descriptor)
  }

  /// Makes a new file for reading and writing.
  ///
  /// - Parameters:
  ///   - path: Where. Nothing may be there, not even a symlink.
  ///   - mode: The permission bits before the process's umask.
  /// - Returns: The open, empty file.
  /// - Throws: ``FileError`` with operation `.create`; `isExisting` when the name is taken.
  package static func creating(
    _ path: FilePath, mode: UInt32 = 0o666
  ) throws(FileError) -> OpenFile {
    let descriptor = try systemCall(.create, path, changing: .create(.init(path))) {
      unsafe path.withCString {
        unsafe open($0, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
      }
    }
    return OpenFile(path: path, descriptor: descriptor)
  }

  /// Opens a file for reading and writing, and makes it when it is not there.
  ///
  /// - Throws: ``FileError`` with operation `.create`.
  package static func forUpdating(
    _ path: FilePath, mode: UInt32 = 0o666
  ) throws(FileError) -> OpenFile {
    let descriptor = try systemCall(.create, path, changing: .create(.init(path))) {
      unsafe path.withCString {
        unsafe open($0, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode)
      }
    }
    return OpenFile(path: path, descriptor: descriptor)
  }

  /// What the file system says about the open file.
  package borrowing func status() throws(FileError) -> FileStatus {
    var status = stat()
    try systemCall(.status, path) { unsafe fstat(descriptor, &status) }
    return FileStatus(status)
  }
}

extension OpenFile {
  /// Gives the file, which has the name it was opened at, the name `target`, replacing what is there
  /// in one step.
  ///
  /// A network mount that asks twice may report that nothing is there any more after the first
  /// request has worked: so the name is looked at before that is believed.
  package borrowing func rename(to target: FilePath) throws(FileError) {
    do {
      try path.rename(to: target)
    } catch {
      guard error.isNotFound, let found = try target.statusIfPresent() else { throw error }
      let own = try status()
      guard found.inode == own.inode, found.device == own.device else { throw error }
    }
  }
}

// MARK: - Reading

extension OpenFile {
  /// Reads up to `buffer.count` bytes that start at `offset`.
  ///
  /// - Returns: How many bytes were read: fewer than asked for only at the end of the file.
  /// - Throws: ``FileError`` with operation `.read`.
  package borrowing func read(
    into buffer: inout MutableSpan<UInt8>, at offset: Int
  ) throws(FileError) -> Int {
    try unsafe buffer.withUnsafeMutableBufferPointer { bytes throws(FileError) in
      try unsafe read(into: bytes, at: offset)
    }
  }

  /// Reads as ``read(into:at:)-(MutableSpan<UInt8>,_)`` does, into memory that may be uninitialised.
  package borrowing func read(
    into bytes: UnsafeMutableBufferPointer<UInt8>, at offset: Int
  ) throws(FileError) -> Int {
    var filled = 0
    while filled < bytes.count {
      let rest = bytes.extracting(filled...)
      let count = try systemCall(.read, path) {
        unsafe pread(descriptor, rest.baseAddress, rest.count, off_t(offset + filled))
      }
      if count == 0 { break }
      filled += count
    }
    return filled
  }

  /// Reads exactly `size` bytes that start at `offset`.
  ///
  /// - Throws: ``FileError`` with operation `.read`; its `code` is `nil` if the file ends first.
  package borrowing func bytes(_ size: ByteCount, at offset: Int) throws(FileError) -> [UInt8] {
    let bytes = try upTo(size, at: offset)
    guard bytes.count == size.bytes else { throw FileError(.read, path, code: nil) }
    return bytes
  }

  /// Reads up to `size` bytes that start at `offset`: fewer only at the end of the file.
  package borrowing func upTo(_ size: ByteCount, at offset: Int) throws(FileError) -> [UInt8] {
    var failure: FileError?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size.bytes) { buffer, count in
      let room = buffer.extracting(..<size.bytes)
      do throws(FileError) {
        count = try unsafe read(into: room, at: offset)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Makes sure that whoever changes the file from now on moves its times.
  ///
  /// A store through a mapping into a page that is dirty already moves none. So dirty pages are
  /// written back (`sync_file_range`), unless nobody has the file open for writing: a lease shows
  /// that, and saves the wait for the disk. File systems that can do neither are left alone.
  package borrowing func settleWriters() {
    if shale_may_have_writers(descriptor) != 0 { _ = shale_sync_file_range(descriptor, 0, 0, 1) }
  }

  /// Tells the kernel that the file will be read from start to end.
  package borrowing func adviseSequential() {
    _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
  }
}

extension OpenFile {
  /// Reads the whole file, which is expected to be small.
  ///
  /// - Parameter limit: The size in bytes beyond which the file is refused.
  /// - Throws: ``FileError``; with operation `.read` and `EFBIG` where the file is larger.
  package borrowing func contents(limit: ByteCount) throws(FileError) -> [UInt8] {
    let status = try status()
    guard status.kind != .directory else { throw FileError(.read, path, code: EISDIR) }
    guard status.size <= limit else { throw FileError(.read, path, code: EFBIG) }
    // Files under /proc say that they are empty: read on until nothing comes.
    let room = max(status.size, .bytes(4_096))
    var bytes = try upTo(room, at: 0)
    while bytes.count >= room.bytes {
      let more = try upTo(.kibibytes(64), at: bytes.count)
      if more.isEmpty { break }
      bytes += more
      guard bytes.count <= limit.bytes else { throw FileError(.read, path, code: EFBIG) }
    }
    return bytes
  }
}

// MARK: - Writing

extension OpenFile {
  /// Writes all of `bytes` from `offset` on.
  ///
  /// - Throws: ``FileError`` with operation `.write`; `isNoSpace` when the disk is full.
  package borrowing func write(_ bytes: Span<UInt8>, at offset: Int) throws(FileError) {
    try unsafe bytes.withUnsafeBufferPointer { buffer throws(FileError) in
      var written = 0
      while written < buffer.count {
        let rest = buffer.extracting(written...)
        var size = rest.count
        #if DEBUG
          size = Faults.room(for: size, in: path)
        #endif
        let start = offset + written
        let change = Change.write(descriptor, offset: start, count: size)
        let count = try systemCall(.write, path, changing: change) {
          unsafe pwrite(descriptor, rest.baseAddress, size, off_t(start))
        }
        // POSIX allows no progress without an error; taking it for a full disk ends the loop.
        guard count > 0 else { throw FileError(.write, path, code: ENOSPC) }
        written += count
      }
    }
  }

  /// Makes everything written to the file durable.
  ///
  /// Never call it again after it failed: the kernel may have dropped the pages that could not be
  /// written.
  ///
  /// - Throws: ``FileError`` with operation `.sync`.
  package borrowing func synchronize() throws(FileError) {
    try systemCall(.sync, path, changing: .synchronize(descriptor)) { fsync(descriptor) }
  }

  /// Starts writing the file's dirty pages to disk without waiting for it.
  package borrowing func startWriteBack(from offset: Int = 0, count: Int = 0) {
    _ = shale_sync_file_range(descriptor, off_t(offset), off_t(count), 0)
  }

  /// Sets the file's length; a longer file is filled with a hole.
  package borrowing func resize(to size: ByteCount) throws(FileError) {
    try systemCall(.resize, path, changing: .resize(descriptor)) {
      ftruncate(descriptor, off_t(size.bytes))
    }
  }

  /// Sets the permission bits.
  package borrowing func setMode(_ mode: UInt32) throws(FileError) {
    try systemCall(.changeMode, path, changing: .setAttributes) { fchmod(descriptor, mode) }
  }

  /// Sets when the content last changed.
  package borrowing func setModified(_ time: Timestamp) throws(FileError) {
    let seconds = time.seconds
    let fraction = Int(time.nanoseconds - seconds * 1_000_000_000)
    try systemCall(.changeMode, path, changing: .setAttributes) {
      shale_set_modified(descriptor, seconds, fraction)
    }
  }

  /// Copies `count` bytes of another file inside the kernel, sharing blocks where it can.
  ///
  /// The C function is `copy_file_range`.
  ///
  /// - Returns: Whether it was done; `false`, with nothing promised about the range, where the
  ///   file systems cannot do it.
  /// - Throws: ``FileError`` with operation `.write` when the disk is full or broken.
  package borrowing func copy(
    _ count: Int, from source: borrowing OpenFile, at sourceOffset: Int, to offset: Int
  ) throws(FileError) -> Bool {
    var from = off_t(sourceOffset)
    var to = off_t(offset)
    var rest = count
    let (sourceDescriptor, target) = (source.descriptor, descriptor)
    while rest > 0 {
      do throws(FileError) {
        let change = Change.write(target, offset: Int(to), count: rest)
        let copied = try systemCall(.write, path, changing: change) {
          unsafe shale_copy_file_range(sourceDescriptor, &from, target, &to, rest)
        }
        guard copied > 0 else { return false }
        rest -= copied
      } catch {
        if error.isUnsupported || error.code == EBADF || error.code == EPERM { return false }
        throw error
      }
    }
    return true
  }
}

// MARK: - Being alone with a file

extension OpenFile {
  /// Takes a lease on the file: whoever opens it from now on waits until it is given back.
  ///
  /// The wait has an end, set by the administrator (`/proc/sys/fs/lease-break-time`, 45 seconds).
  ///
  /// - Returns: `false` where somebody else has the file open or mapped, where it is not this user's,
  ///   or on a file system that is not known to be local.
  package borrowing func takeLease() -> Bool { shale_take_lease(descriptor) == 0 }

  /// Whether the lease is held, and nobody waits for the file.
  package var hasLeaseUnbroken: Bool { shale_holds_lease(descriptor) != 0 }

  /// Gives the lease back, so that whoever waits may open the file.
  package borrowing func giveLeaseBack() { shale_give_lease_back(descriptor) }

  /// Makes this file, which is empty, share all blocks of another one, which costs no copy.
  ///
  /// The C call is `ioctl` with `FICLONE`.
  ///
  /// - Returns: `false`, with the file still empty, where the file system cannot do it.
  /// - Throws: ``FileError`` with operation `.write` when the disk is full or broken.
  package borrowing func clone(_ source: borrowing OpenFile) throws(FileError) -> Bool {
    let size = try source.status().size.bytes
    let (target, from) = (descriptor, source.descriptor)
    do throws(FileError) {
      let change = Change.write(target, offset: 0, count: size)
      try systemCall(.write, path, changing: change) { shale_clone(target, from) }
      return true
    } catch {
      if error.isUnsupported || error.code == EPERM || error.code == ETXTBSY { return false }
      throw error
    }
  }
}

internal import CGit2
internal import Platform
internal import Primitives

/// The index, locked as git locks it, so that no change of another program is lost.
///
/// libgit2 takes the lock only when it writes, after it has read: what git staged in between would
/// be dropped. Here `index.lock` is made first, as a copy of the index; libgit2 changes the copy,
/// which then takes the place of the index in one step.
struct IndexLock: ~Copyable {
  let index: IndexHandle
  private let path: FilePath
  private let lock: FilePath
  private let times: Times
  private var isHeld = true

  /// Moments by the clock of the file system.
  private struct Times {
    /// When the index was last written; nothing if there was none.
    var written: Timestamp?
    /// When the lock was taken.
    let locked: Timestamp
  }

  /// An index without entries: header, and the SHA-1 of it.
  private static let empty: [UInt8] = [
    0x44, 0x49, 0x52, 0x43, 0, 0, 0, 2, 0, 0, 0, 0,
    0x39, 0xd8, 0x90, 0x13, 0x9e, 0xe5, 0x35, 0x6c, 0x7e, 0xf5,
    0x72, 0x21, 0x6c, 0xeb, 0xcd, 0x27, 0xaa, 0x41, 0xf9, 0xdf,
  ]

  /// A larger index would be of some ten million files.
  private static let limit = ByteCount.gibibytes(2)

  /// Locks and reads the index.
  ///
  /// - Parameters:
  ///   - path: The index.
  ///   - repository: Where it belongs.
  ///   - patience: How long to wait for a program that has the lock, in milliseconds.
  /// - Throws: ``GitError/locked(_:)`` when another program keeps the lock for longer, or left it
  ///   behind.
  init(
    _ path: FilePath, in repository: borrowing RepositoryHandle, patience: Int
  ) throws(GitError) {
    let lock = FilePath(ByteString(path.bytes.bytes + Array(".lock".utf8)))
    let times: Times
    do throws(FileError) {
      times = try Self.take(path, lock, patience)
    } catch {
      if error.operation == .create, error.isExisting { throw .locked(lock) }
      throw .file(error)
    }
    do throws(GitError) {
      let index = try IndexHandle(at: lock)
      // Racily clean entries are looked at only in an index that belongs to a repository.
      try check(unsafe git_repository_set_index(repository.pointer, index.pointer), .readIndex)
      self.index = index
    } catch {
      _ = try? lock.remove()
      throw error
    }
    self.path = path
    self.lock = lock
    self.times = times
  }

  deinit {
    // After `commit` the lock of another program may have this name.
    if isHeld { _ = try? lock.remove() }
  }

  /// Writes the changed index and gives the lock up.
  ///
  /// - Parameter worktree: Where the files lie, if there are any.
  consuming func commit(worktree: FilePath?) throws(GitError) {
    if let worktree { smudge(in: worktree) }
    try check(unsafe git_index_write(index.pointer), .writeIndex)
    do {
      let new = try OpenFile.forReading(lock)
      if let old = try path.statusIfPresent(), old.kind == .file { try new.setMode(old.mode) }
      // All files were looked at after this moment, so one that changes later is seen to.
      try new.setModified(times.locked)
      try lock.rename(to: path)
      isHeld = false
    } catch {
      throw .file(error)
    }
  }

  /// Marks the entries whose file changed in the second in which the old index was written.
  ///
  /// libgit2 sees to files that changed in the same nanosecond. Most builds of git compare seconds
  /// only: to them, a file that was staged and changed again within one second is unchanged as soon
  /// as the index is written in a later one. An entry of size 0 makes git read the file.
  private borrowing func smudge(in worktree: FilePath) {
    guard let written = times.written else { return }
    for position in 0..<(unsafe git_index_entrycount(index.pointer)) {
      guard let entry = unsafe git_index_get_byindex(index.pointer, position),
        unsafe Int64(entry.pointee.mtime.seconds) >= written.seconds,
        unsafe entry.pointee.mode != GitMode.submodule.rawValue
      else { continue }
      let file = worktree.appending(unsafe bytes(entry.pointee.path))
      let status = (try? file.statusIfPresent()) ?? nil
      if let status, unsafe entry.pointee.fits(status) { continue }
      // The public type is constant, but libgit2 does exactly this where it compares by itself.
      unsafe UnsafeMutablePointer(mutating: entry).pointee.file_size = 0
    }
  }

  /// Makes the lock, as soon as nobody else has it.
  private static func take(
    _ path: FilePath, _ lock: FilePath, _ patience: Int
  ) throws(FileError) -> Times {
    var waited = 0
    var pause = 5
    while true {
      do throws(FileError) {
        return try copy(path, to: lock)
      } catch {
        guard error.operation == .create, error.isExisting, waited < patience else { throw error }
        Clock.sleep(milliseconds: pause)
        waited += pause
        pause = min(2 * pause, 100)
      }
    }
  }

  /// Copies the index to its lock.
  private static func copy(_ path: FilePath, to lock: FilePath) throws(FileError) -> Times {
    let copy = try OpenFile.creating(lock)
    do {
      var times = Times(written: nil, locked: try copy.status().modified)
      guard let old = try path.statusIfPresent(followingSymlink: true) else {
        try copy.write(empty.span, at: 0)
        return times
      }
      let content = try path.contents(limit: limit)
      try copy.write((content.isEmpty ? empty : content).span, at: 0)
      // Whether an entry is racily clean follows from the time of the index.
      try copy.setModified(old.modified)
      times.written = old.modified
      return times
    } catch {
      _ = try? lock.remove()
      throw error
    }
  }
}

extension RepositoryHandle {
  /// Gives libgit2 an empty index for its own purposes, in the place of one of an ``IndexLock``.
  ///
  /// All of this module's reading names its index. libgit2 by itself would look for attributes in
  /// the index, which costs a tenth of a second where it is large, and fails where it is sparse.
  func forgetIndex() {
    do {
      let empty = try unsafe IndexHandle { unsafe git_index_new($0) }
      try check(unsafe git_repository_set_index(pointer, empty.pointer), .readIndex)
    } catch {
      preconditionFailure("libgit2 makes no empty index: \(error)")
    }
  }
}

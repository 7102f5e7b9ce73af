internal import CGit2
internal import Platform
package import Primitives

/// A change of the index.
package enum GitStaging: Hashable, Sendable {
  /// Stages these bytes, as they are, for a path.
  case bytes(RepositoryPath, [UInt8], mode: GitMode = .file)
  /// Stages a blob that the repository has.
  case blob(RepositoryPath, GitID, mode: GitMode)
  /// Stages the file in the worktree, as `git add` does; a file that is gone is removed.
  case worktree(RepositoryPath)
  /// Removes the path, conflict or not; nothing happens to the worktree.
  case remove(RepositoryPath)
  /// Puts the sides of a conflict back.
  case conflict(RepositoryPath, [GitIndexEntry])

  package var path: RepositoryPath {
    switch self {
    case .bytes(let path, _, _), .blob(let path, _, _), .worktree(let path), .remove(let path),
      .conflict(let path, _):
      path
    }
  }
}

extension GitRepository {
  /// Changes the index, in one step.
  ///
  /// A conflict of a path ends with its staging. Where libgit2 would do less than git (filter
  /// drivers, sparse and split indexes, `core.sharedRepository`), git does it.
  ///
  /// - Throws: ``GitError/locked(_:)``, ``GitError/gitMissing(for:)``, ``GitError/file(_:)``.
  package func stage(_ changes: [GitStaging]) throws(GitError) {
    guard !changes.isEmpty else { return }
    if let reason = try reasonToStageByGit(changes) {
      return try stageByGit(changes, reason: reason)
    }
    let isStaged = try withHandle { handle throws(GitError) in
      let lock: IndexLock
      do throws(GitError) {
        lock = try IndexLock(layout.indexFile, in: handle, patience: lockPatience)
      } catch {
        // Where libgit2 cannot read the index, git may.
        guard case .libgit2(.readIndex, _, _) = error, try plainIndex() == nil else { throw error }
        return false
      }
      defer { handle.forgetIndex() }
      try apply(changes, to: lock, in: handle)
      try lock.commit(worktree: layout.worktree)
      return true
    }
    if !isStaged { try stageByGit(changes, reason: .indexForm) }
  }

  /// Returns when the index and its name are on disk, which git itself does not wait for.
  ///
  /// - Throws: ``GitError/file(_:)``.
  package func synchronizeIndex() throws(GitError) {
    do throws(FileError) {
      guard try layout.indexFile.statusIfPresent() != nil else { return }
      try OpenFile.forReading(layout.indexFile).synchronize()
      try layout.indexFile.parent.synchronizeDirectory()
    } catch {
      throw .file(error)
    }
  }

  /// Changes an index that is locked, and tells the journal before that becomes the index.
  func apply(
    _ changes: [GitStaging], to lock: borrowing IndexLock, in handle: borrowing RepositoryHandle
  ) throws(GitError) {
    let paths = journal.isOn ? Set(changes.map(\.path)).sorted() : []
    let old = paths.map { lock.index.version(of: $0) }
    for change in changes {
      try lock.index.apply(change, in: handle, worktree: layout.worktree)
    }
    var entries: [JournalEntry] = []
    for (path, old) in zip(paths, old) {
      let new = lock.index.version(of: path)
      if new == old { continue }
      entries.append(JournalEntry(.index, old: old, new: new, subject: path.bytes))
    }
    try tell(entries)
  }

  /// Why git has to stage these paths, or `nil` when libgit2 can.
  func reasonToStageByGit(_ changes: [GitStaging]) throws(GitError) -> GitReason? {
    if try config().string("core.sharedrepository") != nil {
      return .setting("core.sharedRepository")
    }
    for change in changes {
      guard case .worktree(let path) = change else { continue }
      if let filter = try filter(of: path) { return .filter(filter) }
    }
    return nil
  }

  /// The filter driver of a path, where its configuration has one.
  func filter(of path: RepositoryPath) throws(GitError) -> ByteString? {
    if case .value(let name) = try attribute("filter", of: path) {
      let key = "filter.\(String(decoding: name.bytes, as: UTF8.self))"
      let config = try config()
      for part in ["clean", "process"] where try config.string("\(key).\(part)") != nil {
        return name
      }
    }
    if case .value(let encoding) = try attribute("working-tree-encoding", of: path) {
      return encoding
    }
    return nil
  }

  private func stageByGit(_ changes: [GitStaging], reason: GitReason) throws(GitError) {
    try tellingIndex { () throws(GitError) in try writeByGit(changes, reason: reason) }
  }

  private func writeByGit(_ changes: [GitStaging], reason: GitReason) throws(GitError) {
    var records: [UInt8] = []
    var files: [UInt8] = []
    func record(
      _ mode: UInt32, _ id: GitID, _ path: RepositoryPath, _ stage: GitIndexEntry.Stage = .merged
    ) {
      let side = stage == .merged ? "" : " \(stage.rawValue)"
      records += Array("\(String(mode, radix: 8)) \(id.hex)\(side)\t".utf8)
      records += path.bytes.bytes + [0]
    }
    for change in changes {
      switch change {
      case .bytes(let path, let bytes, let mode):
        record(0, .zero, path)
        record(mode.rawValue, try writeBlob(bytes), path)
      case .blob(let path, let id, let mode):
        record(0, .zero, path)
        record(mode.rawValue, id, path)
      case .remove(let path): record(0, .zero, path)
      case .conflict(let path, let sides):
        record(0, .zero, path)
        for side in sides { record(side.mode.rawValue, side.id, path, side.stage) }
      case .worktree(let path): files += path.bytes.bytes + [0]
      }
    }
    if !records.isEmpty {
      try program.run(
        ["update-index", "-z", "--index-info"], in: .repository(layout), input: records,
        reason: reason)
    }
    if !files.isEmpty {
      try program.run(
        ["update-index", "--add", "--remove", "-z", "--stdin"], in: .repository(layout),
        input: files, reason: reason)
    }
  }
}

extension IndexHandle {
  func apply(
    _ change: GitStaging, in repository: borrowing RepositoryHandle, worktree: FilePath?
  ) throws(GitError) {
    switch change {
    case .bytes(let path, let bytes, let mode):
      let id = try repository.writeBlob(bytes)
      let status = worktree.flatMap { Self.status(of: $0.appending(path), ifItHolds: bytes) }
      try add(path, id: id, mode: mode, status: status)
    case .blob(let path, let id, let mode):
      try add(path, id: id, mode: mode, status: nil)
    case .worktree(let path):
      guard let worktree else { throw .noWorktree(FilePath(path.bytes)) }
      guard let (id, status) = try repository.writeBlob(of: path, in: worktree) else {
        return remove(path)
      }
      let mode: GitMode =
        status.kind == .symlink ? .symlink : status.isExecutable ? .executable : .file
      try add(path, id: id, mode: mode, status: status)
    case .remove(let path): remove(path)
    case .conflict(let path, let sides):
      remove(path)
      for side in sides { try add(side) }
    }
  }

  /// What the file system says about a file, if it holds these bytes and did not just change.
  private static func status(of path: FilePath, ifItHolds bytes: [UInt8]) -> FileStatus? {
    guard let before = (try? path.statusIfPresent()) ?? nil, before.kind == .file,
      before.size.bytes == bytes.count,
      let content = try? path.contents(limit: .bytes(bytes.count)), content == bytes,
      let after = (try? path.statusIfPresent()) ?? nil, before == after
    else { return nil }
    return after
  }

  private func remove(_ path: RepositoryPath) {
    unsafe CString.with(path.bytes) { name in
      // Both report a path that is not there, which is as well.
      _ = unsafe git_index_conflict_remove(pointer, name)
      _ = unsafe git_index_remove(pointer, name, 0)
    }
  }

  /// Adds one side of a conflict.
  private func add(_ side: GitIndexEntry) throws(GitError) {
    let code = unsafe CString.with(side.path.bytes) { name in
      var entry = unsafe git_index_entry()
      unsafe entry.path = name
      unsafe entry.id = side.id.oid
      unsafe entry.mode = side.mode.rawValue
      unsafe entry.flags = UInt16(side.stage.rawValue) << 12
      return unsafe git_index_add(pointer, &entry)
    }
    try check(code, .writeIndex)
  }

  private func add(
    _ path: RepositoryPath, id: GitID, mode: GitMode, status: FileStatus?
  ) throws(GitError) {
    let code = unsafe CString.with(path.bytes) { name in
      var entry = unsafe git_index_entry()
      unsafe entry.path = name
      unsafe entry.id = id.oid
      unsafe entry.mode = mode.rawValue
      if let status { unsafe entry.take(status) }
      _ = unsafe git_index_conflict_remove(pointer, name)
      return unsafe git_index_add(pointer, &entry)
    }
    try check(code, .writeIndex)
  }
}

extension git_index_entry {
  /// Whether the file is, to the nanosecond, the one that was remembered.
  func fits(_ status: FileStatus) -> Bool {
    var current = unsafe self
    unsafe current.take(status)
    return unsafe current.mtime.seconds == mtime.seconds
      && current.mtime.nanoseconds == mtime.nanoseconds && current.ctime.seconds == ctime.seconds
      && current.ctime.nanoseconds == ctime.nanoseconds && current.ino == ino
      && current.file_size == file_size
  }

  /// Remembers the file as git does, so that it need not be read to see that it is unchanged.
  fileprivate mutating func take(_ status: FileStatus) {
    func time(_ time: Timestamp) -> git_index_time {
      git_index_time(
        seconds: Int32(truncatingIfNeeded: time.seconds),
        nanoseconds: UInt32(time.nanoseconds - time.seconds * 1_000_000_000))
    }
    unsafe ctime = time(status.changed)
    unsafe mtime = time(status.modified)
    unsafe dev = UInt32(truncatingIfNeeded: status.device)
    unsafe ino = UInt32(truncatingIfNeeded: status.inode)
    unsafe uid = status.owner
    unsafe gid = status.group
    unsafe file_size = UInt32(truncatingIfNeeded: status.size.bytes)
  }
}

extension GitRepository {
  /// The version that `git add` would stage of a file of the worktree; nothing is written.
  ///
  /// - Returns: `nil` when there is no file.
  func worktreeVersion(of path: RepositoryPath) throws(GitError) -> GitFileVersion? {
    let file = try worktree().appending(path)
    let status: FileStatus?
    do {
      status = try file.statusIfPresent()
    } catch {
      throw .file(error)
    }
    guard let status, status.kind == .file else { return nil }
    return try withHandle { handle throws(GitError) in
      var oid = git_oid()
      let code = unsafe CString.with(path.bytes) {
        unsafe git_repository_hashfile(&oid, handle.pointer, $0, GIT_OBJECT_BLOB, nil)
      }
      try check(code, .readObject)
      return GitFileVersion(GitID(oid), mode: status.isExecutable ? .executable : .file)
    }
  }
}

extension RepositoryHandle {
  /// Writes the content of a file of the worktree as a blob, line endings converted as
  /// configured.
  ///
  /// - Returns: `nil` when there is no such file.
  func writeBlob(
    of path: RepositoryPath, in worktree: FilePath
  ) throws(GitError) -> (GitID, FileStatus)? {
    let file = worktree.appending(path)
    let status: FileStatus
    do {
      guard let found = try file.statusIfPresent() else { return nil }
      status = found
    } catch {
      throw .file(error)
    }
    guard status.kind == .file || status.kind == .symlink else { return nil }
    var oid = git_oid()
    let code = unsafe CString.with(path.bytes) {
      unsafe git_blob_create_from_workdir(&oid, pointer, $0)
    }
    try check(code, .writeObject)
    return (GitID(oid), status)
  }
}

internal import Platform
internal import Primitives

/// The whole files of a store: `docs/format/store.md` § Whole files.
///
/// They are never the only copy of a content: all of it is in packs, and what is in doubt here is
/// set aside and made anew.
struct WholeFiles: Sendable {
  let layout: StoreLayout

  func path(_ id: ObjectID) -> FilePath {
    layout.wholeFileDirectory(of: id).appending(id.hex)
  }

  func recordPath(_ id: ObjectID) -> FilePath {
    layout.wholeFileDirectory(of: id).appending(id.hex + StoreLayout.Suffix.status.rawValue)
  }

  /// What is written about a whole file; `nil` where nothing is that can be read.
  func record(_ id: ObjectID) throws(FileError) -> WholeFileRecord? {
    do throws(FileError) {
      let file = try OpenFile.forReading(recordPath(id), followingSymlink: false)
      return WholeFileRecord(decoding: try file.upTo(WholeFileRecord.byteLimit, at: 0))
    } catch {
      if error.isNotFound { return nil }
      throw error
    }
  }

  /// Whether a file is the whole file of a content, unchanged since it was complete.
  func has(_ status: FileStatus, as id: ObjectID) throws(FileError) -> Bool {
    guard let own = try path(id).statusIfPresent(), own.inode == status.inode,
      own.device == status.device, let record = try record(id)
    else { return false }
    return record.isOfThisRun && record.describes(status) && record.describes(own)
  }

  /// Opens a whole file that is unchanged since it was complete.
  ///
  /// - Throws: ``FileError`` with the code `notOwner` for one that somebody else has made, who
  ///   could write to it: its record says nothing to us.
  func intact(_ id: ObjectID) throws(FileError) -> OpenFile? {
    guard let file = try opened(id), let record = try record(id) else { return nil }
    let status = try file.status()
    if status.kind == .file, status.owner != Machine.userID {
      throw FileError(.link, path(id), code: FileError.notOwner)
    }
    guard record.isOfThisRun, record.describes(status) else { return nil }
    return file
  }

  private func opened(_ id: ObjectID) throws(FileError) -> OpenFile? {
    do throws(FileError) {
      return try OpenFile.forReading(path(id), followingSymlink: false)
    } catch {
      if error.isNotFound { return nil }
      guard error.isSymlink else { throw error }
      return nil
    }
  }

  /// Opens a whole file, hashed again where the machine was started since it was; one that is not
  /// what it should be is set aside.
  ///
  /// - Returns: `nil` where there is none.
  func usable(_ id: ObjectID) throws(FileError) -> OpenFile? {
    if let file = try intact(id) { return file }
    guard try path(id).statusIfPresent() != nil else { return nil }
    return try locked { () throws(FileError) in try checked(id) }
  }

  /// Opens a whole file of another run of the machine once its content is hashed, or sets it aside.
  private func checked(_ id: ObjectID) throws(FileError) -> OpenFile? {
    if let file = try intact(id) { return file }
    if let file = try opened(id), let record = try record(id), !record.isOfThisRun {
      let status = try file.status()
      if record.describes(status), SHA256.id(of: file) == id {
        try layout.sharing.replace(
          recordPath(id), with: WholeFileRecord(status).encoded, durably: false)
        return file
      }
    }
    try setAside(id)
    return nil
  }

  // MARK: - Making

  /// Makes a whole file, or takes the one that somebody else has made meanwhile.
  ///
  /// - Parameters:
  ///   - id: The content.
  ///   - fill: Writes it into an empty file, and proves while doing so that it is the content.
  /// - Throws: What `fill` throws, or what the disk refuses; nothing has the name then.
  func make(
    _ id: ObjectID, _ fill: (borrowing OpenFile) throws(StoreError) -> Bool
  ) throws(StoreError) -> OpenFile? {
    let temporary = layout.wholeFileDirectory(of: id).appending(AtomicFile.temporaryName())
    var isNamed = false
    defer { if !isNamed { _ = try? temporary.remove() } }
    let file: OpenFile
    let lock: AdvisoryLock?
    do throws(FileError) {
      try layout.sharing.makeDirectories(layout.wholeFileDirectory(of: id))
      file = try OpenFile.creating(temporary)
      // So that nobody takes it for one that a crash left behind.
      lock = try? AdvisoryLock(temporary, .exclusive, waiting: false)
    } catch {
      throw .file(error)
    }
    guard try fill(file) else { return nil }
    do throws(FileError) {
      let mode = try file.status().mode & ~0o333
      try file.setMode(layout.sharing.adjusted(mode, isDirectory: false) & ~0o333)
      file.startWriteBack()
      // Before the clock, so that every later write shows.
      try file.setModified(
        Timestamp(nanoseconds: try file.status().modified.nanoseconds - 1))
      let status = try file.status()
      let named = try locked { () throws(FileError) in try publish(temporary, status, id) }
      isNamed = true
      _ = consume lock
      return named
    } catch {
      throw .file(error)
    }
  }

  /// Gives a finished file its name, unless somebody else was faster; under the lock.
  private func publish(
    _ temporary: FilePath, _ status: FileStatus, _ id: ObjectID
  ) throws(FileError) -> OpenFile {
    if let there = try intact(id) {
      try temporary.remove()
      return there
    }
    if try path(id).statusIfPresent() != nil { try setAside(id) }
    // Until the file has its name, nothing fits what is written here.
    try layout.sharing.replace(
      recordPath(id), with: WholeFileRecord(status).encoded, durably: false)
    try temporary.rename(to: path(id))
    return try OpenFile.forReading(path(id), followingSymlink: false)
  }

  /// The lock of who gives or takes names here, for a moment; a file system that cannot lock does
  /// without, and then a file may be made twice.
  func lock() throws(FileError) -> AdvisoryLock? {
    let path = layout.wholeFiles.appending("lock")
    let isNew = try path.statusIfPresent() == nil
    do throws(FileError) {
      let lock = try AdvisoryLock(path, .exclusive, waiting: true)
      if isNew { try layout.sharing.apply(to: lock.file) }
      return lock
    } catch {
      guard error.isLockless else { throw error }
      return nil
    }
  }

  private func locked<Value: ~Copyable>(
    _ body: () throws(FileError) -> Value
  ) throws(FileError) -> Value {
    let lock = try lock()
    let value = try body()
    _ = consume lock
    return value
  }

  // MARK: - Taking away

  /// Moves a whole file to trash whose bytes may be others than its name says.
  ///
  /// They may be what somebody wrote through a link and has nowhere else.
  func setAside(_ id: ObjectID) throws(FileError) {
    try layout.sharing.makeDirectories(layout.trashedFiles)
    let suffix = Hex.string(of: RandomBytes.make(4))
    do throws(FileError) {
      try path(id).rename(to: layout.trashedFiles.appending("\(id.hex)-\(suffix)"))
    } catch {
      guard error.isNotFound else { throw error }
    }
    try removeRecord(id)
  }

  func removeRecord(_ id: ObjectID) throws(FileError) {
    do throws(FileError) {
      try recordPath(id).remove()
    } catch {
      guard error.isNotFound else { throw error }
    }
  }

  /// Every whole file, in the order of their names.
  func all() throws(FileError) -> [ObjectID] {
    var ids: [ObjectID] = []
    for directory in try directories() {
      for name in try directory.namesIfPresent() where name.count == 64 {
        if let id = ObjectID(hex: name.bytes[...]) { ids.append(id) }
      }
    }
    return ids
  }

  /// The directories that hold whole files, and what crashes have left.
  func directories() throws(FileError) -> [FilePath] {
    try layout.wholeFiles.namesIfPresent()
      .filter { $0.count == 2 && Hex.bytes(of: $0.bytes) != nil }
      .map { layout.wholeFiles.appending($0) }
  }
}

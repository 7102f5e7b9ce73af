internal import Git
internal import ObjectStore
internal import Platform
package import Primitives
internal import Synchronization

/// What an `add` makes of one tracked path: a pointer, and a stat index that waits for its name.
final class Recording: Sendable {
  let job: AddJob
  let pointer: PointerFile

  /// What of the data goes into the next index.
  let directories: [ScannedDirectory]

  init(job: AddJob, pointer: PointerFile, directories: [ScannedDirectory]) {
    self.job = job
    self.pointer = pointer
    self.directories = directories
  }

  /// Whether the data turned out to be the base, and the pointer stands for something newer.
  var isBehind: Bool {
    pointer.id == job.inspection.base && job.pointer.map { $0.id != pointer.id } ?? false
  }
}

extension Workspace {
  /// Puts the trees of a path into the store, once all its files are there.
  func record(_ job: AddJob, with writer: StoreWriter) throws(WorkspaceError) -> Recording {
    let result = job.findings.current
    let inspection = job.inspection
    guard inspection.status?.kind == .directory || !job.isWhole else {
      return try recordFile(job, result)
    }
    var update = IndexUpdate(
      .record, inspection.scan, clock: inspection.clock, givesUpUnknown: job.givesUpUnknown
    ) { tree throws(WorkspaceError) in
      try onStore { () throws(StoreError) in try writer.add(tree) }
    }
    let sums = try update.sums(of: result.directories)
    let pointer = PointerFile.tree(
      sums.id, size: sums.size, files: sums.files,
      source: sums.id == job.pointer?.id ? job.pointer?.source : nil)
    return Recording(job: job, pointer: pointer, directories: result.directories)
  }

  private func recordFile(
    _ job: AddJob, _ result: Scan.Result
  ) throws(WorkspaceError) -> Recording {
    guard let directory = result.directories.first else {
      throw .notAFileOrDirectory(job.request.path)
    }
    var cursor = directory.deviations.cursor
    guard let entry = cursor.next(), entry.kind != .symlink else {
      throw .notAFileOrDirectory(job.request.path)
    }
    if entry.deviation == .unrecorded {
      throw .store(.changedWhileReading(root.appending(job.request.path)))
    }
    let source = entry.id == job.pointer?.id ? job.pointer?.source : nil
    return Recording(
      job: job, pointer: .file(entry.id, size: entry.size, source: source),
      directories: result.directories)
  }

  // MARK: - Publishing

  /// Writes what makes recordings known, in the order that a crash can be survived in.
  func publish(
    _ recordings: [Recording], options: AddOptions, _ report: inout AddReport
  ) throws(WorkspaceError) {
    let lock = try sharedLock()
    // Git knows nothing of our locks, and may have brought another pointer meanwhile.
    for job in recordings.map(\.job) where try pointer(of: job.request.path) != job.pointer {
      throw .pointerMoved(PointerFile.path(of: job.request.path))
    }
    try tell(recordings, options)
    // A file of rules is written and staged once, and not for every path beside it.
    var notIgnored = try pathsToIgnore(recordings)
    var staged: [GitStaging] = []
    for recording in recordings {
      let path = recording.job.request.path
      let old = recording.job.pointer
      let isChanged = old != recording.pointer
      // Written before the pointer: a full disk leaves both as they were.
      let index = try nextIndex(recording)
      if let beside = notIgnored.removeValue(forKey: path.parent ?? .root) {
        staged += try ignore(beside)
      }
      if isChanged {
        try put(recording.pointer, of: path)
        report.changes.append(TrackedChange(path: path, old: old, new: recording.pointer))
        staged.append(.bytes(PointerFile.path(of: path), recording.pointer.encoded()))
      } else {
        report.unchanged.append(path)
      }
      try index.commit()
      try onFiles { () throws(FileError) in try indexes.setUnfinishedCheckout(nil, of: path) }
    }
    if options.stages {
      try onGit { () throws(GitError) in try git.stage(staged) }
    }
    var ignoring = IgnoreLookup(git: git)
    for recording in recordings where recording.job.pointer == nil {
      if try !isIgnored(recording, by: &ignoring) {
        report.notIgnored.append(recording.job.request.path)
      }
    }
    _ = lock
  }

  /// What git may not be told to leave out yet, by the directory that it is in.
  ///
  /// A power cut may have taken the rules and left a pointer beside them.
  private func pathsToIgnore(
    _ recordings: [Recording]
  ) throws(WorkspaceError) -> [RepositoryPath: [RepositoryPath]] {
    var ignoring = IgnoreLookup(git: git)
    var found: [RepositoryPath: [RepositoryPath]] = [:]
    for recording in recordings {
      let path = recording.job.request.path
      if recording.job.pointer != nil, try isIgnored(recording, by: &ignoring) { continue }
      found[path.parent ?? .root, default: []].append(path)
    }
    return found
  }

  /// Whether git leaves out what was recorded.
  private func isIgnored(
    _ recording: Recording, by ignoring: inout IgnoreLookup
  ) throws(WorkspaceError) -> Bool {
    let isDirectory = recording.pointer.kind == .tree
    return try onGit { () throws(GitError) in
      try ignoring.isIgnored(recording.job.request.path, isDirectory: isDirectory)
    }
  }

  /// Tells the journal of the bases and pointers that recordings change, all at once.
  private func tell(
    _ recordings: [Recording], _ options: AddOptions
  ) throws(WorkspaceError) {
    var entries: [JournalEntry] = []
    for recording in recordings {
      let (old, new) = (recording.job.inspection.base, recording.pointer.id)
      let path = recording.job.request.path
      if old == new { continue }
      entries.append(.ids(options.isMadeByCommand ? .data : .base, path, old: old, new: new))
    }
    for recording in recordings {
      let (old, new) = (recording.job.pointer?.encoded(), recording.pointer.encoded())
      let place = PointerFile.path(of: recording.job.request.path)
      entries += try onGit { () throws(GitError) in
        try git.entries(changing: place, from: old, to: new)
      }
    }
    try tell(entries)
  }

  /// Locks what tracked paths share: `.gitignore` files, and git's index against ourselves.
  func sharedLock() throws(WorkspaceError) -> PathLock {
    do {
      return PathLock(try indexes.lockShared())
    } catch {
      throw .file(error)
    }
  }

  /// The directory that holds `path`; no symlink is followed on the way.
  func holder(of path: RepositoryPath) throws(FileError) -> OpenDirectory {
    try OpenDirectory(root).descended(to: path.parent ?? .root)
  }

  /// The same, made where it is missing.
  func makeHolder(of path: RepositoryPath) throws(FileError) -> OpenDirectory {
    try OpenDirectory(root).making(path.parent ?? .root)
  }

  /// Writes the pointer of `path`; no symlink is followed on the way.
  package func write(_ pointer: PointerFile, of path: RepositoryPath) throws(WorkspaceError) {
    let lock = try sharedLock()
    try writeLocked(pointer, of: path)
    _ = lock
  }

  /// Writes the pointer of `path`; the caller has the shared lock.
  func writeLocked(
    _ pointer: PointerFile, of path: RepositoryPath
  ) throws(WorkspaceError) {
    let place = PointerFile.path(of: path)
    try tell(place, becomes: pointer.encoded())
    try put(pointer, of: path)
  }

  /// Puts a pointer of which the journal was told in its place; the caller has the shared lock.
  private func put(_ pointer: PointerFile, of path: RepositoryPath) throws(WorkspaceError) {
    let place = PointerFile.path(of: path)
    try onFiles { () throws(FileError) in
      try holder(of: path).replaceLocked(
        place.name, with: pointer.encoded(), temporary: Self.temporaryName(for: place.name))
    }
  }

  /// The name under which a file is made beside which nobody looks for what a crash left: always the
  /// same one, so that the next who writes the file takes it away.
  static func temporaryName(for name: ByteString) -> ByteString {
    let digits = SHA256.id(of: name.bytes.span).hex.prefix(16)
    return ByteString(AtomicFile.temporaryPrefix.bytes + Array(digits.utf8))
  }

  /// The next stat index of a path, with what was recorded as its base.
  private func nextIndex(_ recording: Recording) throws(WorkspaceError) -> StatIndexWriter {
    let inspection = recording.job.inspection
    guard recording.pointer.kind == .tree else {
      var cursor = recording.directories.first?.deviations.cursor
      guard var entry = cursor?.next() else { throw .notAFileOrDirectory(inspection.path) }
      entry.flags =
        entry.isOlder(than: inspection.clock) ? [.materialised, .trusted] : .materialised
      return try fileIndex(
        entry, base: recording.pointer.id, header: header(inspection, isDirectory: false))
    }
    var writer = try StatIndexWriter(
      replacing: indexes.file(of: inspection.path), header: header(inspection, isDirectory: true))
    // The trees are in the store by now: their names are enough.
    var update = IndexUpdate(
      .record, inspection.scan, clock: inspection.clock,
      givesUpUnknown: recording.job.givesUpUnknown
    ) { tree in
      SHA256.id(of: tree.encoded().span)
    }
    let sums = try update.run(recording.directories, writer: &writer)
    try writer.complete(base: sums.id)
    return writer
  }

  /// The header of the next index of a path.
  func header(_ inspection: Inspection, isDirectory: Bool) -> StatIndexHeader {
    let device = inspection.status?.device ?? inspection.loaded.index?.header.device ?? 0
    return inspection.header(isDirectory: isDirectory, device: device)
  }

  /// Writes the index of a tracked file.
  func writeFileIndex(
    _ entry: StatEntry, base: ObjectID, header: StatIndexHeader
  ) throws(WorkspaceError) {
    try fileIndex(entry, base: base, header: header).commit()
  }

  /// The index of a tracked file, which waits for its name.
  private func fileIndex(
    _ entry: StatEntry, base: ObjectID, header: StatIndexHeader
  ) throws(WorkspaceError) -> StatIndexWriter {
    try onFiles { () throws(FileError) in try indexes.directory.makeDirectories() }
    var writer = try StatIndexWriter(replacing: indexes.file(of: header.path), header: header)
    var entries = EntryList()
    entries.append(entry, name: header.path.name)
    let block = IndexedDirectory.encode(path: "", stamp: nil, id: base, entries: entries)
    try writer.append(block, path: "")
    try writer.complete(base: base)
    return writer
  }
}

internal import ObjectStore
internal import Platform
internal import Primitives
internal import Synchronization

/// Carries out a plan.
///
/// New files are written under temporary names and renamed, so that a crash leaves every path
/// either as it was or as it will be. No symlink is followed on the way to a file.
final class CheckoutRun: Sendable {
  private let workspace: Workspace
  private let inspection: Inspection

  /// The directories of the plan; their entries are completed while files are written.
  let directories: Mutex<[CheckoutPlan.Directory]>
  private let outcome = Mutex(Outcome())

  /// Files that the user changed and that are about to be replaced.
  private let changed: Set<RepositoryPath>

  /// What happened besides what was planned.
  struct Outcome: Sendable {
    var missing: [MissingContent] = []
    var failures: [SkippedFile] = []
    var outsideLinks: [RepositoryPath] = []

    /// What was planned to be written and could not be.
    var filesNotWritten = 0
    var bytesNotWritten = ByteCount.zero
  }

  /// Above this a file is written by all cores, below by one of many threads.
  private static let largeFile = 32 << 20

  init(_ workspace: Workspace, _ inspection: Inspection, _ plan: CheckoutPlan) {
    self.workspace = workspace
    self.inspection = inspection
    directories = Mutex(plan.directories)
    changed = Set(plan.conflicts.map(\.path))
  }

  var found: Outcome { outcome.withLock { $0 } }

  private struct Place: Sendable {
    let directory: Int
    let offset: Int
    let path: RepositoryPath
    let size: Int
  }

  /// Removes, makes, writes, in this order.
  ///
  /// - Throws: ``WorkspaceError`` when the disk refuses in a way that concerns all files.
  func run(_ plan: CheckoutPlan, progress: ProgressCounter?) throws(WorkspaceError) {
    for path in plan.leftovers { remove(path, nil) }
    for directory in plan.directories {
      var cursor = directory.removals.cursor
      while let entry = cursor.next() {
        let name = cursor.name(of: entry)
        remove(repositoryPath(name, in: directory), entry)
      }
    }
    for path in plan.removedDirectories.reversed() { try removeDirectory(path) }
    for directory in plan.directories {
      if directory.isMade { try make(directory.path) }
      if directory.isSingle, !directory.isGone {
        try onFiles { () throws(FileError) in try workspace.makeParent(of: inspection.path) }
      }
    }
    progress?.begin(.restoring, bytes: plan.bytesWritten, files: plan.filesWritten)
    try write(places { $0 == .write }, progress: progress)
    for place in places(where: { $0 == .setMode }) { setMode(place) }
    progress?.end()
  }

  private func repositoryPath(
    _ name: ByteString, in directory: CheckoutPlan.Directory
  ) -> RepositoryPath {
    if directory.isSingle { return inspection.path }
    return (try? inspection.scan.repositoryPath(directory.path).appending(name))
      ?? inspection.path
  }

  private func places(where isWanted: (CheckoutAction) -> Bool) -> [Place] {
    let directories = directories.withLock { $0 }
    var places: [Place] = []
    for (number, directory) in directories.enumerated() {
      var cursor = directory.entries.cursor
      while true {
        let offset = cursor.offset
        guard let entry = cursor.next() else { break }
        guard let action = entry.action, isWanted(action) else { continue }
        let path = repositoryPath(cursor.name(of: entry), in: directory)
        places.append(
          Place(directory: number, offset: offset, path: path, size: entry.size.bytes))
      }
    }
    return places
  }

  private func entry(_ place: Place) -> StatEntry {
    directories.withLock { directories in
      directories[place.directory].entries.entry(at: place.offset)
    }
  }

  private func replace(_ place: Place, with entry: StatEntry) {
    directories.withLock { $0[place.directory].entries.replace(at: place.offset, with: entry) }
  }

  private func fail(_ path: RepositoryPath, _ refusal: FileError) {
    let file = SkippedFile(path: path, reason: refusal.description, refusal: refusal)
    outcome.withLock { $0.failures.append(file) }
  }

  private func failAsChanged(_ path: RepositoryPath) {
    let file = SkippedFile(path: path, reason: "File '\(path)' changed meanwhile", refusal: nil)
    outcome.withLock { $0.failures.append(file) }
  }

  // MARK: - Removing and making

  /// Removes a file, if it is still the one that was planned for.
  private func remove(_ path: RepositoryPath, _ planned: StatEntry?) {
    do throws(FileError) {
      let holder = try workspace.holder(of: path)
      guard let status = try holder.statusIfPresent(of: path.name) else { return }
      guard planned.map({ Self.isSame($0, status) }) ?? true else {
        return failAsChanged(path)
      }
      try holder.remove(path.name)
    } catch {
      if !error.isNotFound { fail(path, error) }
    }
  }

  /// Whether a file has the times that it was planned with.
  private static func isSame(_ planned: StatEntry, _ status: FileStatus) -> Bool {
    planned.modified == status.modified && planned.changed == status.changed
      && planned.inode == status.inode
  }

  private func removeDirectory(_ inner: ByteString) throws(WorkspaceError) {
    let path = inspection.scan.repositoryPath(inner)
    do throws(FileError) {
      try workspace.holder(of: path).removeDirectory(path.name)
    } catch {
      // What somebody else put there stays, and so does the directory.
      if !error.isExisting, !error.isNotFound { fail(path, error) }
    }
  }

  /// Makes a directory of the data, and for the tracked directory itself those above it.
  private func make(_ inner: ByteString) throws(WorkspaceError) {
    let path = inspection.scan.repositoryPath(inner)
    try onFiles { () throws(FileError) in
      if inner.isEmpty { try workspace.makeParent(of: path) }
      let holder = try workspace.holder(of: path)
      do throws(FileError) {
        try holder.makeDirectory(path.name)
      } catch {
        guard error.isExisting, try holder.status(of: path.name).kind == .directory else {
          throw error
        }
      }
    }
  }

  // MARK: - Writing

  private func write(
    _ places: [Place], progress: ProgressCounter?
  ) throws(WorkspaceError) {
    for place in places where place.size >= Self.largeFile {
      try write(place, progress: progress)
    }
    let groups = Self.groups(places.filter { $0.size < Self.largeFile })
    try Threads.forEach(groups.count) { number throws(WorkspaceError) in
      for place in groups[number] { try write(place, progress: progress) }
    }
  }

  /// Files of one directory go to one thread: several would wait for each other in the kernel.
  private static func groups(_ places: [Place]) -> [ArraySlice<Place>] {
    var groups: [ArraySlice<Place>] = []
    var start = 0
    for end in 1..<(places.count + 1) {
      let isLast = end == places.count || places[end].directory != places[start].directory
      if isLast || end - start == groupSize {
        groups.append(places[start..<end])
        start = end
      }
    }
    return groups
  }

  /// Of a directory with more files than this, several threads take parts.
  private static let groupSize = 1_024

  /// Writes one file or symlink, or notes why that was not possible.
  private func write(_ place: Place, progress: ProgressCounter?) throws(WorkspaceError) {
    let planned = entry(place)
    do throws(StoreError) {
      let status = try bring(planned, to: place.path, progress: progress)
      guard let status else {
        failAsChanged(place.path)
        return forget(place, planned)
      }
      var entry = planned
      entry.flags = .materialised
      (entry.modified, entry.changed, entry.inode) =
        (status.modified, status.changed, status.inode)
      // Content written under a name that nobody else knows: see section 4 of the format.
      if let clock = inspection.clock, status.modified < clock { entry.flags.insert(.trusted) }
      if planned.kind == .symlink { entry.flags.remove(.trusted) }
      replace(place, with: entry)
      progress?.advance(files: 1)
    } catch {
      try note(error, place, planned)
    }
  }

  private func note(
    _ error: StoreError, _ place: Place, _ planned: StatEntry
  ) throws(WorkspaceError) {
    switch error {
    case .missing, .corrupt, .undecodable, .invalidRecipe, .tooLarge:
      let content = MissingContent(path: place.path, id: planned.id)
      outcome.withLock { $0.missing.append(content) }
    case .file(let reason) where !reason.isNoSpace:
      fail(place.path, reason)
    default: throw .store(error)
    }
    forget(place, planned)
  }

  /// Makes the entry one of content that is not here: what lies there is from an earlier version.
  ///
  /// A file that the user changed stays a change: without times its content is compared again.
  private func forget(_ place: Place, _ planned: StatEntry) {
    outcome.withLock { outcome in
      outcome.filesNotWritten += 1
      outcome.bytesNotWritten = outcome.bytesNotWritten + planned.size
    }
    var entry = planned
    if changed.contains(place.path) {
      let zero = Timestamp(nanoseconds: 0)
      (entry.modified, entry.changed, entry.inode) = (zero, zero, 0)
      entry.flags = .materialised
    } else {
      entry.flags = planned.inode != 0 && planned.isOlder(than: inspection.clock) ? .trusted : []
    }
    replace(place, with: entry)
  }

  /// Writes a content under a temporary name, and gives it its own.
  ///
  /// - Returns: What the file system says of it then, or `nil` when what was to be replaced has
  ///   changed since the plan was made.
  private func bring(
    _ planned: StatEntry, to path: RepositoryPath, progress: ProgressCounter?
  ) throws(StoreError) -> FileStatus? {
    let store = workspace.store
    let link =
      planned.kind == .symlink
      ? ByteString(try store.contents(of: planned.id, limit: .kibibytes(4))) : nil
    let holder: OpenDirectory
    do {
      holder = try workspace.holder(of: path)
    } catch {
      throw .file(error)
    }
    let temporary: ByteString
    do {
      temporary = try temporaryName(for: path, in: holder)
    } catch {
      throw .file(error)
    }
    do throws(StoreError) {
      if let link {
        try make(link, named: temporary, for: path, in: holder)
      } else {
        try fill(planned, named: temporary, in: holder, progress: progress)
      }
      let status = try name(temporary, planned, path, in: holder)
      if status == nil { _ = try? holder.remove(temporary) }
      return status
    } catch {
      _ = try? holder.remove(temporary)
      throw error
    }
  }

  /// The name under which a file is made.
  ///
  /// Whatever a crash leaves in a tracked directory, the next scan of it finds. Beside a tracked
  /// file nobody looks, so there the name is always the same, and what has it is of no use: the
  /// path is locked.
  private func temporaryName(
    for path: RepositoryPath, in holder: borrowing OpenDirectory
  ) throws(FileError) -> ByteString {
    guard path == inspection.path else { return AtomicFile.temporaryName() }
    let name = SHA256.id(of: path.name.bytes.span).hex.prefix(16)
    let temporary = ByteString(AtomicFile.temporaryPrefix.bytes + Array(name.utf8))
    if try holder.statusIfPresent(of: temporary) != nil { try holder.remove(temporary) }
    return temporary
  }

  /// Makes a symlink under a temporary name.
  private func make(
    _ link: ByteString, named temporary: ByteString, for path: RepositoryPath,
    in holder: borrowing OpenDirectory
  ) throws(StoreError) {
    if Self.leadsOutside(link, from: path, of: inspection.path) {
      outcome.withLock { $0.outsideLinks.append(path) }
    }
    do throws(FileError) {
      // The operating system would cut the target at a zero byte.
      if link.isEmpty || link.bytes.contains(0) {
        throw FileError(.link, holder.path.appending(path.name), code: nil)
      }
      try holder.makeSymlink(temporary, to: link)
    } catch {
      throw .file(error)
    }
  }

  /// Writes a content into a new file.
  private func fill(
    _ planned: StatEntry, named temporary: ByteString, in holder: borrowing OpenDirectory,
    progress: ProgressCounter?
  ) throws(StoreError) {
    let file: OpenFile
    do {
      file = try holder.creating(temporary, mode: planned.kind == .executable ? 0o777 : 0o666)
    } catch {
      throw .file(error)
    }
    try workspace.store.restore(planned.id, into: file, progress: progress)
    guard let clock = inspection.clock else { return }
    do {
      try file.setModified(Timestamp(nanoseconds: clock.nanoseconds - 1))
    } catch {
      throw .file(error)
    }
  }

  /// Gives a finished file its name, unless what it would replace has changed meanwhile.
  private func name(
    _ temporary: ByteString, _ planned: StatEntry, _ path: RepositoryPath,
    in holder: borrowing OpenDirectory
  ) throws(StoreError) -> FileStatus? {
    do {
      let now = try holder.statusIfPresent(of: path.name)
      if let now, !Self.isSame(planned, now) { return nil }
      guard try holder.rename(temporary, to: path.name, replacing: now) else { return nil }
      return try holder.status(of: path.name)
    } catch {
      throw .file(error)
    }
  }

  /// Whether a symlink's target lies outside the tracked directory, as far as its text says.
  static func leadsOutside(
    _ target: ByteString, from path: RepositoryPath, of tracked: RepositoryPath
  ) -> Bool {
    if target.bytes.first == UInt8(ascii: "/") { return true }
    var depth = (path.relative(to: tracked)?.components.count ?? 1) - 1
    for part in target.bytes.split(separator: UInt8(ascii: "/")) {
      if part.elementsEqual("..".utf8) {
        depth -= 1
      } else if !part.elementsEqual(".".utf8) {
        depth += 1
      }
      if depth < 0 { return true }
    }
    return false
  }

  private func setMode(_ place: Place) {
    var entry = entry(place)
    entry.flags = entry.flags.unmarked
    do throws(FileError) {
      let file = try inspection.open(place.path)
      let status = try file.status()
      guard status.kind == .file, Self.isSame(entry, status) else {
        return failAsChanged(place.path)
      }
      // Who may read it may execute it.
      let readers = (status.mode & 0o444) >> 2
      let mode = entry.kind == .executable ? status.mode | readers : status.mode & ~0o111
      try file.setMode(mode)
      entry.changed = try file.status().changed
      entry.flags = .materialised
      replace(place, with: entry)
    } catch {
      fail(place.path, error)
    }
  }
}

extension Workspace {
  /// Makes the directories above a path that are missing; no symlink is followed.
  func makeParent(of path: RepositoryPath) throws(FileError) {
    var current = try OpenDirectory(root)
    for name in path.parent?.components ?? [] {
      if try current.statusIfPresent(of: name) == nil {
        do throws(FileError) {
          try current.makeDirectory(name)
        } catch {
          guard error.isExisting else { throw error }
        }
      }
      current = try current.directory(name)
    }
  }
}

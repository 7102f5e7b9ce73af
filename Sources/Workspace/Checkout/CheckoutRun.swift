internal import ObjectStore
internal import Platform
internal import Primitives
internal import Synchronization

/// Carries out a plan.
///
/// New files are written under temporary names and renamed, so that a crash leaves every path
/// either as it was or as it will be; a large file of which most stays is patched under a temporary
/// name (docs/design/0021-patching.md), and its path is empty until then. No symlink is followed on
/// the way to a file.
final class CheckoutRun: Sendable {
  let workspace: Workspace
  let inspection: Inspection

  /// The plan, without its directories.
  let plan: CheckoutPlan
  let patching: CheckoutOptions.Patching

  /// How large files are brought.
  let linking: LinkSetting
  let linkable = Linkable([:])

  /// The directories of the plan; their entries are completed while files are written, so that what
  /// may be millions of them is in memory once.
  let directories: Mutex<[CheckoutPlan.Directory]>
  let outcome = Mutex(Outcome())

  /// Files that the user changed and that are about to be replaced.
  private let changed: Set<RepositoryPath>

  /// What happened besides what was planned.
  struct Outcome: Sendable {
    var missing: [MissingContent] = []
    var forgotten: [ForgottenContent] = []
    var failures: [SkippedFile] = []
    var outsideLinks: [RepositoryPath] = []

    /// Whether something could not be removed.
    var hasRemovalsLeft = false

    /// What was planned to be written and could not be.
    var filesNotWritten = 0
    var bytesNotWritten = ByteCount.zero
  }

  /// Above this a file is written by all cores, below by one of many threads.
  private static let largeFile = ByteCount.mebibytes(32)

  /// Prepares to carry out a plan, and takes the directories out of it.
  init(
    _ workspace: Workspace, _ inspection: Inspection, _ plan: inout CheckoutPlan,
    _ options: CheckoutOptions
  ) {
    patching = options.patching
    linking = options.linking ?? workspace.linking
    self.workspace = workspace
    self.inspection = inspection
    directories = Mutex(plan.directories)
    plan.directories = []
    self.plan = plan
    changed = Set(plan.conflicts.map(\.path))
  }

  /// What happened, with the files that could not be brought and are not there.
  var found: Outcome {
    var found = outcome.withLock { $0 }
    for number in found.failures.indices {
      found.failures[number].isAbsent = isAbsent(found.failures[number].path)
    }
    return found
  }

  /// The files that were to be written and are not there.
  var absent: [RepositoryPath] {
    places { action, _ in action == .write }.map { planned($0).1 }.filter(isAbsent).sorted()
  }

  /// Whether nothing is at a path; where that cannot be found out, nothing is said of it.
  private func isAbsent(_ path: RepositoryPath) -> Bool {
    do throws(FileError) {
      return try workspace.root.appending(path).statusIfPresent() == nil
    } catch {
      return false
    }
  }

  /// An entry of the plan.
  private struct Place: Sendable {
    let directory: Int
    let offset: Int
  }

  /// Removes, makes, writes, in this order.
  ///
  /// - Throws: ``WorkspaceError`` when the disk refuses in a way that concerns all files.
  func run(progress: ProgressCounter?) throws(WorkspaceError) {
    try removeAndMake(directories.withLock { $0 })
    progress?.begin(.restoring, bytes: plan.bytesWritten, files: plan.filesWritten)
    try write(progress: progress)
    for place in places(where: { action, _ in action == .setMode }) { setMode(place) }
    progress?.end()
  }

  private func repositoryPath(
    _ name: ByteString, in directory: CheckoutPlan.Directory
  ) -> RepositoryPath {
    if directory.isSingle { return inspection.path }
    return (try? inspection.scan.repositoryPath(directory.path).appending(name))
      ?? inspection.path
  }

  private func places(where isWanted: (CheckoutAction, ByteCount) -> Bool) -> [Place] {
    let directories = directories.withLock { $0 }
    var places: [Place] = []
    for (number, directory) in directories.enumerated() {
      var cursor = directory.entries.cursor
      while true {
        let offset = cursor.offset
        guard let entry = cursor.next() else { break }
        guard let action = entry.action, isWanted(action, entry.size) else { continue }
        places.append(Place(directory: number, offset: offset))
      }
    }
    return places
  }

  /// What is planned for a place, and its path.
  private func planned(_ place: Place) -> (StatEntry, RepositoryPath) {
    directories.withLock { directories in
      let directory = directories[place.directory]
      let (entry, name) = directory.entries.namedEntry(at: place.offset)
      return (entry, repositoryPath(name, in: directory))
    }
  }

  /// Takes in what became of entries of the plan.
  private func replace(_ entries: [(place: Place, entry: StatEntry)]) {
    directories.withLock { directories in
      for (place, entry) in entries {
        directories[place.directory].entries.replace(at: place.offset, with: entry)
      }
    }
  }

  private func fail(_ path: RepositoryPath, _ refusal: FileError) {
    let file = SkippedFile(path: path, reason: refusal.description, refusal: refusal)
    outcome.withLock { $0.failures.append(file) }
  }

  private func failToRemove(_ path: RepositoryPath, _ refusal: FileError) {
    fail(path, refusal)
    outcome.withLock { $0.hasRemovalsLeft = true }
  }

  private func failAsChanged(_ path: RepositoryPath) {
    let file = SkippedFile(path: path, reason: "File '\(path)' changed meanwhile", refusal: nil)
    outcome.withLock { $0.failures.append(file) }
  }

  // MARK: - Removing and making

  private func removeAndMake(_ directories: [CheckoutPlan.Directory]) throws(WorkspaceError) {
    for path in plan.leftovers { remove(path, nil) }
    for directory in directories {
      var cursor = directory.removals.cursor
      while let entry = cursor.next() {
        let name = cursor.name(of: entry)
        remove(repositoryPath(name, in: directory), entry)
      }
    }
    for path in plan.removedDirectories.reversed() { try removeDirectory(path) }
    for directory in directories {
      if directory.isMade { try make(directory.path) }
      if directory.isSingle, !directory.isGone {
        try onFiles { () throws(FileError) in _ = try workspace.makeHolder(of: inspection.path) }
      }
    }
  }

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
      if !error.isNotFound { failToRemove(path, error) }
    }
  }

  /// Whether a file has the times that it was planned with.
  static func isSame(_ planned: StatEntry, _ status: FileStatus) -> Bool {
    planned.modified == status.modified && planned.changed == status.changed
      && planned.inode == status.inode
  }

  private func removeDirectory(_ inner: ByteString) throws(WorkspaceError) {
    let path = inspection.scan.repositoryPath(inner)
    do throws(FileError) {
      try workspace.holder(of: path).removeDirectory(path.name)
    } catch {
      // What somebody else put there stays, and so does the directory.
      if !error.isExisting, !error.isNotFound { failToRemove(path, error) }
    }
  }

  /// Makes a directory of the data, and for the tracked directory itself those above it.
  private func make(_ inner: ByteString) throws(WorkspaceError) {
    let path = inspection.scan.repositoryPath(inner)
    try onFiles { () throws(FileError) in
      let holder =
        inner.isEmpty ? try workspace.makeHolder(of: path) : try workspace.holder(of: path)
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

  private func write(progress: ProgressCounter?) throws(WorkspaceError) {
    for place in places(where: { $0 == .write && $1 >= Self.largeFile }) {
      try write(group: [place], progress: progress)
    }
    let groups = Self.groups(places { $0 == .write && $1 < Self.largeFile })
    try Threads.forEach(groups.count) { number throws(WorkspaceError) in
      try write(group: groups[number], progress: progress)
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

  /// Writes some files and symlinks of one directory, or notes why that was not possible.
  private func write(
    group: ArraySlice<Place>, progress: ProgressCounter?
  ) throws(WorkspaceError) {
    guard let first = group.first else { return }
    let holder: OpenDirectory
    do {
      holder = try workspace.holder(of: planned(first).1)
    } catch {
      for place in group {
        let (entry, path) = planned(place)
        replace([(place, try note(.file(error), entry, path))])
      }
      return
    }
    var results: [(place: Place, entry: StatEntry)] = []
    results.reserveCapacity(group.count)
    for place in group {
      results.append((place, try write(place, in: holder, progress: progress)))
    }
    replace(results)
  }

  /// Writes one file or symlink.
  ///
  /// - Returns: The entry that it has from now on.
  private func write(
    _ place: Place, in holder: borrowing OpenDirectory, progress: ProgressCounter?
  ) throws(WorkspaceError) -> StatEntry {
    let (planned, path) = planned(place)
    let outcome: Bringing
    do {
      outcome = try bring(planned, to: path, in: holder, progress: progress)
    } catch {
      return try note(error, planned, path)
    }
    switch outcome {
    case .done(let status):
      var entry = written(planned, status)
      entry.flags.insert(.materialised)
      if planned.kind == .symlink { entry.flags.remove(.trusted) }
      progress?.advance(files: 1)
      return entry
    case .changedMeanwhile:
      failAsChanged(path)
      return absent(planned, path)
    case .putBack(let status, let error):
      _ = try note(error, planned, path)
      return written(planned, status)
    case .takenAway(let error): throw .store(error)
    }
  }

  /// An entry with the times of a file that was written.
  private func written(_ planned: StatEntry, _ status: FileStatus) -> StatEntry {
    var entry = planned
    (entry.modified, entry.changed, entry.inode) =
      (status.modified, status.changed, status.inode)
    // Content written under a name that nobody else knows: see section 4 of the format.
    // So is that of a whole file, whose time was set before its own clock.
    let isTrusted =
      inspection.clock.map { status.modified < $0 } ?? false
      || workspace.store.isWholeFile(status, of: planned.id)
    entry.flags = isTrusted ? .trusted : []
    return entry
  }

  /// Notes why a content could not be brought, unless the reason concerns all of them.
  private func note(
    _ error: StoreError, _ planned: StatEntry, _ path: RepositoryPath
  ) throws(WorkspaceError) -> StatEntry {
    switch error {
    case .missing, .corrupt, .undecodable, .invalidRecipe, .tooLarge:
      if let tombstone = workspace.store.tombstone(of: planned.id) {
        let content = ForgottenContent(path: path, tombstone: tombstone)
        outcome.withLock { $0.forgotten.append(content) }
      } else {
        let content = MissingContent(path: path, id: planned.id)
        outcome.withLock { $0.missing.append(content) }
      }
    case .file(let reason) where !reason.isNoSpace:
      fail(path, reason)
    default: throw .store(error)
    }
    return absent(planned, path)
  }

  /// Makes the entry one of content that is not here: what lies there is from an earlier version.
  ///
  /// A file that the user changed stays a change: without times its content is compared again.
  private func absent(_ planned: StatEntry, _ path: RepositoryPath) -> StatEntry {
    outcome.withLock { outcome in
      outcome.filesNotWritten += 1
      outcome.bytesNotWritten = outcome.bytesNotWritten + planned.size
    }
    return leftAsItWas(planned, path)
  }

  /// The entry of a content that is not here, over what lies there from an earlier version.
  private func leftAsItWas(_ planned: StatEntry, _ path: RepositoryPath) -> StatEntry {
    var entry = planned
    if changed.contains(path) {
      let zero = Timestamp(nanoseconds: 0)
      (entry.modified, entry.changed, entry.inode) = (zero, zero, 0)
      entry.flags = .materialised
    } else {
      entry.flags = planned.inode != 0 && planned.isOlder(than: inspection.clock) ? .trusted : []
    }
    return entry
  }

  /// Permission bits with those to execute, or without.
  static func mode(_ mode: UInt32, for kind: TreeEntry.Kind) -> UInt32 {
    // Who may read it may execute it.
    kind == .executable ? mode | (mode & 0o444) >> 2 : mode & ~0o111
  }

  private func setMode(_ place: Place) {
    var (entry, path) = planned(place)
    entry.flags = entry.flags.unmarked
    do throws(FileError) {
      let file = try inspection.open(path)
      let status = try file.status()
      guard status.kind == .file, Self.isSame(entry, status) else {
        return failAsChanged(path)
      }
      // The mode is that of all names of a file.
      guard status.linkCount == 1 else { return try replaceToSetMode(place, entry, path) }
      try file.setMode(Self.mode(status.mode, for: entry.kind))
      entry.changed = try file.status().changed
      entry.flags = .materialised
      replace([(place, entry)])
    } catch {
      fail(path, error)
      // Otherwise the old mode would be taken for a change of the user's.
      replace([(place, leftAsItWas(entry, path))])
    }
  }
}

extension CheckoutRun {
  /// Writes a file anew that has other names, and is to have a mode that they have not.
  private func replaceToSetMode(
    _ place: Place, _ planned: StatEntry, _ path: RepositoryPath
  ) throws(FileError) {
    let holder = try workspace.holder(of: path)
    do throws(StoreError) {
      guard case .done(let status) = try bring(planned, to: path, in: holder, progress: nil) else {
        failAsChanged(path)
        return replace([(place, leftAsItWas(planned, path))])
      }
      var entry = written(planned, status)
      entry.flags.insert(.materialised)
      replace([(place, entry)])
    } catch {
      guard case .file(let reason) = error else {
        let file = SkippedFile(path: path, reason: "\(error)", refusal: nil)
        outcome.withLock { $0.failures.append(file) }
        return replace([(place, leftAsItWas(planned, path))])
      }
      throw reason
    }
  }
}

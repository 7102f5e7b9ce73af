internal import Git
internal import ObjectStore
internal import Platform
package import Primitives

/// How `rm` goes about its work.
package struct RemoveOptions: Sendable {
  /// Whether the data stays in the worktree, where git sees it from then on.
  package var keepsData = false

  /// Whether changed files that are in no store are put there and then removed.
  package var isForced = false

  package init() {}
}

/// The outcome of `rm`.
package struct RemoveReport: Sendable {
  package var changes: [TrackedChange] = []

  /// Files whose content was put into the store before they were removed.
  package var saved: [SavedFile] = []

  /// Files that could not be removed, and that git goes on to ignore.
  package var failures: [SkippedFile] = []

  /// Untracked files in the data that stayed, and with them their directories.
  package var leftBehind: [RepositoryPath] = []
}

extension Workspace {
  /// Ends the tracking of paths: data, pointer, ignore line and stat index go.
  ///
  /// What an `rm` that was killed has left of a path is removed, too.
  ///
  /// - Parameters:
  ///   - paths: Tracked paths.
  ///   - options: How.
  /// - Returns: What changed.
  /// - Throws: ``WorkspaceError/wouldOverwrite(_:count:)`` for data that is in no store,
  ///   ``WorkspaceError/notTracked(_:)``, or what the disk or git refuses.
  @discardableResult
  package func remove(
    _ paths: [RepositoryPath], options: RemoveOptions = RemoveOptions()
  ) throws(WorkspaceError) -> RemoveReport {
    var report = RemoveReport()
    var tracked: [(path: RepositoryPath, pointer: PointerFile)] = []
    for path in paths {
      let path = PointerFile.dataPath(of: path) ?? path
      if let pointer = try pointer(of: path) {
        tracked.append((path, pointer))
      } else if let pointer = try pointerOfLeftOver(path) {
        tracked.append((path, pointer))
      } else {
        throw .notTracked(path)
      }
    }
    var checkout = CheckoutOptions()
    checkout.isForced = options.isForced
    checkout.localChanges = .replace
    checkout.isDryRun = true
    let targets =
      options.keepsData
      ? [] : tracked.map { CheckoutTarget(takingAway: $0.path) }
    try self.checkout(targets, options: checkout)
    // The pointers go first: data without one is told as left over, but with one, data of which
    // half is gone would look like a change.
    var lock = try sharedLock()
    for (path, _) in tracked {
      try tell(PointerFile.path(of: path), becomes: nil)
      try onFiles { () throws(FileError) in
        do throws(FileError) {
          try root.appending(PointerFile.path(of: path)).remove()
        } catch {
          guard error.isNotFound else { throw error }
        }
      }
    }
    try onGit { () throws(GitError) in
      try git.stage(tracked.map { .remove(PointerFile.path(of: $0.path)) })
    }
    _ = consume lock
    checkout.isDryRun = false
    let outcome = try self.checkout(targets, options: checkout)
    (report.saved, report.failures) = (outcome.saved, outcome.failures)
    lock = try sharedLock()
    var staged: [GitStaging] = []
    for (path, pointer) in tracked {
      if !options.keepsData {
        let rest = try onFiles { () throws(FileError) in
          try root.appending(path).statusIfPresent()
        }
        if rest != nil { report.leftBehind.append(path) }
      }
      report.changes.append(TrackedChange(path: path, old: pointer, new: nil))
      // Data that is still there is no file of git's.
      if report.failures.contains(where: { $0.path.isWithin(path) }) { continue }
      staged += try ignoreNoMore(path)
    }
    try onGit { () throws(GitError) in try git.stage(staged) }
    // Last: as long as it is there, the same command does what is left to do. Where a file could
    // not be removed, something is.
    for (path, _) in tracked where !report.failures.contains(where: { $0.path.isWithin(path) }) {
      try forgetBase(of: path, after: outcome)
    }
    _ = consume lock
    return report
  }

  /// Gives tracked data another path: data, pointer, ignore line and stat index move.
  ///
  /// The same move, begun before and cut off, is finished.
  ///
  /// - Parameters:
  ///   - source: A tracked path.
  ///   - target: Where it goes: a free path, or a directory to put it in.
  /// - Returns: The old path, whose pointer is gone, and the new one.
  /// - Throws: ``WorkspaceError/exists(_:)``, ``WorkspaceError/notTracked(_:)``, a reason why
  ///   the new path cannot be tracked, or what the disk or git refuses.
  @discardableResult
  package func move(
    _ source: RepositoryPath, to target: RepositoryPath
  ) throws(WorkspaceError) -> [TrackedChange] {
    let source = PointerFile.dataPath(of: source) ?? source
    let target = try destination(of: source, target)
    let cut = try cutMove(of: source, to: target)
    let own = try pointer(of: source)
    guard let pointer = cut?.pointer ?? own else { throw .notTracked(source) }
    if cut == nil { try checkDestination(target, of: source) }
    let locks = [try lockPath(min(source, target)), try lockPath(max(source, target))]
    let lock = try sharedLock()
    let (oldFile, newFile) = (PointerFile.path(of: source), PointerFile.path(of: target))
    var staged: [GitStaging] = [.remove(oldFile), .bytes(newFile, pointer.encoded())]
    try onFiles { () throws(FileError) in _ = try makeHolder(of: target) }
    try tell([JournalEntry(.moved, old: source.bytes, new: target.bytes, subject: target.bytes)])
    try tell(oldFile, becomes: nil)
    try tell(newFile, becomes: pointer.encoded())
    // The new place is ignored before the data is there, and the old one until it is gone.
    staged += try ignore([target])
    try onFiles { () throws(FileError) in
      let top = try OpenDirectory(root)
      let from = try top.descending(to: source.parent ?? .root)
      let to = try top.descending(to: target.parent ?? .root)
      if try from.statusIfPresent(of: source.name) != nil {
        try from.rename(source.name, toFree: target.name, in: to)
      }
      if cut?.isPointerMoved != true {
        try from.rename(oldFile.name, toFree: newFile.name, in: to)
      }
    }
    try moveIndex(source, target, isCut: cut != nil)
    staged += try ignoreNoMore(source)
    try onGit { () throws(GitError) in try git.stage(staged) }
    _ = (lock, locks)
    return [
      TrackedChange(path: source, old: pointer, new: nil),
      TrackedChange(path: target, old: nil, new: pointer),
    ]
  }

  /// The path that something is moved to: into `target`, where that is a directory.
  private func destination(
    of source: RepositoryPath, _ target: RepositoryPath
  ) throws(WorkspaceError) -> RepositoryPath {
    let status = try onFiles { () throws(FileError) in
      try root.appending(target).statusIfPresent()
    }
    guard status?.kind == .directory, try tracked(target) == nil,
      try cutMove(of: source, to: target) == nil
    else { return target }
    return (try? target.appending(source.name)) ?? target
  }

  private func checkDestination(
    _ target: RepositoryPath, of source: RepositoryPath
  ) throws(WorkspaceError) {
    if target.isRoot { throw .notForData(target) }
    try checkName(target)
    for path in [target, PointerFile.path(of: target)] {
      let status = try onFiles { () throws(FileError) in
        try root.appending(path).statusIfPresent()
      }
      if status != nil { throw .exists(path) }
    }
    if let parent = target.parent, let outer = try tracked(containing: parent) {
      throw .nested(target, inside: outer.path)
    }
    if target.isWithin(source) { throw .nested(target, inside: source) }
    try checkRepository(of: target, onGit { () throws(GitError) in try git.index() })
    let pointer = PointerFile.path(of: target)
    let isIgnored = try onGit { () throws(GitError) in
      try git.isIgnored(pointer, isDirectory: false)
    }
    if isIgnored { throw .pointerIgnored(pointer) }
  }

  /// Writes the index of a path for another; a rename changes no time of what lies inside.
  private func moveIndex(
    _ source: RepositoryPath, _ target: RepositoryPath, isCut: Bool
  ) throws(WorkspaceError) {
    let loaded = try onFiles { () throws(FileError) in
      let loaded = try indexes.load(source)
      // What was known of another that lay there once is none of this one's.
      if loaded.index != nil || !isCut { try indexes.remove(target) }
      return loaded
    }
    guard let index = loaded.index else { return }
    let (_, digest) = try rules(above: target)
    let header = StatIndexHeader(
      path: target, isDirectory: index.header.isDirectory, base: nil,
      device: index.header.device, ignoreDigest: digest,
      clock: index.header.clock)
    if index.header.isDirectory {
      var writer = try StatIndexWriter(replacing: indexes.file(of: target), header: header)
      for number in 0..<index.directoryCount { try writer.append(copying: index.block(number)) }
      try writer.finish(base: index.header.base)
    } else if var cursor = index.directory("")?.cursor, let entry = cursor.next(),
      let base = index.header.base
    {
      // The rename moved the file's own ctime: it is read again once.
      var entry = entry
      entry.flags.remove([.trusted, .differs])
      try writeFileIndex(entry, base: base, header: header)
    }
    try onFiles { () throws(FileError) in try indexes.remove(source) }
  }
}

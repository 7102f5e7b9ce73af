internal import Git
internal import ObjectStore
internal import Platform
package import Primitives
internal import Synchronization

extension Workspace {
  /// Brings what the pointers in the worktree stand for.
  ///
  /// - Parameters:
  ///   - paths: Tracked paths, parts of them, or directories that hold some; none for all, and
  ///     then data goes that no pointer stands for any more.
  ///   - options: How.
  ///   - progress: Told of bytes and files written.
  /// - Returns: What changed; a pointer that cannot be read is in it, and stops nothing else.
  /// - Throws: ``WorkspaceError/wouldOverwrite(_:count:)`` before anything is changed, or what
  ///   the store or the disk refuses.
  @discardableResult
  package func checkout(
    _ paths: [RepositoryPath] = [], options: CheckoutOptions = CheckoutOptions(),
    progress: ProgressCounter? = nil
  ) throws(WorkspaceError) -> CheckoutReport {
    var targets: [CheckoutTarget] = []
    var unreadable: [RepositoryPath: PointerProblem] = [:]
    let chosen = try selection(paths)
    for (tracked, parts) in chosen {
      switch tracked.pointer {
      case .success(let pointer):
        targets.append(CheckoutTarget(path: tracked.path, pointer: pointer, parts: parts))
      case .failure(let problem):
        unreadable[tracked.path] = problem
      }
    }
    var report = try checkout(targets, options: options, progress: progress)
    report.unreadable = unreadable
    if paths.isEmpty {
      try takeLeftOverData(besides: chosen.map(\.tracked.path), &report, options)
    }
    return report
  }

  /// Brings what targets say, whatever the pointers in the worktree are.
  ///
  /// Everything is planned first: files that would be lost are named before anything is changed.
  /// A content that is not in the store stops nothing else.
  ///
  /// - Parameters:
  ///   - targets: What to bring where; each path once.
  ///   - options: How.
  ///   - progress: Told of bytes and files written.
  /// - Returns: What changed, or in a dry run would.
  /// - Throws: ``WorkspaceError/wouldOverwrite(_:count:)`` before anything is changed, or what
  ///   the store or the disk refuses.
  @discardableResult
  package func checkout(
    _ targets: [CheckoutTarget], options: CheckoutOptions = CheckoutOptions(),
    progress: ProgressCounter? = nil
  ) throws(WorkspaceError) -> CheckoutReport {
    var report = CheckoutReport()
    progress?.begin(.scanning)
    var pending: [CheckoutTarget] = []
    var conflicts: [RepositoryPath] = []
    let ground = CommonGround()
    for target in try withoutFilesOfGit(targets) {
      try checkName(target.path)
      let (inspection, plan) = try plan(target, options, progress: progress, on: ground)
      if !options.isForced { conflicts += try divide(plan.conflicts, inspection).unsaved }
      let isDone =
        plan.isEmpty && plan.conflicts.isEmpty && plan.leftovers.isEmpty
        && plan.missingTrees.isEmpty
      if isDone, inspection.base == target.pointer?.id || !target.becomesBase {
        if !options.isDryRun { try endAtLast(target, options) }
        report.unchanged.append(target.path)
        report.kept += plan.kept
      } else if options.isDryRun {
        report.missing += plan.missingTrees
        if options.looksForContent { report.missing += try missingFiles(plan, inspection) }
        report.kept += plan.kept
        report.changes.append(CheckoutChange(plan, target, old: inspection.base))
      } else {
        pending.append(target)
      }
    }
    if !conflicts.isEmpty, !options.isForced {
      throw .wouldOverwrite(Array(conflicts.sorted().prefix(10)), count: conflicts.count)
    }
    if options.isDryRun { return report }
    for target in pending {
      try run(target, options, &report, progress: progress)
    }
    progress?.end()
    // What is proven here and not written down is proven again another time.
    _ = try? store.saveProofs()
    return report
  }

  /// The targets without those that would take away what is git's own.
  private func withoutFilesOfGit(
    _ targets: [CheckoutTarget]
  ) throws(WorkspaceError) -> [CheckoutTarget] {
    guard targets.contains(where: { $0.pointer == nil }) else { return targets }
    let index = try onGit { () throws(GitError) in try git.index() }
    return targets.filter { $0.pointer != nil || !isTrackedByGit($0.path, index) }
  }

  /// Ends a checkout that was cut off when all was done but to say so.
  private func endAtLast(
    _ target: CheckoutTarget, _ options: CheckoutOptions
  ) throws(WorkspaceError) {
    guard target.parts.isEmpty else { return }
    let unfinished = try onFiles { () throws(FileError) in
      try indexes.unfinishedCheckout(target.path)
    }
    if unfinished == nil { return }
    // Planned again: who holds the lock until then may have begun another one.
    let lock = try lockPath(target.path)
    let (_, plan) = try plan(target, options, progress: nil)
    if plan.isEmpty, plan.missingTrees.isEmpty { try endCheckout(of: target.path) }
    _ = lock
  }

  /// Plans the checkout of one path.
  private func plan(
    _ target: CheckoutTarget, _ options: CheckoutOptions, progress: ProgressCounter?,
    on ground: CommonGround = CommonGround()
  ) throws(WorkspaceError) -> (Inspection, CheckoutPlan) {
    var inspection = try inspect(target.path, pointer: target.pointer, on: ground)
    // Data of which a power cut took the pointer or the index would count as older than it is.
    if inspection.isAfterRestart, !options.isDryRun,
      try pointer(of: target.path) == target.pointer,
      let lock = try? indexes.lockIfFree(target.path), try finishRecording(inspection)
    {
      _ = consume lock
      inspection = try inspect(target.path, pointer: target.pointer)
    }
    if let failure = inspection.result.failures.first {
      throw .unreadable(failure, count: inspection.result.failures.count)
    }
    try settle(&inspection, progress: progress)
    let unfinished = try onFiles { () throws(FileError) in
      try indexes.unfinishedCheckout(target.path)
    }
    var planner = CheckoutPlanner(self, inspection, target, options, unfinished: unfinished)
    if target.pointer?.kind == .file || inspection.status?.kind == .file {
      return (inspection, try planFile(inspection, target, options, &planner))
    }
    if let status = inspection.status, status.kind != .directory {
      throw .notAFileOrDirectory(target.path)
    }
    try planner.planTree(target.pointer?.id, mustVanish: target.isCleared)
    return (inspection, planner.plan)
  }

  private func run(
    _ target: CheckoutTarget, _ options: CheckoutOptions, _ report: inout CheckoutReport,
    progress: ProgressCounter?
  ) throws(WorkspaceError) {
    let lock = try lockPath(target.path)
    // Planned again: now nobody else of us changes the path.
    var (inspection, plan) = try plan(target, options, progress: progress)
    if let newest = plan.newestChange, waitForTick(after: newest, inspection) {
      (inspection, plan) = try self.plan(target, options, progress: progress)
    }
    var displaced: [SavedFile] = []
    if !options.isForced {
      let (unsaved, saved) = try divide(plan.conflicts, inspection)
      guard unsaved.isEmpty else {
        throw .wouldOverwrite(Array(unsaved.sorted().prefix(10)), count: unsaved.count)
      }
      displaced = saved.sorted { $0.path < $1.path }
    }
    if options.isForced, !plan.conflicts.isEmpty {
      displaced = try save(plan.conflicts, inspection)
    } else if plan.replaced + plan.filesRemoved > 0 {
      try onStore { () throws(StoreError) in
        let writer = try store.writer(compression: compression)
        try writer.synchronize()
        try writer.finish(durably: true)
      }
    }
    report.saved += displaced
    try tell(target, options, inspection, plan, displaced)
    // Where nothing is done, as with a tree that is missing, nothing has begun.
    if !plan.isEmpty {
      try onFiles { () throws(FileError) in
        try indexes.setUnfinishedCheckout(target.pointer?.id, of: target.path)
      }
    }
    let run = CheckoutRun(self, inspection, &plan, options)
    do throws(WorkspaceError) {
      try run.run(progress: progress)
    } catch {
      let absent = run.absent
      throw absent.isEmpty ? error : .cutOff(error, absent: absent)
    }
    let found = run.found
    report.add(found, of: plan, CheckoutChange(plan, target, old: inspection.base))
    // Unfinished, so that what could not be removed is no file of the user's: the next one goes on.
    if found.hasRemovalsLeft {
      _ = lock
      return
    }
    // A single file that could not be brought is what it was: so is its base.
    if target.pointer?.kind != .file || found.filesNotWritten == 0 {
      if options.keepsOutOfGit, target.becomesBase, plan.missingTrees.isEmpty,
        let pointer = target.pointer
      {
        try keepOutOfGit(target.path, isDirectory: pointer.kind == .tree)
      }
      try finish(target, inspection, plan, run.directories.withLock { $0 })
    }
    // Where the index does not tell what is missing, nothing else would say that data is mixed.
    if plan.missingTrees.isEmpty, target.becomesBase || found.missing.isEmpty {
      try onFiles { () throws(FileError) in
        try indexes.setUnfinishedCheckout(nil, of: target.path)
      }
    }
    _ = lock
  }

  /// The files that a plan would write and of which the store lacks something.
  private func missingFiles(
    _ plan: CheckoutPlan, _ inspection: Inspection
  ) throws(WorkspaceError) -> [MissingContent] {
    var missing: [MissingContent] = []
    for directory in plan.directories {
      var cursor = directory.entries.cursor
      while let entry = cursor.next() {
        guard entry.action == .write else { continue }
        let isHere = try onStore { () throws(StoreError) in try store.containsWhole(entry.id) }
        if isHere { continue }
        let name = directory.entries.entryName(entry)
        missing.append(
          MissingContent(
            path: directory.isSingle
              ? inspection.path : inspection.repositoryPath(name, in: directory.path),
            id: entry.id))
      }
    }
    return missing
  }

  /// Tells the journal what a checkout of one path is about to change.
  private func tell(
    _ target: CheckoutTarget, _ options: CheckoutOptions, _ inspection: Inspection,
    _ plan: CheckoutPlan, _ displaced: [SavedFile]
  ) throws(WorkspaceError) {
    let (old, new) = (inspection.base, target.pointer?.id)
    var entries = plan.removedByUser.map { JournalEntry.absent($0) }
    entries += plan.modesOfUser.map { .saved($0) }
    // Data that lay there already, and that nobody had recorded, is there again afterwards.
    let isKnown = old != nil || plan.unrecorded.count > Self.unrecordedLimit
    if !isKnown { entries += plan.unrecorded.map { .saved($0) } }
    entries += displaced.map { .saved($0) }
    if target.becomesBase, options.brought == nil {
      let isNew = old == nil && !plan.unrecorded.isEmpty && isKnown
      entries.append(.ids(isNew ? .base : .data, target.path, old: old, new: new))
    } else {
      let parts = target.parts.compactMap { try? target.path.appending(RepositoryPath($0)) }
      for path in parts.isEmpty ? [target.path] : parts {
        entries.append(.ids(.placed, path, old: options.brought ?? old, new: new))
      }
    }
    try tell(entries)
  }

  /// Where more files than this lay there already, they stay when that is taken back.
  private static let unrecordedLimit = 10_000

  /// Says that no checkout of a path is unfinished any more.
  package func endCheckout(of path: RepositoryPath) throws(WorkspaceError) {
    try onFiles { () throws(FileError) in try indexes.setUnfinishedCheckout(nil, of: path) }
  }

  /// Waits until the file system's clock has moved past a change that is as new as itself: the next
  /// one might move no time, and what is read before would be taken for what is there.
  ///
  /// - Returns: Whether anything has to be looked at again.
  private func waitForTick(after change: Timestamp, _ inspection: Inspection) -> Bool {
    guard let device = inspection.status?.device, let clock = inspection.clock, change >= clock
    else { return false }
    for _ in 0..<Self.longestTick {
      guard let now = self.clock(onDevice: device, beside: inspection.path), now <= change,
        change.nanoseconds - now.nanoseconds < Int64(Self.longestTick) * 1_000_000
      else { break }
      Clock.sleep(milliseconds: 1)
    }
    return true
  }

  /// The coarsest times that file systems keep are of two seconds.
  private static let longestTick = 2_000

  /// Writes the next index, or forgets the path where its data was taken away.
  private func finish(
    _ target: CheckoutTarget, _ inspection: Inspection, _ plan: CheckoutPlan,
    _ directories: [CheckoutPlan.Directory]
  ) throws(WorkspaceError) {
    if target.becomesBase, plan.missingTrees.isEmpty {
      if let pointer = target.pointer {
        if pointer.kind == .file {
          try writeCheckedOutFile(inspection, pointer, directories)
        } else {
          try writeCheckedOutTree(inspection, pointer, plan, directories)
        }
      } else if !target.staysKnown {
        try onFiles { () throws(FileError) in try indexes.remove(target.path) }
      }
    }
  }

  /// Sees to it that git ignores data, as where only its pointer was moved.
  func keepOutOfGit(
    _ path: RepositoryPath, isDirectory: Bool
  ) throws(WorkspaceError) {
    let isIgnored = try onGit { () throws(GitError) in
      try git.isIgnored(path, isDirectory: isDirectory)
    }
    if isIgnored { return }
    let lock = try sharedLock()
    if try addIgnoreLines([path]) {
      try onGit { () throws(GitError) in try git.stage([.worktree(Self.ignoreFile(of: path))]) }
    }
    _ = lock
  }

  private func writeCheckedOutTree(
    _ inspection: Inspection, _ pointer: PointerFile, _ plan: CheckoutPlan,
    _ directories: [CheckoutPlan.Directory]
  ) throws(WorkspaceError) {
    let header = try checkedOutHeader(inspection, isDirectory: true)
    var writer = try StatIndexWriter(
      replacing: indexes.file(of: inspection.path), header: header)
    for directory in directories where !directory.isGone {
      let block = IndexedDirectory.encode(
        path: directory.path, stamp: directory.hasOthers ? nil : directory.stamp,
        id: directory.id, entries: directory.entries.withoutMarks())
      try writer.append(block, path: directory.path)
    }
    if let index = inspection.loaded.index {
      for path in plan.copied {
        if let directory = index.directory(path) { try writer.append(copying: directory) }
        for number in index.numbersBelow(path) {
          try writer.append(copying: index.block(number))
        }
      }
    }
    try writer.finish(base: pointer.id)
  }

  /// The header of the index after a checkout, on the device where the data is now.
  private func checkedOutHeader(
    _ inspection: Inspection, isDirectory: Bool
  ) throws(WorkspaceError) -> StatIndexHeader {
    let status = try onFiles { () throws(FileError) in
      try indexes.directory.makeDirectories()
      return try root.appending(inspection.path).statusIfPresent()
    }
    return inspection.header(isDirectory: isDirectory, device: status?.device ?? 0)
  }

  private func writeCheckedOutFile(
    _ inspection: Inspection, _ pointer: PointerFile, _ directories: [CheckoutPlan.Directory]
  ) throws(WorkspaceError) {
    for directory in directories where !directory.isGone {
      var cursor = directory.entries.cursor
      guard var entry = cursor.next() else { continue }
      entry.flags = entry.flags.unmarked
      try writeFileIndex(
        entry, base: pointer.id, header: checkedOutHeader(inspection, isDirectory: false))
    }
  }
}

// MARK: - Tracked files

extension Workspace {
  /// Plans a checkout in which a single file stands at the path, before or after.
  private func planFile(
    _ inspection: Inspection, _ target: CheckoutTarget, _ options: CheckoutOptions,
    _ planner: inout CheckoutPlanner
  ) throws(WorkspaceError) -> CheckoutPlan {
    var disk = DiskEntry.absent
    if inspection.status?.kind == .directory {
      try planner.planTree(nil, mustVanish: true)
    } else if inspection.status != nil {
      let known = inspection.loaded.index.flatMap {
        $0.header.isDirectory ? nil : $0.directory("")?.entry(target.path.name)
      }
      let places = inspection.result.places { _, _ in true }
      disk = DiskEntry(base: known, deviations: places.map { inspection.result.entry($0).0 })
      // A recorded file without an index entry is what the base says.
      if case .dirty(let now, nil) = disk, let base = inspection.base {
        var recorded = now
        recorded.id = base
        disk = .dirty(now, base: recorded)
      }
    }
    try planner.planSingle(target.pointer, disk)
    return planner.plan
  }

  /// Divides the changed files in the way by whether the store has what they hold.
  ///
  /// They are read for it, which is less than to refuse what could be done.
  private func divide(
    _ conflicts: [CheckoutPlan.Conflict], _ inspection: Inspection
  ) throws(WorkspaceError) -> (unsaved: [RepositoryPath], saved: [SavedFile]) {
    let found = Mutex<(unsaved: [RepositoryPath], saved: [SavedFile])>(([], []))
    try onStore { () throws(StoreError) in
      try Threads.forEach(conflicts.count) { number throws(StoreError) in
        let path = conflicts[number].path
        // What cannot be read cannot be said to be saved.
        var id: ObjectID?
        if conflicts[number].isSymlink {
          let link = try? holder(of: path).symlinkTarget(path.name)
          id = link.map { SHA256.id(of: $0.bytes.span) }
        } else if let file = try? inspection.open(path) {
          id = SHA256.id(of: file)
        }
        if let known = id, try !store.containsWhole(known) { id = nil }
        let saved = id
        found.withLock { found in
          if let saved {
            found.saved.append(SavedFile(path: path, id: saved, kind: conflicts[number].kind))
          } else {
            found.unsaved.append(path)
          }
        }
      }
    }
    return found.withLock { $0 }
  }

  /// Puts files that are in the way into the store, durably.
  private func save(
    _ conflicts: [CheckoutPlan.Conflict], _ inspection: Inspection
  ) throws(WorkspaceError) -> [SavedFile] {
    let regular = conflicts.filter { !$0.isSymlink }
    let files = regular.map(\.path)
    let saved = Mutex<[SavedFile]>([])
    let failed = FirstError<StoreError>()
    try onStore { () throws(StoreError) in
      let writer = try store.writer(compression: compression)
      try writer.addFiles(
        files.count, progress: nil,
        open: { number throws(FileError) in try inspection.open(files[number]) },
        done: { number, outcome in
          switch outcome {
          case .success(let file):
            saved.withLock {
              $0.append(
                SavedFile(path: files[number], id: file.id, kind: regular[number].kind))
            }
          case .failure(let error): failed.set(error)
          }
        })
      try failed.rethrow()
      for conflict in conflicts where conflict.isSymlink {
        let link: ByteString
        do throws(FileError) {
          link = try holder(of: conflict.path)
            .symlinkTarget(conflict.path.name)
        } catch {
          throw .unreadable(error)
        }
        let id = try writer.add(link.bytes, class: .data)
        saved.withLock { $0.append(SavedFile(path: conflict.path, id: id, kind: .symlink)) }
      }
      try writer.synchronize()
      try writer.finish(durably: true)
    }
    return saved.withLock { $0 }.sorted { $0.path < $1.path }
  }
}

extension EntryList {
  /// The entries with the flags that the format has.
  fileprivate func withoutMarks() -> EntryList {
    var list = EntryList()
    var cursor = cursor
    while var entry = cursor.next() {
      let range = entry.nameRange
      entry.flags = entry.flags.written
      list.append(entry, name: cursor.bytes.span.extracting(range))
    }
    return list
  }
}

extension CheckoutChange {
  init(_ plan: CheckoutPlan, _ target: CheckoutTarget, old: ObjectID?) {
    self.init(path: target.path, old: old, new: target.pointer?.id)
    isTree = target.pointer?.kind == .tree
    filesWritten = plan.filesWritten
    bytesWritten = .bytes(plan.bytesWritten)
    filesRemoved = plan.filesRemoved
    modesChanged = plan.modesChanged
  }
}

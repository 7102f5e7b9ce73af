internal import Git
internal import ObjectStore
internal import Platform
package import Primitives

extension Workspace {
  /// Ends conflicts of tracked paths, and brings what they come to.
  ///
  /// A path has a conflict where a merge left one in git's index, where its pointer has the markers of
  /// one, or where data and pointer diverged. Everything is planned before anything is changed; then
  /// pointers are written and staged, and the data follows.
  ///
  /// - Parameters:
  ///   - paths: Tracked paths, directories that hold some, or `.gitignore` files.
  ///   - options: How. What a merge is made of is put into the store also where only what would be
  ///     done is asked for.
  ///   - progress: Told of bytes and files read and written.
  /// - Returns: What changed, or would.
  /// - Throws: ``WorkspaceError/notConflicted(_:)``, ``WorkspaceError/undecided(_:_:count:)`` where
  ///   somebody has to choose, ``WorkspaceError/sideMissing(_:_:)``,
  ///   ``WorkspaceError/mergeNeeds(_:_:)``, ``WorkspaceError/wouldOverwrite(_:count:)`` before
  ///   anything is changed, or what the store or the disk refuses.
  package func resolve(
    _ paths: [RepositoryPath], options: ResolveOptions = ResolveOptions(),
    progress: ProgressCounter? = nil
  ) throws(WorkspaceError) -> ResolveReport {
    let index = try onGit { () throws(GitError) in try git.index() }
    let subjects = try subjects(paths, index, options, progress)
    var report = ResolveReport()
    var steps: [ResolveStep] = []
    for subject in subjects { steps.append(try step(subject, options)) }
    for step in steps { report.resolved.append(step.resolved) }
    report.checkout = try bring(steps, options, isDryRun: true, progress)
    let rules = try ignoreFiles(paths, beside: subjects.map(\.path), index)
    if options.isDryRun {
      report.ignoreFiles = try tidy(rules, index, isDryRun: true)
      return report
    }
    for step in steps { try write(step, &report) }
    report.ignoreFiles = try tidy(rules, index, isDryRun: false)
    // Where one side ended the tracking, the merge may have taken the line along.
    for step in steps {
      guard let pointer = step.resolved.pointer else { continue }
      try keepOutOfGit(step.subject.path, isDirectory: pointer.kind == .tree)
    }
    // After its pointer is written: data that is its base would give way to the old one.
    for step in steps where step.subject.isDiverged {
      try rebase(step.subject.path, to: step.subject.sides.ours)
    }
    report.checkout = try bring(steps, options, isDryRun: false, progress)
    for step in steps where step.resolved.pointer == nil {
      try endTracking(step.subject.path, options, &report)
    }
    return report
  }
}

// MARK: - Finding out

/// A tracked path that has a conflict.
private struct ResolveSubject {
  let path: RepositoryPath
  let sides: PointerMerge.Sides

  /// The pointer in the worktree, where it can be read.
  let pointer: PointerFile?

  /// Whether ours is the data itself, whose content is in the store by now.
  let isDiverged: Bool

  /// Whether anything of the data is here, so that it follows the pointer.
  let isHere: Bool
}

/// What becomes of it.
private struct ResolveStep {
  let subject: ResolveSubject
  let resolved: ResolvedPath

  /// The other side's version, where both are kept.
  let beside: PointerFile?
}

extension Workspace {
  /// The conflicts that paths mean.
  private func subjects(
    _ paths: [RepositoryPath], _ index: GitIndexSnapshot, _ options: ResolveOptions,
    _ progress: ProgressCounter?
  ) throws(WorkspaceError) -> [ResolveSubject] {
    let conflicted = try conflictedPaths(in: index)
    let tracked = try trackedPaths()
    var subjects: [RepositoryPath: ResolveSubject] = [:]
    for path in paths {
      var isMeant = path.name == GitIgnoreFile.name
      for conflict in conflicted where conflict.path.isWithin(path) {
        isMeant = true
        subjects[conflict.path] = try subject(conflict, options)
      }
      for tracked in tracked where tracked.path.isWithin(path) {
        // Who names a directory, or the root, means what has a conflict there.
        if path != tracked.path { isMeant = true }
        if subjects[tracked.path] != nil { continue }
        guard let subject = try subject(tracked, progress) else {
          if path == tracked.path, case .failure(let problem) = tracked.pointer {
            throw .pointer(PointerFile.path(of: path), problem)
          }
          continue
        }
        isMeant = true
        subjects[tracked.path] = subject
      }
      if !isMeant { throw .notConflicted(path) }
    }
    return subjects.values.sorted { $0.path < $1.path }
  }

  /// A path that git has several versions of.
  private func subject(
    _ conflict: ConflictedPath, _ options: ResolveOptions
  ) throws(WorkspaceError) -> ResolveSubject {
    // Who takes all of one side need not read the others.
    let chosen = options.merge.takesWhole ? options.merge.choice : nil
    let isReadable = chosen.map { conflict.pointers.version($0) != nil } ?? false
    if let problem = conflict.problem, !isReadable {
      throw .pointer(PointerFile.path(of: conflict.path), problem)
    }
    var pointer: PointerFile?
    if case .success(let readable)? = try tracked(conflict.path)?.pointer { pointer = readable }
    return ResolveSubject(
      path: conflict.path, sides: conflict.pointers, pointer: pointer, isDiverged: false,
      isHere: try isHere(conflict.path))
  }

  /// A path whose pointer has markers, or whose data diverged from it.
  private func subject(
    _ tracked: TrackedPath, _ progress: ProgressCounter?
  ) throws(WorkspaceError) -> ResolveSubject? {
    let path = tracked.path
    switch tracked.pointer {
    case .failure(.conflict(let conflict)):
      guard let ours = conflict.ours.pointer, let theirs = conflict.theirs.pointer else {
        return nil
      }
      let sides = PointerMerge.Sides(
        base: conflict.ancestor?.pointer, ours: ours, theirs: theirs)
      return ResolveSubject(
        path: path, sides: sides, pointer: nil, isDiverged: false, isHere: try isHere(path))
    case .failure: return nil
    case .success(let pointer):
      let status = try status(of: tracked, options: StatusOptions(), progress: progress)
      guard status.state == .diverged else { return nil }
      if status.unfinishedCheckout != nil { throw .unfinishedCheckout(path) }
      let base = try status.base.flatMap { id throws(WorkspaceError) in try self.pointer(for: id) }
      let sides = PointerMerge.Sides(
        base: base, ours: try storeData(of: path, progress), theirs: pointer)
      return ResolveSubject(
        path: path, sides: sides, pointer: pointer, isDiverged: true, isHere: true)
    }
  }

  private func isHere(_ path: RepositoryPath) throws(WorkspaceError) -> Bool {
    try onFiles { () throws(FileError) in try root.appending(path).statusIfPresent() != nil }
  }

  /// Puts the data of a path into the store, durably, and leaves pointer and stat index as they are.
  private func storeData(
    of path: RepositoryPath, _ progress: ProgressCounter?
  ) throws(WorkspaceError) -> PointerFile {
    let job = try job(AddRequest(path: path, parts: []), isForced: true)
    let writer = try onStore { () throws(StoreError) in
      try store.writer(compression: compression)
    }
    var report = AddReport()
    try read([job], into: writer, progress: progress, &report)
    if let skipped = report.skipped.first {
      if let refusal = skipped.refusal {
        throw .unreadable(refusal, count: report.skipped.count)
      }
      throw .store(.changedWhileReading(root.appending(skipped.path)))
    }
    let recording = try record(job, with: writer)
    _ = try onStore { () throws(StoreError) in try writer.finish(durably: true) }
    return recording.pointer
  }

  /// Merges the sides of a conflict.
  private func step(
    _ subject: ResolveSubject, _ options: ResolveOptions
  ) throws(WorkspaceError) -> ResolveStep {
    if options.merge.choice == .base, subject.sides.base == nil {
      throw .sideMissing(subject.path, .base)
    }
    let writer = try onStore { () throws(StoreError) in
      try store.writer(compression: compression)
    }
    let merge = try PointerMerge(
      subject.sides, at: subject.path, in: store, writer: writer, options: options.merge)
    if let missing = merge.missing.first { throw .mergeNeeds(subject.path, missing) }
    if merge.conflictCount > 0, options.merge.choice == nil {
      throw .undecided(
        subject.path, Array(merge.conflicts.prefix(10).map(\.path)), count: merge.conflictCount)
    }
    // Also where nothing else is done: what the data would become is planned by it.
    _ = try onStore { () throws(StoreError) in try writer.finish(durably: !options.isDryRun) }
    let beside = try merge.beside.map { _ throws(WorkspaceError) in try place(beside: subject.path)
    }
    return ResolveStep(
      subject: subject,
      resolved: ResolvedPath(
        path: subject.path, pointer: merge.merged, conflicts: merge.conflicts,
        conflictCount: merge.conflictCount, beside: beside),
      beside: merge.beside)
  }

  /// A free path for the other side's version of something.
  private func place(beside path: RepositoryPath) throws(WorkspaceError) -> RepositoryPath {
    let parent = path.parent ?? .root
    let names = try onFiles { () throws(FileError) in
      try root.appending(parent).namesIfPresent()
    }
    let taken = Set(names)
    let name = TreeMerge.freeName(beside: path.name) { name in
      taken.contains(name) || taken.contains(ByteString(name.bytes + PointerFile.suffix.bytes))
    }
    do {
      return try parent.appending(name)
    } catch {
      throw .path(error)
    }
  }
}

// MARK: - Doing it

extension Workspace {
  /// Brings the data of what is here, or finds out what stands in the way.
  private func bring(
    _ steps: [ResolveStep], _ options: ResolveOptions, isDryRun: Bool,
    _ progress: ProgressCounter?
  ) throws(WorkspaceError) -> CheckoutReport {
    var report = CheckoutReport()
    // What diverged is in the store as it is, so it gives way. Once that is its base, there as
    // elsewhere what was changed since stays.
    for isDiverged in [false, true] {
      var targets: [CheckoutTarget] = []
      for step in steps where step.subject.isDiverged == isDiverged && step.subject.isHere {
        if let pointer = step.resolved.pointer {
          targets.append(CheckoutTarget(path: step.subject.path, pointer: pointer))
        } else if isDryRun {
          targets.append(CheckoutTarget(path: step.subject.path, pointer: nil))
        }
        if let path = step.resolved.beside, let pointer = step.beside {
          targets.append(CheckoutTarget(path: path, pointer: pointer))
        }
      }
      if targets.isEmpty { continue }
      var checkout = CheckoutOptions()
      checkout.isForced = options.isForced
      checkout.isDryRun = isDryRun
      checkout.localChanges = isDiverged && isDryRun ? .replace : .keep
      report.add(try self.checkout(targets, options: checkout, progress: progress))
    }
    return report
  }

  /// Writes and stages the pointers of a step.
  private func write(
    _ step: ResolveStep, _ report: inout ResolveReport
  ) throws(WorkspaceError) {
    let path = step.subject.path
    // What is to be removed needs a pointer that can be read until its data is gone.
    let sides = step.subject.sides
    let last = step.resolved.pointer ?? sides.ours ?? sides.theirs ?? sides.base
    var staged: [GitStaging] = []
    if let pointer = last {
      try onFiles { () throws(FileError) in _ = try makeHolder(of: path) }
      if step.subject.pointer != pointer { try write(pointer, of: path) }
      staged.append(.bytes(PointerFile.path(of: path), pointer.encoded()))
    }
    if let place = step.resolved.beside, let pointer = step.beside {
      try write(pointer, of: place)
      staged.append(.bytes(PointerFile.path(of: place), pointer.encoded()))
      report.changes.append(TrackedChange(path: place, old: nil, new: pointer))
    }
    if step.resolved.pointer != nil {
      let changes = staged
      try onGit { () throws(GitError) in try git.stage(changes) }
      report.changes.append(
        TrackedChange(
          path: path, old: step.subject.pointer ?? sides.ours, new: step.resolved.pointer))
    }
  }

  /// Ends the tracking of a path that the chosen side has not.
  private func endTracking(
    _ path: RepositoryPath, _ options: ResolveOptions, _ report: inout ResolveReport
  ) throws(WorkspaceError) {
    var remove = RemoveOptions()
    remove.isForced = options.isForced
    let removed = try self.remove([path], options: remove)
    report.changes += removed.changes
    report.checkout.saved += removed.saved
    report.checkout.failures += removed.failures
  }
}

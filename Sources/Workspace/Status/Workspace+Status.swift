internal import Git
internal import ObjectStore
internal import Platform
package import Primitives
internal import Synchronization

extension Workspace {
  /// Compares data, pointers and bases.
  ///
  /// No unchanged file is read. Files of which only the times changed are read once, and the stat
  /// index is brought up to date.
  ///
  /// - Parameters:
  ///   - paths: Tracked paths, parts of them, or directories that hold some; none for all.
  ///   - options: What to look for.
  ///   - progress: Told of files that are read.
  /// - Returns: The state of each path.
  /// - Throws: ``WorkspaceError`` when something cannot be read that everything depends on.
  package func status(
    _ paths: [RepositoryPath] = [], options: StatusOptions = StatusOptions(),
    progress: ProgressCounter? = nil
  ) throws(WorkspaceError) -> StatusReport {
    progress?.begin(.scanning)
    let chosen = try selection(paths)
    let found = Mutex<[PathStatus]>([])
    let ground = CommonGround()
    try Threads.forEach(chosen.count) { number throws(WorkspaceError) in
      let (tracked, parts) = chosen[number]
      var status = try status(of: tracked, options: options, progress: progress, on: ground)
      if !parts.isEmpty { status.keep(parts) }
      let done = status
      found.withLock { $0.append(done) }
    }
    var report = StatusReport()
    report.paths = found.withLock { $0 }.sorted { $0.path < $1.path }
    if options.looksForUntracked {
      let index = try onGit { () throws(GitError) in
        paths.isEmpty ? try git.index() : try git.indexedPointers()
      }
      report.conflicts = try conflicts(in: index, paths)
      if paths.isEmpty {
        report.leftOver = try leftOverData(besides: report.paths.map(\.path))
        try findUntracked(&report, index, largeFile: options.largeFile)
      }
    }
    progress?.end()
    return report
  }

  /// The state of one tracked path.
  func status(
    of tracked: TrackedPath, options: StatusOptions, progress: ProgressCounter?,
    on ground: CommonGround = CommonGround(), finishesRecording: Bool = true
  ) throws(WorkspaceError) -> PathStatus {
    var status = PathStatus(path: tracked.path, state: .clean, pointer: tracked.pointer)
    status.unfinishedCheckout = try onFiles { () throws(FileError) in
      try indexes.unfinishedCheckout(tracked.path)
    }
    guard case .success(let pointer) = tracked.pointer else {
      status.state = .unreadablePointer
      return status
    }
    var inspection = try inspect(tracked.path, pointer: pointer, on: ground)
    try settle(&inspection, progress: progress)
    status.base = inspection.base
    status.isInStore = try isStored(pointer.id)
    if !status.isInStore { status.tombstone = store.tombstone(of: pointer.id) }
    status.state = try state(&inspection, pointer)
    let isInDoubt =
      status.state == .diverged || status.state == .behind && inspection.isAfterRestart
    if isInDoubt, finishesRecording,
      let lock = try? indexes.lockIfFree(tracked.path), try finishRecording(inspection)
    {
      _ = consume lock
      return try self.status(
        of: tracked, options: options, progress: progress, finishesRecording: false)
    }
    if status.state == .clean || status.state == .behind || status.state == .modified {
      refresh(inspection, base: status.state == .clean ? pointer.id : inspection.base)
    }
    if status.state == .clean { status.base = pointer.id }
    status.fill(from: inspection)
    if status.state != .clean {
      status.changes = changes(in: inspection)
      if options.findsRenames {
        let renamed = try findRenames(&status.changes, inspection)
        status.unsaved = .bytes(status.unsaved.bytes - renamed.bytes)
      }
    }
    return status
  }

  /// How data, pointer and base stand to each other, once every touched file is decided.
  func state(
    _ inspection: inout Inspection, _ pointer: PointerFile
  ) throws(WorkspaceError) -> DataState {
    guard let status = inspection.status else {
      return inspection.wasMaterialised ? .missing : .notHere
    }
    let isHere =
      status.kind != .directory || inspection.result.totals.files > 0
      || inspection.result.totals.notHere == 0
    let isChanged = !inspection.result.isUnchanged
    guard let base = inspection.base else {
      if !isChanged { return isHere ? .clean : .notHere }
      if status.kind == .directory, inspection.result.totals.files == 0 { return .notHere }
      return try adoptPointer(&inspection, pointer) ? .clean : .diverged
    }
    if base == pointer.id {
      return isChanged ? .modified : isHere ? .clean : .notHere
    }
    if !isChanged { return isHere ? .behind : .notHere }
    return try adoptPointer(&inspection, pointer) ? .clean : .diverged
  }

  /// Whether the data is what the pointer stands for, though the index does not know it yet.
  ///
  /// If so, the base becomes the pointer's oid.
  private func adoptPointer(
    _ inspection: inout Inspection, _ pointer: PointerFile
  ) throws(WorkspaceError) -> Bool {
    var result = inspection.result
    var trees = TreeCache(store: store, root: pointer.id)
    for place in result.places(where: { $1.isChange && $1 != .gone && $0.kind != .directory }) {
      var (entry, name) = result.entry(place)
      var id = pointer.id
      if pointer.kind == .tree {
        let directory = result.directories[place.directory].path
        guard let target = trees.entry(name, in: directory), target.kind == entry.kind,
          target.size == entry.size
        else { return false }
        id = target.id
      } else if entry.size != pointer.size {
        return false
      }
      if entry.kind == .symlink {
        let path = inspection.repositoryPath(place)
        guard
          let link = try? holder(of: path)
            .symlinkTarget(path.name), SHA256.id(of: link.bytes.span) == id
        else { return false }
      } else {
        let current = inspection
        let isSame = try onStore { () throws(StoreError) in
          try holds(current.repositoryPath(place), id, in: current)
        }
        guard isSame == true else { return false }
      }
      entry.id = id
      result.replace(place, with: entry)
    }
    if pointer.kind == .tree {
      guard inspection.status?.kind == .directory else { return false }
      var update = IndexUpdate(.record, inspection.scan, clock: nil) { tree in
        SHA256.id(of: tree.encoded().span)
      }
      do throws(WorkspaceError) {
        guard try update.sums(of: result.directories).id == pointer.id else { return false }
      } catch {
        if case .store(.missing) = error { return false }
        throw error
      }
    }
    inspection.result = result
    // Best effort: without it the next command finds the same out again.
    _ = try? writeAdopted(inspection, pointer)
    inspection.result.settleAll()
    return true
  }

  private func writeAdopted(
    _ inspection: Inspection, _ pointer: PointerFile
  ) throws(WorkspaceError) {
    guard let lock = try? indexes.lockIfFree(inspection.path),
      try onFiles({ () throws(FileError) in try indexes.load(inspection.path) }).header
        == inspection.loaded.header
    else { return }
    let header = header(inspection, isDirectory: pointer.kind == .tree)
    if pointer.kind == .tree {
      var writer = try StatIndexWriter(
        replacing: indexes.file(of: inspection.path), header: header)
      var update = IndexUpdate(.record, inspection.scan, clock: inspection.clock) { tree in
        SHA256.id(of: tree.encoded().span)
      }
      _ = try update.run(inspection.result.directories, writer: &writer)
      try writer.finish(base: pointer.id)
    } else {
      try writeFile(inspection, base: pointer.id)
    }
    _ = consume lock
  }

  private func writeFile(_ inspection: Inspection, base: ObjectID) throws(WorkspaceError) {
    guard let place = inspection.result.places(where: { _, _ in true }).first else { return }
    var (entry, _) = inspection.result.entry(place)
    entry.flags = .materialised
    if entry.isOlder(than: inspection.clock) { entry.flags.insert(.trusted) }
    try writeFileIndex(entry, base: base, header: header(inspection, isDirectory: false))
  }

  // MARK: - Refreshing

  /// Brings the times in the index up to date, where that saves reading next time.
  ///
  /// Nothing depends on it, so nothing waits for it and its failure is none.
  func refresh(_ inspection: Inspection, base: ObjectID?) {
    guard inspection.status != nil, inspection.isWorthRefreshing, let base,
      let lock = try? indexes.lockIfFree(inspection.path)
    else { return }
    // Somebody else may have written a newer index since this one was read.
    guard (try? indexes.load(inspection.path))?.header == inspection.loaded.header else { return }
    _ = try? writeRefreshed(inspection, base: base)
    _ = consume lock
  }

  private func writeRefreshed(
    _ inspection: Inspection, base: ObjectID
  ) throws(WorkspaceError) {
    guard inspection.status?.kind == .directory else {
      guard let place = inspection.result.places(where: { $1 == .settled }).first else {
        return try writeAgain(inspection, base: base)
      }
      var (entry, _) = inspection.result.entry(place)
      entry.flags = .materialised
      if entry.isOlder(than: inspection.clock) { entry.flags.insert(.trusted) }
      return try writeFileIndex(
        entry, base: base, header: header(inspection, isDirectory: false))
    }
    var writer = try StatIndexWriter(
      replacing: indexes.file(of: inspection.path), header: header(inspection, isDirectory: true))
    var update = IndexUpdate(.refresh, inspection.scan, clock: inspection.clock) { _ in .empty }
    _ = try update.run(inspection.result.directories, writer: &writer)
    try writer.finish(base: base)
  }

  /// Writes the index of a file as it is, with the time of now.
  private func writeAgain(
    _ inspection: Inspection, base: ObjectID
  ) throws(WorkspaceError) {
    guard let index = inspection.loaded.index, !index.header.isDirectory,
      index.header.isWrittenBack(at: inspection.clock), let block = index.directory("")
    else { return }
    var writer = try StatIndexWriter(
      replacing: indexes.file(of: inspection.path), header: header(inspection, isDirectory: false))
    try writer.append(copying: block)
    try writer.finish(base: base)
  }
}

extension Inspection {
  /// Whether the next command would read or list less with an index written now.
  var isWorthRefreshing: Bool {
    guard let header = loaded.index?.header, header.ignoreDigest == ignoreDigest,
      !header.isWrittenBack(at: clock)
    else { return true }
    for directory in result.directories {
      var hasOthers = false
      var cursor = directory.deviations.cursor
      while let entry = cursor.next() {
        switch entry.deviation {
        case .settled?, .modeChanged?:
          if entry.kind == .directory || entry.isOlder(than: clock) { return true }
        case .changed?:
          let isKnown = entry.flags.contains([.trusted, .differs])
          if !isKnown, entry.isOlder(than: clock) { return true }
        case nil: break
        default: hasOthers = true
        }
      }
      let stamp = directory.stamp
      let isOlder = clock.map { stamp.modified < $0 && stamp.changed < $0 } ?? false
      if directory.hasNewStamp, !hasOthers, isOlder, status?.kind == .directory { return true }
    }
    return false
  }
}

extension Scan.Result {
  /// Marks every change as none.
  fileprivate mutating func settleAll() {
    for place in places(where: { $1.isChange }) {
      var (entry, _) = entry(place)
      entry.flags = entry.flags.marked(.settled)
      replace(place, with: entry)
    }
    recount()
  }
}

/// The trees below a root, each read once.
struct TreeCache {
  private let store: ObjectStore
  private let root: ObjectID
  private var trees: [ByteString: Tree?] = [:]

  init(store: ObjectStore, root: ObjectID) {
    self.store = store
    self.root = root
  }

  /// The directory at `path`, from the root down; `nil` where there is none, or it is not here.
  mutating func tree(_ path: ByteString) -> Tree? {
    if let known = trees[path] { return known }
    var found: Tree?
    if path.isEmpty {
      found = try? store.tree(root)
    } else {
      let parts = path.bytes.split(separator: UInt8(ascii: "/"))
      let parent = ByteString(parts.dropLast().joined(separator: [UInt8(ascii: "/")]))
      if let name = parts.last, let entry = tree(parent)?[ByteString(name)],
        entry.kind == .directory
      {
        found = try? store.tree(entry.id)
      }
    }
    trees[path] = .some(found)
    return found
  }

  mutating func entry(_ name: ByteString, in path: ByteString) -> TreeEntry? {
    tree(path)?[name]
  }
}

internal import Git
internal import ObjectStore
internal import Platform
package import Primitives
internal import Synchronization

extension Workspace {
  /// How many tracked paths share one session of the store, and keep their locks meanwhile.
  private static let batchSize = 100

  /// Records data: new paths become tracked, tracked ones get a new pointer, and of a tracked
  /// directory only the parts that are named are looked at.
  ///
  /// Content goes into the store first, then `.gitignore`, the pointer, the stat index, and git's
  /// index. Nothing of it is promised to survive a power cut before a commit.
  ///
  /// - Parameters:
  ///   - paths: What to record.
  ///   - options: How.
  ///   - progress: Told of the files read.
  /// - Returns: What changed.
  /// - Throws: ``WorkspaceError``: a path cannot be tracked, data diverged from its pointer, or the
  ///   store or the disk refuses. Paths before it in order may be recorded already.
  package func add(
    _ paths: [RepositoryPath], options: AddOptions = AddOptions(),
    progress: ProgressCounter? = nil
  ) throws(WorkspaceError) -> AddReport {
    let requests = try addRequests(paths)
    let report = try add(requests, options: options, progress: progress)
    if options.stages { try stagePointers(of: report.unchanged) }
    return report
  }

  /// Records the tracked paths that `paths` are, lie in or hold, or all of them: for `commit`.
  ///
  /// - Parameters:
  ///   - paths: Tracked paths, parts of them, or directories that hold some; none for all.
  ///   - options: How. Paths without data are passed over.
  ///   - progress: Told of the files read.
  /// - Returns: What changed.
  /// - Throws: ``WorkspaceError``, as ``add(_:options:progress:)`` does, and
  ///   ``WorkspaceError/conflicted(_:)``.
  package func addTracked(
    _ paths: [RepositoryPath] = [], options: AddOptions = AddOptions(),
    progress: ProgressCounter? = nil
  ) throws(WorkspaceError) -> AddReport {
    var options = options
    options.passesOverAbsent = true
    var requests: [AddRequest] = []
    let chosen = try selection(paths)
    // Who has not chosen a side would otherwise take ours by the way.
    if !options.isMadeByCommand { try refuseConflicts(among: chosen.map(\.tracked)) }
    for (tracked, parts) in chosen {
      requests.append(AddRequest(path: tracked.path, parts: parts))
    }
    return try add(requests, options: options, progress: progress)
  }

  /// Stages pointers that git's index has not got: where it was locked when they were recorded, or
  /// has the sides of a conflict.
  private func stagePointers(of paths: [RepositoryPath]) throws(WorkspaceError) {
    if paths.isEmpty { return }
    let lock = try sharedLock()
    let index = try onGit { () throws(GitError) in try git.indexedPointers() }
    var staged: [GitStaging] = []
    for path in paths {
      guard let bytes = try pointer(of: path)?.encoded() else { continue }
      let file = PointerFile.path(of: path)
      let entry = index.entries(at: file).first
      let id = try onGit { () throws(GitError) in try GitID(ofBlob: bytes) }
      if let entry, entry.id == id, entry.stage == .merged, !entry.isIntent { continue }
      staged.append(.bytes(file, bytes))
      if entry == nil { staged.append(.worktree(Self.ignoreFile(of: path))) }
    }
    let changes = staged
    try onGit { () throws(GitError) in try git.stage(changes) }
    _ = lock
  }

  private func add(
    _ requests: [AddRequest], options: AddOptions, progress: ProgressCounter?
  ) throws(WorkspaceError) -> AddReport {
    var report = AddReport()
    var rest = requests[...]
    while !rest.isEmpty {
      try add(Array(rest.prefix(Self.batchSize)), options: options, progress, &report)
      rest = rest.dropFirst(Self.batchSize)
    }
    progress?.end()
    return report
  }

  private func add(
    _ requests: [AddRequest], options: AddOptions, _ progress: ProgressCounter?,
    _ report: inout AddReport
  ) throws(WorkspaceError) {
    progress?.begin(.scanning)
    var jobs: [AddJob] = []
    let ground = CommonGround()
    for request in requests {
      let job = try job(request, isForced: options.isForced, on: ground)
      if let passed = try passOver(job, options) {
        switch passed {
        case .absent: report.absent.append(request.path)
        case .behind: report.behind.append(request.path)
        case .unchanged: report.unchanged.append(request.path)
        }
        continue
      }
      report.caseCollisions += job.caseCollisions()
      jobs.append(job)
    }
    if jobs.isEmpty { return }
    let writer = try onStore { () throws(StoreError) in
      try store.writer(compression: compression)
    }
    try read(jobs, into: writer, progress: progress, &report)
    var recordings: [Recording] = []
    for job in jobs { recordings.append(try record(job, with: writer)) }
    let summary = try onStore { () throws(StoreError) in try writer.finish(durably: false) }
    report.newRecords += summary.newRecords
    report.newBytes += summary.newBytes
    report.behind += recordings.filter(\.isBehind).map(\.job.request.path)
    recordings.removeAll(where: \.isBehind)
    for recording in recordings { try check(recording, options) }
    try publish(recordings, options: options, &report)
    // What is proven here and not written down is proven again another time.
    _ = try? store.saveProofs()
  }

  private enum PassedOver { case absent, behind, unchanged }

  /// Whether there is nothing to record for a path.
  private func passOver(
    _ job: AddJob, _ options: AddOptions
  ) throws(WorkspaceError) -> PassedOver? {
    let inspection = job.inspection
    guard let pointer = job.pointer else { return nil }
    if inspection.status == nil, job.isWhole {
      if options.passesOverAbsent { return .absent }
      throw inspection.wasMaterialised
        ? .dataMissing(job.request.path) : .notFound(job.request.path)
    }
    let hasFindings = !job.findings.current.directories.isEmpty
    guard let base = inspection.base else {
      // An empty place where the data would be is no data.
      let isEmpty = inspection.status?.kind == .directory && inspection.result.totals.files == 0
      return job.isWhole && isEmpty && pointer.files > 0 ? .absent : nil
    }
    if base == pointer.id { return hasFindings ? nil : .unchanged }
    guard job.isWhole else { throw .behind(job.request.path) }
    return inspection.result.totals.changes == 0 ? .behind : nil
  }

  /// Refuses to let data replace a pointer that stands for something newer.
  private func check(_ recording: Recording, _ options: AddOptions) throws(WorkspaceError) {
    if options.isForced || recording.pointer.id == recording.job.pointer?.id { return }
    let inspection = recording.job.inspection
    let unfinished = try onFiles { () throws(FileError) in
      try indexes.unfinishedCheckout(inspection.path)
    }
    if unfinished != nil { throw .unfinishedCheckout(inspection.path) }
    guard let pointer = recording.job.pointer else { return }
    guard let base = inspection.base else {
      if !recording.job.isWhole { return }
      throw .diverged(inspection.path, isBaseKnown: false)
    }
    if base != pointer.id {
      throw .diverged(inspection.path, isBaseKnown: true)
    }
  }
}

// MARK: - Reading

extension Workspace {
  /// Puts the content of every new and changed file into the store.
  func read(
    _ jobs: [AddJob], into writer: StoreWriter, progress: ProgressCounter?,
    _ report: inout AddReport
  ) throws(WorkspaceError) {
    var pending: [PendingFile] = []
    var links = LinkTable()
    var bytes = 0
    for (number, job) in jobs.enumerated() {
      let result = job.findings.current
      for place in result.places(where: { entry, _ in entry.isRead }) {
        let (entry, _) = result.entry(place)
        if entry.kind == .symlink {
          try addSymlink(job, place, writer)
          continue
        }
        let file = PendingFile(job: number, place: place)
        if !links.isFirst(file, entry, onDevice: job.inspection.status?.device) { continue }
        bytes += entry.size.bytes
        pending.append(file)
      }
    }
    progress?.begin(.storing, bytes: bytes, files: pending.count)
    let skipped = Mutex<[SkippedFile]>([])
    let forgotten = Mutex<[ForgottenContent]>([])
    let files = pending
    let others = links.others
    try onStore { () throws(StoreError) in
      try writer.addFiles(
        files.count, progress: progress,
        open: { number throws(FileError) in
          try jobs[files[number].job].files.file(files[number].place)
        },
        done: { number, outcome in
          for file in [files[number]] + (others[number] ?? []) {
            let job = jobs[file.job]
            if case .failure(.forgotten(let tombstone)) = outcome {
              let path = job.repositoryPath(file.place)
              forgotten.withLock { $0.append(ForgottenContent(path: path, tombstone: tombstone)) }
            }
            if let reason = job.take(outcome, for: file.place) {
              skipped.withLock { $0.append(reason) }
            }
          }
        })
    }
    let refused = forgotten.withLock { $0 }.sorted { $0.path < $1.path }
    if let first = refused.first {
      throw .forgotten(first.path, first.tombstone, count: refused.count)
    }
    report.filesRead += files.count
    report.skipped += skipped.withLock { $0 }.sorted { $0.path < $1.path }
  }

  private func addSymlink(
    _ job: AddJob, _ place: DeviationPlace, _ writer: StoreWriter
  ) throws(WorkspaceError) {
    let path = job.repositoryPath(place)
    let target = try onFiles { () throws(FileError) in
      try holder(of: path).symlinkTarget(path.name)
    }
    let id = try onStore { () throws(StoreError) in
      try writer.add(target.bytes, class: .data)
    }
    var entry = job.findings.entry(place)
    entry.id = id
    entry.size = .bytes(target.count)
    job.findings.replace(place, with: entry)
  }
}

/// Finds files that are one file with several names.
private struct LinkTable {
  private struct Inode: Hashable {
    let device: UInt64
    let number: UInt64
  }

  private var first: [Inode: Int] = [:]
  private var count = 0

  /// The other names of a pending file, by its number.
  private(set) var others: [Int: [PendingFile]] = [:]

  /// Whether a file has to be read: not one that another name stands for already.
  mutating func isFirst(
    _ file: PendingFile, _ entry: StatEntry, onDevice device: UInt64?
  ) -> Bool {
    if let device, entry.flags.contains(.isLinked) {
      let inode = Inode(device: device, number: entry.inode)
      if let number = first[inode] {
        others[number, default: []].append(file)
        return false
      }
      first[inode] = count
    }
    count += 1
    return true
  }
}

extension StatEntry {
  /// Whether the content has to be read before it is recorded.
  fileprivate var isRead: Bool {
    switch deviation {
    case .added?, .touched?, .changed?, .settled?: kind != .directory
    // Where nothing is trusted, an empty file is settled without a look at the store.
    case .modeChanged?: size == .zero
    default: false
    }
  }
}

extension AddJob {
  /// Takes in what became of a file.
  ///
  /// - Returns: Why it is not recorded, if it is not.
  fileprivate func take(
    _ outcome: Result<AddedFile, StoreError>, for place: DeviationPlace
  ) -> SkippedFile? {
    var entry = findings.entry(place)
    var skipped: SkippedFile?
    switch outcome {
    case .success(let file):
      let deviation = entry.deviation ?? .added
      entry = StatEntry(
        kind: StatEntry.kind(of: file.status) ?? entry.kind,
        flags: StatEntry.Flags.materialised.marked(deviation), status: file.status, id: file.id)
    case .failure(let error):
      entry.flags = entry.flags.marked(.unrecorded)
      var refusal: FileError?
      if case .unreadable(let reason) = error { refusal = reason }
      if case .file(let reason) = error { refusal = reason }
      skipped = SkippedFile(
        path: repositoryPath(place), reason: "\(error)", refusal: refusal)
    }
    findings.replace(place, with: entry)
    return skipped
  }

  /// Names in the directories of the scan that are one where cases are not told apart.
  func caseCollisions() -> [[RepositoryPath]] {
    var collisions: [[RepositoryPath]] = []
    for directory in findings.current.directories {
      var names: [ByteString] = []
      var cursor = directory.deviations.cursor
      while let entry = cursor.next() {
        if entry.deviation?.isChange == true, entry.deviation != .gone {
          names.append(cursor.name(of: entry))
        }
      }
      if var known = inspection.scan.known(directory.path)?.cursor, !names.isEmpty {
        while let entry = known.next() { names.append(known.name(of: entry)) }
      }
      for group in CaseFolding.collisions(in: names) {
        collisions.append(group.map { inspection.repositoryPath($0, in: directory.path) })
      }
    }
    return collisions
  }
}

package import Git
package import ObjectStore
internal import Platform
package import Primitives

/// Files outside tracked data that are to become what the store has: parameters, and code.
package struct PlainFiles: Sendable {
  /// What has to be written.
  package fileprivate(set) var writes: [PlainFile] = []

  /// Files whose content the store lacks.
  package fileprivate(set) var missing: [MissingContent] = []

  /// Files that were changed, so that what they hold is in no store, no commit and not staged.
  package fileprivate(set) var conflicts: [RepositoryPath] = []

  /// Files that were changed, and whose content is in the store.
  fileprivate var saved: [SavedFile] = []

  /// What writing them changes.
  package var changes: [CheckoutChange] { writes.map(\.change) }
}

/// A file with a content of the store.
package struct PlainFile: Hashable, Sendable {
  package let path: RepositoryPath

  /// A file, an executable file or a symlink.
  package let kind: TreeEntry.Kind
  package let id: ObjectID
  package let size: ByteCount

  package init(path: RepositoryPath, kind: TreeEntry.Kind, id: ObjectID, size: ByteCount) {
    self.path = path
    self.kind = kind
    self.id = id
    self.size = size
  }

  fileprivate var change: CheckoutChange {
    var change = CheckoutChange(path: path, old: nil, new: id)
    change.filesWritten = 1
    change.bytesWritten = size
    return change
  }
}

extension Workspace {
  /// Files that git tracks and that are larger than this are not compared with it: they count as
  /// changed.
  private static let comparedLimit = ByteCount.mebibytes(256)

  /// Finds out what it takes to bring plain files; nothing is changed.
  ///
  /// - Throws: ``WorkspaceError/notForData(_:)`` for a path of git's or Shale's own,
  ///   ``WorkspaceError/exists(_:)`` where a directory or a special file is in the way, or what the
  ///   disk refuses.
  package func plan(_ files: [PlainFile]) throws(WorkspaceError) -> PlainFiles {
    let index = try onGit { () throws(GitError) in try git.index() }
    var plan = PlainFiles()
    for file in files {
      guard !file.path.isRoot, !Self.isInGit(file.path) else { throw .notForData(file.path) }
      let isHere = try onStore { () throws(StoreError) in try store.containsWhole(file.id) }
      guard isHere else {
        plan.missing.append(MissingContent(path: file.path, id: file.id))
        continue
      }
      switch try present(file) {
      case .same: continue
      case .nothing: plan.writes.append(file)
      case .other(let bytes):
        plan.writes.append(file)
        if try isKept(file.path, bytes, index) { continue }
        if let saved = try saved(file.path, bytes) {
          plan.saved.append(saved)
        } else {
          plan.conflicts.append(file.path)
        }
      }
    }
    return plan
  }

  private static func isInGit(_ path: RepositoryPath) -> Bool {
    path.components.contains { $0.count == 4 && $0.bytes.map { $0 | 0x20 } == Array(".git".utf8) }
  }

  /// What lies where a file is to be.
  private enum Present {
    case nothing
    case same
    /// Something else; its bytes, unless it is too large to look at.
    case other([UInt8]?)
  }

  private func present(_ file: PlainFile) throws(WorkspaceError) -> Present {
    let status: FileStatus?
    do throws(FileError) {
      status = try holder(of: file.path).statusIfPresent(of: file.path.name)
    } catch {
      guard error.isNotFound else { throw .file(error) }
      try checkWay(to: file.path)
      return .nothing
    }
    guard let status else { return .nothing }
    guard status.kind == .file || status.kind == .symlink else { throw .exists(file.path) }
    let bytes = try contents(of: file.path, status)
    let kind: TreeEntry.Kind =
      status.kind == .symlink ? .symlink : status.isExecutable ? .executable : .file
    if kind == file.kind, let bytes, SHA256.id(of: bytes.span) == file.id { return .same }
    return .other(bytes)
  }

  /// Checks that directories, or nothing, lie on the way to a path: no file, and no symlink.
  private func checkWay(to path: RepositoryPath) throws(WorkspaceError) {
    var place = path.parent
    while let directory = place, !directory.isRoot {
      let status = try onFiles { () throws(FileError) in
        try root.appending(directory).statusIfPresent()
      }
      if let status, status.kind != .directory { throw .exists(directory) }
      place = directory.parent
    }
  }

  private func contents(
    of path: RepositoryPath, _ status: FileStatus
  ) throws(WorkspaceError) -> [UInt8]? {
    if status.size > Self.comparedLimit { return nil }
    return try onFiles { () throws(FileError) in
      let holder = try holder(of: path)
      if status.kind == .symlink { return try holder.symlinkTarget(path.name).bytes }
      return try holder.contentsIfPresent(of: path.name, limit: Self.comparedLimit)
    }
  }

  /// Whether git has the content of a file in its index, so that nothing is lost with the file.
  private func isKept(
    _ path: RepositoryPath, _ bytes: [UInt8]?, _ index: GitIndexSnapshot
  ) throws(WorkspaceError) -> Bool {
    guard let bytes, let entry = index.entries(at: path).first, entry.stage == .merged else {
      return false
    }
    return try onGit { () throws(GitError) in try GitID(ofBlob: bytes) } == entry.id
  }

  /// The content of a file, if the store has it.
  private func saved(
    _ path: RepositoryPath, _ bytes: [UInt8]?
  ) throws(WorkspaceError) -> SavedFile? {
    guard let bytes else { return nil }
    let id = SHA256.id(of: bytes.span)
    let isSaved = try onStore { () throws(StoreError) in try store.containsWhole(id) }
    return isSaved ? SavedFile(path: path, id: id) : nil
  }

  /// Brings plain files.
  ///
  /// - Parameters:
  ///   - plan: What has to be written.
  ///   - isForced: Whether changed files are put into the store and replaced.
  /// - Returns: What changed, and what was put into the store before.
  /// - Throws: ``WorkspaceError/wouldOverwrite(_:count:)`` before anything is changed, or what the
  ///   store or the disk refuses.
  package func write(
    _ plan: PlainFiles, isForced: Bool
  ) throws(WorkspaceError) -> CheckoutReport {
    if !isForced { try refuseConflicts(plan) }
    var report = CheckoutReport()
    report.missing = plan.missing
    report.saved = try save(plan.conflicts, besides: plan.saved)
    try tell(report.saved.map { .saved($0) })
    for file in plan.writes {
      try write(file)
      report.changes.append(file.change)
    }
    return report
  }

  /// Refuses to replace files that were changed.
  ///
  /// - Throws: ``WorkspaceError/wouldOverwrite(_:count:)``.
  package func refuseConflicts(_ plan: PlainFiles) throws(WorkspaceError) {
    if plan.conflicts.isEmpty { return }
    throw .wouldOverwrite(
      Array(plan.conflicts.sorted().prefix(10)), count: plan.conflicts.count)
  }

  /// Puts the content of files into the store, and waits until all of what is saved would survive
  /// a power cut.
  private func save(
    _ paths: [RepositoryPath], besides present: [SavedFile]
  ) throws(WorkspaceError) -> [SavedFile] {
    if paths.isEmpty, present.isEmpty { return [] }
    let writer = try onStore { () throws(StoreError) in
      try store.writer(compression: compression)
    }
    try onStore { () throws(StoreError) in try writer.synchronize() }
    var saved = present
    for path in paths {
      let status = try onFiles { () throws(FileError) in
        try holder(of: path).status(of: path.name)
      }
      guard let bytes = try contents(of: path, status) else {
        throw .wouldOverwrite([path], count: 1)
      }
      let id = try onStore { () throws(StoreError) in try writer.add(bytes, class: .data) }
      saved.append(SavedFile(path: path, id: id))
    }
    _ = try onStore { () throws(StoreError) in try writer.finish(durably: true) }
    return saved
  }

  /// Tells the journal what is about to be written; of what git cannot be given, the store has what
  /// was there.
  private func tell(_ file: PlainFile) throws(WorkspaceError) {
    guard git.journal.isOn, file.size <= Self.keptLimit else { return }
    let status = try onFiles { () throws(FileError) in
      try holder(of: file.path).statusIfPresent(of: file.path.name)
    }
    var old: [UInt8]?
    if let status {
      guard status.size <= Self.keptLimit else { return }
      old = try contents(of: file.path, status)
    }
    let new = try onStore { () throws(StoreError) in
      try store.contents(of: file.id, limit: Self.keptLimit)
    }
    let mode = status.flatMap { StatEntry.kind(of: $0) } ?? file.kind
    try onGit { () throws(GitError) in
      try git.willChange(
        file.path, from: old, to: new, modes: (GitMode(mode), GitMode(file.kind)))
    }
  }

  /// Larger files are not given to git.
  private static let keptLimit = ByteCount.mebibytes(16)

  /// Writes a file beside its place, and then puts it there in one step.
  private func write(_ file: PlainFile) throws(WorkspaceError) {
    let place = try onFiles { () throws(FileError) in try makeHolder(of: file.path) }
    try tell(file)
    let temporary = AtomicFile.temporaryName()
    do throws(WorkspaceError) {
      let entry = TreeEntry(kind: file.kind, id: file.id, size: .zero, name: file.path.name)
      try onStore { () throws(StoreError) in
        _ = try store.write(entry, as: temporary, in: place, progress: nil)
      }
      try onFiles { () throws(FileError) in try place.rename(temporary, to: file.path.name) }
    } catch {
      // After the rename nothing has this name any more.
      _ = try? place.remove(temporary)
      throw error
    }
  }
}

extension GitMode {
  /// The mode that git would give an entry of a tree.
  package init(_ kind: TreeEntry.Kind) {
    switch kind {
    case .file: self = .file
    case .executable: self = .executable
    case .symlink: self = .symlink
    case .directory: self = .directory
    }
  }
}

internal import Git
internal import Lineage
internal import ObjectStore
internal import Primitives
internal import Project
internal import Remotes
internal import Workspace

/// What a transfer sends with the run records of commits: all that makes the runs again.
struct RecordClosure {
  private let project: Project
  private let store: ObjectStore

  /// The records that a commit of the same transfer has carried already.
  private var seen: Set<ObjectID> = []

  init(_ project: Project, _ workspace: Workspace) {
    self.project = project
    store = workspace.store
  }

  /// What the records of a commit lead to, as paths below `.shale/runs`.
  ///
  /// - Parameter commit: A commit; each record counts with the first commit that has it.
  /// - Returns: The paths, and whether every record could be read.
  mutating func paths(
    of commit: GitID
  ) throws(CommandFailure) -> (paths: [TransferPath], isReadable: Bool) {
    guard let place = try? RepositoryPath(RunCatalog.committedPath) else { return ([], true) }
    let git = project.git
    let files = try explaining { () throws(GitError) in
      try git.files(in: git.commit(commit).tree, under: place)
    }
    var paths: [TransferPath] = []
    var isReadable = true
    var fresh: [(id: ObjectID, bytes: [UInt8])] = []
    var size = 0
    for file in files {
      guard let id = RunDirectory.id(of: file.path.name), seen.insert(id).inserted else { continue }
      guard let bytes = try? git.blob(file.id, limit: RunRecord.sizeLimit),
        let record = try? RunRecord(bytes, id: id)
      else {
        isReadable = false
        continue
      }
      fresh.append((id, bytes))
      size += bytes.count
      if size > RunRecord.sizeLimit.bytes {
        try keep(fresh)
        (fresh, size) = ([], 0)
      }
      paths += record.paths(id, size: .bytes(bytes.count), below: place)
    }
    try keep(fresh)
    return (paths, isReadable)
  }

  /// Every run that was made here, with all that it leads to.
  ///
  /// - Parameter isDone: Whether a run need not be dealt with.
  func runs(isDone: (ObjectID) -> Bool) throws(CommandFailure) -> [TransferCommit] {
    guard let place = try? RepositoryPath(RunCatalog.committedPath) else { return [] }
    let catalog = project.runs()
    let summaries = try explaining { () throws(LineageError) in try catalog.summaries() }
    var runs: [TransferCommit] = []
    for summary in summaries where !isDone(summary.id) {
      // The records of others came with git, and their objects lie with them.
      guard try explaining({ () throws(StoreError) in try store.contains(summary.id) }) else {
        continue
      }
      let id = summary.id
      let (record, size) = try explaining { () throws(LineageError) in
        guard let bytes = try catalog.directory.bytes(of: id) else {
          throw .unknownRun(ByteString(id.hex))
        }
        return (try RunRecord(bytes, id: id), bytes.count)
      }
      runs.append(
        TransferCommit(
          .run, id: id.hex, date: Int(summary.started.seconds),
          paths: record.paths(id, size: .bytes(size), below: place)))
    }
    return runs
  }

  /// Makes sure that the store has the records that came with git alone.
  private func keep(_ records: [(id: ObjectID, bytes: [UInt8])]) throws(CommandFailure) {
    try explaining { () throws(StoreError) in
      var missing: [[UInt8]] = []
      for record in records where try !store.contains(record.id) { missing.append(record.bytes) }
      if missing.isEmpty { return }
      let writer = try store.writer()
      for bytes in missing { _ = try writer.add(bytes, class: .run) }
      try writer.finish(durably: false)
    }
  }
}

internal import Git
internal import Lineage
internal import ObjectStore
internal import Pipelines
internal import Platform
internal import Primitives
internal import Project
internal import Workspace

/// Finds the runs that a word of the command line asks to be made again.
struct ReproductionSubject {
  let context: CommandContext
  let project: Project
  let workspace: Workspace
  let catalog: RunCatalog

  /// A run by its id, with a record that keeps to it.
  struct Run {
    let id: ObjectID
    let record: RunRecord
  }

  /// What a word can be read as.
  private struct Reading {
    let meaning: String
    let advice: String
    let runs: [Run]
  }

  /// The runs that a word means: one by its name, one by what it made, or those of a revision.
  ///
  /// - Throws: ``CommandFailure`` where it means nothing, or several things.
  func runs(_ word: ByteString) throws(CommandFailure) -> [Run] {
    let isPath = word.bytes.starts(with: "./".utf8) || word.bytes.starts(with: "../".utf8)
    let readings =
      isPath
      ? [try artifact(word)]
      : [try run(word), try artifact(word), try revision(word)]
    let found = readings.compactMap(\.self)
    let useful = found.filter { !$0.runs.isEmpty }
    if Set(useful.map { $0.runs.map(\.id) }).count > 1 {
      throw CommandFailure(
        .usage, id: "ambiguous-word",
        "'\(word)' could be \(useful.map(\.meaning).joined(separator: " or "))",
        hints: useful.map(\.advice))
    }
    guard let reading = useful.first ?? found.first else {
      throw CommandFailure(
        .refused, id: "run-unknown", "'\(word)' is neither a run nor data that a known run made",
        hints: ["Run `shale log` for the history of the data", "Give the id of a run record"])
    }
    guard !reading.runs.isEmpty else {
      throw CommandFailure(
        .refused, id: "no-runs", "Revision '\(word)' carries no run records",
        hints: ["Name a run, or data that a run made"])
    }
    return reading.runs
  }

  // MARK: - Readings

  private func run(_ word: ByteString) throws(CommandFailure) -> Reading? {
    do throws(LineageError) {
      let id = try catalog.id(named: word)
      return Reading(
        meaning: "run \(id.abbreviated)",
        advice: "For the run: `shale reproduce \(id.abbreviated)`",
        runs: [Run(id: id, record: try catalog.record(id))])
    } catch {
      if case .unknownRun = error { return nil }
      throw CommandFailure(error)
    }
  }

  private func artifact(_ word: ByteString) throws(CommandFailure) -> Reading? {
    guard let (oid, path) = try data(word) else { return nil }
    let summaries = try explaining { () throws(LineageError) in try catalog.summaries() }
    var search = MakerSearch(summaries, workspace.store)
    guard let maker = search.maker(of: oid, at: path) else { return nil }
    return Reading(
      meaning: path.map { "data '\($0)'" } ?? "an object",
      advice: path.map { "For the data: `shale reproduce ./\($0)`" } ?? "Give the id of the run",
      runs: [
        Run(
          id: maker.id,
          record: try explaining { () throws(LineageError) in try catalog.record(maker.id) })
      ])
  }

  /// The data that a word names: an oid, or what lies at a path.
  private func data(
    _ word: ByteString
  ) throws(CommandFailure) -> (oid: ObjectID, path: RepositoryPath?)? {
    let label = Array("sha256:".utf8)
    let digits =
      word.bytes.starts(with: label) ? word.bytes.dropFirst(label.count) : word.bytes[...]
    if let oid = ObjectID(hex: digits) { return (oid, nil) }
    // What cannot be a path of the worktree is no data.
    guard let path = try? context.repositoryPaths([word], in: project).first, !path.isRoot else {
      return nil
    }
    let tracked = try explaining { () throws(WorkspaceError) in
      try workspace.tracked(containing: path)
    }
    if let tracked, let pointer = try? tracked.pointer.get() {
      guard let inside = path.relative(to: tracked.path), !inside.isRoot else {
        return (pointer.id, path)
      }
      let entry = try? workspace.store.entry(at: inside, in: pointer.id)
      return entry.map { ($0.id, path) }
    }
    guard let file = try? OpenFile.forReading(workspace.root.appending(path)),
      let status = try? file.status(), status.kind == .file, let oid = SHA256.id(of: file)
    else { return nil }
    return (oid, path)
  }

  private func revision(_ word: ByteString) throws(CommandFailure) -> Reading? {
    let git = project.git
    guard let commit = try? git.commitID(of: word) else { return nil }
    return Reading(
      meaning: "revision \(commit.abbreviated)",
      advice: "For the runs of the revision: `shale reproduce \(commit.hex)`",
      runs: try runs(in: commit))
  }

  /// The runs whose records a commit carries, but for those that make others again.
  private func runs(in commit: GitID) throws(CommandFailure) -> [Run] {
    guard let place = try? RepositoryPath(RunCatalog.committedPath) else { return [] }
    let git = project.git
    let files = try explaining { () throws(GitError) -> [GitTreeEntry] in
      let tree = try git.commit(commit).tree
      guard let entry = try git.entry(at: place, in: tree), entry.mode == .directory else {
        return []
      }
      return try git.files(in: entry.id)
    }
    var runs: [Run] = []
    for file in files {
      guard let id = RunDirectory.id(of: file.path.name) else { continue }
      let bytes = try explaining { () throws(GitError) in
        try git.blob(file.id, limit: RunRecord.sizeLimit)
      }
      let record = try explaining { () throws(LineageError) in try RunRecord(bytes, id: id) }
      if record.reproduces == nil { runs.append(Run(id: id, record: record)) }
    }
    return runs.sorted { ($0.record.started, $0.id) < ($1.record.started, $1.id) }
  }
}

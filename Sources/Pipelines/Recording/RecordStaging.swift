internal import Git
package import Lineage
internal import Platform
package import Primitives
package import Workspace

/// Keeps `.shale/runs` in step with the pointers that git has staged.
///
/// A commit carries the records of all runs that its data descends from, so that who has the commit
/// can say what the data was made of.
package struct RecordStaging {
  private let workspace: Workspace
  private let catalog: RunCatalog

  package init(_ workspace: Workspace, _ catalog: RunCatalog) {
    self.workspace = workspace
    self.catalog = catalog
  }

  /// Stages the records that staged pointers descend from, and takes back those that none of them
  /// does any more and that no commit has.
  ///
  /// - Throws: ``PipelineError``; what was staged before stays staged.
  package func update() throws(PipelineError) {
    let index = try onGit { () throws(GitError) in try workspace.git.index() }
    guard let place = try? RepositoryPath(RunCatalog.committedPath) else { return }
    let staged = Set(index.entries(below: place).compactMap { RunDirectory.id(of: $0.path.name) })
    let runs = try onLineage { () throws(LineageError) in try catalog.summaries() }
    if runs.isEmpty && staged.isEmpty { return }
    let needed = try neededRecords(index, among: runs)
    var changes: [GitStaging] = []
    for id in needed.subtracting(staged).sorted(by: <) {
      let bytes = try onLineage { () throws(LineageError) in try catalog.directory.bytes(of: id) }
      guard let bytes, let path = path(of: id, in: place) else { continue }
      try write(bytes, to: path)
      changes.append(.bytes(path, bytes))
    }
    let superfluous = staged.subtracting(needed)
    if !superfluous.isEmpty {
      let committed = try committedRecords(in: place)
      for id in superfluous.subtracting(committed).sorted(by: <) {
        guard let path = path(of: id, in: place), try isKept(id) else { continue }
        changes.append(.remove(path))
      }
    }
    if changes.isEmpty { return }
    let all = changes
    try onGit { () throws(GitError) in try workspace.git.stage(all) }
    for case .remove(let path) in all { try remove(path) }
  }

  /// The records that are staged and that the current commit lacks.
  package func pending() throws(PipelineError) -> [RepositoryPath] {
    guard let place = try? RepositoryPath(RunCatalog.committedPath) else { return [] }
    let index = try onGit { () throws(GitError) in try workspace.git.index() }
    let committed = try committedRecords(in: place)
    return index.entries(below: place).map(\.path).filter { path in
      RunDirectory.id(of: path.name).map { !committed.contains($0) } ?? false
    }
  }

  /// The records of the runs that what is staged was made by, directly or not.
  private func neededRecords(
    _ index: GitIndexSnapshot, among runs: [RunSummary]
  ) throws(PipelineError) -> Set<ObjectID> {
    var starts: [LineageStart] = []
    for entry in index.pointers where entry.stage == .merged {
      guard let path = PointerFile.dataPath(of: entry.path),
        let bytes = try? workspace.git.blob(entry.id, limit: PointerFile.sizeLimit),
        case .success(let pointer) = PointerFile.reading(bytes)
      else { continue }
      starts.append(
        .artifact(
          RunSummary.Artifact(
            path: path, isTree: pointer.kind == .tree, oid: pointer.id, size: pointer.size,
            isDeclared: false, tracked: path)))
    }
    // What was made again tells nothing of where the data came from.
    let originals = runs.filter { $0.state == .succeeded && $0.reproduces == nil }
    let graph = LineageGraph(from: starts, .up, in: originals, objects: workspace.store)
    return Set(graph.runs.map(\.id))
  }

  private func committedRecords(in place: RepositoryPath) throws(PipelineError) -> Set<ObjectID> {
    try onGit { () throws(GitError) in
      guard let commit = try workspace.git.head().commit else { return [] }
      let files = try workspace.git.files(in: workspace.git.commit(commit).tree, under: place)
      return Set(files.compactMap { RunDirectory.id(of: $0.path.name) })
    }
  }

  private func path(of id: ObjectID, in place: RepositoryPath) -> RepositoryPath? {
    try? place.appending(RunDirectory.name(of: id))
  }

  /// Whether the clone keeps a record that is to leave the worktree.
  private func isKept(_ id: ObjectID) throws(PipelineError) -> Bool {
    try onLineage { () throws(LineageError) in try catalog.directory.bytes(of: id) != nil }
  }

  private func write(_ bytes: [UInt8], to path: RepositoryPath) throws(PipelineError) {
    try refuseSymlinks(above: path)
    let file = workspace.root.appending(path)
    try tell(path, becomes: bytes)
    try onFiles { () throws(FileError) in
      try file.parent.makeDirectories()
      try AtomicFile.replace(file, with: bytes, durably: false)
    }
  }

  private func tell(_ path: RepositoryPath, becomes new: [UInt8]?) throws(PipelineError) {
    guard workspace.git.journal.isOn else { return }
    let old = try onFiles { () throws(FileError) in
      try workspace.root.appending(path).contentsIfPresent(limit: RunRecord.sizeLimit)
    }
    try onGit { () throws(GitError) in try workspace.git.willChange(path, from: old, to: new) }
  }

  /// A directory of records that is a symlink, as a stranger's repository may have it, leads anywhere.
  private func refuseSymlinks(above path: RepositoryPath) throws(PipelineError) {
    var place = path.parent
    while let directory = place, !directory.isRoot {
      let status = try onFiles { () throws(FileError) in
        try workspace.root.appending(directory).statusIfPresent()
      }
      if status?.kind == .symlink { throw .recordsElsewhere(link: directory) }
      place = directory.parent
    }
  }

  private func remove(_ path: RepositoryPath) throws(PipelineError) {
    try refuseSymlinks(above: path)
    try tell(path, becomes: nil)
    do {
      try workspace.root.appending(path).remove()
    } catch {
      if !error.isNotFound { throw .file(error) }
    }
  }
}

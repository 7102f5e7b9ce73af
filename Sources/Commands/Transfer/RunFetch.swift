internal import Lineage
internal import ObjectStore
internal import Primitives
internal import Project
internal import Remotes
internal import Workspace

/// Brings the records of runs that somebody pushed without a commit that carries them.
struct RunFetch {
  private let project: Project
  private let store: ObjectStore
  private let remote: Remote

  init(_ project: Project, _ workspace: Workspace, _ remote: Remote) {
    self.project = project
    store = workspace.store
    self.remote = remote
  }

  /// Brings the records, and tells what they lead to.
  ///
  /// - Parameters:
  ///   - isDryRun: Whether records that are not here are left out.
  ///   - context: Where the command runs.
  /// - Returns: What the runs of the remote lead to.
  func paths(_ isDryRun: Bool, _ context: CommandContext) throws(CommandFailure) -> [TransferPath] {
    let source = try explaining { () throws(ProjectError) in try project.open(remote) }
    let ids = try explaining { () throws(RemoteError) in try source.roots.commits(.run) }
    let catalog = project.runs()
    let known = Set(try explaining { () throws(LineageError) in try catalog.summaries() }.map(\.id))
    var roots: [(id: ObjectID, entries: [CommitRoot.Entry])] = []
    for name in ids {
      guard let id = ObjectID(hex: name),
        let root = try explaining({ () throws(RemoteError) in try source.roots.commit(name, .run) })
      else { continue }
      roots.append((id, root.entries))
    }
    let fresh = roots.filter { !known.contains($0.id) }
    if !isDryRun, !fresh.isEmpty {
      let records = fresh.flatMap { root in root.entries.filter { $0.id == root.id } }
      let fetch = Fetch(records.map { $0.transferPath }, from: source, to: store)
      _ = try explaining { () throws(RemoteError) in
        try fetch.run(lookups: context.progress, progress: context.progress)
      }
      for (id, _) in fresh { try keep(id, in: catalog, context) }
    }
    return roots.flatMap { $0.entries.map(\.transferPath) }
  }

  /// Takes a record that has arrived into the clone, once it proves to be one.
  private func keep(
    _ id: ObjectID, in catalog: RunCatalog, _ context: CommandContext
  ) throws(CommandFailure) {
    guard let bytes = try? store.contents(of: id, limit: RunRecord.sizeLimit) else {
      return context.warn(
        Warning(
          id: "run-record-missing", "Run record '\(id.abbreviated)' did not arrive",
          hints: ["Run `shale push --runs` in the clone that made it"]))
    }
    do throws(LineageError) {
      try catalog.add(bytes, as: id)
    } catch {
      // One record that is none, or that a newer Shale wrote, keeps no other from coming.
      switch error {
      case .unreadableRecord, .tampered, .newerRecord:
        context.warn(Warning(id: "run-record-unreadable", "\(error)"))
      default: throw CommandFailure(error)
      }
    }
  }
}

extension CommitRoot.Entry {
  /// The entry as something to be brought.
  fileprivate var transferPath: TransferPath {
    TransferPath(path: path, isTree: isTree, id: id, size: size, files: files)
  }
}

internal import Git
internal import Lineage
internal import ObjectStore
internal import Primitives
internal import Workspace

/// What lies at the tracked paths at one moment, each with the name of its content.
struct TrackedData: Sendable {
  /// The data of a tracked path.
  struct Content: Hashable, Sendable {
    let id: ObjectID
    let isTree: Bool
    let size: ByteCount
    let files: Int
  }

  private(set) var contents: [RepositoryPath: Content] = [:]

  /// What was recorded to give changed data a name.
  private(set) var recorded = AddReport()

  /// No data at all.
  init() {}

  /// Looks at all tracked paths, and records those whose data has changed.
  ///
  /// - Parameters:
  ///   - workspace: The worktree.
  ///   - isForeign: Whether another run is at work on a path: what it has changed there is neither
  ///     recorded nor told, for it may be half of something.
  ///   - stages: Whether git's index gets the pointers that change; not what a command has made.
  ///   - progress: Told of what is looked at.
  /// - Throws: ``PipelineError/workspace(_:)``, such as for data that diverged from its pointer.
  init(
    recording workspace: Workspace, besides isForeign: (RepositoryPath) -> Bool,
    stages: Bool = true, progress: ProgressCounter?
  ) throws(PipelineError) {
    var options = StatusOptions()
    options.looksForUntracked = false
    options.findsRenames = false
    let all = try onWorkspace { () throws(WorkspaceError) in
      try workspace.status(options: options, progress: progress).paths
    }
    let states = all.filter { $0.state == .clean || !isForeign($0.path) }
    let changed = states.filter { $0.state == .modified || $0.state == .diverged }.map(\.path)
    if !changed.isEmpty {
      recorded = try onWorkspace { () throws(WorkspaceError) in
        var options = AddOptions()
        options.stages = stages
        options.isMadeByCommand = !stages
        return try workspace.addTracked(changed, options: options, progress: progress)
      }
    }
    let news = Dictionary(recorded.changes.map { ($0.path, $0.new) }) { $1 }
    for state in states {
      if let pointer = news[state.path] ?? nil {
        contents[state.path] = Content(pointer)
      } else if case .success(let pointer) = state.pointer {
        switch state.state {
        case .behind:
          guard let base = state.base else { continue }
          contents[state.path] = Content(of: base, like: pointer, in: workspace.store)
        case .missing, .notHere, .unreadablePointer: continue
        default: contents[state.path] = Content(pointer)
        }
      }
    }
  }

  /// The tracked path that a path is or lies in.
  func tracked(containing path: RepositoryPath) -> RepositoryPath? {
    var candidate: RepositoryPath? = path
    while let place = candidate, !place.isRoot {
      if contents[place] != nil { return place }
      candidate = place.parent
    }
    return nil
  }

  /// Takes a path that became tracked since.
  mutating func insert(_ path: RepositoryPath, _ pointer: PointerFile) {
    contents[path] = Content(pointer)
  }
}

extension TrackedData.Content {
  init(_ pointer: PointerFile) {
    self.init(
      id: pointer.id, isTree: pointer.kind == .tree, size: pointer.size, files: pointer.files)
  }

  /// Older data than the pointer's, which may have another size.
  init(of base: ObjectID, like pointer: PointerFile, in store: ObjectStore) {
    guard pointer.kind == .tree else {
      self.init(
        id: base, isTree: false, size: (try? store.size(of: base)) ?? .zero, files: 1)
      return
    }
    let tree = try? store.tree(base)
    self.init(id: base, isTree: true, size: tree?.size ?? .zero, files: tree?.files ?? 0)
  }

  /// As an input or output of a record.
  func artifact(
    at path: RepositoryPath, tracked: RepositoryPath?, _ origin: RunArtifact.Origin
  ) -> RunArtifact {
    RunArtifact(
      path: path, kind: isTree ? .tree : .file, oid: id, size: size,
      files: isTree ? files : nil, origin: origin, tracked: tracked)
  }
}

internal import Git
internal import ObjectStore
internal import Primitives
internal import Project
internal import Workspace

/// The versions of tracked paths: those that the worktree has, and those that commits brought.
struct VersionHistory {
  /// One content that a path has, or had.
  struct Version {
    let pointer: PointerFile

    /// The newest commit that brought it; `nil` where none did.
    var commit: GitID?
  }

  /// What is known of a path.
  struct History {
    /// Each content once, newest first.
    fileprivate(set) var versions: [Version] = []

    /// Whether it is tracked now.
    fileprivate(set) var isTracked = false
    fileprivate var places: [ObjectID: Int] = [:]

    /// The bytes of the largest version.
    var largest: ByteCount { versions.map(\.pointer.size).max() ?? .zero }

    fileprivate mutating func add(_ pointer: PointerFile, from commit: GitID?) {
      if let place = places[pointer.id] {
        if versions[place].commit == nil { versions[place].commit = commit }
      } else {
        places[pointer.id] = versions.count
        versions.append(Version(pointer: pointer, commit: commit))
      }
    }
  }

  private(set) var paths: [RepositoryPath: History] = [:]

  /// Goes through the worktree and the history of every reference.
  ///
  /// - Parameter wanted: Which paths; all of them where it is empty.
  init(
    of wanted: [RepositoryPath], _ project: Project, _ workspace: Workspace
  ) throws(CommandFailure) {
    func isWanted(_ path: RepositoryPath) -> Bool { wanted.isEmpty || wanted.contains(path) }
    var paths: [RepositoryPath: History] = [:]
    let tracked = try explaining { () throws(WorkspaceError) in try workspace.trackedPaths() }
    for item in tracked where isWanted(item.path) {
      guard case .success(let pointer) = item.pointer else { continue }
      paths[item.path, default: History()].add(pointer, from: nil)
      paths[item.path]?.isTracked = true
    }
    try explaining { () throws(GitError) in
      try project.git.forEachCommittedPointer { path, pointer, commit in
        if isWanted(path) { paths[path, default: History()].add(pointer, from: commit) }
        return true
      }
    }
    self.paths = paths
  }
}

extension VersionHistory.History {
  /// What all versions need.
  func roots(at path: RepositoryPath) -> [ClosureRoot] {
    versions.map { $0.root(at: path) }
  }
}

extension VersionHistory.Version {
  /// What the version needs.
  func root(at path: RepositoryPath) -> ClosureRoot {
    ClosureRoot(id: pointer.id, isTree: pointer.kind == .tree, path: path)
  }
}

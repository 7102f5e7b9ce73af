internal import Git
internal import Lineage
internal import ObjectStore
internal import Primitives
internal import Project
internal import Workspace

/// Everything that leads to data: pointers of all commits and of the worktree, and runs.
struct TraceOrigins {
  /// An object at which a search begins.
  struct Root: Hashable {
    let id: ObjectID
    let isTree: Bool
    let size: ByteCount
  }

  /// Where an object is named.
  private struct Naming {
    /// Paths, with the oldest commit that brought the object there, if any did.
    var paths: [RepositoryPath: GitCommit?] = [:]

    /// Whether it is the code of a run.
    var isCode = false
  }

  /// A place of a file: a path, and since when git has it there.
  struct Place {
    let path: RepositoryPath
    let commit: GitCommit?

    /// Whether it is among the code that a run ran, and nothing else is known of it.
    let isCode: Bool

    /// In how many states of a tracked directory, or of the code, it lies there.
    var versions = 0
  }

  private(set) var roots: [Root] = []
  private var seen: Set<ObjectID> = []
  private var namings: [ObjectID: Naming] = [:]

  init(
    project: Project, workspace: Workspace, runs: [RunSummary]
  ) throws(CommandFailure) {
    let view = TrackedView(project: project, workspace: workspace, revision: nil)
    for item in try view.contents().items { add(item.pointer, item.path, nil) }
    for run in runs {
      for artifact in run.inputs + run.outputs {
        add(Root(id: artifact.oid, isTree: artifact.isTree, size: artifact.size))
        note(artifact.oid, artifact.path, nil)
      }
      add(Root(id: run.codeTree, isTree: true, size: .zero))
      namings[run.codeTree, default: .init()].isCode = true
    }
    var found: [(PointerFile, RepositoryPath, GitID)] = []
    try explaining { () throws(GitError) in
      try project.git.forEachCommittedPointer { path, pointer, commit in
        found.append((pointer, path, commit))
        return true
      }
    }
    for (pointer, path, id) in found {
      add(pointer, path, try explaining { () throws(GitError) in try project.git.commit(id) })
    }
  }

  /// The places of a file, from the root of the worktree.
  func places(_ places: [ContentSearch.Place]) -> [Place] {
    var found: [RepositoryPath: Place] = [:]
    for place in places {
      guard let naming = namings[place.root] else { continue }
      let versions = place.path.isRoot ? 0 : 1
      if naming.isCode {
        Self.add(
          Place(path: place.path, commit: nil, isCode: true, versions: versions), to: &found)
      }
      for (base, commit) in naming.paths {
        let path = base.appending(place.path)
        Self.add(
          Place(path: path, commit: commit, isCode: false, versions: versions), to: &found)
      }
    }
    return found.values.sorted { $0.path < $1.path }
  }

  /// Adds a place to those at other paths; of two at one path the older commit is told.
  private static func add(_ place: Place, to found: inout [RepositoryPath: Place]) {
    guard let known = found[place.path] else {
      found[place.path] = place
      return
    }
    let commits = [known.commit, place.commit].compactMap(\.self)
    found[place.path] = Place(
      path: place.path, commit: commits.min { $0.author.time < $1.author.time },
      isCode: known.isCode && place.isCode, versions: known.versions + place.versions)
  }

  private mutating func add(_ pointer: PointerFile, _ path: RepositoryPath, _ commit: GitCommit?) {
    add(Root(id: pointer.id, isTree: pointer.kind == .tree, size: pointer.size))
    note(pointer.id, path, commit)
  }

  private mutating func add(_ root: Root) {
    if seen.insert(root.id).inserted { roots.append(root) }
  }

  /// Notes a place; history comes newest first, so the last commit is the oldest.
  private mutating func note(_ id: ObjectID, _ path: RepositoryPath, _ commit: GitCommit?) {
    let isKnown = namings[id]?.paths.keys.contains(path) ?? false
    guard commit != nil || !isKnown else { return }
    namings[id, default: .init()].paths.updateValue(commit, forKey: path)
  }
}

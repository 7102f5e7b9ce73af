internal import ObjectStore
internal import Platform
internal import Primitives
internal import Project
internal import Remotes

/// A store that may have contents that are to be forgotten, and what became of them there.
struct ForgetPlace {
  /// The remote, or nothing for the store of the clone.
  let remote: Remote?

  /// The store, where it could be opened.
  let store: ObjectStore?
  private let roots: RootDirectory?

  /// Whether bytes are to be removed here, and not only looked for.
  let isTarget: Bool

  /// What keeps it from being looked at or changed.
  private(set) var failure: CommandFailure?

  private(set) var plan: ForgettingPlan?
  private(set) var freed = ByteCount.zero
  private(set) var isDone = false

  /// Clones that registered here, by the repository they are in.
  private(set) var clones: [FilePath] = []

  /// Commits that were pushed here, that this clone does not know, and that track such a path.
  private(set) var unseen: [ForgetReport.Unseen] = []

  /// The store of the clone.
  init(local store: ObjectStore) {
    self.store = store
    remote = nil
    roots = RootDirectory(store: store.root)
    isTarget = true
  }

  /// The store of a remote, if it can be reached.
  init(_ remote: Remote, of project: Project, isTarget: Bool) {
    self.remote = remote
    self.isTarget = isTarget
    do {
      let opened = try project.open(remote)
      store = opened.store
      roots = opened.roots
    } catch {
      (store, roots) = (nil, nil)
      failure = CommandFailure(error)
    }
  }

  /// Finds out what there is to take away.
  ///
  /// - Parameters:
  ///   - targets: The contents.
  ///   - named: Files that the clone names by themselves.
  ///   - progress: Told of the packs that were looked through.
  mutating func look(
    for targets: Set<ObjectID>, named: Set<ObjectID>, progress: ProgressCounter
  ) {
    guard let store, let roots, failure == nil else { return }
    do throws(CommandFailure) {
      let others = try explaining { () throws(RemoteError) in try roots.files() }
      plan = try explaining { () throws(StoreError) in
        try store.planForgetting(targets, named: named.union(others), progress: progress)
      }
      clones = try explaining { () throws(RemoteError) in try roots.repositories() }
    } catch {
      failure = error
    }
  }

  /// Finds commits that others pushed and that track what is asked for: of those nobody here knows
  /// the versions.
  mutating func lookForUnseen(
    _ paths: [RepositoryPath], besides namings: DataNamings, _ project: Project
  ) {
    guard let roots, failure == nil, !paths.isEmpty else { return }
    var known: Set<ObjectID> = []
    for naming in namings.all { known.insert(naming.id) }
    do throws(RemoteError) {
      for commit in try roots.commits() {
        for entry in try roots.commit(commit)?.entries ?? []
        where paths.contains(where: { $0.overlaps(entry.path) }) && !known.contains(entry.id) {
          unseen.append(ForgetReport.Unseen(commit: commit, path: entry.path, oid: entry.id))
        }
      }
    } catch {
      failure = CommandFailure(error)
    }
  }

  /// Says what is to be nowhere, before any byte goes.
  mutating func bury(_ tombstones: [Tombstone]) {
    guard isTarget, let store, failure == nil else { return }
    do throws(StoreError) {
      try store.take(tombstones)
    } catch {
      failure = explained(error)
    }
  }

  /// Takes away what was planned, by a fresh look.
  mutating func forget(
    _ targets: Set<ObjectID>, named: Set<ObjectID>, progress: ProgressCounter
  ) {
    guard isTarget, let store, failure == nil else { return }
    look(for: targets, named: named, progress: progress)
    guard let plan, failure == nil else { return }
    do throws(StoreError) {
      let outcome = try store.forget(plan)
      freed = outcome.freed
      failure = doubt(about: outcome)
      isDone = failure == nil
    } catch {
      failure = explained(error)
    }
  }

  /// Why bytes may have stayed.
  private func doubt(about outcome: Forgotten) -> CommandFailure? {
    if let pack = outcome.unreadable.first {
      return CommandFailure(
        .damaged, id: "pack-unreadable",
        "Pack \(pack.id.abbreviated) in \(name) cannot be read, so that nobody knows what is in it",
        hints: ["Move it out of the store, and delete it"])
    }
    guard outcome.hasWriters else { return nil }
    return CommandFailure(
      .tryAgain, id: "store-busy",
      "Somebody writes to \(name): what was begun before may bring the bytes once more",
      hints: ["Run the command again when that has ended"])
  }

  private func explained(_ error: StoreError) -> CommandFailure {
    guard let remote else { return CommandFailure(error) }
    return CommandFailure(RemoteError(error, of: remote))
  }

  /// What a sentence calls it.
  var name: String { remote.map { "remote '\($0.name)'" } ?? "the store of this clone" }
}

extension RootDirectory {
  /// Every file that the roots name by itself.
  ///
  /// - Throws: ``RemoteError`` when they cannot be read: nobody then knows what has to stay.
  fileprivate func files() throws(RemoteError) -> Set<ObjectID> {
    var files: Set<ObjectID> = []
    try forEachKept { root, _, _ throws(RemoteError) in
      if !root.isTree { files.insert(root.id) }
    }
    return files
  }

  /// The git directories of the clones that registered.
  fileprivate func repositories() throws(RemoteError) -> [FilePath] {
    var found: [FilePath] = []
    for clone in try clones() {
      if let repository = try repository(ofClone: clone) { found.append(repository) }
    }
    return found
  }
}

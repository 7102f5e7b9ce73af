package import ObjectStore
package import Platform
package import Primitives

/// Looks at every byte of a remote, and at what its roots promise.
package struct RemoteVerification: Sendable {
  /// A path of a pushed commit that cannot be brought back as a whole.
  package struct BrokenPath: Equatable, Sendable {
    /// The commit's id in hexadecimal.
    package let commit: String

    /// The tracked path.
    package let path: RepositoryPath

    /// Whether the root says that the remote has all of it.
    package let wasComplete: Bool

    /// What is missing or damaged, at most 10,000.
    package let problems: [ClosureProblem]
  }

  /// What was found.
  package struct Report: Sendable {
    /// What is wrong with the store itself.
    package let store: VerificationReport

    /// How many commits have a root.
    package let commits: Int

    /// What the roots say that was pushed, each path with its commit or run.
    package let pushed: [(commit: String, entry: CommitRoot.Entry)]

    /// Commits whose root cannot be read.
    package let unreadable: [String]

    /// Files below `roots/commits` that cannot be read.
    package let damagedRoots: [FilePath]

    /// Paths that cannot be brought back although a root promised so, or because of damage.
    package let broken: [BrokenPath]

    package var isSound: Bool { store.isSound && damagedRoots.isEmpty && broken.isEmpty }
  }

  private let remote: RemoteStore

  package init(_ remote: RemoteStore) {
    self.remote = remote
  }

  /// Looks at everything.
  ///
  /// Where something is lost, the store's generation is raised, so that the next push believes no
  /// root and sends it again.
  ///
  /// - Parameter progress: Told of the bytes of packs read.
  /// - Returns: What was found.
  /// - Throws: ``RemoteError`` when the remote as a whole cannot be read.
  package func run(progress: ProgressCounter? = nil) throws(RemoteError) -> Report {
    let store: VerificationReport
    do {
      store = try Verification(remote.store, progress: progress).run()
    } catch {
      throw RemoteError(error, of: remote.remote)
    }
    var damaged: [FilePath] = []
    var unreadable: [String] = []
    var paths: [(commit: String, entry: CommitRoot.Entry)] = []
    let commits = try remote.roots.commits()
    let runs = try remote.roots.commits(.run)
    let roots = commits.map { (CommitRoot.Kind.commit, $0) } + runs.map { (.run, $0) }
    for (kind, id) in roots {
      if let root = try remote.roots.commit(id, kind) {
        paths += root.entries.map { (id, $0) }
      } else {
        damaged.append(remote.roots.path(ofCommit: id, kind))
        if kind == .commit { unreadable.append(id) }
      }
    }
    let broken = try brokenPaths(among: paths, damage: store)
    return Report(
      store: store, commits: commits.count, pushed: paths, unreadable: unreadable,
      damagedRoots: damaged, broken: broken)
  }

  private func brokenPaths(
    among paths: [(commit: String, entry: CommitRoot.Entry)], damage: VerificationReport
  ) throws(RemoteError) -> [BrokenPath] {
    let roots = paths.map { path in
      ClosureRoot(id: path.entry.id, isTree: path.entry.isTree, path: path.entry.path)
    }
    do {
      let problems = try remote.store.problems(ofEach: roots)
      let broken = zip(paths, problems).compactMap { path, problems -> BrokenPath? in
        // What was never pushed is missing, and nobody promised otherwise.
        let counts = problems.filter { problem in
          path.entry.isComplete || problem.kind != .missing
            || damage.damagedObjects.contains(problem.id)
        }
        guard !counts.isEmpty else { return nil }
        return BrokenPath(
          commit: path.commit, path: path.entry.path, wasComplete: path.entry.isComplete,
          problems: counts)
      }
      if broken.contains(where: \.wasComplete) {
        // A remote that nobody can write to keeps its promises; they are told to be false.
        _ = try? remote.store.raiseGeneration()
      }
      return broken
    } catch {
      throw RemoteError(error, of: remote.remote)
    }
  }
}

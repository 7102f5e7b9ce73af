internal import Git
internal import ObjectStore
internal import Platform
internal import Primitives
internal import Project
internal import Remotes
internal import Workspace

/// What is tracked anywhere in the history, or was pushed to a remote, and where.
struct TrackedUses {
  private(set) var roots: [ClosureRoot] = []

  /// The size of each root, as its pointer says.
  private(set) var sizes: [ByteCount] = []

  /// The first commits that have each of the roots; none for the worktree alone.
  private(set) var commits: [[String]] = []

  /// The roots that have to be whole: those of the worktree's pointers, and what a remote has
  /// promised to have.
  private(set) var promised: Set<Int> = []

  /// The roots that this clone has recorded, or asked a remote for.
  private(set) var wereHere: Set<Int> = []
  private var numbers: [Use: Int] = [:]

  private struct Use: Hashable {
    let path: RepositoryPath
    let id: ObjectID
  }

  private init() {}

  /// What this clone tracks.
  ///
  /// - Parameters:
  ///   - project: The clone.
  ///   - workspace: Its worktree.
  ///   - past: What it has recorded or fetched so far.
  ///   - includesHistory: Whether all commits count, not only the pointers of the worktree.
  init(
    of project: Project, _ workspace: Workspace, past: PastContents, includesHistory: Bool
  ) throws(CommandFailure) {
    let now = TrackedView(project: project, workspace: workspace, revision: nil)
    for item in try now.contents().items { add(item.path, item.pointer, commit: nil) }
    promised = Set(roots.indices)
    if includesHistory { try addHistory(of: project) }
    wereHere = Set(roots.indices.filter { past.recorded.contains(roots[$0].id) })
  }

  /// What was pushed to a remote, and what the history of this clone tracks.
  ///
  /// - Parameters:
  ///   - pushed: What the roots of the remote say.
  ///   - project: The clone whose history counts too; none where the roots are enough.
  init(
    pushed: [(commit: String, entry: CommitRoot.Entry)], and project: Project?
  ) throws(CommandFailure) {
    for (commit, entry) in pushed {
      let number = add(
        entry.path, entry.id, isTree: entry.isTree, size: entry.size, commit: commit)
      if entry.isComplete { promised.insert(number) }
    }
    if let project { try addHistory(of: project) }
  }

  private mutating func addHistory(of project: Project) throws(CommandFailure) {
    var found: [(RepositoryPath, PointerFile, String)] = []
    try explaining { () throws(GitError) in
      try project.git.forEachCommittedPointer { path, pointer, commit in
        found.append((path, pointer, commit.hex))
        return true
      }
    }
    for (path, pointer, commit) in found { add(path, pointer, commit: commit) }
  }

  private mutating func add(_ path: RepositoryPath, _ pointer: PointerFile, commit: String?) {
    add(path, pointer.id, isTree: pointer.kind == .tree, size: pointer.size, commit: commit)
  }

  @discardableResult
  private mutating func add(
    _ path: RepositoryPath, _ id: ObjectID, isTree: Bool, size: ByteCount, commit: String?
  ) -> Int {
    let use = Use(path: path, id: id)
    let number = numbers[use] ?? roots.count
    if number == roots.count {
      numbers[use] = number
      roots.append(ClosureRoot(id: id, isTree: isTree, path: path))
      sizes.append(size)
      commits.append([])
    }
    if let commit, !commits[number].contains(commit) { commits[number].append(commit) }
    return number
  }
}

/// What the operation log says was in the store of this clone once.
struct PastContents {
  /// Tracked data that was recorded, brought or asked for here.
  let recorded: Set<ObjectID>

  init(_ project: Project) {
    // A log that cannot be read only knows nothing.
    let operations = (try? project.operations.operations().operations) ?? []
    var recorded: Set<ObjectID> = []
    for change in operations.lazy.flatMap(\.changes) {
      switch change.kind {
      case .pointer, .data, .fetched:
        if let id = change.new.flatMap({ ObjectID(hex: $0.bytes) }) { recorded.insert(id) }
      default: break
      }
    }
    self.recorded = recorded
  }

  /// Whether the store lacks any of it, which a look at the history then explains.
  func isLacking(in store: ObjectStore) throws(CommandFailure) -> Bool {
    let recorded = recorded
    return try explaining { () throws(StoreError) in
      try StoreRepair.present(recorded, in: store).count < recorded.count
    }
  }
}

/// Tells what was lost from what was never here: `docs/design/0018-repair.md` § Lost or never here.
struct LossRule {
  let report: VerificationReport
  let uses: TrackedUses

  /// Objects that are damaged or lost, as far as the store can tell.
  private let known: Set<ObjectID>

  /// Roots of which the object itself was lost: all of them was here.
  private var lostRoots: Set<Int> = []

  init(_ report: VerificationReport, _ uses: TrackedUses) {
    self.report = report
    self.uses = uses
    known = report.damagedObjects.union(report.lost)
  }

  /// What counts as lost of what a walk did not find.
  ///
  /// - Parameter problems: For each root what was not found below it.
  mutating func losses(_ problems: [[ClosureProblem]]) -> LossList {
    var losses = LossList()
    for (number, found) in problems.enumerated() {
      let root = uses.roots[number].id
      if uses.wereHere.contains(number), found.contains(where: { $0.id == root }) {
        lostRoots.insert(number)
      }
      for problem in found {
        let isDamaged = isDamage(problem)
        guard isDamaged || isLost(problem, below: number) else { continue }
        losses.add(problem, root: number, uses.commits[number], isDamaged: isDamaged)
      }
    }
    return losses
  }

  private func isLost(_ problem: ClosureProblem, below root: Int) -> Bool {
    if uses.promised.contains(root) || known.contains(problem.id) || lostRoots.contains(root) {
      return true
    }
    return report.hasUnknownLoss && uses.wereHere.contains(root)
  }

  /// Whether something cannot be brought back because of damage that was found.
  private func isDamage(_ problem: ClosureProblem) -> Bool {
    if problem.kind != .missing || report.damagedObjects.contains(problem.id) { return true }
    // Nobody can say what was in a pack that cannot be read and that no index names.
    return report.lostPacks.contains { $0.isThere && !$0.isKnown }
  }
}

/// The losses of a store, each path and content once.
struct LossList {
  private(set) var losses: [FsckReport.Loss] = []

  /// The roots below which each loss was met.
  private(set) var roots: [Set<Int>] = []
  private var numbers: [ContentAtPath: Int] = [:]

  private struct ContentAtPath: Hashable {
    let path: RepositoryPath
    let id: ObjectID
  }

  /// The objects that are lacking.
  var ids: Set<ObjectID> { Set(losses.map(\.oid)) }

  mutating func add(
    _ problem: ClosureProblem, root: Int, _ commits: [String], isDamaged: Bool
  ) {
    add(
      .init(path: problem.path, oid: problem.id, commits: commits, isDamaged: isDamaged), [root])
  }

  mutating func add(_ loss: FsckReport.Loss, _ places: Set<Int>) {
    let key = ContentAtPath(path: loss.path, id: loss.oid)
    guard let number = numbers[key] else {
      numbers[key] = losses.count
      losses.append(loss)
      roots.append(places)
      return
    }
    losses[number].commits += loss.commits.filter { !losses[number].commits.contains($0) }
    roots[number].formUnion(places)
  }
}

extension TrackedUses {
  /// What this clone tracks, with its history where that could tell what was lost.
  static func local(
    _ project: Project, _ workspace: Workspace, _ report: VerificationReport
  ) throws(CommandFailure) -> Self {
    let past = PastContents(project)
    let isSuspect = !report.isSound || !report.lost.isEmpty || report.hasUnknownLoss
    return try Self(
      of: project, workspace, past: past,
      includesHistory: isSuspect ? true : past.isLacking(in: workspace.store))
  }
}

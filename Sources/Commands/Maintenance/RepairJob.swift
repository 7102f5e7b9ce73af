internal import Git
internal import ObjectStore
internal import Primitives
internal import Project
internal import Remotes
internal import Workspace

/// The repair of one store: what is lost, where there is a copy, and the bringing.
struct RepairJob {
  let workspace: Workspace

  /// The store that is repaired.
  let store: ObjectStore
  let repair: StoreRepair
  let report: VerificationReport
  let sources: [RepairSource]
  let context: CommandContext
  private var rule: LossRule

  /// Where each object that is lacking comes from.
  private(set) var origins: [ObjectID: String] = [:]

  /// What was lost, first as it was found, then with what showed when directories were back.
  private(set) var losses = LossList()

  /// Objects that were asked of all places already.
  private var asked: Set<ObjectID> = []

  /// What was moved, as stored.
  private(set) var bytes = ByteCount.zero
  private(set) var objects = 0

  /// The name of the store itself among the places that copies come from.
  static let ownPacks = "another pack"

  init(
    _ workspace: Workspace, _ store: ObjectStore, _ report: VerificationReport,
    _ uses: TrackedUses, _ sources: [RepairSource], _ context: CommandContext
  ) throws(CommandFailure) {
    self.workspace = workspace
    self.store = store
    self.report = report
    self.sources = sources
    self.context = context
    rule = LossRule(report, uses)
    repair = try explaining { () throws(StoreError) in try StoreRepair(store, report) }
  }

  /// Looks what is lost now.
  ///
  /// - Returns: The losses, each with the roots it was met under.
  mutating func look() throws(CommandFailure) -> LossList {
    let store = store
    let (roots, progress) = (rule.uses.roots, context.progress)
    progress.begin(.comparing)
    let problems = try explaining { () throws(StoreError) in
      try store.problems(ofEach: roots, progress: progress)
    }
    return rule.losses(problems)
  }

  /// How many lost objects there is no copy of that no path leads to.
  func unnamed() throws(CommandFailure) -> Int {
    let repair = repair
    let wanted = try explaining { () throws(StoreError) in try repair.wanted() }
    return wanted.subtracting(losses.ids).count { origins[$0] == nil }
  }

  // MARK: - The plan

  /// Finds out where there is a copy of what is lost; nothing is read of it yet.
  mutating func plan() throws(CommandFailure) {
    losses = try look()
    let repair = repair
    var lacking = try explaining { () throws(StoreError) in try repair.wanted() }
    lacking.formUnion(losses.ids)
    for id in report.salvageable { origins[id] = Self.ownPacks }
    lacking.subtract(report.salvageable)
    for source in sources where !lacking.isEmpty {
      let found: Set<ObjectID>
      switch source.place {
      case .store(let other):
        let ids = lacking
        found = try explaining { () throws(StoreError) in
          try StoreRepair.present(ids, in: other)
        }
      case .worktree:
        found = Set(try copies(of: losses.filter(lacking)).flatMap(\.serves))
      }
      for id in found { origins[id] = source.name }
      lacking.subtract(found)
    }
  }

  // MARK: - The work

  /// Brings what there is a good copy of.
  ///
  /// - Returns: What is lost all the same.
  mutating func run() throws(CommandFailure) -> LossList {
    origins = [:]
    let repair = repair
    context.progress.begin(.receiving)
    objects += try explaining { () throws(StoreError) in try repair.salvage() }
    for id in report.salvageable { origins[id] = Self.ownPacks }
    var lacking = try explaining { () throws(StoreError) in try repair.wanted() }
    lacking.formUnion(losses.ids.subtracting(report.salvageable))
    while true {
      try bring(lacking)
      // With a directory that is back shows what is lost below it.
      let left = try look()
      note(left)
      lacking = left.ids.subtracting(asked)
      if lacking.isEmpty { return left }
    }
  }

  /// Keeps in mind what else was lost.
  private mutating func note(_ found: LossList) {
    losses.merge(found)
  }

  /// Asks one place after the other for some objects.
  private mutating func bring(_ ids: Set<ObjectID>) throws(CommandFailure) {
    // Without a path the user's files could not be asked: it may show once a directory is back.
    asked.formUnion(ids.intersection(losses.ids))
    var lacking = ids
    let (repair, progress) = (repair, context.progress)
    for source in sources where !lacking.isEmpty {
      progress.begin(.receiving)
      switch source.place {
      case .store(let other):
        let wanted = lacking
        let brought = try explaining { () throws(StoreError) in
          try repair.bring(wanted, from: other, progress: progress)
        }
        for id in brought.ids { origins[id] = source.name }
        lacking.subtract(brought.ids)
        objects += brought.ids.count
        bytes += brought.bytes
      case .worktree:
        lacking.subtract(try bringFromWorktree(lacking, as: source.name))
      }
    }
  }

  /// Stores again what the user's files have of some objects.
  private mutating func bringFromWorktree(
    _ ids: Set<ObjectID>, as name: String
  ) throws(CommandFailure) -> Set<ObjectID> {
    let wanted = losses.filter(ids)
    if wanted.losses.isEmpty { return [] }
    let served = try copies(of: wanted)
    if served.isEmpty { return [] }
    let (workspace, store, progress) = (workspace, store, context.progress)
    let stored = try explaining { () throws(WorkspaceError) in
      try workspace.storeAgain(served.map(\.copy), into: store, progress: progress)
    }
    // A file is cut anew: whether its parts are those that were lacking, the store tells.
    let came = Set(served.filter { stored.contains($0.copy.id) }.flatMap(\.serves))
    let there = try explaining { () throws(StoreError) in
      try StoreRepair.present(came, in: store)
    }
    for id in came { origins[id] = name }
    objects += stored.count
    return there
  }

  /// A copy among the user's files, and the objects that are lacking because of its content.
  private struct Served {
    let copy: WorktreeCopy
    let serves: [ObjectID]
  }

  private func copies(of wanted: LossList) throws(CommandFailure) -> [Served] {
    var lacked: Set<LackedContent> = []
    var serves: [ObjectID: [ObjectID]] = [:]
    for (loss, roots) in zip(wanted.losses, wanted.roots) {
      for root in roots {
        guard let content = content(at: loss.path, below: root) else { continue }
        lacked.insert(content)
        serves[content.id, default: []].append(loss.oid)
      }
    }
    let (workspace, contents) = (workspace, lacked)
    let copies = try explaining { () throws(WorkspaceError) in try workspace.copies(of: contents) }
    return copies.map { Served(copy: $0, serves: serves[$0.id] ?? []) }
  }

  /// The whole content that lay at a path, as far as the directories above it can be read.
  private func content(at path: RepositoryPath, below number: Int) -> LackedContent? {
    let root = rule.uses.roots[number]
    guard let inner = path.relative(to: root.path), !inner.isRoot else {
      return LackedContent(
        id: root.id, path: path, size: root.isTree ? nil : rule.uses.sizes[number])
    }
    guard let entry = try? store.entry(at: inner, in: root.id) else { return nil }
    return LackedContent(
      id: entry.id, path: path, size: entry.kind == .directory ? nil : entry.size)
  }
}

extension LossList {
  /// Those of some objects.
  func filter(_ ids: Set<ObjectID>) -> Self {
    var list = Self()
    for (loss, roots) in zip(losses, roots) where ids.contains(loss.oid) { list.add(loss, roots) }
    return list
  }

  /// Adds what another list has besides.
  mutating func merge(_ other: Self) {
    for (loss, roots) in zip(other.losses, other.roots) { add(loss, roots) }
  }
}

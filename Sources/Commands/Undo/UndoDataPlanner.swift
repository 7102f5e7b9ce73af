internal import Git
internal import ObjectStore
internal import Platform
internal import Primitives
internal import Project
internal import Workspace

/// Finds out how data becomes what it was: its changes are gone through from the last to the first.
struct UndoDataPlanner {
  private let workspace: Workspace
  private let operation: LoggedOperation
  private let isForced: Bool

  private(set) var moves: [(from: RepositoryPath, to: RepositoryPath)] = []
  private(set) var steps: [UndoPlan.DataStep] = []
  private(set) var missing: [MissingContent] = []
  private(set) var problems: [UndoPlan.Problem] = []
  private(set) var warnings: [Warning] = []

  /// The paths that are tracked now, or were before or after.
  private var roots: Set<RepositoryPath> = []

  /// The base that a path has at the moment that the steps so far lead to.
  private var bases: [RepositoryPath: ObjectID?] = [:]

  /// The pointers that the operation tells of.
  private var known: [ObjectID: PointerFile] = [:]

  /// What was replaced at a path, or the news that nothing lay there.
  private typealias Displaced = (part: ByteString, entry: TreeEntry?)

  init(_ workspace: Workspace, _ operation: LoggedOperation, isForced: Bool) {
    self.workspace = workspace
    self.operation = operation
    self.isForced = isForced
  }

  /// Plans, and tries out what can be tried without changing anything.
  ///
  /// - Parameter plan: What is done to files: they need no displaced content besides.
  mutating func make(besides plan: UndoPlan) throws(CommandFailure) {
    try look()
    let files = Set(operation.net(.file).map(\.subject))
    var displaced: [RepositoryPath: [Displaced]] = [:]
    for change in operation.changes.reversed() {
      guard let path = try? RepositoryPath(change.subject) else { continue }
      if change.kind != .saved { try put(&displaced) }
      switch change.kind {
      case .moved: try planMove(change, path)
      case .data, .base: try planBase(change, path)
      case .placed: try planPlaced(change, path)
      case .saved where !files.contains(change.subject):
        try collect(change, path, &displaced)
      default: break
      }
    }
    try put(&displaced)
    if case .checkout? = plan.head { return }
    try tryOut()
  }

  private mutating func look() throws(CommandFailure) {
    let tracked = try explaining { () throws(WorkspaceError) in try workspace.trackedPaths() }
    roots = Set(tracked.map(\.path))
    for tracked in tracked {
      if case .success(let pointer) = tracked.pointer { known[pointer.id] = pointer }
    }
    for change in operation.changes {
      switch change.kind {
      case .data, .base, .pointer, .moved:
        if let path = try? RepositoryPath(change.subject) { roots.insert(path) }
      case .file:
        for text in [change.old, change.new] {
          guard let version = text.flatMap({ GitFileVersion($0) }),
            PointerFile.isPointerName(change.subject),
            let bytes = try? workspace.git.blob(version.id, limit: PointerFile.sizeLimit),
            case .success(let pointer) = PointerFile.reading(bytes)
          else { continue }
          known[pointer.id] = pointer
        }
      default: break
      }
    }
  }

  /// The base of a path at this point.
  private mutating func base(of path: RepositoryPath) throws(CommandFailure) -> ObjectID? {
    if let known = bases[path] { return known }
    let base = try explaining { () throws(WorkspaceError) in try workspace.base(of: path) }
    bases[path] = .some(base)
    return base
  }

  private func pointer(for id: ObjectID) throws(CommandFailure) -> PointerFile? {
    if let known = known[id] { return known }
    return try explaining { () throws(WorkspaceError) in try workspace.pointer(for: id) }
  }

  /// Goes on only where the content is here.
  private mutating func pointer(
    for id: ObjectID, at path: RepositoryPath
  ) throws(CommandFailure) -> PointerFile? {
    if let pointer = try pointer(for: id) { return pointer }
    missing.append(MissingContent(path: path, id: id))
    return nil
  }

  // MARK: - Steps

  private mutating func planMove(
    _ change: Operation.Change, _ path: RepositoryPath
  ) throws(CommandFailure) {
    guard let source = change.old.flatMap({ try? RepositoryPath($0) }) else { return }
    func exists(_ path: RepositoryPath) throws(CommandFailure) -> Bool {
      try explaining { () throws(FileError) in
        try workspace.root.appending(path).statusIfPresent() != nil
      }
    }
    let (old, new) = (PointerFile.path(of: source), PointerFile.path(of: path))
    if try exists(old), try !exists(new) { return }
    if try !exists(new) {
      problems.append(
        .init(subject: path.bytes, text: "'\(path)' is not tracked any more", isForcible: false))
      return
    }
    for place in [source, old] where try exists(place) {
      problems.append(
        .init(
          subject: source.bytes, text: "'\(place)' is in the place of what was moved",
          isForcible: false, hint: "Move it away"))
      return
    }
    moves.append((from: path, to: source))
    bases[source] = .some(try base(of: path))
    bases[path] = .some(nil)
  }

  private mutating func planBase(
    _ change: Operation.Change, _ path: RepositoryPath
  ) throws(CommandFailure) {
    let (old, new) = (id(change.old), id(change.new))
    let now = try base(of: path)
    if now != new {
      // What was begun and not finished is gone through again.
      if now == old, change.kind == .base { return }
      if now != old {
        problems.append(
          .init(subject: path.bytes, text: "The data of '\(path)' has changed since"))
      }
    }
    if old == new { return }
    bases[path] = .some(old)
    var target: PointerFile?
    if let old {
      target = try pointer(for: old, at: path)
      if target == nil { return }
    }
    steps.append(change.kind == .base ? .rebase(path, target) : .bring(path, target))
  }

  /// Brings back what the base has, where something else was brought into its place.
  private mutating func planPlaced(
    _ change: Operation.Change, _ path: RepositoryPath
  ) throws(CommandFailure) {
    guard let root = root(of: path), let old = id(change.old),
      let target = try pointer(for: old, at: path)
    else { return }
    let parts = part(path, in: root).map { [$0] } ?? []
    let isBase = try base(of: root) == old
    steps.append(
      .put(
        CheckoutTarget(path: root, pointer: target, parts: parts, becomesBase: isBase),
        brought: id(change.new)))
  }

  private mutating func collect(
    _ change: Operation.Change, _ path: RepositoryPath,
    _ displaced: inout [RepositoryPath: [Displaced]]
  ) throws(CommandFailure) {
    let id = id(change.new)
    guard let root = root(of: path) else {
      if let id {
        warnings.append(
          Warning(
            id: "kept-in-store", "What lay at '\(path)' stays in the store",
            hints: ["Run `shale cat \(id.hex)` to see it"]))
      }
      return
    }
    guard let id else {
      displaced[root, default: []].append((part(path, in: root) ?? "", nil))
      return
    }
    let (isHere, size) = try explaining { () throws(StoreError) in
      let isHere = try workspace.store.containsWhole(id)
      return (isHere, isHere ? try workspace.store.size(of: id) : .zero)
    }
    if !isHere {
      missing.append(MissingContent(path: path, id: id))
      return
    }
    let kind: TreeEntry.Kind =
      switch change.old {
      case "executable": .executable
      case "symlink": .symlink
      default: .file
      }
    displaced[root, default: []].append(
      (
        part(path, in: root) ?? "",
        TreeEntry(kind: kind, id: id, size: size, files: 1, name: path.name)
      ))
  }

  /// Puts what was displaced beside the base.
  private mutating func put(
    _ displaced: inout [RepositoryPath: [Displaced]]
  ) throws(CommandFailure) {
    for (root, entries) in displaced.sorted(by: { $0.key < $1.key }) {
      if let whole = entries.first(where: { $0.part.isEmpty })?.entry {
        steps.append(
          .put(
            CheckoutTarget(
              path: root, pointer: .file(whole.id, size: whole.size), becomesBase: false)))
        continue
      }
      var old: PointerFile?
      if let id = try base(of: root) {
        old = try pointer(for: id, at: root)
        if old == nil { continue }
      }
      let target = try Graft(store: workspace.store).pointer(old, placing: entries)
      steps.append(
        .put(
          CheckoutTarget(
            path: root, pointer: target, parts: entries.map(\.part), becomesBase: false)))
    }
    displaced = [:]
  }

  // MARK: - Trying out

  /// Finds out whether data that nobody has stored would be in the way, and what the store lacks.
  private mutating func tryOut() throws(CommandFailure) {
    let moved = Set(moves.flatMap { [$0.from, $0.to] })
    var seen: Set<RepositoryPath> = []
    for step in steps {
      guard let target = step.target, !moved.contains(target.path),
        seen.insert(target.path).inserted || step.isPartial
      else { continue }
      var options = step.options(isForced: isForced)
      options.isDryRun = true
      options.looksForContent = true
      let trial = options
      let report = try explaining { () throws(WorkspaceError) in
        try workspace.checkout([target], options: trial)
      }
      missing += report.missing
    }
  }

  // MARK: - Words

  private func id(_ text: ByteString?) -> ObjectID? { text.flatMap { ObjectID(hex: $0.bytes) } }

  private func root(of path: RepositoryPath) -> RepositoryPath? {
    var place: RepositoryPath? = path
    while let candidate = place, !candidate.isRoot {
      if roots.contains(candidate) { return candidate }
      place = candidate.parent
    }
    return nil
  }

  private func part(_ path: RepositoryPath, in root: RepositoryPath) -> ByteString? {
    path.relative(to: root).flatMap { $0.isRoot ? nil : $0.bytes }
  }
}

extension UndoPlan.DataStep {
  /// What is checked out, if anything is.
  var target: CheckoutTarget? {
    switch self {
    case .bring(let path, let pointer): CheckoutTarget(path: path, pointer: pointer)
    case .put(let target, _): target
    case .rebase: nil
    }
  }

  /// Whether only a part of the data is meant, and the rest stays as it is.
  var isPartial: Bool {
    if case .put = self { true } else { false }
  }

  func options(isForced: Bool) -> CheckoutOptions {
    var options = CheckoutOptions()
    options.isForced = isForced
    // What is ignored comes back as it was, too.
    options.keepsOutOfGit = false
    if case .put(_, let brought) = self { options.brought = brought }
    options.localChanges = isPartial ? .replace : .keep
    return options
  }
}

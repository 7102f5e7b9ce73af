internal import ObjectStore
internal import Platform
internal import Primitives

/// Finds out what has to be done so that data becomes what a target says.
///
/// Nothing is changed here. Subtrees that are the same in target and index, and in which the scan
/// found nothing, are not looked into.
struct CheckoutPlanner {
  let workspace: Workspace
  let inspection: Inspection
  let target: CheckoutTarget
  let options: CheckoutOptions
  var plan = CheckoutPlan()

  private var expansion = TreeExpansion()
  private var found: [ByteString: ScannedDirectory] = [:]

  /// Directories in or below which something differs from the index or is not here.
  private var dirty: Set<ByteString> = []

  /// Whether a single file is planned, which has the tracked path itself.
  private var isSingle = false

  /// What a checkout was to bring, which may have brought a part of it.
  private var unfinished: (id: ObjectID, trees: TreeCache)?

  /// Whether a checkout of the path was cut off, and may have taken files away.
  private let isCutOff: Bool

  /// Prepares a plan.
  ///
  /// - Parameter unfinished: What a checkout of the path has begun to bring and not finished.
  init(
    _ workspace: Workspace, _ inspection: Inspection, _ target: CheckoutTarget,
    _ options: CheckoutOptions, unfinished: ObjectID?
  ) {
    isCutOff = unfinished != nil
    let begun = options.brought ?? unfinished
    self.unfinished = begun.map { ($0, TreeCache(store: workspace.store, root: $0)) }
    self.workspace = workspace
    self.inspection = inspection
    self.target = target
    self.options = options
    for directory in inspection.result.directories {
      found[directory.path] = directory
      if !directory.deviations.isEmpty || directory.isNew { markDirty(directory.path) }
    }
    guard let index = inspection.loaded.index, index.header.isDirectory else { return }
    for number in 0..<index.directoryCount {
      let directory = index.block(number)
      var cursor = directory.cursor
      while let entry = cursor.next() {
        if !entry.flags.contains(.materialised) {
          markDirty(directory.path)
          break
        }
      }
    }
  }

  private mutating func markDirty(_ path: ByteString) {
    var path = path
    while dirty.insert(path).inserted, !path.isEmpty {
      let slash = path.bytes.lastIndex(of: UInt8(ascii: "/"))
      path = ByteString(slash.map { path.bytes[..<$0] } ?? [])
    }
  }

  /// Plans the checkout of a directory.
  ///
  /// - Parameter id: The oid of its tree, or `nil` to take it away.
  mutating func planTree(_ id: ObjectID?, mustVanish: Bool = false) throws(WorkspaceError) {
    let isThere = inspection.status?.kind == .directory
    let known = isThere ? inspection.scan.known("") : nil
    guard let id else {
      if isThere { try vanish("", known, must: mustVanish) }
      return
    }
    if isThere, let known, known.id == id, !dirty.contains(""), inspection.loaded.index != nil,
      options.linking == nil
    {
      plan.copied.append("")
      return
    }
    try visit("", id, known, isThere: isThere)
  }

  /// Plans what becomes of a single file.
  mutating func planSingle(
    _ pointer: PointerFile?, _ disk: DiskEntry
  ) throws(WorkspaceError) {
    isSingle = true
    var directory = CheckoutPlan.Directory(path: "", id: .empty, isMade: false)
    directory.isSingle = true
    let name = inspection.path.name
    if let pointer, pointer.kind == .file {
      var kind = TreeEntry.Kind.file
      // A pointer does not say whether its file may be executed, so what is there stays so.
      switch disk {
      case .clean(let now), .dirty(let now, _), .notHere(let now):
        if now.kind == .executable { kind = .executable }
      default: break
      }
      let wanted = TreeEntry(
        kind: kind, id: pointer.id, size: pointer.size, files: 1, name: name)
      let entry = try fileEntry(wanted, disk, name, isWanted: true)
      directory.entries.append(entry, name: name)
    } else {
      directory.isGone = true
      try remove(name, in: "", disk, &directory)
    }
    plan.directories.append(directory)
    isSingle = false
    if let pointer, pointer.kind == .tree {
      try visit("", pointer.id, nil, isThere: false)
    }
  }

  // MARK: - Selection

  private enum Coverage { case all, some, none }

  private func coverage(_ path: ByteString) -> Coverage {
    if target.parts.isEmpty { return .all }
    if target.parts.contains(where: { Workspace.isWithin(path, $0) }) { return .all }
    return target.parts.contains { Workspace.isWithin($0, path) } ? .some : .none
  }

  // MARK: - Directories

  /// Plans one directory of the target.
  ///
  /// - Parameters:
  ///   - path: From the tracked path on.
  ///   - id: The oid of its tree.
  ///   - entry: What the directory above says of it.
  ///   - known: What the index knows of it.
  ///   - isThere: Whether it is in the worktree.
  private mutating func visit(
    _ path: ByteString, _ id: ObjectID, as entry: TreeEntry? = nil, _ known: IndexedDirectory?,
    isThere: Bool
  ) throws(WorkspaceError) {
    let tree: Tree
    do throws(StoreError) {
      tree = try workspace.store.tree(id)
      try expansion.count(id, tree, at: path)
      if let entry, (entry.size, entry.files) != (tree.size, tree.files) {
        throw .invalidTree(id, .differsFromEntry)
      }
    } catch {
      switch error {
      case .missing, .corrupt, .undecodable, .invalidRecipe:
        plan.missingTrees.append(
          MissingContent(path: inspection.scan.repositoryPath(path), id: id))
        return
      default: throw .content(inspection.scan.repositoryPath(path), error)
      }
    }
    try checkCases(tree, in: path)
    let number = plan.directories.count
    plan.directories.append(CheckoutPlan.Directory(path: path, id: id, isMade: !isThere))
    var directory = plan.directories[number]
    let scanned = isThere ? found[path] : nil
    var names = NameMerge(tree, known, scanned?.deviations)
    var isTouched = !isThere
    while let (name, wanted, base, deviations) = names.next() {
      if deviations.contains(where: { $0.deviation == .leftover }) {
        plan.leftovers.append(inspection.repositoryPath(name, in: path))
      }
      let disk = isThere ? DiskEntry(base: base, deviations: deviations) : .absent
      let before = (plan.filesWritten, plan.filesRemoved)
      let isGone = deviations.contains { $0.deviation == .gone }
      if let wanted, let base, isGone, base.flags.contains(.materialised), base.id == wanted.id,
        !isCutOff, coverage(Scan.join(path, name.bytes)) == .none
      {
        // What the user removed, and no cut-off checkout took away, stays removed unless asked for.
        keepRemoved(base, name, in: path, &directory)
      } else if let wanted {
        let entry = try self.entry(wanted, name, in: path, disk, &directory)
        directory.entries.append(entry, name: name)
        if coverage(Scan.join(path, name.bytes)) != .none {
          noteRemoved(name, in: path, deviations)
        }
      } else {
        noteRemoved(name, in: path, deviations)
        try remove(name, in: path, disk, &directory)
      }
      if before != (plan.filesWritten, plan.filesRemoved) { isTouched = true }
    }
    if !isTouched, !directory.hasOthers {
      let stamp = scanned?.stamp ?? known.flatMap { $0.isStampTrusted ? $0.stamp : nil }
      let clock = inspection.clock
      directory.stamp = stamp.flatMap { stamp in
        clock.map { stamp.modified < $0 && stamp.changed < $0 } == true ? stamp : nil
      }
    }
    plan.directories[number] = directory
  }

  /// Plans what the target has under a name, and gives the next entry of it.
  private mutating func entry(
    _ wanted: TreeEntry, _ name: ByteString, in path: ByteString, _ disk: DiskEntry,
    _ directory: inout CheckoutPlan.Directory
  ) throws(WorkspaceError) -> StatEntry {
    let inner = Scan.join(path, name.bytes)
    let coverage = coverage(inner)
    if wanted.kind == .directory {
      return try directoryEntry(wanted, inner, coverage, disk, name, &directory)
    }
    return try fileEntry(wanted, disk, inner, isWanted: coverage == .all)
  }

  private mutating func fileEntry(
    _ wanted: TreeEntry, _ disk: DiskEntry, _ inner: ByteString, isWanted: Bool
  ) throws(WorkspaceError) -> StatEntry {
    switch disk {
    case .absent:
      return isWanted ? write(wanted, over: nil) : .absent(wanted)
    case .notHere(let base):
      if isWanted { return write(wanted, over: base) }
      return base.id == wanted.id ? base : .absent(wanted)
    case .clean(let now):
      return try clean(now, wanted, isWanted, inner)
    case .dirty(let now, let base):
      return try dirty(now, base, wanted, isWanted, inner)
    case .directory(let base):
      guard isWanted else { return .absent(wanted) }
      let below = base == nil ? nil : inspection.scan.known(inner)
      try vanish(inner, below, must: true)
      return write(wanted, over: nil)
    case .blocked(let isRepository): throw .inTheWay(place(inner), isRepository: isRepository)
    }
  }

  private mutating func directoryEntry(
    _ wanted: TreeEntry, _ inner: ByteString, _ coverage: Coverage, _ disk: DiskEntry,
    _ name: ByteString, _ directory: inout CheckoutPlan.Directory
  ) throws(WorkspaceError) -> StatEntry {
    var isThere = false
    var known: IndexedDirectory?
    switch disk {
    case .directory(let base):
      isThere = true
      known = base == nil ? nil : inspection.scan.known(inner)
      if let known, known.id == wanted.id, !dirty.contains(inner), options.linking == nil,
        inspection.loaded.index?.directory(inner) != nil
      {
        plan.copied.append(inner)
        return .directory(
          id: wanted.id, size: wanted.size, files: wanted.files, isMaterialised: true)
      }
    case .absent: break
    case .notHere(let now):
      if coverage != .none { removeFile(now, name, &directory) }
    case .clean(let now):
      if coverage != .none {
        try checkSaved(now, inner)
        removeFile(now, name, &directory)
      }
    case .dirty(let now, _):
      conflict(inner, as: now.kind)
      removeFile(now, name, &directory)
    case .blocked(let isRepository): throw .inTheWay(place(inner), isRepository: isRepository)
    }
    if !isThere && coverage == .none { return .absent(wanted) }
    try visit(inner, wanted.id, as: wanted, known, isThere: isThere)
    return .directory(
      id: wanted.id, size: wanted.size, files: wanted.files, isMaterialised: true)
  }
}

// MARK: - Files

extension CheckoutPlanner {
  /// Plans a file whose content is known to be that of an oid.
  private mutating func clean(
    _ now: StatEntry, _ wanted: TreeEntry, _ isWanted: Bool, _ inner: ByteString
  ) throws(WorkspaceError) -> StatEntry {
    let isSameType = (now.kind == .symlink) == (wanted.kind == .symlink)
    if now.id == wanted.id, isSameType {
      if inspection.base == nil {
        plan.unrecorded.append(SavedFile(path: place(inner), id: now.id, kind: now.kind))
      }
      var entry = now
      entry.flags = entry.flags.unmarked.union(.materialised)
      if now.deviation != nil {
        entry.flags =
          now.isOlder(than: inspection.clock) ? [.materialised, .trusted] : .materialised
      }
      entry.kind = wanted.kind
      if now.kind == wanted.kind {
        guard isWanted, try isToBeRelinked(now, place(inner)) else { return entry }
        try checkSaved(now, inner)
        return write(wanted, over: now)
      }
      if now.deviation == .modeChanged, options.localChanges == .keep || !isWanted {
        if isWanted { plan.kept.append(place(inner)) }
        return entry
      }
      plan.modesChanged += 1
      noteMode(now, inner)
      entry.mark(.setMode)
      return entry
    }
    guard isWanted else {
      // What an earlier version left in the place of content that is not wanted now.
      var entry = StatEntry.absent(wanted)
      (entry.modified, entry.changed, entry.inode) = (now.modified, now.changed, now.inode)
      if now.flags.contains(.trusted) { entry.flags.insert(.trusted) }
      return entry
    }
    try checkSaved(now, inner, replacedBy: wanted)
    noteMode(now, inner)
    return write(wanted, over: now)
  }

  /// Plans a file that the user changed.
  private mutating func dirty(
    _ now: StatEntry, _ base: StatEntry?, _ wanted: TreeEntry, _ isWanted: Bool,
    _ inner: ByteString
  ) throws(WorkspaceError) -> StatEntry {
    let path = place(inner)
    if let same = try settled(now, inner, as: wanted) {
      return try clean(same, wanted, isWanted, inner)
    }
    if let brought = try brought(now, inner) {
      return try clean(brought, wanted, isWanted, inner)
    }
    // Where the base is not known, what looks like it is the target itself, and says nothing.
    let isUntouched =
      inspection.base != nil && base?.id == wanted.id && base?.kind == wanted.kind
    if isUntouched, options.localChanges == .keep || !isWanted {
      // What was not named is no news.
      if isWanted { plan.kept.append(path) }
      var entry = base ?? .absent(wanted)
      entry.flags = .materialised
      return entry
    }
    conflict(inner, as: now.kind)
    return write(wanted, over: now)
  }

  /// A changed file as one that is known, if it has the content of an entry.
  private func settled(
    _ now: StatEntry, _ inner: ByteString, as entry: TreeEntry
  ) throws(WorkspaceError) -> StatEntry? {
    guard try workspace.isContent(now, place(inner), entry, inspection) else { return nil }
    var same = now
    same.id = entry.id
    same.flags = StatEntry.Flags.materialised.marked(.settled)
    return same
  }

  /// A changed file as one that is known, if a checkout that was interrupted has brought it.
  private mutating func brought(
    _ now: StatEntry, _ inner: ByteString
  ) throws(WorkspaceError) -> StatEntry? {
    guard let id = unfinished?.id else { return nil }
    var entry = TreeEntry(kind: .file, id: id, size: now.size, files: 1, name: inspection.path.name)
    if !isSingle {
      guard let inner = try? RepositoryPath(inner),
        let found = unfinished?.trees.entry(inner.name, in: inner.parent?.bytes ?? "")
      else { return nil }
      entry = found
    }
    return try settled(now, inner, as: entry)
  }

  /// An entry for a file that is to be written, with the times of what is in its place.
  private mutating func write(_ wanted: TreeEntry, over now: StatEntry?) -> StatEntry {
    var entry = StatEntry.absent(wanted)
    if let now {
      (entry.modified, entry.changed, entry.inode) = (now.modified, now.changed, now.inode)
      plan.replaced += 1
      plan.noteChange(of: now)
    }
    plan.filesWritten += 1
    plan.bytesWritten += wanted.size.bytes
    entry.mark(.write)
    return entry
  }

  /// Plans the removal of a name that the target has not.
  private mutating func remove(
    _ name: ByteString, in path: ByteString, _ disk: DiskEntry,
    _ directory: inout CheckoutPlan.Directory
  ) throws(WorkspaceError) {
    let inner = Scan.join(path, name.bytes)
    switch disk {
    case .absent: break
    case .blocked: directory.hasOthers = true
    case .notHere(let now): removeFile(now, name, &directory)
    case .clean(let now):
      try checkSaved(now, inner)
      noteMode(now, inner)
      removeFile(now, name, &directory)
    case .dirty(let now, let base):
      if let brought = try brought(now, inner) {
        try checkSaved(brought, inner)
        return removeFile(now, name, &directory)
      }
      if base == nil, !isSingle {
        directory.hasOthers = true
        return
      }
      conflict(inner, as: now.kind)
      removeFile(now, name, &directory)
    case .directory(let base):
      if base == nil, unfinished?.trees.tree(inner) == nil {
        directory.hasOthers = true
      } else {
        try vanish(inner, base == nil ? nil : inspection.scan.known(inner), must: false)
      }
    }
  }

  /// Plans that a directory goes, with everything in it that is recorded.
  ///
  /// - Parameter must: Whether something else takes its place, so that nothing may stay.
  private mutating func vanish(
    _ path: ByteString, _ known: IndexedDirectory?, must: Bool
  ) throws(WorkspaceError) {
    var directory = CheckoutPlan.Directory(path: path, id: .empty, isMade: false)
    plan.removedDirectories.append(path)
    var names = NameMerge(nil, known, found[path]?.deviations)
    while let (name, _, base, deviations) = names.next() {
      if deviations.contains(where: { $0.deviation == .leftover }) {
        plan.leftovers.append(inspection.repositoryPath(name, in: path))
      }
      noteRemoved(name, in: path, deviations)
      let disk = DiskEntry(base: base, deviations: deviations)
      let inner = Scan.join(path, name.bytes)
      switch disk {
      case .dirty(let now, nil) where must:
        conflict(inner, as: now.kind)
        removeFile(now, name, &directory)
      case .directory(let base) where must:
        try vanish(inner, base == nil ? nil : inspection.scan.known(inner), must: true)
      case .blocked(let isRepository) where must:
        throw .inTheWay(place(inner), isRepository: isRepository)
      default: try remove(name, in: path, disk, &directory)
      }
    }
    directory.isGone = true
    if !directory.removals.isEmpty { plan.directories.append(directory) }
  }

  /// Leaves something removed that the user removed.
  private mutating func keepRemoved(
    _ base: StatEntry, _ name: ByteString, in path: ByteString,
    _ directory: inout CheckoutPlan.Directory
  ) {
    var entry = base
    entry.flags = .materialised
    directory.entries.append(entry, name: name)
    directory.hasOthers = true
    if base.kind == .directory { plan.copied.append(Scan.join(path, name.bytes)) }
  }

  /// Notes a conflict where the store lost a file's content; otherwise whether it may be patched.
  private mutating func checkSaved(
    _ now: StatEntry, _ inner: ByteString, replacedBy wanted: TreeEntry? = nil
  ) throws(WorkspaceError) {
    let store = workspace.store
    let isSaved = try onStore { () throws(StoreError) in try store.containsWhole(now.id) }
    if !isSaved {
      conflict(inner, as: now.kind)
    } else if let wanted, options.patching.concerns(now, wanted, isSingle: isSingle) {
      plan.patchable[place(inner)] = now.id
    }
  }

  /// The path of a name in the data, from the root of the worktree.
  func place(_ inner: ByteString) -> RepositoryPath {
    isSingle ? inspection.path : inspection.scan.repositoryPath(inner)
  }
}

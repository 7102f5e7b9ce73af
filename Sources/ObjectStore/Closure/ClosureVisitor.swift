internal import Platform
internal import Primitives
internal import Synchronization

/// One thread's part of a walk: looks up an object and its parts.
final class ClosureVisitor: @unchecked Sendable {
  // Used by one thread at a time, and kept by the walk: two that held each other would never end,
  // nor would the writer behind them.
  private unowned let walk: ClosureWalk
  private var probe = RecordProbe()

  /// What is to be moved, of the visit that goes on.
  private var needed: [RecordEntry] = []

  /// The largest directory that is read, encoded, in bytes.
  private static let treeLimit = 1 << 30

  init(_ walk: ClosureWalk) {
    self.walk = walk
  }

  /// Where a record was found.
  private struct Found {
    let entry: RecordEntry

    /// Whether it is in the destination already.
    let isThere: Bool
  }

  /// Looks up an object and all of its parts, and notes what lies below a directory.
  ///
  /// - Throws: ``StoreError`` when a store cannot be read; damage is noted instead.
  func visit(_ item: ClosureWalk.Item) throws(StoreError) {
    needed.removeAll(keepingCapacity: true)
    do throws(StoreError) {
      if try take(item), item.isTree { try visitTree(item) }
    } catch {
      guard error.isDamage else { throw error }
      walk.report(item.id, at: item.path, .damaged(error))
    }
    let needed = needed
    if needed.isEmpty { return }
    try walk.state.withLock { state throws(StoreError) in try state.needed.append(needed) }
  }

  // MARK: - Records

  private func find(_ id: ObjectID) throws(StoreError) -> Found? {
    if let destination = walk.destination {
      if let entry = try destination.find(id) { return Found(entry: entry, isThere: true) }
      guard walk.damaged[id] == nil else { return nil }
    }
    if let entry = try walk.source.known(id) {
      // Where there is only one store, what is in it need not be moved.
      return Found(entry: entry, isThere: walk.destination == nil)
    }
    return walk.state.withLock { $0.inTrash[id] }.map { Found(entry: $0, isThere: false) }
  }

  private func note(_ found: Found) {
    if !found.isThere { needed.append(found.entry) }
  }

  private func isAbsent(_ id: ObjectID, for item: ClosureWalk.Item) {
    // A directory tells of what was in it, and is never forgotten.
    if !item.isTree, walk.forgotten.contains(item.id) { return }
    walk.state.withLock { $0.absent.append((id, item)) }
  }

  /// The decoded bytes of a record, proven.
  ///
  /// Where the destination's copy is damaged and the source has a good one, that is noted to be
  /// stored again.
  private func bytes(of found: Found) throws(StoreError) -> [UInt8] {
    guard found.isThere, let destination = walk.destination else {
      _ = try probe.load(found.entry, from: walk.source)
      return probe.bytes
    }
    do throws(StoreError) {
      _ = try probe.load(found.entry, from: destination.records)
    } catch {
      guard error.isDamage, let own = try walk.source.known(found.entry.oid) else { throw error }
      _ = try probe.load(own, from: walk.source)
      needed.append(own)
      walk.state.withLock { $0.superseded.append(found.entry) }
    }
    return probe.bytes
  }

  // MARK: - Contents

  /// Notes the records of an object.
  ///
  /// - Returns: Whether all of them were found.
  private func take(_ item: ClosureWalk.Item) throws(StoreError) -> Bool {
    guard let found = try find(item.id) else {
      isAbsent(item.id, for: item)
      return false
    }
    note(found)
    guard found.entry.kind.form == .recipe else { return true }
    let root = try Recipe(bytes(of: found), standingUnder: item.id, isRoot: true)
    var nodes: Set<RecipeNodeUse> = []
    return try takeParts(of: root, for: item, &nodes)
  }

  /// - Parameter nodes: Inner nodes that were taken: a recipe may repeat them, and then each of them
  ///   takes the rest of the walk once, and not as often as the content has it.
  private func takeParts(
    of node: Recipe, for item: ClosureWalk.Item, _ nodes: inout Set<RecipeNodeUse>
  ) throws(StoreError) -> Bool {
    var isWhole = true
    for part in node.parts {
      let use = RecipeNodeUse(part: part, level: node.level)
      if node.level > 0, !nodes.insert(use).inserted { continue }
      guard let found = try find(part.id) else {
        isAbsent(part.id, for: item)
        isWhole = false
        continue
      }
      note(found)
      if node.level == 0 { continue }
      let child = try child(part, of: node, found, in: item.id)
      if try !takeParts(of: child, for: item, &nodes) { isWhole = false }
    }
    return isWhole
  }

  private func child(
    _ part: Recipe.Part, of node: Recipe, _ found: Found, in id: ObjectID
  ) throws(StoreError) -> Recipe {
    let child = try Recipe(bytes(of: found), standingUnder: part.id, isRoot: false)
    guard child.level == node.level - 1 else { throw .invalidRecipe(id, .badLevel) }
    guard child.length == part.length else { throw .invalidRecipe(id, .badLength) }
    return child
  }

  /// The whole content of a directory whose records were all found, proven.
  private func content(of id: ObjectID) throws(StoreError) -> [UInt8] {
    guard let found = try find(id) else { throw .missing(id) }
    let bytes = try bytes(of: found)
    guard found.entry.kind.form == .recipe else { return bytes }
    let root = try Recipe(bytes, standingUnder: id, isRoot: true)
    guard root.length <= Self.treeLimit else {
      throw .tooLarge(id, size: .bytes(root.length), limit: .bytes(Self.treeLimit))
    }
    var content: [UInt8] = []
    content.reserveCapacity(root.length)
    try append(root, of: id, to: &content)
    let hash = SHA256.id(of: content.span)
    guard hash == id else { throw .corrupt(id, found: hash) }
    return content
  }

  private func append(
    _ node: Recipe, of id: ObjectID, to content: inout [UInt8]
  ) throws(StoreError) {
    for part in node.parts {
      guard let found = try find(part.id) else { throw .missing(part.id) }
      if node.level == 0 {
        let bytes = try bytes(of: found)
        guard bytes.count == part.length else { throw .invalidRecipe(id, .badLength) }
        content += bytes
      } else {
        try append(child(part, of: node, found, in: id), of: id, to: &content)
      }
    }
  }

  // MARK: - Directories

  private func visitTree(_ item: ClosureWalk.Item) throws(StoreError) {
    let bytes = try content(of: item.id)
    let tree: Tree
    do {
      tree = try Tree(decoding: bytes)
    } catch {
      throw .invalidTree(item.id, error)
    }
    if let expected = item.expected,
      expected.size != tree.size || expected.files != tree.files
    {
      throw .invalidTree(item.id, .differsFromEntry)
    }
    let base = baseTree(of: item)
    for entry in tree.entries {
      let known = base?[entry.name]
      if known?.id == entry.id { continue }
      try visit(entry, in: item, base: known?.kind == .directory ? known?.id : nil)
    }
  }

  /// The directory that the destination has as a whole, if it can be read here.
  private func baseTree(of item: ClosureWalk.Item) -> Tree? {
    guard let base = item.base else { return nil }
    // It only saves questions: without it they are asked.
    return try? Tree(decoding: content(of: base))
  }

  private func visit(
    _ entry: TreeEntry, in item: ClosureWalk.Item, base: ObjectID?
  ) throws(StoreError) {
    if walk.complete.contains(entry.id) { return }
    let isDirectory = entry.kind == .directory
    var filter: ClosureFilter?
    if let parent = item.filter {
      switch parent.decide(path(entry, in: item), isDirectory) {
      case .skip: return
      case .descend:
        guard isDirectory else { return }
        filter = parent
      case .take: break
      }
    }
    if isDirectory {
      walk.visit(
        .init(
          id: entry.id, isTree: true, path: path(entry, in: item), filter: filter,
          expected: entry, base: base))
      return
    }
    walk.progress?.advance(files: 1)
    if try walk.withholds(entry.id) { return }
    if let found = try find(entry.id), found.entry.kind.form == .content {
      note(found)
    } else {
      walk.visit(
        .init(
          id: entry.id, isTree: false, path: path(entry, in: item), filter: nil))
    }
  }

  private func path(_ entry: TreeEntry, in item: ClosureWalk.Item) -> RepositoryPath {
    // The names of a tree that was decoded can all lie in a directory.
    (try? item.path.appending(entry.name)) ?? item.path
  }
}

extension StoreError {
  /// Whether the error is about one object, and the rest of the store may be well.
  var isDamage: Bool {
    switch self {
    case .missing, .corrupt, .undecodable, .invalidTree, .invalidRecipe, .tooLarge, .damagedPack,
      .packVanished, .knownBad:
      true
    default: false
    }
  }
}

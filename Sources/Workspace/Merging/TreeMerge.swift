internal import ObjectStore
internal import Primitives

/// Merges two versions of a directory that began as a third one.
///
/// Only directories that differ on both sides are read: what one side alone changed is taken as a
/// whole, by its oid. `docs/design/0024-merging.md` has the rules.
struct TreeMerge {
  typealias Sides = MergeSides<TreeEntry>

  /// What became of one name.
  struct Merged {
    /// `nil` for nothing.
    var entry: TreeEntry?

    /// The other side's version, which gets a name of its own beside it.
    var beside: TreeEntry?
  }

  /// So many conflicts are listed; all are counted.
  static let listLimit = 1_000

  private let store: ObjectStore

  /// Where directories that neither side has are stored; without it they only get their oid.
  private let writer: StoreWriter?

  /// What is taken in a conflict; without it ours, until somebody chooses.
  private let choice: MergeChoice?

  private(set) var conflicts: [MergeConflict] = []
  private(set) var conflictCount = 0

  /// Directories whose tree is needed and not in the store.
  private(set) var missing: [MissingContent] = []

  /// One for each side: a directory may well come on all of them.
  private var expansions = [TreeExpansion](repeating: TreeExpansion(), count: 3)

  init(in store: ObjectStore, writer: StoreWriter?, choice: MergeChoice?) {
    self.store = store
    self.writer = writer
    self.choice = choice
  }

  /// Merges what has one name.
  ///
  /// - Parameters:
  ///   - sides: What it is on each side.
  ///   - path: Where it lies, from the root of the worktree.
  /// - Throws: ``StoreError``: a directory breaks the rules of its format, or the disk refuses. What
  ///   is not in the store is in ``missing``.
  mutating func merge(
    _ sides: Sides, at path: RepositoryPath
  ) throws(StoreError) -> Merged {
    if let simple = sides.simple(Self.isSame) { return Merged(entry: simple) }
    if Self.areDirectories(sides) { return try mergeTrees(sides, at: path) }
    if let entry = Self.mergedFile(sides) { return Merged(entry: entry) }
    return conflict(sides, at: path)
  }

  /// Notes that somebody has to choose, and gives what was chosen.
  mutating func conflict(_ sides: Sides, at path: RepositoryPath) -> Merged {
    var kind = sides.kind
    if let ours = sides.ours, let theirs = sides.theirs, !Self.isFile(ours) || !Self.isFile(theirs)
    {
      if ours.kind != theirs.kind { kind = .differentKinds }
    }
    note(MergeConflict(path: path, kind: kind))
    let entry = sides.version(choice ?? .ours)
    guard choice == .both, let ours = sides.ours, let theirs = sides.theirs, ours.id != theirs.id
    else { return Merged(entry: entry) }
    return Merged(entry: ours, beside: theirs)
  }

  mutating func note(_ conflict: MergeConflict) {
    conflictCount += 1
    if conflicts.count < Self.listLimit { conflicts.append(conflict) }
  }

  // MARK: - What is the same

  private static func isSame(_ one: TreeEntry?, _ other: TreeEntry?) -> Bool {
    one?.kind == other?.kind && one?.id == other?.id
  }

  private static func isFile(_ entry: TreeEntry) -> Bool {
    entry.kind == .file || entry.kind == .executable
  }

  /// Whether what differs are files in a directory, and not the directory itself: both sides have
  /// one, or one side removed a directory in which the other changed something.
  private static func areDirectories(_ sides: Sides) -> Bool {
    let isOurs = sides.ours?.kind == .directory
    let isTheirs = sides.theirs?.kind == .directory
    if isOurs && isTheirs { return true }
    let isRemoved = isOurs && sides.theirs == nil || isTheirs && sides.ours == nil
    return isRemoved && sides.base?.kind == .directory
  }

  /// A file of which one side changed the content and the other the permission to execute, or both
  /// the same of it; `nil` for any other.
  private static func mergedFile(_ sides: Sides) -> TreeEntry? {
    guard let base = sides.base, let ours = sides.ours, let theirs = sides.theirs,
      [base, ours, theirs].allSatisfy(isFile)
    else { return nil }
    let content = ours.id == base.id ? theirs : ours
    guard [base.id, ours.id].contains(theirs.id) || ours.id == base.id else { return nil }
    // Who changed it gave the other of two values, so that two who did agree.
    let kind = ours.kind == base.kind ? theirs.kind : ours.kind
    return TreeEntry(kind: kind, id: content.id, size: content.size, name: content.name)
  }

  // MARK: - Directories

  private mutating func mergeTrees(
    _ sides: Sides, at path: RepositoryPath
  ) throws(StoreError) -> Merged {
    let base = try tree(sides.base, at: path, side: 0)
    let ours = try tree(sides.ours, at: path, side: 1)
    let theirs = try tree(sides.theirs, at: path, side: 2)
    guard let base, let ours, let theirs else { return Merged(entry: sides.ours) }
    var entries: [TreeEntry] = []
    var beside: [TreeEntry] = []
    var names = SideMerge(base: base, ours: ours, theirs: theirs)
    while let next = names.next() {
      guard let name = (next.ours ?? next.theirs ?? next.base)?.name,
        let inner = try? path.appending(name)
      else { continue }
      let merged = try merge(next, at: inner)
      if let entry = merged.entry { entries.append(entry) }
      if let other = merged.beside { beside.append(other) }
    }
    // A directory that one side removed stays for what the other has put there.
    if entries.isEmpty, sides.ours == nil || sides.theirs == nil { return Merged(entry: nil) }
    if !beside.isEmpty {
      let taken = Set([base, ours, theirs].flatMap { $0.map(\.name) } + entries.map(\.name))
      entries = Self.adding(beside, to: entries, besides: taken)
    }
    return Merged(entry: try entry(entries, of: sides, ours, theirs, at: path))
  }

  /// The directory that has some entries: one of the sides', where it is the same.
  private func entry(
    _ entries: [TreeEntry], of sides: Sides, _ ours: [TreeEntry], _ theirs: [TreeEntry],
    at path: RepositoryPath
  ) throws(StoreError) -> TreeEntry {
    if let entry = sides.ours, entry.kind == .directory, entries == ours { return entry }
    if let entry = sides.theirs, entry.kind == .directory, entries == theirs { return entry }
    let tree: Tree
    do {
      tree = try Tree(entries)
    } catch {
      throw .invalidTree((sides.ours ?? sides.theirs)?.id ?? .empty, error)
    }
    let id = try writer?.add(tree) ?? SHA256.id(of: tree.encoded().span)
    return TreeEntry(
      kind: .directory, id: id, size: tree.size, files: tree.files, name: path.name)
  }

  /// The names of a side's directory: none where the side has no directory.
  ///
  /// - Returns: `nil` where the store lacks it, which is noted.
  private mutating func tree(
    _ entry: TreeEntry?, at path: RepositoryPath, side: Int
  ) throws(StoreError) -> [TreeEntry]? {
    guard let entry, entry.kind == .directory else { return [] }
    do throws(StoreError) {
      let tree = try store.tree(entry.id)
      try expansions[side].count(entry.id, tree, at: path.bytes)
      return tree.entries
    } catch {
      switch error {
      case .missing, .corrupt, .undecodable, .invalidRecipe:
        missing.append(MissingContent(path: path, id: entry.id))
        return nil
      default: throw error
      }
    }
  }
}

// MARK: - Names beside others

extension TreeMerge {
  /// Adds entries under names that nobody uses: `NAME.theirs`, `NAME.theirs-2`, and so on.
  private static func adding(
    _ others: [TreeEntry], to entries: [TreeEntry], besides taken: Set<ByteString>
  ) -> [TreeEntry] {
    var taken = taken
    var entries = entries
    for other in others {
      let name = freeName(beside: other.name) { taken.contains($0) }
      taken.insert(name)
      entries.append(
        TreeEntry(
          kind: other.kind, id: other.id, size: other.size, files: other.files, name: name))
    }
    return entries
  }

  /// The first name for the other side's version of something that nobody uses.
  ///
  /// - Parameters:
  ///   - name: What ours is called.
  ///   - isTaken: Whether somebody uses a name.
  static func freeName(
    beside name: ByteString, isTaken: (ByteString) -> Bool
  ) -> ByteString {
    var number = 1
    while true {
      let ending = Array((number == 1 ? ".theirs" : ".theirs-\(number)").utf8)
      // No file system takes a longer name.
      let candidate = ByteString(name.bytes.prefix(nameLimit - ending.count) + ending)
      if !isTaken(candidate) { return candidate }
      number += 1
    }
  }

  private static let nameLimit = 255
}

/// The names of three directories, each once, in order.
private struct SideMerge {
  private let base: [TreeEntry]
  private let ours: [TreeEntry]
  private let theirs: [TreeEntry]
  private var places = (base: 0, ours: 0, theirs: 0)

  init(base: [TreeEntry], ours: [TreeEntry], theirs: [TreeEntry]) {
    self.base = base
    self.ours = ours
    self.theirs = theirs
  }

  mutating func next() -> TreeMerge.Sides? {
    let first = (
      base: places.base < base.count ? base[places.base] : nil,
      ours: places.ours < ours.count ? ours[places.ours] : nil,
      theirs: places.theirs < theirs.count ? theirs[places.theirs] : nil
    )
    let name = [first.base, first.ours, first.theirs].compactMap { $0?.name }.min()
    guard let name else { return nil }
    let sides = MergeSides(
      base: first.base?.name == name ? first.base : nil,
      ours: first.ours?.name == name ? first.ours : nil,
      theirs: first.theirs?.name == name ? first.theirs : nil)
    if sides.base != nil { places.base += 1 }
    if sides.ours != nil { places.ours += 1 }
    if sides.theirs != nil { places.theirs += 1 }
    return sides
  }
}

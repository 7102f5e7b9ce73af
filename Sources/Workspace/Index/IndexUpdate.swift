internal import ObjectStore
internal import Platform
internal import Primitives

/// Makes the next stat index out of the last one and what a scan found.
///
/// Directories in which nothing was found are copied as they are.
struct IndexUpdate {
  /// What the next index is for.
  enum Purpose {
    /// The data becomes the base.
    case record
    /// The base stays; only times are brought up to date.
    case refresh
  }

  /// The sums of one directory, as its parent's entry needs them.
  struct Sums: Equatable {
    let id: ObjectID
    let size: ByteCount
    let files: Int
  }

  private let purpose: Purpose
  private let old: StatIndex?

  /// What the file system's clock showed before the scan.
  private let clock: Timestamp?

  /// Looks up what the base has at a path that the old index does not describe.
  private let known: (ByteString) -> IndexedDirectory?

  /// The oid of the tree that the base has at a path.
  private let tree: (ByteString) -> ObjectID?

  /// Whether directories of the base that cannot be looked up are given up, with all they hold.
  private let givesUpUnknown: Bool
  private let store: (Tree) throws(WorkspaceError) -> ObjectID

  /// The directories that get a new block, by their depth.
  private var levels: [[ByteString: ScannedDirectory?]] = []
  private var sums: [ByteString: Sums] = [:]

  /// Directories of the base that are no more, with a slash at the end.
  private var removed: [[UInt8]] = []

  /// Prepares an update.
  ///
  /// - Parameters:
  ///   - purpose: Whether the data becomes the base.
  ///   - scan: What was scanned.
  ///   - clock: What the file system's clock showed before the scan.
  ///   - givesUpUnknown: Whether directories of the base that cannot be looked up are given up;
  ///     otherwise nothing is made without them.
  ///   - store: Keeps a tree object, and gives its oid.
  init(
    _ purpose: Purpose, _ scan: Scan, clock: Timestamp?, givesUpUnknown: Bool = false,
    store: @escaping (Tree) throws(WorkspaceError) -> ObjectID
  ) {
    self.purpose = purpose
    self.clock = clock
    self.store = store
    old = scan.index
    known = { scan.known($0) }
    tree = { scan.tree(at: $0) }
    self.givesUpUnknown = givesUpUnknown
  }

  /// Writes the next index.
  ///
  /// - Parameters:
  ///   - directories: What the scan found, with every deviation decided.
  ///   - writer: Takes the blocks.
  /// - Returns: The tracked directory as it is in the index now.
  /// - Throws: ``WorkspaceError`` when a tree cannot be kept or the file not be written.
  mutating func run(
    _ directories: [ScannedDirectory], writer: inout StatIndexWriter
  ) throws(WorkspaceError) -> Sums {
    try make(directories) { block, path throws(WorkspaceError) in
      try writer.append(block, path: path)
    }
    if let old { try copy(old, to: &writer) }
    return rootSums
  }

  /// Makes the trees of the next base, and writes no index.
  mutating func sums(of directories: [ScannedDirectory]) throws(WorkspaceError) -> Sums {
    try make(directories) { _, _ in }
    return rootSums
  }

  private var rootSums: Sums { sums[""] ?? Sums(id: .empty, size: .zero, files: 0) }

  /// Makes the new blocks, those of the deepest directories first.
  private mutating func make(
    _ directories: [ScannedDirectory],
    _ body: (_ block: [UInt8], _ path: ByteString) throws(WorkspaceError) -> Void
  ) throws(WorkspaceError) {
    plan("", nil)
    for directory in directories { plan(directory.path, directory) }
    var depth = levels.count - 1
    while depth >= 0 {
      for (path, directory) in levels[depth] {
        let (block, sums) = try block(path, directory)
        try body(block, path)
        self.sums[path] = sums
      }
      depth -= 1
    }
  }

  /// Has a new block made for a directory, and for those above it that name its tree.
  private mutating func plan(_ path: ByteString, _ directory: ScannedDirectory?) {
    let parts = path.bytes.split(separator: UInt8(ascii: "/"))
    while levels.count <= parts.count { levels.append([:]) }
    if directory != nil || levels[parts.count][path] == nil {
      levels[parts.count][path] = .some(directory)
    }
    guard purpose == .record, !parts.isEmpty else { return }
    let parent = ByteString(parts.dropLast().joined(separator: [UInt8(ascii: "/")]))
    if levels[parts.count - 1][parent] == nil { plan(parent, nil) }
  }

  /// Copies the directories of the old index that are as they were.
  private func copy(_ old: StatIndex, to writer: inout StatIndexWriter) throws(WorkspaceError) {
    for number in 0..<old.directoryCount {
      let directory = old.block(number)
      let path = directory.path
      let depth = path.isEmpty ? 0 : path.bytes.count { $0 == UInt8(ascii: "/") } + 1
      if depth < levels.count, levels[depth][path] != nil { continue }
      if removed.contains(where: { (path.bytes + [UInt8(ascii: "/")]).starts(with: $0) }) {
        continue
      }
      try writer.append(copying: directory)
    }
  }
}

// MARK: - One directory

extension IndexUpdate {
  /// The new block of a directory, and its sums.
  private mutating func block(
    _ path: ByteString, _ directory: ScannedDirectory?
  ) throws(WorkspaceError) -> ([UInt8], Sums) {
    let known = known(path)
    // Without its entries, everything in the directory that is not here would count as deleted.
    if known == nil, purpose == .record, !givesUpUnknown, let id = tree(path) {
      throw .store(.missing(id))
    }
    var merge = EntryMerge(known, directory?.deviations ?? EntryList())
    var entries = EntryList()
    var listed: [TreeEntry] = []
    var (size, files) = (0, 0)
    var hasOthers = false
    while let (name, base, deviations) = merge.next() {
      guard let entry = resolve(name, in: path, base, deviations, &hasOthers) else { continue }
      entries.append(entry, name: name)
      size += entry.size.bytes
      files += entry.files
      if purpose == .record {
        listed.append(
          TreeEntry(
            kind: entry.kind, id: entry.id, size: entry.size, files: entry.files, name: name))
      }
    }
    var id = known?.id ?? .empty
    if purpose == .record {
      id = try store(try Self.tree(listed, replacing: id))
    }
    let block = IndexedDirectory.encode(
      path: path, stamp: stamp(directory, known, hasOthers: hasOthers), id: id, entries: entries)
    return (block, Sums(id: id, size: .bytes(size), files: files))
  }

  private static func tree(
    _ entries: [TreeEntry], replacing id: ObjectID
  ) throws(WorkspaceError) -> Tree {
    do {
      return try Tree(entries)
    } catch {
      throw .store(.invalidTree(id, error))
    }
  }

  /// The times to write for a directory: none while it holds names that have no entry.
  private func stamp(
    _ directory: ScannedDirectory?, _ known: IndexedDirectory?, hasOthers: Bool
  ) -> DirectoryStamp? {
    if hasOthers { return nil }
    guard let directory else {
      return known.flatMap { $0.isStampTrusted ? $0.stamp : nil }
    }
    let isOlder = clock.map { directory.stamp.modified < $0 && directory.stamp.changed < $0 }
    return isOlder == true ? directory.stamp : nil
  }

  /// The next entry of a name, or `nil` when it gets none.
  private mutating func resolve(
    _ name: ByteString, in path: ByteString, _ base: StatEntry?, _ deviations: [StatEntry],
    _ hasOthers: inout Bool
  ) -> StatEntry? {
    var result = base
    for found in deviations {
      guard let deviation = found.deviation else { continue }
      switch (deviation, purpose) {
      case (.gone, .record):
        if found.kind == .directory {
          removed.append(Scan.join(path, name.bytes).bytes + [UInt8(ascii: "/")])
        }
        result = nil
      case (.added, .record), (.changed, .record), (.touched, .record), (.modeChanged, .record),
        (.settled, .record):
        result = recorded(found)
      case (.settled, .refresh), (.modeChanged, .refresh), (.changed, .refresh),
        (.touched, .refresh):
        result = base.map { refreshed($0, found, deviation) }
      case (.added, .refresh), (.special, _), (.nestedRepository, _), (.leftover, _),
        (.unrecorded, _):
        hasOthers = true
        result?.flags.remove([.trusted, .differs])
      case (.gone, .refresh):
        // Its entry stays, and while the times are trusted nobody would look for it.
        hasOthers = true
      }
    }
    guard var entry = result, entry.kind == .directory else { return result }
    if let sums = sums[Scan.join(path, name.bytes)], purpose == .record {
      entry = .directory(
        id: sums.id, size: sums.size, files: sums.files, isMaterialised: true)
    }
    return entry
  }

  /// The entry of something whose content is now that of its oid in the store.
  private func recorded(_ found: StatEntry) -> StatEntry {
    var entry = found
    entry.flags = .materialised
    if entry.kind == .directory { return entry }
    if found.isOlder(than: clock) { entry.flags.insert(.trusted) }
    return entry
  }

  /// The entry of the base, with the times of what is there now.
  private func refreshed(
    _ base: StatEntry, _ found: StatEntry, _ deviation: Deviation
  ) -> StatEntry {
    var entry = base
    if deviation != .changed { entry.flags.insert(.materialised) }
    if entry.kind == .directory { return entry }
    (entry.modified, entry.changed, entry.inode) = (found.modified, found.changed, found.inode)
    entry.flags.remove([.trusted, .differs])
    if found.isOlder(than: clock), deviation != .touched { entry.flags.insert(.trusted) }
    if deviation == .changed {
      // Where nothing was materialised, trust without `differs` would mean something else.
      if entry.flags.contains(.trusted) { entry.flags.insert(.differs) }
    }
    return entry
  }
}

/// Passes over the names of a directory's base and of its deviations together, in order.
private struct EntryMerge {
  private var known: EntryCursor
  private var found: EntryCursor

  init(_ directory: IndexedDirectory?, _ deviations: EntryList) {
    known = directory?.cursor ?? EntryCursor([], from: 0, to: 0)
    found = deviations.cursor
  }

  mutating func next() -> (name: ByteString, base: StatEntry?, deviations: [StatEntry])? {
    let knownName = known.peek.map { known.name(of: $0) }
    let foundName = found.peek.map { found.name(of: $0) }
    guard let name = [knownName, foundName].compactMap({ $0 }).min() else { return nil }
    let base = knownName == name ? known.next() : nil
    var deviations: [StatEntry] = []
    while let entry = found.peek, found.compareName(of: entry, to: name) == 0 {
      deviations.append(entry)
      _ = found.next()
    }
    return (name, base, deviations)
  }
}

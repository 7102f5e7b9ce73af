internal import ObjectStore
package import Platform
package import Primitives
internal import Synchronization

/// A walk over tracked data that says how it differs from the stat index.
///
/// All cores take part; a file whose times are those of the index is looked at and not read. What
/// is unchanged leaves no trace in memory.
package struct Scan: Sendable {
  /// The root of the worktree.
  package let root: FilePath

  /// The tracked path.
  package let path: RepositoryPath

  /// What is known of it.
  package let index: StatIndex?

  /// The rules of the directories above the data.
  package let rules: IgnoreRules

  /// Gives the entries of a directory of the base that the index does not describe, as not here.
  package typealias Expansion =
    @Sendable (_ path: ByteString, _ tree: ObjectID) -> IndexedDirectory?

  /// Says whether a file is known to be the whole file of a content, without reading it.
  package typealias Vouching = @Sendable (_ status: FileStatus, _ id: ObjectID) -> Bool

  /// Prepares a scan.
  ///
  /// - Parameters:
  ///   - root: The root of the worktree.
  ///   - path: The tracked directory.
  ///   - index: What is known of it.
  ///   - rules: The ignore rules of the directories above the data.
  ///   - areRulesUnchanged: Whether the index was written under the same rules.
  ///   - base: The tree that the data is compared with where there is no index; `nil` for none.
  ///   - expand: Looks up trees of the base that the index does not describe.
  ///   - vouches: Asked of files of which the times differ.
  package init(
    root: FilePath, path: RepositoryPath, index: StatIndex?, rules: IgnoreRules,
    areRulesUnchanged: Bool, base: ObjectID? = nil, expand: @escaping Expansion = { _, _ in nil },
    vouches: @escaping Vouching = { _, _ in false }
  ) {
    self.vouches = vouches
    self.base = base
    self.expand = expand
    self.root = root
    self.path = path
    self.index = index
    self.rules = rules
    self.areRulesUnchanged = areRulesUnchanged
  }

  let areRulesUnchanged: Bool
  let base: ObjectID?
  let expand: Expansion
  let vouches: Vouching

  /// What a scan found.
  package struct Result: Sendable {
    /// The directories in which something differs, in order of their paths.
    package var directories: [ScannedDirectory] = []

    /// Directories that could not be read, and why.
    package var failures: [FileError] = []
    package var totals = Totals()

    /// Whether the data is that of the base, as far as times tell: what is only touched counts.
    package var isUnchanged: Bool {
      totals.changes == 0 && failures.isEmpty
    }
  }

  /// How much a scan saw.
  package struct Totals: Hashable, Sendable {
    /// Files and symlinks that are there.
    package var files = 0
    package var size = ByteCount.zero

    /// Entries of the base that were never materialised, directories counted with their files.
    package var notHere = 0

    /// Names that differ from the base, or may.
    package var changes = 0

    static func += (left: inout Self, right: Self) {
      left.files += right.files
      left.size += right.size
      left.notHere += right.notHere
      left.changes += right.changes
    }
  }

  /// One directory still to be looked at.
  struct Work: Sendable {
    let path: ByteString
    let known: IndexedDirectory?
    let rules: IgnoreRules
    let areRulesUnchanged: Bool
  }

  /// What one directory gave.
  struct Outcome: Sendable {
    var directory: ScannedDirectory?
    var children: [Work] = []
    var totals = Totals()
    var failure: FileError?
  }

  /// Scans the tracked directory, or the part of it that begins at `start`.
  ///
  /// - Parameters:
  ///   - start: A directory, from the tracked path down. Only it and what lies below are looked at.
  ///   - isRecursive: Whether what lies below is looked at too.
  /// - Returns: What differs.
  /// - Throws: ``FileError`` when the root of the worktree or `start` cannot be opened. Other
  ///   directories that cannot be read are in the result.
  package func run(
    from start: ByteString = "", isRecursive: Bool = true
  ) throws(FileError) -> Result {
    let top = try OpenDirectory(root)
    let device = try top.descending(to: path).status().device
    var result = Result()
    var frontier = [try work(for: start)]
    while !frontier.isEmpty {
      let batch = frontier
      let outcomes = Mutex<[Outcome]>([])
      let grain = max(1, min(16, batch.count / (Machine.processorCount * 8)))
      try Threads.forEach(batch.count, grain: grain) { number throws(FileError) in
        let outcome = scan(batch[number], in: top, device: device)
        outcomes.withLock { $0.append(outcome) }
      }
      frontier = []
      for outcome in outcomes.withLock({ $0 }) {
        if let directory = outcome.directory { result.directories.append(directory) }
        if let failure = outcome.failure { result.failures.append(failure) }
        result.totals += outcome.totals
        if isRecursive { frontier += outcome.children }
      }
    }
    result.directories.sort { $0.path < $1.path }
    return result
  }

  /// The work at `start`, with the rules of the directories inside the data above it.
  private func work(for start: ByteString) throws(FileError) -> Work {
    var rules = rules
    var areRulesUnchanged = areRulesUnchanged
    var directory = ByteString("")
    for name in start.bytes.split(separator: UInt8(ascii: "/")) {
      let place = root.appending(repositoryPath(directory))
      let known = known(directory)
      (rules, areRulesUnchanged) = try DirectoryScan.rules(
        in: OpenDirectory(place), at: repositoryPath(directory), known: known, above: rules,
        areUnchanged: areRulesUnchanged)
      directory = Self.join(directory, name)
    }
    return Work(
      path: start, known: known(start), rules: rules, areRulesUnchanged: areRulesUnchanged)
  }

  /// What the base has at `path`, from the index or else from its tree objects.
  func known(_ path: ByteString) -> IndexedDirectory? {
    index?.directory(path) ?? tree(at: path).flatMap { expand(path, $0) }
  }

  /// The oid of the tree that the base has at `path`, whether or not it can be looked up.
  func tree(at path: ByteString) -> ObjectID? {
    guard base != nil, !path.isEmpty else { return base }
    let parts = path.bytes.split(separator: UInt8(ascii: "/"))
    let parent = ByteString(parts.dropLast().joined(separator: [UInt8(ascii: "/")]))
    guard let name = parts.last, let entry = known(parent)?.entry(ByteString(name)),
      entry.kind == .directory
    else { return nil }
    return entry.id
  }

  private func scan(_ work: Work, in top: borrowing OpenDirectory, device: UInt64) -> Outcome {
    do {
      let handle = try top.descending(to: repositoryPath(work.path))
      var scan = DirectoryScan(
        work: work, path: repositoryPath(work.path), status: try handle.status(), device: device,
        trustedDevice: index.map { $0.header.device } ?? device, index: index, expand: expand,
        vouches: vouches)
      return try scan.run(handle)
    } catch {
      // What vanished while the scan ran shows as gone in its parent's next scan.
      var outcome = Outcome()
      if !error.isNotFound { outcome.failure = error }
      return outcome
    }
  }

  /// A path inside the data, from the root of the worktree.
  func repositoryPath(_ inner: ByteString) -> RepositoryPath {
    // Names come from directories and checked indexes, so the path is one.
    (try? RepositoryPath(inner)).map { path.appending($0) } ?? path
  }

  static func join(_ directory: ByteString, _ name: some Collection<UInt8>) -> ByteString {
    directory.isEmpty
      ? ByteString(name) : ByteString(directory.bytes + [UInt8(ascii: "/")] + name)
  }
}

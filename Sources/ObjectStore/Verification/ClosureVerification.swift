internal import Platform
package import Primitives
internal import Synchronization

/// Proves that what some paths need can be read from one store alone.
///
/// Every directory is read and checked, every file found, and every byte of it hashed, on all cores
/// and in bounded memory; of a sample the rest is only looked up. Nothing that was proven before is
/// believed.
package final class ClosureVerification: Sendable {
  /// Which files are read.
  package struct Sample: Hashable, Sendable {
    /// Between 0 and 1.
    package let share: Double

    /// The same seed chooses the same files of the same data.
    package let seed: UInt64

    package init(share: Double, seed: UInt64) {
      self.share = share
      self.seed = seed
    }

    /// Whether a content is among those that are read.
    func contains(_ id: ObjectID) -> Bool {
      var value = id.words.0 ^ (seed &* 0x9E37_79B9_7F4A_7C15)
      value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
      value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
      return Double((value ^ value >> 31) >> 11) < share * Double(1 << 53)
    }
  }

  /// What was found out.
  package struct Outcome: Sendable {
    /// How many files the paths have, each as often as it occurs.
    package fileprivate(set) var files = 0

    /// How many of them were read.
    package fileprivate(set) var filesRead = 0

    /// How much content was hashed.
    package fileprivate(set) var bytes = ByteCount.zero

    /// What cannot be read: the first 10,000.
    package fileprivate(set) var problems: [ClosureProblem] = []

    /// How many such objects there are.
    package fileprivate(set) var problemCount = 0
  }

  /// What waits to be looked at.
  private enum Item: Sendable {
    case tree(ObjectID, RepositoryPath, expected: TreeEntry?)
    /// Some of the files of a directory.
    case files(ArraySlice<TreeEntry>, below: RepositoryPath)
    case file(ObjectID, RepositoryPath)
  }

  private struct State: Sendable {
    /// The last first, which keeps it short.
    var waiting: [Item] = []

    /// Directories, and files of several parts, that were begun.
    var visited: Set<ObjectID> = []

    /// Files that all cores take together.
    var large: [(Layout, RepositoryPath)] = []
    var problems = ClosureProblems()
    var outcome = Outcome()
  }

  private let records: RecordStore
  private let content: ContentCheck
  private let sample: Sample?
  private let loaders: LoaderPool
  private let state = Mutex(State())

  /// How many files of a directory are looked at in one go.
  private static let grain = 64

  /// Prepares the proof; nothing is read yet.
  ///
  /// - Parameters:
  ///   - store: The one store that everything has to come from.
  ///   - sample: Which files are read; all of them if nothing is given.
  ///   - progress: Told of the bytes that were hashed.
  package init(_ store: ObjectStore, sample: Sample? = nil, progress: ProgressCounter? = nil) {
    records = store.records
    content = ContentCheck(records: store.records, progress: progress)
    loaders = LoaderPool(records: store.records)
    self.sample = sample
  }

  /// Looks at everything that some paths need.
  ///
  /// - Parameter roots: The paths, without filters.
  /// - Throws: ``StoreError`` when the store as a whole cannot be read.
  package func run(_ roots: [ClosureRoot]) throws(StoreError) -> Outcome {
    try records.refresh()
    for root in roots {
      state.withLock { state in
        state.waiting.append(
          root.isTree ? .tree(root.id, root.path, expected: nil) : .file(root.id, root.path))
      }
      try drain()
    }
    for (layout, path) in state.withLock({ $0.large }) {
      try judge(layout.id, at: path) { () throws(StoreError) in
        try explaining(layout) { () throws(StoreError) in
          try content.checkSegments(of: layout)
        }
      }
    }
    if state.withLock({ $0.problems.count > 0 }) {
      // What was called complete is not. A store that nobody can write to stays as it is.
      _ = try? records.raiseGeneration()
    }
    return state.withLock { state in
      state.outcome.problems = state.problems.problems
      state.outcome.problemCount = state.problems.count
      return state.outcome
    }
  }

  private func drain() throws(StoreError) {
    while true {
      let batch = state.withLock { state in
        let batch = Array(state.waiting.suffix(1_024))
        state.waiting.removeLast(batch.count)
        return batch
      }
      if batch.isEmpty { return }
      try Threads.forEach(
        batch.count, threads: batch.count < 4 ? 1 : Machine.processorCount
      ) { index throws(StoreError) in
        switch batch[index] {
        case .tree(let id, let path, let expected): try visitTree(id, at: path, expected)
        case .file(let id, let path): try visitFile(id, at: path)
        case .files(let entries, let directory):
          for entry in entries {
            // The names of a tree that was decoded can all lie in a directory.
            try visitFile(entry.id, at: (try? directory.appending(entry.name)) ?? directory)
          }
        }
      }
    }
  }

  /// Runs the check of one object, and notes what is wrong with it.
  private func judge(
    _ id: ObjectID, at path: RepositoryPath, _ check: () throws(StoreError) -> Void
  ) throws(StoreError) {
    do throws(StoreError) {
      try check()
    } catch {
      guard error.isDamage || Verification.isLocal(error) else { throw error }
      let problem: ClosureProblem
      switch error {
      case .missing(let part): problem = ClosureProblem(id: part, path: path, kind: .missing)
      case .packVanished: problem = ClosureProblem(id: id, path: path, kind: .missing)
      default: problem = ClosureProblem(id: id, path: path, kind: .damaged(error))
      }
      state.withLock { $0.problems.add(problem, under: 0) }
    }
  }

  // MARK: - Directories

  private func visitTree(
    _ id: ObjectID, at path: RepositoryPath, _ expected: TreeEntry?
  ) throws(StoreError) {
    let isNew = state.withLock { state in
      if state.visited.insert(id).inserted { return true }
      // It was looked at under another name.
      state.outcome.files += expected?.files ?? 0
      return false
    }
    guard isNew else { return }
    try judge(id, at: path) { () throws(StoreError) in
      try content.requirePresent(id)
      let bytes = try loaders.withLoader { loader throws(StoreError) in
        let layout = try Layout(of: id, with: &loader)
        return try content.treeContent(layout, with: &loader)
      }
      let tree: Tree
      do throws(Tree.Flaw) {
        tree = try Tree(decoding: bytes)
      } catch {
        throw .invalidTree(id, error)
      }
      if let expected, expected.size != tree.size || expected.files != tree.files {
        throw .invalidTree(id, .differsFromEntry)
      }
      queue(tree, at: path)
      state.withLock { $0.outcome.bytes += .bytes(bytes.count) }
    }
  }

  private func queue(_ tree: Tree, at path: RepositoryPath) {
    let files = tree.entries.filter { $0.kind != .directory }
    var items: [Item] = stride(from: 0, to: files.count, by: Self.grain).map { start in
      .files(files[start..<min(start + Self.grain, files.count)], below: path)
    }
    for entry in tree.entries where entry.kind == .directory {
      items.append(
        .tree(entry.id, (try? path.appending(entry.name)) ?? path, expected: entry))
    }
    let queued = items
    state.withLock { $0.waiting += queued }
  }

  // MARK: - Files

  private func visitFile(_ id: ObjectID, at path: RepositoryPath) throws(StoreError) {
    state.withLock { $0.outcome.files += 1 }
    content.progress?.advance(files: 1)
    try judge(id, at: path) { () throws(StoreError) in
      guard let entry = try records.known(id) else { throw .missing(id) }
      let isRead = sample?.contains(id) ?? true
      if entry.kind.form == .content {
        guard isRead else { return }
        try loaders.withLoader { loader throws(StoreError) in _ = try loader.load(id) }
        content.progress?.advance(bytes: entry.length)
        return note(readFileOf: entry.length)
      }
      // One of several parts is worth remembering: two names of it are read once.
      guard state.withLock({ $0.visited.insert(id).inserted }) else { return }
      try loaders.withLoader { loader throws(StoreError) in
        let layout = try Layout(of: id, with: &loader)
        guard isRead else { return try lookUp(layout, with: &loader) }
        note(readFileOf: layout.length)
        if layout.root?.states.isEmpty == false {
          return state.withLock { $0.large.append((layout, path)) }
        }
        try explaining(layout) { () throws(StoreError) in
          try content.check(layout, with: &loader)
        }
      }
    }
  }

  /// Finds out which part of a content is wrong if the whole is, and marks it.
  private func explaining(
    _ layout: Layout, _ check: () throws(StoreError) -> Void
  ) throws(StoreError) {
    do throws(StoreError) {
      try check()
    } catch {
      guard error.isWrongContent else { throw error }
      var loader = RecordLoader(records: records)
      try layout.forEachChunk(overlapping: 0..<layout.length, with: &loader) {
        _, part, loader throws(StoreError) in
        _ = try loader.load(part.id)
      }
      // Every part is what its name says: the recipe puts the wrong ones together.
      if let entry = try records.known(layout.id) { records.condemn(entry) }
      throw error
    }
  }

  private func lookUp(
    _ layout: Layout, with loader: inout RecordLoader
  ) throws(StoreError) {
    try layout.forEachChunk(overlapping: 0..<layout.length, with: &loader) {
      _, part, _ throws(StoreError) in
      try content.requirePresent(part.id)
    }
  }

  private func note(readFileOf bytes: Int) {
    state.withLock { state in
      state.outcome.filesRead += 1
      state.outcome.bytes += .bytes(bytes)
    }
  }
}

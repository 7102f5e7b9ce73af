internal import Platform
internal import Primitives
internal import Synchronization

/// A walk over everything that bringing paths back needs: trees, recipes, chunks.
///
/// Every object is looked up by its oid: that a store has a tree or a recipe says nothing about
/// its parts. The walk goes through trees with all cores, and keeps in memory what waits to be
/// visited and the names of trees and recipes, never the names of all files.
final class ClosureWalk: Sendable {
  /// How objects are looked up in the store that they are to be in.
  protocol Destination: Sendable {
    var records: RecordStore { get }

    /// Finds a record; a writer relies on it from then on.
    func find(_ id: ObjectID) throws(StoreError) -> RecordEntry?
  }

  /// An object that is to be visited.
  struct Item: Sendable {
    let id: ObjectID
    let isTree: Bool
    let path: RepositoryPath
    let filter: ClosureFilter?

    /// What the parent says of a directory.
    var expected: TreeEntry?

    /// A directory that the destination has as a whole.
    var base: ObjectID?
  }

  struct State: Sendable {
    /// What waits to be visited; the last first, which keeps it short.
    var waiting: [Item] = []

    /// Trees and recipes that were met under the root that is being walked.
    var visited: Set<ObjectID> = []

    /// Trees and recipes below which nothing is missing.
    var clean: Set<ObjectID> = []

    /// What was not found so far, and the item that needs it.
    var absent: [(id: ObjectID, item: Item)] = []

    /// What only a pack in trash holds.
    var inTrash: [ObjectID: RecordEntry] = [:]

    var problems = ClosureProblems()

    /// How many roots were begun.
    var rootCount = 0
    var hasProblem = false
    var needed: RecordListBuilder

    /// Records of the destination that are damaged and will be stored again.
    var superseded: [RecordEntry] = []

    /// Contents that the source has and that are not moved, because they were forgotten.
    var withheld: Set<ObjectID> = []
  }

  /// The store that objects come from.
  let source: RecordStore

  /// Where they are to be; `nil` for a walk that only looks.
  let destination: (any Destination)?

  /// Objects whose closure is known to be in the destination.
  let complete: Set<ObjectID>

  /// Objects that turned out to be damaged in the source: as good as missing.
  let damaged: [ObjectID: StoreError]

  /// Contents that nobody misses where they are not, and that are never moved.
  let forgotten: Set<ObjectID>

  let progress: ProgressCounter?
  let state: Mutex<State>
  private let idle = Mutex<[ClosureVisitor]>([])

  init(
    from source: RecordStore, to destination: (any Destination)? = nil,
    complete: Set<ObjectID> = [], damaged: [ObjectID: StoreError] = [:],
    forgotten: Set<ObjectID> = [], scratch: FilePath, residentLimit: Int = .max,
    progress: ProgressCounter? = nil
  ) {
    self.forgotten = forgotten
    self.source = source
    self.destination = destination
    self.complete = complete
    self.damaged = damaged
    self.progress = progress
    state = Mutex(
      State(needed: RecordListBuilder(scratch: scratch, residentLimit: residentLimit)))
  }

  /// Walks everything below a root.
  ///
  /// - Returns: Whether nothing is missing, and the root was walked as a whole.
  /// - Throws: ``StoreError`` when a store cannot be read, which is not the same as *missing*.
  func walk(_ root: ClosureRoot) throws(StoreError) -> Bool {
    state.withLock { state in
      state.visited = []
      state.rootCount += 1
      state.hasProblem = false
    }
    if !root.isTree, try withholds(root.id) { return root.filter == nil }
    visit(
      Item(
        id: root.id, isTree: root.isTree, path: root.path, filter: root.filter, base: root.base))
    try drain()
    try lookAgain()
    return state.withLock { state in
      guard !state.hasProblem else { return false }
      state.clean.formUnion(state.visited)
      return root.filter == nil
    }
  }

  /// Notes a root of which there is nothing, as somebody has made sure.
  func lack(_ root: ClosureRoot) {
    state.withLock { $0.rootCount += 1 }
    report(root.id, at: root.path, damaged[root.id].map { .damaged($0) } ?? .missing)
  }

  /// Ends all walks.
  ///
  /// - Returns: What is to be moved, what nobody has, and what of the destination is no good.
  func finish() throws(StoreError) -> ClosureFindings {
    let (builder, problems, superseded, withheld) = state.withLock { state in
      (state.needed, state.problems, state.superseded, state.withheld)
    }
    return ClosureFindings(
      needed: try builder.finish(), problems: problems, superseded: superseded,
      withheld: withheld)
  }

  /// Notes an object for a visit, unless that was done or need not be.
  func visit(_ item: Item) {
    if complete.contains(item.id) { return }
    state.withLock { state in
      if item.filter == nil {
        if state.clean.contains(item.id) || !state.visited.insert(item.id).inserted { return }
      }
      state.waiting.append(item)
    }
  }

  /// Whether a file is one that must not be moved, which is noted where the source has it.
  func withholds(_ id: ObjectID) throws(StoreError) -> Bool {
    guard destination != nil, forgotten.contains(id) else { return false }
    if try source.known(id) != nil { state.withLock { _ = $0.withheld.insert(id) } }
    return true
  }

  func report(_ id: ObjectID, at path: RepositoryPath, _ kind: ClosureProblem.Kind) {
    state.withLock { state in
      state.hasProblem = true
      state.problems.add(
        ClosureProblem(id: id, path: path, kind: kind), under: state.rootCount - 1)
    }
  }

  /// Visits what waits, with all cores as soon as there is enough of it.
  private func drain() throws(StoreError) {
    while true {
      let batch = state.withLock { state in
        let batch = Array(state.waiting.suffix(1_024))
        state.waiting.removeLast(batch.count)
        return batch
      }
      if batch.isEmpty { return }
      try Threads.forEach(
        batch.count, grain: 4, threads: batch.count < 16 ? 1 : Machine.processorCount
      ) { index throws(StoreError) in
        let visitor = idle.withLock { $0.popLast() } ?? ClosureVisitor(self)
        defer { idle.withLock { $0.append(visitor) } }
        try visitor.visit(batch[index])
      }
    }
  }

  /// Believes that an object is missing only after a fresh look at what the stores hold.
  private func lookAgain() throws(StoreError) {
    while true {
      let absent = state.withLock { state in
        defer { state.absent = [] }
        return state.absent
      }
      if absent.isEmpty { return }
      try source.refresh()
      try destination?.records.refresh()
      let hasTrash = try !trashIsEmpty()
      var again: [ObjectID: Item] = [:]
      var gone: [(id: ObjectID, item: Item)] = []
      for (id, item) in absent {
        if try isAnywhere(id, hasTrash: hasTrash) {
          again[item.id] = item
        } else {
          gone.append((id, item))
        }
      }
      // A pack may have come back from trash between the two looks.
      if !gone.isEmpty { try source.refresh() }
      for (id, item) in gone {
        if damaged[id] == nil, try source.known(id) != nil {
          again[item.id] = item
        } else {
          report(id, at: item.path, damaged[id].map { .damaged($0) } ?? .missing)
        }
      }
      if again.isEmpty { return }
      let items = Array(again.values)
      state.withLock { $0.waiting += items }
      try drain()
    }
  }

  private func trashIsEmpty() throws(StoreError) -> Bool {
    do {
      return try Trash(layout: source.layout).packs().isEmpty
    } catch {
      throw .file(error)
    }
  }

  /// Whether an object turns up after all; what is found in trash is kept in mind.
  private func isAnywhere(_ id: ObjectID, hasTrash: Bool) throws(StoreError) -> Bool {
    if try destination?.find(id) != nil { return true }
    if damaged[id] != nil || state.withLock({ $0.inTrash[id] != nil }) { return false }
    if try source.known(id) != nil { return true }
    guard hasTrash, let entry = try source.findInTrash(id) else { return false }
    state.withLock { $0.inTrash[id] = entry }
    return true
  }
}

/// What walks have found out.
struct ClosureFindings: Sendable {
  /// The records that the destination lacks and the source has.
  let needed: RecordList

  let problems: ClosureProblems

  /// Records of the destination that are damaged, and among those needed.
  let superseded: [RecordEntry]

  /// Contents that the source has and that are not moved, because they were forgotten.
  let withheld: Set<ObjectID>
}

/// A store that has nothing: whatever is reached is found to be needed there.
struct EmptyDestination: ClosureWalk.Destination {
  let records: RecordStore

  func find(_ id: ObjectID) throws(StoreError) -> RecordEntry? { nil }
}

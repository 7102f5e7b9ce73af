internal import Git
internal import Lineage
internal import ObjectStore
internal import Platform
package import Primitives
internal import Remotes
internal import Workspace

/// Gathers everything that a clone may come back for, so that no other object is ever removed.
///
/// What may keep objects and cannot be read ends the search: it is told by name, and nothing is
/// removed then.
struct RootSearch {
  let project: Project
  let store: ObjectStore

  /// Operations since then count.
  let since: Timestamp

  var kept = KeptRoots()

  /// Files of git that were looked at: their content has one name.
  var seenBlobs: Set<GitID> = []

  /// The ids of records that commits carry and that are none.
  var brokenRecords: Set<ObjectID> = []

  /// Where run records lie in the worktree and in git.
  let recordPlace: RepositoryPath?

  init(_ project: Project, store: ObjectStore, since: Timestamp) {
    self.project = project
    self.store = store
    self.since = since
    recordPlace = try? RepositoryPath(RunCatalog.committedPath)
  }

  /// Looks everywhere.
  mutating func run() throws(ProjectError) {
    // What a command is about to do is looked at before what it leaves: a journal before records,
    // the index before commits, so that nothing is between two places.
    try addJournals()
    try addWorktrees()
    try addHistory()
    try addRecords()
    try addOperations()
  }

  // MARK: - Adding

  /// Adds what the bytes of a pointer name.
  mutating func addPointer(
    _ bytes: [UInt8], at path: RepositoryPath, for origin: RootOrigin
  ) throws(PointerProblem) {
    let place = PointerFile.dataPath(of: path) ?? path
    for object in try PointerFile.named(in: bytes) {
      kept.add(object.id, isTree: object.isTree, at: place, for: origin)
    }
  }

  /// Adds an object of which only the oid is known.
  mutating func addObject(
    _ id: ObjectID, at path: RepositoryPath, for origin: RootOrigin
  ) throws(ProjectError) {
    if kept.contains(id) { return }
    do {
      kept.add(id, isTree: try store.holdsTree(id), at: path, for: origin)
    } catch {
      throw .store(error)
    }
  }

  /// Adds what a record leads to.
  ///
  /// - Parameters:
  ///   - record: The record.
  ///   - id: Its id; `nil` for that of a run that has not ended.
  ///   - origin: Why it counts.
  mutating func add(_ record: RunRecord, _ id: ObjectID?, for origin: RootOrigin = .runs) {
    guard let recordPlace else { return }
    let none = ObjectID(words: (0, 0, 0, 0))
    for path in record.paths(id ?? none, size: .zero, below: recordPlace) where path.id != none {
      kept.add(path.id, isTree: path.isTree, at: path.path, for: origin)
    }
  }

  /// Adds what the bytes of a file lead to that is named as a record is.
  ///
  /// What is no record, or another than its name says, is nobody's: every reader refuses it.
  mutating func addRecord(_ bytes: [UInt8], _ id: ObjectID) throws(ProjectError) {
    do throws(LineageError) {
      add(try RunRecord(bytes, id: id), id)
    } catch {
      if case .newerRecord = error { throw .unknownRoot(.run(error)) }
      brokenRecords.insert(id)
    }
  }
}

extension Project {
  /// Everything that this clone and its worktrees may come back for.
  ///
  /// - Parameter grace: For how long what commands did can be taken back, in seconds.
  /// - Throws: ``ProjectError/unknownRoot(_:)`` for what cannot be read.
  package func keptRoots(grace: Int) throws(ProjectError) -> KeptRoots {
    var search = try RootSearch(self, store: store(), since: moment(before: grace))
    try search.run()
    return search.kept
  }

  /// The moment that lies so many seconds back, by the clock of the store's file system.
  ///
  /// - Parameter seconds: For how long something counts; 0 means that nothing does, however new.
  package func moment(before seconds: Int) throws(ProjectError) -> Timestamp {
    if seconds == 0 { return Timestamp(nanoseconds: .max) }
    let now = Clock.now()
    let stored: Timestamp?
    do {
      let device = try layout.store.status(followingSymlink: true).device
      stored = FileSystemClock.now(onDevice: device, tryingIn: [layout.store])
    } catch {
      throw .file(error)
    }
    // Where two clocks differ, the one that is behind keeps more.
    let behind = min(now, stored ?? now)
    let (limit, overflow) = behind.seconds.subtractingReportingOverflow(Int64(seconds))
    return Timestamp(seconds: overflow ? 0 : Int(limit), nanoseconds: 0)
  }
}

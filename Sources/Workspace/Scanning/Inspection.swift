internal import ObjectStore
internal import Platform
internal import Primitives
internal import Synchronization

/// Everything that is known of one tracked path at one moment.
struct Inspection: Sendable {
  let path: RepositoryPath
  let pointer: PointerFile?
  let loaded: IndexFiles.Loaded

  /// What the file system says of the data, or `nil` when nothing is there.
  let status: FileStatus?
  let rules: IgnoreRules
  let ignoreDigest: UInt64

  /// What the file system's clock showed before anything was looked at.
  let clock: Timestamp?

  /// What the data was compared with: the base, or where that is unknown the pointer's oid.
  let reference: ObjectID?
  let scan: Scan
  var result = Scan.Result()

  /// The oid last recorded or materialised here.
  var base: ObjectID? { loaded.base }

  /// Whether the machine was started since the index was written.
  var isAfterRestart: Bool { loaded.header?.isOfAnotherRun ?? false }

  /// The header of the next index.
  func header(isDirectory: Bool, device: UInt64) -> StatIndexHeader {
    StatIndexHeader(
      path: path, isDirectory: isDirectory, base: nil, device: device, ignoreDigest: ignoreDigest,
      clock: clock)
  }

  /// Whether any content was here: otherwise an absent path is *not here*, not deleted.
  var wasMaterialised: Bool {
    guard let index = loaded.index else { return false }
    for number in 0..<index.directoryCount {
      if index.header.isDirectory { return true }
      var cursor = index.block(number).cursor
      while let entry = cursor.next() {
        if entry.flags.contains(.materialised) { return true }
      }
    }
    return false
  }
}

/// What paths that are looked at one after the other have in common, looked up once: the ignore
/// rules above them, and the clocks of their file systems.
///
/// A clock that was read earlier is as good: what changed since is trusted less, never more.
final class CommonGround: Sendable {
  private struct State {
    var rules: [RepositoryPath: (IgnoreRules, UInt64)] = [:]
    var clocks: [UInt64: Timestamp] = [:]
  }

  private let state = Mutex(State())

  /// The ignore rules of a directory, read by `body` if nobody did.
  func rules(
    in directory: RepositoryPath, _ body: () throws(WorkspaceError) -> (IgnoreRules, UInt64)
  ) throws(WorkspaceError) -> (IgnoreRules, UInt64) {
    if let known = state.withLock({ $0.rules[directory] }) { return known }
    let read = try body()
    state.withLock { $0.rules[directory] = read }
    return read
  }

  /// The clock of a device, read by `body` if nobody did.
  func clock(onDevice device: UInt64, _ body: () -> Timestamp?) -> Timestamp? {
    if let known = state.withLock({ $0.clocks[device] }) { return known }
    let read = body()
    if let read { state.withLock { $0.clocks[device] = min($0.clocks[device] ?? read, read) } }
    return read
  }
}

extension Workspace {
  /// Looks at the data of a path and compares it with its stat index.
  ///
  /// - Parameters:
  ///   - path: A tracked path, or one that is about to be.
  ///   - pointer: Its pointer, if it has one that can be read.
  ///   - start: A directory inside, to look at it and what lies below only.
  ///   - isScanned: Whether the data is looked at now.
  ///   - isToBeStored: Whether the store has to have what the index says that it has: where it
  ///     lacks the base, as after a change of stores, every file counts as touched.
  ///   - ground: What is known already of where the path lies.
  /// - Returns: What differs; files of which only the times differ are not read.
  /// - Throws: ``WorkspaceError`` when the data or the index cannot be read.
  func inspect(
    _ path: RepositoryPath, pointer: PointerFile?, from start: ByteString = "",
    isScanned: Bool = true, isToBeStored: Bool = false, on ground: CommonGround = CommonGround()
  ) throws(WorkspaceError) -> Inspection {
    let (rules, digest) = try ground.rules(in: path.parent ?? .root) {
      () throws(WorkspaceError) in try self.rules(above: path)
    }
    let status = try onFiles { () throws(FileError) in
      try root.appending(path).statusIfPresent()
    }
    var loaded = try onFiles { () throws(FileError) in try indexes.load(path) }
    let isHeld =
      isToBeStored ? try self.isHeld(loaded.header, pointer, of: path) : true
    if !isHeld, case .intact(let index) = loaded { loaded = .intact(index.distrusted()) }
    let clock = device(of: path, status).flatMap { device in
      ground.clock(onDevice: device) { self.clock(onDevice: device, beside: path) }
    }
    let reference = loaded.base ?? pointer?.id
    let isTree = loaded.base == nil ? pointer?.kind == .tree : loaded.header?.isDirectory == true
    let store = store
    let scan = Scan(
      root: root, path: path, index: loaded.index, rules: rules,
      areRulesUnchanged: loaded.index?.header.ignoreDigest == digest,
      // Without an index, what the pointer stands for would be taken for what is stored. (A part
      // needs the rest all the same.)
      base: isTree && (isHeld || loaded.index != nil || !isScanned) ? reference : nil,
      expand: { IndexedDirectory(expanding: $1, at: $0, from: store) },
      // What the store lacks has to be read.
      vouches: { isHeld && store.isWholeFile($0, of: $1) })
    var inspection = Inspection(
      path: path, pointer: pointer, loaded: loaded, status: status, rules: rules,
      ignoreDigest: digest, clock: clock, reference: reference, scan: scan)
    guard let status, isScanned else { return inspection }
    if status.kind == .directory {
      inspection.result = try onFiles { () throws(FileError) in try scan.run(from: start) }
    } else {
      inspection.result = inspectFile(inspection, status)
    }
    return inspection
  }

  /// Whether the store has what was recorded, as an index or else a pointer says, with all that
  /// hangs on it.
  private func isHeld(
    _ header: StatIndexHeader?, _ pointer: PointerFile?, of path: RepositoryPath
  ) throws(WorkspaceError) -> Bool {
    guard let id = header?.base ?? pointer?.id else { return true }
    let isTree = header?.base == nil ? pointer?.kind == .tree : header?.isDirectory == true
    return try onStore { () throws(StoreError) in
      try store.holds(ClosureRoot(id: id, isTree: isTree, path: path))
    }
  }

  /// Whether the store has an object; what is not known is not missed.
  func isStored(_ id: ObjectID?) throws(WorkspaceError) -> Bool {
    guard let id else { return true }
    return try onStore { () throws(StoreError) in try store.contains(id) }
  }

  /// The device that holds the data of `path`, or would: that of the nearest directory above.
  private func device(of path: RepositoryPath, _ status: FileStatus?) -> UInt64? {
    if let status { return status.device }
    var parent = path.parent
    while let directory = parent {
      if let status = try? root.appending(directory).status() { return status.device }
      parent = directory.parent
    }
    return nil
  }

  /// The clock of the file system that holds the data of `path`.
  func clock(onDevice device: UInt64, beside path: RepositoryPath) -> Timestamp? {
    // What cannot be made shows when the index is written.
    _ = try? indexes.directory.makeDirectories()
    let parent = root.appending(path.parent ?? .root)
    return FileSystemClock.now(onDevice: device, tryingIn: [indexes.directory, parent, root])
  }

  /// Compares a tracked file with its index, as a directory that holds nothing else.
  private func inspectFile(_ inspection: Inspection, _ status: FileStatus) -> Scan.Result {
    var result = Scan.Result()
    result.totals.files = 1
    result.totals.size = status.size
    let name = inspection.path.name
    let known = inspection.loaded.index.flatMap { index in
      index.header.isDirectory ? nil : index.directory("")?.entry(name)
    }
    guard
      var now = StatEntry.kind(of: status).map({
        StatEntry(kind: $0, flags: known?.flags ?? [], status: status, id: .empty)
      })
    else {
      return result
    }
    let deviation: Deviation
    if let known {
      now.id = known.id
      let isOnDevice = inspection.loaded.index?.header.device == status.device
      if isOnDevice, known.matches(status) {
        guard known.flags.contains(.differs) else {
          if !known.flags.contains(.materialised) { result.totals.notHere = 1 }
          return result
        }
        deviation = .changed
      } else {
        let isSame = now.size == known.size
        let isVouched =
          isSame && now.kind == known.kind && inspection.scan.vouches(status, known.id)
        deviation = isVouched ? .settled : isSame ? .touched : .changed
      }
    } else if let reference = inspection.reference, inspection.pointer?.kind == .file {
      now.id = reference
      let isSameSize = inspection.pointer?.size == now.size || inspection.base != nil
      deviation = isSameSize ? .touched : .changed
    } else {
      deviation = .added
    }
    if now.kind == .symlink { result.totals.changes = 1 }
    now.flags = now.flags.marked(deviation)
    var list = EntryList()
    list.append(now, name: name)
    result.totals.changes = deviation.isChange ? 1 : 0
    result.directories = [
      ScannedDirectory(
        path: "", stamp: DirectoryStamp(status), isNew: known == nil, hasNewStamp: true,
        deviations: list)
    ]
    return result
  }
}

extension IndexedDirectory {
  /// The entries of a tree object, none of them here; `nil` when the store has not got it.
  init?(expanding id: ObjectID, at path: ByteString, from store: ObjectStore) {
    guard let tree = try? store.tree(id) else { return nil }
    var entries = EntryList()
    for entry in tree.entries { entries.append(.absent(entry), name: entry.name) }
    self.init(Self.encode(path: path, stamp: nil, id: id, entries: entries), at: 0)
  }
}

internal import ObjectStore
internal import Platform
package import Primitives

/// The recording of one tracked path, from its scan to its pointer.
final class AddJob: Sendable {
  let request: AddRequest

  /// How the path lies there; what the scan found is in ``findings`` alone.
  let inspection: Inspection

  /// Whether data that diverged from its pointer is recorded all the same.
  let isForced: Bool

  /// What the scan found; filled in while files are read.
  let findings: ScanFindings

  /// Opens the files of the scan.
  let files: RecentDirectories

  /// Keeps others from changing the path meanwhile.
  private let lock: PathLock

  init(
    request: AddRequest, inspection: Inspection, isForced: Bool, lock: PathLock
  ) {
    self.request = request
    self.isForced = isForced
    self.lock = lock
    findings = ScanFindings(inspection.result)
    var inspection = inspection
    inspection.result.directories = []
    self.inspection = inspection
    files = RecentDirectories(inspection, findings)
  }

  /// The path of what lies at a place, from the root of the worktree.
  func repositoryPath(_ place: DeviationPlace) -> RepositoryPath {
    let (directory, name) = findings.name(at: place)
    return inspection.repositoryPath(name, in: directory)
  }

  /// Whether all of the data was looked at, not parts of it.
  var isWhole: Bool { request.parts.isEmpty }

  /// The pointer that was there before anything was read.
  var pointer: PointerFile? { inspection.pointer }

  /// Whether the data takes the place of a base that cannot be looked up.
  var givesUpUnknown: Bool { isForced && isWhole }
}

/// A lock in an object, so that it can be kept with others.
final class PathLock: Sendable {
  private let lock: AdvisoryLock

  init(_ lock: consuming AdvisoryLock) {
    self.lock = lock
  }
}

/// A file whose content has to be read.
struct PendingFile: Sendable {
  let job: Int
  let place: DeviationPlace
}

extension Workspace {
  /// Locks and scans one tracked path.
  func job(
    _ request: AddRequest, isForced: Bool, on ground: CommonGround = CommonGround()
  ) throws(WorkspaceError) -> AddJob {
    let lock = try lockPath(request.path)
    // Read under the lock: who had it before may have written another.
    let pointer = try pointer(of: request.path)
    let isWhole = request.parts.isEmpty
    var inspection = try inspect(
      request.path, pointer: pointer, isScanned: isWhole, isToBeStored: true, on: ground)
    let isKnown = isWhole && inspection.result.isUnchanged && !inspection.isAfterRestart
    if !isKnown, try finishRecording(inspection) {
      inspection = try inspect(
        request.path, pointer: pointer, isScanned: isWhole, isToBeStored: true)
    }
    if !request.parts.isEmpty {
      if let base = inspection.base, try !isStored(base) { throw .store(.missing(base)) }
      inspection.result = try scanParts(request.parts, inspection)
    }
    try check(inspection)
    return AddJob(
      request: request, inspection: inspection, isForced: isForced, lock: lock)
  }

  /// Locks a path, so that nobody else changes its data, pointer or index.
  func lockPath(_ path: RepositoryPath) throws(WorkspaceError) -> PathLock {
    do {
      return PathLock(try indexes.lock(path))
    } catch {
      throw .file(error)
    }
  }

  /// Waits until nobody else changes the data of these paths, for who is about to do what cannot be
  /// taken back when a lock is refused.
  ///
  /// - Throws: ``WorkspaceError/file(_:)`` with who holds a lock, or that nothing can be locked.
  package func checkLocks(of paths: [RepositoryPath]) throws(WorkspaceError) {
    _ = try sharedLock()
    for path in paths { _ = try lockPath(path) }
  }

  /// Scans some names of the data, and of what lies below them everything.
  private func scanParts(
    _ parts: [ByteString], _ inspection: Inspection
  ) throws(WorkspaceError) -> Scan.Result {
    var outer: [ByteString] = []
    for part in parts.sorted() where !outer.contains(where: { Self.isWithin(part, $0) }) {
      outer.append(part)
    }
    // For each directory, the names in it that are meant.
    var names: [ByteString: Set<ByteString>] = [:]
    for part in outer {
      var directory = ByteString("")
      let components = part.bytes.split(separator: UInt8(ascii: "/"))
      for (number, name) in components.enumerated() {
        let name = ByteString(name)
        let isLast = number == components.count - 1
        if isLast || inspection.scan.known(directory)?.entry(name) == nil {
          names[directory, default: []].insert(name)
        }
        directory = Scan.join(directory, name.bytes)
      }
    }
    var result = Scan.Result()
    for (directory, wanted) in names {
      do {
        result.add(
          try inspection.scan.run(from: directory, isRecursive: false), only: wanted)
      } catch {
        // A directory that is gone shows as such in the one above it.
        guard error.isNotFound else { throw .file(error) }
      }
    }
    for part in outer {
      let path = inspection.scan.repositoryPath(part)
      let status = try onFiles { () throws(FileError) in
        try root.appending(path).statusIfPresent()
      }
      guard status?.kind == .directory else {
        if status == nil, !Self.isKnown(part, inspection) { throw .notFound(path) }
        continue
      }
      let inner = try onFiles { () throws(FileError) in try inspection.scan.run(from: part) }
      result.add(inner, only: nil)
    }
    result.directories.sort { $0.path < $1.path }
    result.recount()
    return result
  }

  private static func isKnown(_ part: ByteString, _ inspection: Inspection) -> Bool {
    let components = part.bytes.split(separator: UInt8(ascii: "/"))
    let parent = ByteString(components.dropLast().joined(separator: [UInt8(ascii: "/")]))
    guard let name = components.last else { return false }
    return inspection.scan.known(parent)?.entry(ByteString(name)) != nil
  }

  static func isWithin(_ part: ByteString, _ directory: ByteString) -> Bool {
    directory.isEmpty || part == directory
      || part.bytes.starts(with: directory.bytes + [UInt8(ascii: "/")])
  }

  /// Refuses data that cannot be kept, with names.
  private func check(_ inspection: Inspection) throws(WorkspaceError) {
    if let failure = inspection.result.failures.first {
      throw .unreadable(failure, count: inspection.result.failures.count)
    }
    for directory in inspection.result.directories where directory.isNew {
      let path = inspection.scan.repositoryPath(directory.path)
      if path.components.count > TreeExpansion.depthLimit { throw .tooDeep(path) }
    }
    let special = inspection.result.places { $1 == .special }
    let repositories = inspection.result.places { $1 == .nestedRepository }
    if special.isEmpty && repositories.isEmpty { return }
    throw .unstorable(
      special: special.map { inspection.repositoryPath($0) },
      repositories: repositories.map { inspection.repositoryPath($0) })
  }
}

extension Scan.Result {
  /// Adds what another scan found, or of its directories only some names.
  ///
  /// Names that are not meant are marked, so that they keep the entries they have.
  fileprivate mutating func add(_ other: Scan.Result, only names: Set<ByteString>?) {
    failures += other.failures
    for var directory in other.directories {
      if let names {
        var list = EntryList()
        var cursor = directory.deviations.cursor
        while var entry = cursor.next() {
          let name = cursor.name(of: entry)
          if !names.contains(name) {
            entry.flags = entry.flags.marked(.unrecorded)
          }
          list.append(entry, name: name)
        }
        directory.deviations = list
      }
      directories.append(directory)
    }
  }
}

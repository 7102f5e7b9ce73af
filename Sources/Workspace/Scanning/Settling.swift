internal import ObjectStore
internal import Platform
internal import Primitives
internal import Synchronization

/// A deviation by its place: a directory of a scan's result, and an entry in its list.
struct DeviationPlace: Sendable {
  let directory: Int
  let offset: Int
}

extension Scan.Result {
  /// The places of the deviations that `isWanted` picks.
  func places(where isWanted: (StatEntry, Deviation) -> Bool) -> [DeviationPlace] {
    var places: [DeviationPlace] = []
    for (number, directory) in directories.enumerated() {
      var cursor = directory.deviations.cursor
      while true {
        let offset = cursor.offset
        guard let entry = cursor.next() else { break }
        if let deviation = entry.deviation, isWanted(entry, deviation) {
          places.append(DeviationPlace(directory: number, offset: offset))
        }
      }
    }
    return places
  }

  /// The entry at a place, and its name.
  func entry(_ place: DeviationPlace) -> (StatEntry, ByteString) {
    directories[place.directory].deviations.namedEntry(at: place.offset)
  }

  mutating func replace(_ place: DeviationPlace, with entry: StatEntry) {
    directories[place.directory].deviations.replace(at: place.offset, with: entry)
  }

  /// Counts again what is a change.
  mutating func recount() {
    totals.changes = places { $1.isChange }.count
  }
}

/// What a scan found, while threads decide about it.
///
/// It is in one place alone: a list of a million entries takes 100 MB.
final class ScanFindings: Sendable {
  private let result: Mutex<Scan.Result>

  init(_ result: Scan.Result) {
    self.result = Mutex(result)
  }

  /// What is known now; as long as it is kept, a change costs a copy.
  var current: Scan.Result { result.withLock { $0 } }

  /// The entry at a place.
  func entry(_ place: DeviationPlace) -> StatEntry { result.withLock { $0.entry(place).0 } }

  /// The name of the entry at a place, and the path of its directory from the tracked one.
  func name(at place: DeviationPlace) -> (directory: ByteString, name: ByteString) {
    result.withLock { ($0.directories[place.directory].path, $0.entry(place).1) }
  }

  /// Decides about an entry.
  func replace(_ place: DeviationPlace, with entry: StatEntry) {
    result.withLock { $0.replace(place, with: entry) }
  }
}

extension Inspection {
  /// The path of what lies at a place, from the root of the worktree.
  func repositoryPath(_ place: DeviationPlace) -> RepositoryPath {
    let (_, name) = result.entry(place)
    return repositoryPath(name, in: result.directories[place.directory].path)
  }

  /// The path of a name in a directory of the data.
  func repositoryPath(_ name: ByteString, in directory: ByteString) -> RepositoryPath {
    if status?.kind != .directory { return path }
    return (try? scan.repositoryPath(directory).appending(name)) ?? path
  }

  /// Opens a file of the data; no symlink is followed on the way.
  func open(_ path: RepositoryPath) throws(FileError) -> OpenFile {
    try OpenDirectory(scan.root).descended(to: path.parent ?? .root).file(path.name)
  }
}

extension Workspace {
  /// Decides about files of which only the times differ, by comparing their content.
  ///
  /// - Throws: ``WorkspaceError/store(_:)`` when the store fails; a file that cannot be read stays
  ///   undecided.
  func settle(
    _ inspection: inout Inspection, progress: ProgressCounter? = nil
  ) throws(WorkspaceError) {
    let current = inspection
    let places = current.result.places { $1 == .touched }
    if places.isEmpty { return }
    let bytes = places.reduce(0) { $0 + current.result.entry($1).0.size.bytes }
    progress?.begin(.reading, bytes: bytes, files: places.count)
    let files = RecentDirectories(current, ScanFindings(current.result))
    let kinds = knownKinds(places, current)
    let decided = Mutex<[(DeviationPlace, StatEntry)]>([])
    do throws(StoreError) {
      try Threads.forEach(places.count, grain: 4) { number throws(StoreError) in
        let place = places[number]
        var (entry, _) = current.result.entry(place)
        guard let file = try? files.file(place), let isSame = try holds(file, entry.id) else {
          return
        }
        let isSameKind = kinds.isEmpty || kinds[number] == entry.kind
        let same: Deviation = isSameKind ? .settled : .modeChanged
        entry.flags = entry.flags.marked(isSame ? same : .changed)
        let outcome = entry
        decided.withLock { $0.append((place, outcome)) }
        progress?.advance(bytes: entry.size.bytes, files: 1)
      }
    } catch {
      throw .store(error)
    }
    for (place, entry) in decided.withLock({ $0 }) {
      inspection.result.replace(place, with: entry)
    }
    inspection.result.recount()
    progress?.end()
  }

  /// What the base has at places that are in order; nothing for a single file.
  private func knownKinds(
    _ places: [DeviationPlace], _ inspection: Inspection
  ) -> [TreeEntry.Kind?] {
    guard inspection.status?.kind == .directory else { return [] }
    var number: Int?
    var known = AscendingLookup(nil)
    return places.map { place in
      if place.directory != number {
        number = place.directory
        let path = inspection.result.directories[place.directory].path
        known = AscendingLookup(inspection.scan.known(path))
      }
      return known.entry(inspection.result.entry(place).1)?.kind
    }
  }

  /// Whether a file holds a content; `nil` where it cannot be read, or changes meanwhile.
  func holds(
    _ path: RepositoryPath, _ id: ObjectID, in inspection: Inspection
  ) throws(StoreError) -> Bool? {
    guard let file = try? inspection.open(path) else { return nil }
    return try holds(file, id)
  }

  /// Whether an open file holds a content; `nil` where it cannot be read, or changes meanwhile.
  func holds(_ file: borrowing OpenFile, _ id: ObjectID) throws(StoreError) -> Bool? {
    do {
      return try store.matches(file, id)
    } catch {
      switch error {
      case .changedWhileReading, .unreadable, .notAFile: return nil
      case .missing, .corrupt, .undecodable, .invalidRecipe:
        // The store cannot say what the content is made of, but its name says what it is.
        return SHA256.id(of: file).map { $0 == id }
      default: throw error
      }
    }
  }
}

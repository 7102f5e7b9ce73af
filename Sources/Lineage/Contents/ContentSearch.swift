package import ObjectStore
package import Primitives

/// Looks for bytes in everything that some objects lead to.
///
/// There is no index from chunks to files: every directory is read once, and of every file the list
/// of its chunks. Directories may be nested without end and share parts; nothing here recurses.
package struct ContentSearch {
  /// A file that has some of the bytes.
  package struct Match: Hashable, Sendable {
    package let id: ObjectID
    package let size: ByteCount

    /// Whether it is the file that was asked for.
    package let isSame: Bool

    /// How many of the bytes that are looked for lie in chunks that it has, too.
    package let shared: ByteCount

    /// Where a scan found all of the bytes in a row, in bytes from the start.
    package internal(set) var offset: Int?
  }

  /// A place of a file below one of the objects where the search began.
  package struct Place: Hashable, Sendable {
    package let root: ObjectID

    /// From that object on; the root where that is the file itself.
    package let path: RepositoryPath
  }

  /// A chunk in more files than this says nothing, nor in more than a hundredth of all.
  package static let commonLimit = 16

  /// How many places of one file are told.
  package static let placeLimit = 100

  private let probe: ContentProbe
  private let store: ObjectStore
  private var waiting: [ObjectID] = []
  private var visited: Set<ObjectID> = []

  /// The directories that a file or directory lies in, and its name there; of files only those that
  /// may be told.
  private var parents: [ObjectID: [(tree: ObjectID, name: ByteString)]] = [:]
  private var roots: Set<ObjectID> = []
  private var files: [ObjectID: ByteCount] = [:]

  /// The chunks that a file shares with what is looked for.
  private var candidates: [ObjectID: [ObjectID]] = [:]
  private var fileCounts: [ObjectID: Int] = [:]

  /// Objects that could not be looked into: they are not in the store, or damaged.
  package private(set) var unread: Set<ObjectID> = []

  package init(for probe: ContentProbe, in store: ObjectStore) {
    self.probe = probe
    self.store = store
  }

  /// How many different files were looked at.
  package var fileCount: Int { files.count }

  // MARK: - Going through

  /// Looks at a file, or at everything in a directory; what was seen before is not read again.
  package mutating func look(at id: ObjectID, isTree: Bool, size: ByteCount) {
    roots.insert(id)
    guard isTree else { return look(atFile: id, size) }
    if visited.insert(id).inserted { waiting.append(id) }
    while let next = waiting.popLast() { look(inside: next) }
  }

  private mutating func look(inside id: ObjectID) {
    guard let tree = try? store.tree(id) else {
      unread.insert(id)
      return
    }
    for entry in tree.entries {
      switch entry.kind {
      case .symlink: break
      case .file, .executable:
        look(atFile: entry.id, entry.size)
        if candidates[entry.id] != nil { parents[entry.id, default: []].append((id, entry.name)) }
      case .directory:
        parents[entry.id, default: []].append((id, entry.name))
        if visited.insert(entry.id).inserted { waiting.append(entry.id) }
      }
    }
  }

  private mutating func look(atFile id: ObjectID, _ size: ByteCount) {
    guard files.updateValue(size, forKey: id) == nil else { return }
    if id == probe.id { candidates[id] = [] }
    guard size >= ContentProbe.smallest, !probe.chunks.isEmpty else { return }
    var shared: Set<ObjectID> = []
    if size <= store.format.limits.minimum {
      // Too small to be cut: it is its only chunk.
      if probe.chunks[id] != nil { shared.insert(id) }
    } else {
      do throws(StoreError) {
        try store.forEachChunk(of: id) { chunk, _ in
          if probe.chunks[chunk] != nil { shared.insert(chunk) }
        }
      } catch {
        unread.insert(id)
      }
    }
    if shared.isEmpty { return }
    candidates[id] = Array(shared)
    for chunk in shared { fileCounts[chunk, default: 0] += 1 }
  }

  // MARK: - What was found

  /// The files that have some of the bytes: the same file first, then by how much they share.
  ///
  /// - Parameter needle: The bytes themselves, if candidates are to be read for them.
  package func matches(scanningFor needle: [UInt8]? = nil) -> [Match] {
    let limit = max(Self.commonLimit, files.count / 100)
    var matches: [Match] = []
    for (id, chunks) in candidates {
      let shared = chunks.reduce(0) { sum, chunk in
        fileCounts[chunk] ?? 0 > limit ? sum : sum + (probe.chunks[chunk] ?? 0)
      }
      let isSame = id == probe.id
      guard isSame || shared > 0 else { continue }
      var match = Match(
        id: id, size: files[id] ?? .zero, isSame: isSame,
        shared: .bytes(isSame ? probe.range.count : shared))
      match.offset = needle.flatMap { offset(of: $0, in: id) }
      matches.append(match)
    }
    return matches.sorted { left, right in
      (left.isSame ? 0 : 1, right.shared, left.id) < (right.isSame ? 0 : 1, left.shared, right.id)
    }
  }

  private func offset(of needle: [UInt8], in id: ObjectID) -> Int? {
    guard !needle.isEmpty else { return nil }
    var search = ByteSearch(needle)
    try? store.read(id) { bytes in search.take(bytes) }
    return search.found
  }

  /// Where a file lies below the objects at which the search began, at most ``placeLimit`` places.
  package func places(of id: ObjectID) -> [Place] {
    Self.places(of: id, below: roots) { parents[$0] ?? [] }
  }

  /// Climbs from a file to the objects at which a search began.
  ///
  /// - Parameters:
  ///   - id: The file.
  ///   - roots: Where the search began.
  ///   - parents: The directories that an object lies in, and its name there.
  static func places(
    of id: ObjectID, below roots: Set<ObjectID>,
    _ parents: (ObjectID) -> [(tree: ObjectID, name: ByteString)]
  ) -> [Place] {
    var places: [Place] = []
    var stack: [(id: ObjectID, path: RepositoryPath)] = [(id, .root)]
    var steps = 0
    while let (next, path) = stack.popLast(), places.count < Self.placeLimit {
      steps += 1
      if steps > 100 * Self.placeLimit { break }
      if roots.contains(next) { places.append(Place(root: next, path: path)) }
      for parent in parents(next) {
        guard let name = try? RepositoryPath.root.appending(parent.name) else { continue }
        stack.append((parent.tree, name.appending(path)))
      }
    }
    return places
  }
}

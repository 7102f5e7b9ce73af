internal import Lineage
internal import ObjectStore
internal import Primitives
internal import Project
internal import Workspace

/// The contents that a command line asks to forget.
struct ForgottenVersions {
  /// The contents, with their sizes.
  private(set) var sizes: [ObjectID: ByteCount] = [:]

  /// The paths at which they were found, the first few of each.
  private(set) var paths: [ObjectID: Set<RepositoryPath>] = [:]

  /// Directories that have to be looked into and that no store has.
  private(set) var unread: [RepositoryPath: ObjectID] = [:]

  /// What was asked for that is not known at all.
  private var stores: [ObjectStore]
  private var visited: Set<ObjectID> = []

  /// How many paths of one content are kept.
  static let pathLimit = 16

  init(in stores: [ObjectStore]) {
    self.stores = stores
  }

  var ids: Set<ObjectID> { Set(sizes.keys) }

  /// Takes all that ever lay at a path, or below it.
  mutating func take(everyVersionOf path: RepositoryPath, _ namings: DataNamings) {
    var seen: Set<ContentAt> = []
    for naming in namings.all
    where seen.insert(ContentAt(id: naming.id, path: naming.path)).inserted {
      if naming.path.isWithin(path) {
        take(naming.id, isTree: naming.isTree, size: nil, at: naming.path)
      } else if naming.isTree, let inner = path.relative(to: naming.path) {
        take(at: inner, in: naming.id, path)
      }
    }
  }

  private struct ContentAt: Hashable {
    let id: ObjectID
    let path: RepositoryPath
  }

  /// Takes what lies at a path inside of a directory.
  private mutating func take(
    at inner: RepositoryPath, in tree: ObjectID, _ path: RepositoryPath
  ) {
    var entry: TreeEntry?
    for name in inner.components {
      if let entry, entry.kind != .directory { return }
      let id = entry?.id ?? tree
      guard let directory = stores.tree(id) else {
        unread[path] = id
        return
      }
      guard let next = directory[name] else { return }
      entry = next
    }
    guard let entry else { return }
    take(entry.id, isTree: entry.kind == .directory, size: entry.size, at: path)
  }

  /// Takes a file, or everything in a directory.
  mutating func take(
    _ id: ObjectID, isTree: Bool, size: ByteCount?, at path: RepositoryPath?
  ) {
    guard isTree else { return add(id, size, at: path) }
    var waiting = [(id, path)]
    while let (next, place) = waiting.popLast() {
      guard visited.insert(next).inserted else { continue }
      guard let tree = stores.tree(next) else {
        unread[place ?? .root] = next
        continue
      }
      for entry in tree.entries {
        let child = place.flatMap { try? $0.appending(entry.name) }
        if entry.kind == .directory {
          waiting.append((entry.id, child))
        } else {
          add(entry.id, entry.size, at: child)
        }
      }
    }
  }

  private mutating func add(_ id: ObjectID, _ size: ByteCount?, at path: RepositoryPath?) {
    // Nothing can be told by nothing.
    if id == .empty { return }
    if let size = size ?? sizes[id] ?? self.size(of: id) {
      sizes[id] = size
    } else {
      sizes[id] = .zero
    }
    if let path, paths[id]?.count ?? 0 < Self.pathLimit { paths[id, default: []].insert(path) }
  }

  private func size(of id: ObjectID) -> ByteCount? {
    for store in stores {
      if let size = try? store.size(of: id) { return size }
    }
    return stores.lazy.compactMap { $0.tombstone(of: id)?.size }.first
  }

  /// Notes where else contents lie, and the sizes that directories give them.
  mutating func note(
    _ id: ObjectID, alsoAt path: RepositoryPath
  ) {
    if paths[id]?.count ?? 0 < Self.pathLimit { paths[id, default: []].insert(path) }
  }
}

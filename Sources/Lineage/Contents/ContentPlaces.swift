package import ObjectStore
package import Primitives

/// Finds where contents lie in everything that some objects lead to.
///
/// Every directory is read once. Directories may be nested without end and share parts; nothing
/// here recurses.
package struct ContentPlaces {
  /// How many directories are kept in memory for one content; all are counted.
  package static let placeLimit = 100

  private let targets: Set<ObjectID>
  private let stores: [ObjectStore]
  private var visited: Set<ObjectID> = []
  private var roots: Set<ObjectID> = []

  /// The directories that a content or directory lies in, and its name there.
  private var parents: [ObjectID: [(tree: ObjectID, name: ByteString)]] = [:]

  /// Directories that list a content themselves.
  private var listing: Set<ObjectID> = []

  /// The sizes that directories give the contents.
  package private(set) var sizes: [ObjectID: ByteCount] = [:]

  /// Directories that no store has, or only damaged.
  package private(set) var unread: Set<ObjectID> = []

  /// Prepares a search.
  ///
  /// - Parameters:
  ///   - targets: Contents of files.
  ///   - stores: Where directories are read from, the first that has one.
  package init(of targets: Set<ObjectID>, in stores: [ObjectStore]) {
    self.targets = targets
    self.stores = stores
  }

  /// How many directories list one of the contents.
  package var directoryCount: Int { listing.count }

  /// Looks at a file, or at everything in a directory; what was seen before is not read again.
  package mutating func look(at id: ObjectID, isTree: Bool) {
    roots.insert(id)
    guard isTree, visited.insert(id).inserted else { return }
    var waiting = [id]
    while let next = waiting.popLast() {
      guard let tree = stores.tree(next) else {
        unread.insert(next)
        continue
      }
      for entry in tree.entries {
        if entry.kind == .directory {
          parents[entry.id, default: []].append((next, entry.name))
          if visited.insert(entry.id).inserted { waiting.append(entry.id) }
        } else if targets.contains(entry.id) {
          sizes[entry.id] = entry.size
          listing.insert(next)
          if parents[entry.id]?.count ?? 0 < Self.placeLimit {
            parents[entry.id, default: []].append((next, entry.name))
          }
        }
      }
    }
  }

  /// The objects that were looked at and that have one of the contents, or are one.
  package func holders() -> Set<ObjectID> {
    var found = listing
    var waiting = Array(listing)
    while let next = waiting.popLast() {
      for parent in parents[next] ?? [] where found.insert(parent.tree).inserted {
        waiting.append(parent.tree)
      }
    }
    return found.union(targets).intersection(roots)
  }

  /// Where a content lies below the objects that were looked at, at most ``placeLimit`` places.
  package func places(of id: ObjectID) -> [ContentSearch.Place] {
    ContentSearch.places(of: id, below: roots) { parents[$0] ?? [] }
  }
}

extension [ObjectStore] {
  /// A directory from the first store that has it.
  package func tree(_ id: ObjectID) -> Tree? {
    for store in self {
      if let tree = try? store.tree(id) { return tree }
    }
    return nil
  }
}

package import ObjectStore
package import Primitives

/// Who may come back for an object.
package enum RootOrigin: String, Hashable, Sendable, CaseIterable {
  /// A commit that a reference, a reflog or a stash leads to.
  case commits
  /// What is staged in a worktree, all sides of a conflict included.
  case staged
  /// A pointer on disk.
  case pointers
  /// What was last recorded or brought in a worktree, or is being brought.
  case worktrees
  /// A run, with its code, its inputs and its outputs.
  case runs
  /// What a command replaced or recorded within the grace.
  case operations
  /// A pin.
  case pins
  /// Another clone of a shared store.
  case clones
  /// What somebody pushed to the store.
  case pushed
}

/// The objects that garbage collection keeps with all below them, each once, and who asked first.
package struct KeptRoots: Sendable {
  package private(set) var roots: [ClosureRoot] = []

  /// How many of the roots each origin was the first to ask for.
  package private(set) var counts: [RootOrigin: Int] = [:]

  private var seen: Set<NamedRoot> = []

  private struct NamedRoot: Hashable {
    let id: ObjectID
    let isTree: Bool
  }

  package init() {}

  /// Whether an object is among the roots itself.
  package func contains(_ id: ObjectID) -> Bool {
    [true, false].contains { seen.contains(NamedRoot(id: id, isTree: $0)) }
  }

  /// Adds an object, unless it is there.
  package mutating func add(
    _ id: ObjectID, isTree: Bool, at path: RepositoryPath, for origin: RootOrigin
  ) {
    guard seen.insert(NamedRoot(id: id, isTree: isTree)).inserted else { return }
    roots.append(ClosureRoot(id: id, isTree: isTree, path: path))
    counts[origin, default: 0] += 1
  }

  /// Adds what others keep.
  package mutating func add(_ other: KeptRoots, for origin: RootOrigin) {
    for root in other.roots { add(root.id, isTree: root.isTree, at: root.path, for: origin) }
  }
}

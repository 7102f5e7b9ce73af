package import Primitives

/// Where a walk over objects begins: a tracked path, or part of one.
package struct ClosureRoot: Sendable {
  package let id: ObjectID

  /// Whether the object is a directory, and not a file.
  package let isTree: Bool

  /// Where the object lies: problems are told with the paths below it.
  package let path: RepositoryPath

  /// What of a directory is wanted; `nil` for all of it.
  package let filter: ClosureFilter?

  /// A directory whose closure is known to be where the objects go: what the two have in common
  /// need not be looked up.
  package let base: ObjectID?

  package init(
    id: ObjectID, isTree: Bool, path: RepositoryPath, filter: ClosureFilter? = nil,
    base: ObjectID? = nil
  ) {
    self.base = base
    self.id = id
    self.isTree = isTree
    self.path = path
    self.filter = filter
  }
}

/// Decides which paths of a directory a walk takes.
package struct ClosureFilter: Sendable {
  /// What becomes of a path.
  package enum Decision: Sendable {
    /// Not wanted, with all below it.
    case skip
    /// Something below it may be wanted; as good as ``skip`` for a file.
    case descend
    /// Wanted, with all below it.
    case take
  }

  /// Decides about a path, and is told whether it is a directory.
  package let decide: @Sendable (_ path: RepositoryPath, _ isDirectory: Bool) -> Decision

  package init(
    _ decide: @escaping @Sendable (_ path: RepositoryPath, _ isDirectory: Bool) -> Decision
  ) {
    self.decide = decide
  }
}

/// An object that a walk could not get.
package struct ClosureProblem: Equatable, Sendable {
  /// What is wrong with it.
  package enum Kind: Equatable, Sendable {
    /// No store of those that were asked has it.
    case missing
    /// Its bytes are not what they should be.
    case damaged(StoreError)
  }

  /// The object: a file or tree, or a part of one.
  package let id: ObjectID

  /// The file or directory that cannot be brought back because of it.
  package let path: RepositoryPath

  package let kind: Kind

  /// The roots that it was met under, by their place among those that were walked.
  package fileprivate(set) var roots: [Int]

  package init(id: ObjectID, path: RepositoryPath, kind: Kind, roots: [Int] = []) {
    self.id = id
    self.path = path
    self.kind = kind
    self.roots = roots
  }
}

extension ClosureProblem: CustomStringConvertible {
  package var description: String {
    switch kind {
    case .missing: "'\(path)' needs object \(id.abbreviated), which is missing"
    case .damaged(let error): "'\(path)' is damaged: \(error)"
    }
  }
}

/// The problems of a walk: each object once for each path, the first ones by name, all of them
/// counted.
struct ClosureProblems: Sendable {
  /// How many are kept by name.
  static let limit = 10_000

  /// How many roots are kept, of all problems together.
  static let rootLimit = 1_000_000

  private(set) var problems: [ClosureProblem] = []
  private(set) var count = 0

  /// The first that is damaged, and not only missing.
  private(set) var firstDamaged: ClosureProblem?
  private var rootCount = 0
  private var numbers: [Place: Int] = [:]

  private struct Place: Hashable {
    let id: ObjectID
    let path: RepositoryPath
  }

  /// Adds a problem that was met under a root.
  mutating func add(_ problem: ClosureProblem, under root: Int) {
    let place = Place(id: problem.id, path: problem.path)
    let number = numbers[place] ?? count
    if number == count {
      numbers[place] = number
      count += 1
      if case .damaged = problem.kind, firstDamaged == nil { firstDamaged = problem }
      if number < Self.limit { problems.append(problem) }
    }
    guard number < problems.count, rootCount < Self.rootLimit,
      problems[number].roots.last != root
    else { return }
    problems[number].roots.append(root)
    rootCount += 1
  }
}

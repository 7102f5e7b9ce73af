package import ObjectStore
package import Primitives

/// A tracked path that a transfer is about.
package struct TransferPath: Sendable {
  package let path: RepositoryPath

  /// Whether the path is a directory.
  package let isTree: Bool

  package let id: ObjectID

  /// The bytes of the file, or of all files in the directory.
  package let size: ByteCount

  /// How many files: 1 for a file.
  package let files: Int

  /// What of it is wanted.
  package let selection: Selection

  /// How much of a tracked path is wanted.
  package enum Selection: Sendable {
    case all
    /// What a filter takes of a directory.
    case part(ClosureFilter)
    /// Nothing: the path is only listed in the commit's root.
    case none
  }

  package init(
    path: RepositoryPath, isTree: Bool, id: ObjectID, size: ByteCount, files: Int,
    selection: Selection = .all
  ) {
    self.path = path
    self.isTree = isTree
    self.id = id
    self.size = size
    self.files = files
    self.selection = selection
  }

  /// Whether anything of it is wanted.
  package var isWanted: Bool {
    if case .none = selection { return false }
    return true
  }

  /// Where a walk begins, or `nil` when nothing is wanted.
  func root(base: ObjectID?) -> ClosureRoot? {
    switch selection {
    case .all: ClosureRoot(id: id, isTree: isTree, path: path, base: base)
    case .part(let filter):
      ClosureRoot(id: id, isTree: isTree, path: path, filter: filter, base: base)
    case .none: nil
    }
  }
}

/// A commit whose data is to be pushed, or a run with all that it leads to.
package struct TransferCommit: Sendable {
  package let kind: CommitRoot.Kind

  /// The id of the commit, or of the run, in hexadecimal.
  package let id: String

  /// The committer's time, in seconds since 1970-01-01 00:00 UTC.
  package let date: Int

  /// The full names of refs that point to the commit.
  package let references: [ByteString]

  /// Everything that the commit tracks, wanted or not.
  package let paths: [TransferPath]

  /// Whether ``paths`` is all of it: the commit has no pointer that cannot be read.
  ///
  /// A commit that is not readable is never called complete, so that the next push looks again.
  package let isReadable: Bool

  package init(
    _ kind: CommitRoot.Kind = .commit, id: String, date: Int, references: [ByteString] = [],
    paths: [TransferPath], isReadable: Bool = true
  ) {
    self.kind = kind
    self.isReadable = isReadable
    self.id = id
    self.date = date
    self.references = references
    self.paths = paths
  }
}

/// A path that no store has a good copy of, or not of all of it.
package struct TransferProblem: Equatable, Sendable {
  package let path: RepositoryPath

  /// The first object that is lacking: the content of the path, or a part of it.
  package let id: ObjectID

  /// Why; damage where some of it is damaged and some is missing.
  package let kind: ClosureProblem.Kind

  /// The commits that lack it, in the order in which they were to be sent; none for a fetch.
  package let commits: [String]

  /// Gathers what is wrong by path.
  ///
  /// - Parameters:
  ///   - problems: What a walk met.
  ///   - commits: The commit of each of its roots.
  static func gather(_ problems: [ClosureProblem], commits: [String] = []) -> [Self] {
    var numbers: [RepositoryPath: Int] = [:]
    var gathered: [(problem: ClosureProblem, roots: Set<Int>)] = []
    for problem in problems {
      let number = numbers[problem.path] ?? gathered.count
      if number == gathered.count {
        numbers[problem.path] = number
        gathered.append((problem, []))
      } else if gathered[number].problem.kind == .missing, problem.kind != .missing {
        gathered[number].problem = problem
      }
      gathered[number].roots.formUnion(problem.roots)
    }
    return gathered.map { problem, roots in
      var seen: Set<String> = []
      let names = roots.sorted().compactMap { commits.indices.contains($0) ? commits[$0] : nil }
      return Self(
        path: problem.path, id: problem.id, kind: problem.kind,
        commits: names.filter { seen.insert($0).inserted })
    }
  }
}

/// What a transfer moved, or would move.
package struct TransferReport: Sendable {
  /// How many records.
  package let records: Int

  /// Their size as stored.
  package let bytes: ByteCount

  /// The paths that could not be moved as a whole, each once: the first 10,000.
  package let problems: [TransferProblem]

  /// How many such paths there are; beyond the first 10,000 each of their objects is counted.
  package let problemCount: Int

  /// Paths of which the other side now has everything.
  package let completePaths: Int

  /// Commits whose root was written, or would be.
  package let commits: Int

  /// Contents that were left where they are, because somebody forgot them on purpose.
  package let withheld: Set<ObjectID>

  /// What was forgotten elsewhere, and was not known here.
  package let tombstones: [Tombstone]

  /// Whether everything that was wanted is there.
  package var isComplete: Bool { problemCount == 0 }

  /// Reports on a transfer.
  ///
  /// - Parameters:
  ///   - records: How many records were moved.
  ///   - bytes: Their size as stored.
  ///   - problems: The first objects that could not be moved.
  ///   - problemCount: How many such objects there are.
  ///   - commitOfRoot: The commit of each root of the walk; nothing where it was about no commits.
  ///   - completePaths: Paths of which the other side now has everything.
  ///   - commits: Commits whose root was written.
  ///   - withheld: Contents that were forgotten and stayed where they are.
  ///   - tombstones: What was forgotten elsewhere, and was not known here.
  init(
    records: Int, bytes: ByteCount, problems: [ClosureProblem], problemCount: Int,
    commitOfRoot: [String] = [], completePaths: Int, commits: Int,
    withheld: Set<ObjectID> = [], tombstones: [Tombstone] = []
  ) {
    self.withheld = withheld
    self.tombstones = tombstones
    self.records = records
    self.bytes = bytes
    self.problems = TransferProblem.gather(problems, commits: commitOfRoot)
    self.problemCount = self.problems.count + problemCount - problems.count
    self.completePaths = completePaths
    self.commits = commits
  }
}

extension TransferPath.Selection {
  /// What patterns take of a tracked path.
  ///
  /// - Parameters:
  ///   - patterns: What is wanted, from the root of the worktree; none wants everything.
  ///   - path: The tracked path.
  ///   - isTree: Whether it is a directory.
  package init(_ patterns: [PathPattern], of path: RepositoryPath, isTree: Bool) {
    if patterns.isEmpty {
      self = .all
      return
    }
    switch patterns.relation(of: path) {
    case .none: self = .none
    case .within: self = .all
    case .above where !isTree: self = .none
    case .above:
      self = .part(
        ClosureFilter { path, _ in
          switch patterns.relation(of: path) {
          case .none: .skip
          case .above: .descend
          case .within: .take
          }
        })
    }
  }
}

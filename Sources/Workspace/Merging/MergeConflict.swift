package import Primitives

/// What is taken where both sides of a merge changed one thing differently.
package enum MergeChoice: String, Hashable, Sendable, CaseIterable {
  /// What the branch has that something is merged into, or the data here.
  case ours
  /// What the branch has that is merged, or what the pointer stands for.
  case theirs
  /// What both sides began with.
  case base
  /// Ours under its name, and theirs under one of its own beside it.
  case both
}

/// One thing that both sides of a merge changed differently.
package struct MergeConflict: Hashable, Sendable {
  /// How the sides differ.
  package enum Kind: String, Hashable, Sendable, Encodable {
    case bothModified = "both-modified"
    /// Each side added something of its own under one name.
    case bothAdded = "both-added"
    /// Ours removed what theirs changed.
    case deletedByUs = "deleted-by-us"
    /// Theirs removed what ours changed.
    case deletedByThem = "deleted-by-them"
    /// The sides made different kinds of things of it: a file and a directory, say.
    case differentKinds = "different-kinds"
    /// The sides agree on everything but where imported data came from.
    case source
  }

  /// From the root of the worktree.
  package let path: RepositoryPath
  package let kind: Kind
}

/// The versions that a merge is made of; a side that has nothing at the path is `nil`.
package struct MergeSides<Version: Hashable & Sendable>: Hashable, Sendable {
  /// What both sides began with.
  package let base: Version?
  package let ours: Version?
  package let theirs: Version?

  package init(base: Version?, ours: Version?, theirs: Version?) {
    self.base = base
    self.ours = ours
    self.theirs = theirs
  }

  /// The version that a choice asks for by itself; of both, the one that keeps the name.
  package func version(_ choice: MergeChoice) -> Version? {
    switch choice {
    case .ours: ours
    case .theirs: theirs
    case .base: base
    case .both: ours ?? theirs
    }
  }

  /// How the sides differ, going by which of them have something.
  var kind: MergeConflict.Kind {
    if ours == nil { return .deletedByUs }
    if theirs == nil { return .deletedByThem }
    return base == nil ? .bothAdded : .bothModified
  }

  /// What the merge comes to where at most one side changed it; the outer `nil` stands for a
  /// difference that has to be looked into.
  ///
  /// - Parameter isSame: Whether two versions are the same.
  func simple(_ isSame: (Version?, Version?) -> Bool = { $0 == $1 }) -> Version?? {
    if isSame(ours, theirs) || isSame(base, theirs) { return .some(ours) }
    return isSame(base, ours) ? .some(theirs) : nil
  }
}

internal import CGit2
internal import Platform
package import Primitives

/// Who wrote or committed something, and when.
package struct GitSignature: Hashable, Sendable {
  package let name: ByteString
  package let email: ByteString
  package let time: Timestamp
  /// The distance from UTC of where it was made, in minutes.
  package let offsetMinutes: Int
}

/// A commit.
package struct GitCommit: Hashable, Sendable {
  package let id: GitID
  package let tree: GitID
  package let parents: [GitID]
  package let author: GitSignature
  package let committer: GitSignature
  /// The whole message, as it was written.
  package let message: ByteString

  /// The first paragraph of the message, on one line.
  package var summary: ByteString {
    let lines = message.bytes.split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let paragraph = lines.drop { $0.allSatisfy(Self.isSpace) }.prefix {
      !$0.allSatisfy(Self.isSpace)
    }
    return ByteString(
      paragraph.map { line in
        Array(line.reversed().drop(while: Self.isSpace).reversed())
      }.joined(separator: [UInt8(ascii: " ")]))
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || (9...13).contains(byte)
  }
}

/// A commit of a history, with the pointer files that it changed.
package struct GitHistoryEntry: Hashable, Sendable {
  package let commit: GitCommit
  /// Against the first parent; everything in a first commit.
  package let changes: [GitTreeChange]
}

/// Which commits a walk gives, and in what order.
package struct GitHistoryOptions: Sendable {
  /// The order in which commits come.
  package enum Order: Sendable {
    /// Newest first, and no commit before its children.
    case topological
    /// Newest first by the committer's clock.
    case time
  }

  package var order = Order.topological
  /// Whether only the first parent of a merge is followed.
  package var firstParentOnly = false
  /// Commits that can be reached from these are left out.
  package var excluding: [GitID] = []
  /// Stop after so many.
  package var limit = Int.max
  /// Which files of a commit count.
  package var files = GitFileFilter.pointers

  package init() {}
}

extension GitRepository {
  /// A commit by its name.
  ///
  /// - Throws: ``GitError/missingObject(_:)``.
  package func commit(_ id: GitID) throws(GitError) -> GitCommit {
    try withHandle { handle throws(GitError) in try handle.commit(id) }
  }

  /// The commits that can be reached from `starts`.
  ///
  /// - Parameters:
  ///   - starts: Where to begin, for example the commit of ``head()``.
  ///   - options: Which of them, and in what order.
  ///   - body: Called for each; returns whether to go on. Other threads may use the repository
  ///     meanwhile, and so may `body`.
  package func walk(
    from starts: [GitID], _ options: GitHistoryOptions = .init(),
    _ body: (GitCommit) throws(GitError) -> Bool
  ) throws(GitError) {
    var history = History(starts: starts, options: options, shallow: try shallowCommits())
    var count = 0
    while count < options.limit {
      let commit = try withHandle { handle throws(GitError) in
        try history.next(in: handle)
      }
      guard let commit else { return }
      count += 1
      guard try body(commit) else { return }
    }
  }

  /// The commits that changed a pointer file at or below `directory`, and what they changed.
  ///
  /// A merge is given when its tree differs there from each of its parents'.
  package func pointerHistory(
    from starts: [GitID], under directory: RepositoryPath = .root,
    _ options: GitHistoryOptions = .init(),
    _ body: (GitHistoryEntry) throws(GitError) -> Bool
  ) throws(GitError) {
    var walkOptions = options
    walkOptions.limit = .max
    var count = 0
    try walk(from: starts, walkOptions) { (commit) throws(GitError) -> Bool in
      guard count < options.limit else { return false }
      let changes = try changes(of: commit, under: directory, options.files)
      guard !changes.isEmpty else { return true }
      count += 1
      return try body(GitHistoryEntry(commit: commit, changes: changes))
    }
  }

  /// The pointer files that a commit changed against its first parent; for a merge, none if
  /// it took them as they are from one of its parents.
  package func changes(
    of commit: GitCommit, under directory: RepositoryPath = .root,
    _ filter: GitFileFilter = .pointers
  ) throws(GitError) -> [GitTreeChange] {
    let isEdge = try shallowCommits().contains(commit.id)
    let parents = isEdge ? [] : commit.parents
    var first: [GitTreeChange]?
    for parent in parents {
      let tree = try self.commit(parent).tree
      let changes = try changedPointers(from: tree, to: commit.tree, under: directory, filter)
      if changes.isEmpty { return [] }
      first = first ?? changes
    }
    if let first { return first }
    return try changedPointers(from: nil, to: commit.tree, under: directory, filter)
  }

  private func ancestors(of commit: GitID) throws(GitError) -> Set<GitID> {
    var found: Set<GitID> = []
    try walk(from: [commit]) { (commit) throws(GitError) -> Bool in
      found.insert(commit.id)
      return true
    }
    return found
  }

  /// The first commit of a walk for which `condition` holds.
  private func first(
    from start: GitID, where condition: (GitID) -> Bool
  ) throws(GitError) -> GitID? {
    var found: GitID?
    try walk(from: [start]) { (commit) throws(GitError) -> Bool in
      if condition(commit.id) { found = commit.id }
      return found == nil
    }
    return found
  }

  /// The commits whose parents a shallow clone lacks on purpose.
  private func shallowCommits() throws(GitError) -> Set<GitID> {
    do {
      let file = layout.commonDirectory.appending("shallow")
      let content = try file.contentsIfPresent() ?? []
      return Set(content.split(separator: UInt8(ascii: "\n")).compactMap { GitID(hex: $0) })
    } catch {
      throw .file(error)
    }
  }

  /// The best common ancestor of two commits, or `nil` for unrelated histories.
  package func mergeBase(_ left: GitID, _ right: GitID) throws(GitError) -> GitID? {
    guard try shallowCommits().isEmpty else {
      let ancestors = try ancestors(of: left)
      // Children come before parents, so the first common one has no common descendant.
      return try first(from: right) { ancestors.contains($0) }
    }
    return try withHandle { handle throws(GitError) in
      var (one, two, base) = (left.oid, right.oid, git_oid())
      let code = unsafe git_merge_base(&base, handle.pointer, &one, &two)
      if code == GIT_ENOTFOUND.rawValue { return nil }
      try check(code, .walk)
      return GitID(base)
    }
  }
}

extension RepositoryHandle {
  func commit(_ id: GitID) throws(GitError) -> GitCommit {
    let object = try object(id, kind: GIT_OBJECT_COMMIT)
    let pointer = unsafe object.pointer
    guard let tree = unsafe git_commit_tree_id(pointer) else { throw .missingObject(id) }
    var parents: [GitID] = []
    for index in 0..<(unsafe git_commit_parentcount(pointer)) {
      if let parent = unsafe git_commit_parent_id(pointer, index) {
        parents.append(unsafe GitID(parent.pointee))
      }
    }
    return GitCommit(
      id: id, tree: unsafe GitID(tree.pointee), parents: parents,
      author: unsafe GitSignature(git_commit_author(pointer)),
      committer: unsafe GitSignature(git_commit_committer(pointer)),
      message: unsafe bytes(git_commit_message(pointer)))
  }
}

extension GitSignature {
  init(_ signature: UnsafePointer<git_signature>?) {
    guard let signature = unsafe signature?.pointee else {
      self.init(name: "", email: "", time: Timestamp(nanoseconds: 0), offsetMinutes: 0)
      return
    }
    unsafe self.init(
      name: bytes(signature.name), email: bytes(signature.email),
      time: Timestamp(seconds: Int(signature.when.time), nanoseconds: 0),
      offsetMinutes: Int(signature.when.offset))
  }
}

internal import Arguments
internal import Git
internal import ObjectStore
internal import Platform
package import Primitives
internal import Project
internal import Workspace

/// The tracked paths of one moment: of a revision, or of the worktree as it is.
struct TrackedView {
  let project: Project
  let workspace: Workspace

  /// A commit, or `nil` for the worktree.
  let revision: ByteString?

  /// A tracked path and what it stands for.
  struct Item {
    let path: RepositoryPath
    let pointer: PointerFile

    /// What it would be in a directory.
    var entry: TreeEntry {
      TreeEntry(
        kind: pointer.entryKind, id: pointer.id, size: pointer.size, files: pointer.files,
        name: path.name)
    }
  }

  /// What a path inside or outside tracked data is.
  enum Place {
    /// A directory of git's, with the tracked paths below it.
    case holding(Contents)
    /// A tracked path, or an entry of a tracked directory.
    case entry(TreeEntry)
  }

  /// What is tracked at some moment.
  struct Contents {
    /// The tracked paths, in order.
    var items: [Item] = []

    /// The paths whose pointer cannot be read, in order.
    var unreadable: [UnreadablePointer] = []
  }

  /// Splits the words of a command line into revisions and paths.
  ///
  /// A word is a revision when it names a commit and no file. Revisions come first.
  ///
  /// - Parameters:
  ///   - words: The words.
  ///   - separator: How many of them came before `--`, if that was there.
  ///   - most: How many revisions the command takes.
  ///   - takingRanges: Whether `A..B` is a revision, too.
  ///   - takingBranches: Whether a branch that only one remote has is a revision, too.
  ///   - context: Where the command runs.
  ///   - project: The project.
  /// - Throws: ``CommandFailure`` for a revision that comes after a path, or is one too many.
  static func split(
    _ words: [ByteString], separator: Int?, upTo most: Int = 1, takingRanges: Bool = false,
    takingBranches: Bool = false, in context: CommandContext, _ project: Project
  ) throws(CommandFailure) -> (revisions: [ByteString], paths: [ByteString]) {
    func isRevision(_ word: ByteString) -> Bool {
      // What cannot be looked at is no file that the user could mean.
      let isFile = (try? context.path(word).statusIfPresent()) ?? nil != nil
      if isFile { return false }
      if (try? project.git.commitID(of: word)) != nil { return true }
      if takingRanges, (try? project.git.range(of: word)) ?? nil != nil { return true }
      return takingBranches && (try? project.git.remoteBranch(named: word)) ?? nil != nil
    }
    if let separator {
      guard separator <= most else { throw tooMany(words[most], most) }
      return (Array(words[..<separator]), Array(words[separator...]))
    }
    let revisions = words.prefix(most).prefix(while: isRevision)
    let paths = words.dropFirst(revisions.count)
    if let late = paths.first(where: isRevision) { throw tooMany(late, most) }
    return (Array(revisions), Array(paths))
  }

  private static func tooMany(_ word: ByteString, _ most: Int) -> CommandFailure {
    CommandFailure(
      .usage, id: "misplaced-revision", "'\(word)' is a revision, and stands where a path should",
      hints: [
        "Name \(most == 1 ? "one revision" : "\(most) revisions") at most, before any path",
        "Put `--` before paths that are named like revisions",
      ])
  }

  /// What is tracked at or below a directory.
  func contents(under directory: RepositoryPath = .root) throws(CommandFailure) -> Contents {
    var contents = Contents()
    for tracked in try trackedPaths() where tracked.path.isWithin(directory) {
      switch tracked.pointer {
      case .success(let pointer):
        contents.items.append(Item(path: tracked.path, pointer: pointer))
      case .failure(let problem):
        contents.unreadable.append(UnreadablePointer(path: tracked.path, problem: problem))
      }
    }
    return contents
  }

  /// The tracked paths with their pointers, readable or not, in order.
  func trackedPaths() throws(CommandFailure) -> [TrackedPath] {
    guard let revision else {
      return try explaining { () throws(WorkspaceError) in try workspace.trackedPaths() }
    }
    return try explaining { () throws(GitError) in
      var tracked: [TrackedPath] = []
      for entry in try project.git.pointers(in: project.git.treeID(of: revision)) {
        guard let path = PointerFile.dataPath(of: entry.path) else { continue }
        let pointer = try project.git.pointer(entry)
        tracked.append(TrackedPath(path: path, pointer: pointer))
      }
      return tracked
    }
  }

  /// What `path` is.
  ///
  /// - Throws: ``CommandFailure`` when nothing that is tracked is there.
  func place(_ path: RepositoryPath) throws(CommandFailure) -> Place {
    let all = try contents()
    if let outer = all.items.first(where: { path.isWithin($0.path) }) {
      return .entry(try entry(path, in: outer))
    }
    let dark = all.unreadable.filter { path.isWithin($0.path) }
    if let failure = CommandFailure(dark) { throw failure }
    var below = all
    below.items.removeAll { !$0.path.isWithin(path) }
    below.unreadable.removeAll { !$0.path.isWithin(path) }
    if below.items.isEmpty, below.unreadable.isEmpty {
      throw CommandFailure(
        .refused, id: "not-found", "Path '\(path)' is not tracked",
        hints: ["Run `shale ls` to see what is"])
    }
    return .holding(below)
  }

  private func entry(_ path: RepositoryPath, in item: Item) throws(CommandFailure) -> TreeEntry {
    guard let inner = path.relative(to: item.path) else { return item.entry }
    let entry = try explaining { () throws(StoreError) in
      try workspace.store.entry(at: inner, below: item.entry)
    }
    guard let entry else {
      throw CommandFailure(
        .refused, id: "not-found", "Path '\(path)' does not exist in '\(item.path)'",
        hints: ["Run `shale ls` to see what does"])
    }
    return entry
  }
}

/// A tracked path whose pointer this program cannot read.
package struct UnreadablePointer: Encodable, Sendable {
  /// The data that the pointer stands for.
  package let path: RepositoryPath

  /// What is wrong, as the second half of a sentence.
  package let problem: String

  /// What is wrong, for programs.
  let cause: PointerProblem

  private enum CodingKeys: CodingKey {
    case path, problem
  }

  init(path: RepositoryPath, problem: PointerProblem) {
    self.path = path
    self.problem = problem.description
    cause = problem
  }
}

extension CommandFailure {
  /// Explains the first of some pointers that cannot be read; `nil` where there is none.
  init?(_ unreadable: [UnreadablePointer]) {
    guard let first = unreadable.first else { return nil }
    let failure = CommandFailure(
      WorkspaceError.pointer(PointerFile.path(of: first.path), first.cause))
    let others = unreadable.count > 1 ? "; \(unreadable.count - 1) more cannot be read either" : ""
    self.init(failure.kind, id: failure.id, failure.message + others, hints: failure.hints)
  }
}

extension UnreadablePointer {
  /// The keys of its JSON.
  static let keys = [
    ResultKey("path", "The data that the pointer stands for"),
    ResultKey("problem", "What is wrong, in words"),
  ]
}

internal import Git
internal import ObjectStore
internal import Primitives
internal import Project
internal import Remotes
internal import Workspace

/// What a push or fetch is about: commits, and which of their paths are wanted.
struct TransferSelection {
  let project: Project
  let workspace: Workspace

  /// The paths and patterns that are wanted; everything where empty.
  let patterns: [PathPattern]

  init(project: Project, workspace: Workspace, paths: [RepositoryPath]) {
    self.project = project
    self.workspace = workspace
    patterns = paths.map { PathPattern($0) }
  }

  /// What is tracked at one moment, and what of it is wanted.
  struct Moment {
    let contents: TrackedView.Contents
    let paths: [TransferPath]

    /// Pointers of what is wanted that cannot be read.
    let unreadable: [UnreadablePointer]

    /// The commit, with the time of its committer; nothing for the worktree.
    let commit: TransferCommit?

    /// Whether a command line names it, or it is only in the history of one that it names.
    let isNamed: Bool

    /// The same, with nothing wanted but what the run records of the commit lead to.
    func recordsOnly() -> Self {
      let tracked = Set(paths.map(\.path))
      return Self(
        contents: contents, paths: commit?.paths.filter { !tracked.contains($0.path) } ?? [],
        unreadable: [], commit: nil, isNamed: isNamed)
    }
  }

  /// What the pointers of the worktree stand for.
  func worktree() throws(CommandFailure) -> Moment {
    try moment(
      TrackedView(project: project, workspace: workspace, revision: nil).contents(),
      isNamed: true
    ) { _, _ in nil }
  }

  /// What the other sides of conflicts stand for: a merge that nobody could make yet depends on them.
  func conflictedSides() throws(CommandFailure) -> [Moment] {
    let conflicts = try explaining { () throws(WorkspaceError) in
      try workspace.conflictedPaths().map { (path: $0.path, sides: $0.pointers) }
    }
    if conflicts.isEmpty { return [] }
    return [MergeChoice.base, .ours, .theirs].map { side in
      var contents = TrackedView.Contents()
      for (path, sides) in conflicts {
        guard let pointer = sides.version(side) else { continue }
        contents.items.append(TrackedView.Item(path: path, pointer: pointer))
      }
      return moment(contents, isNamed: true) { _, _ in nil }
    }
  }

  /// What a commit tracks.
  private func moment(
    _ id: GitID, references: [GitReference], isNamed: Bool, with records: inout RecordClosure?
  ) throws(CommandFailure) -> Moment {
    let commit = try explaining { () throws(GitError) in try project.git.commit(id) }
    let view = TrackedView(
      project: project, workspace: workspace, revision: ByteString(id.hex))
    let recorded = try records?.paths(of: id) ?? (paths: [], isReadable: true)
    return try moment(view.contents(), isNamed: isNamed) { paths, isReadable in
      TransferCommit(
        id: id.hex, date: Int(commit.committer.time.seconds),
        references: references.filter { $0.target == id }.map(\.name),
        paths: (paths + recorded.paths).sorted { $0.path < $1.path },
        isReadable: isReadable && recorded.isReadable)
    }
  }

  private func moment(
    _ contents: TrackedView.Contents, isNamed: Bool,
    commit: (_ paths: [TransferPath], _ isReadable: Bool) -> TransferCommit?
  ) -> Moment {
    let paths = contents.items.map { path($0.path, $0.pointer) }
    let unreadable = contents.unreadable.filter { pointer in
      if patterns.isEmpty { return true }
      if case .none = patterns.relation(of: pointer.path) { return false }
      return true
    }
    return Moment(
      contents: contents, paths: paths, unreadable: unreadable,
      commit: commit(paths, contents.unreadable.isEmpty), isNamed: isNamed)
  }

  /// Why patterns are refused of which nothing fits; nothing where each names something.
  func refusal(at moments: [Moment]) throws(CommandFailure) -> CommandFailure? {
    try PatternSearch(store: workspace.store)
      .refusal(of: patterns, at: moments.map(\.contents))
  }

  private func path(_ path: RepositoryPath, _ pointer: PointerFile) -> TransferPath {
    TransferPath(
      path: path, isTree: pointer.kind == .tree, id: pointer.id, size: pointer.size,
      files: pointer.files,
      selection: .init(patterns, of: path, isTree: pointer.kind == .tree))
  }

  /// The commits that the words of a command line name.
  ///
  /// - Parameters:
  ///   - revisions: What is named; nothing for the current commit and its history.
  ///   - families: How the names of references begin whose history is meant too.
  ///   - withRecords: Whether what the run records of the commits lead to is meant too.
  ///   - isDone: Whether a commit need not be dealt with.
  func commits(
    _ revisions: [ByteString], of families: [ByteString], withRecords: Bool = false,
    isDone: (String) -> Bool
  ) throws(CommandFailure) -> [Moment] {
    let git = project.git
    var ids: [GitID] = []
    var namedCount = 0
    try explaining { () throws(GitError) in
      for revision in revisions { ids.append(try git.commitID(of: revision)) }
      namedCount = ids.count
      guard revisions.isEmpty else { return }
      var starts = try git.head().commit.map { [$0] } ?? []
      let references = families.isEmpty ? [] : try git.references()
      for family in families {
        starts += references.filter { $0.name.bytes.starts(with: family.bytes) }.map(\.target)
      }
      ids += starts
      namedCount = ids.count
      try git.pointerHistory(from: starts) { entry in
        ids.append(entry.commit.id)
        return true
      }
    }
    return try commits(ids, namedCount: namedCount, withRecords: withRecords, isDone: isDone)
  }

  /// The same of commits that are known, each looked at once.
  ///
  /// - Parameters:
  ///   - ids: The commits.
  ///   - namedCount: How many of them, from the first, are named or stand for what is.
  ///   - withRecords: Whether what the run records of the commits lead to is meant too.
  ///   - isDone: Whether a commit need not be dealt with.
  func commits(
    _ ids: [GitID], namedCount: Int, withRecords: Bool, isDone: (String) -> Bool
  ) throws(CommandFailure) -> [Moment] {
    let references = try explaining { () throws(GitError) in try project.git.references() }
    var seen: Set<GitID> = []
    var moments: [Moment] = []
    var records = withRecords ? RecordClosure(project, workspace) : nil
    for (number, id) in ids.enumerated() where seen.insert(id).inserted && !isDone(id.hex) {
      moments.append(
        try moment(
          id, references: references, isNamed: number < namedCount, with: &records))
    }
    return moments
  }
}

extension CommandContext {
  /// The remote that a command is about.
  func remote(_ name: ByteString?, of project: Project) throws(CommandFailure) -> Remote {
    if let name { return try RemoteReport.existing(RemoteReport.name(name), in: project) }
    let list = try explaining { () throws(ProjectError) in try project.remotes() }
    do {
      return try list.standard()
    } catch {
      throw CommandFailure(error)
    }
  }

  /// Splits the words of `push` and `fetch` into a remote and revisions.
  func split(
    _ words: [ByteString], in project: Project
  ) throws(CommandFailure) -> (remote: Remote, revisions: [ByteString]) {
    let list = try explaining { () throws(ProjectError) in try project.remotes() }
    if let first = words.first, list.remotes.contains(where: { ByteString($0.name.text) == first })
    {
      return (try remote(first, of: project), Array(words.dropFirst()))
    }
    return (try remote(nil, of: project), words)
  }

}

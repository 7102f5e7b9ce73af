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

  /// The paths and patterns that are wanted; all of them where empty.
  let paths: [RepositoryPath]

  /// What a commit tracks, with what of it is wanted.
  func commit(_ id: GitID, references: [GitReference]) throws(CommandFailure) -> TransferCommit {
    let commit = try explaining { () throws(GitError) in try project.git.commit(id) }
    let view = TrackedView(
      project: project, workspace: workspace, revision: ByteString(id.hex))
    return TransferCommit(
      id: id.hex, date: Int(commit.committer.time.seconds),
      references: references.filter { $0.target == id }.map(\.name),
      paths: try view.contents().items.map { path($0.path, $0.pointer) })
  }

  /// What the pointers of the worktree stand for.
  func worktreePaths() throws(CommandFailure) -> [TransferPath] {
    try TrackedView(project: project, workspace: workspace, revision: nil).contents().items
      .map { path($0.path, $0.pointer) }
  }

  private func path(_ path: RepositoryPath, _ pointer: PointerFile) -> TransferPath {
    TransferPath(
      path: path, isTree: pointer.kind == .tree, id: pointer.id, size: pointer.size,
      files: pointer.files,
      selection: .init(
        paths.map { PathPattern($0) }, of: path, isTree: pointer.kind == .tree))
  }

  /// The commits that the words of a command line name.
  ///
  /// - Parameters:
  ///   - revisions: What is named; nothing for the current commit and its history.
  ///   - all: Whether the history of every branch and tag is meant.
  ///   - isDone: Whether a commit need not be dealt with.
  func commits(
    _ revisions: [ByteString], all: Bool, isDone: (String) -> Bool
  ) throws(CommandFailure) -> [TransferCommit] {
    let git = project.git
    let references = try explaining { () throws(GitError) in try git.references() }
    var ids: [GitID] = []
    try explaining { () throws(GitError) in
      for revision in revisions { ids.append(try git.commitID(of: revision)) }
      guard revisions.isEmpty else { return }
      var starts = try git.head().commit.map { [$0] } ?? []
      if all {
        starts += references.filter { $0.name.bytes.starts(with: "refs/heads/".utf8) }.map(\.target)
        starts += references.filter { $0.name.bytes.starts(with: "refs/tags/".utf8) }.map(\.target)
      }
      ids += starts
      try git.pointerHistory(from: starts) { entry in
        ids.append(entry.commit.id)
        return true
      }
    }
    var seen: Set<GitID> = []
    var commits: [TransferCommit] = []
    for id in ids where seen.insert(id).inserted && !isDone(id.hex) {
      commits.append(try commit(id, references: references))
    }
    return commits
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

/// Runs `body`, and explains what it throws.
func explaining<Value: ~Copyable>(
  _ body: () throws(RemoteError) -> Value
) throws(CommandFailure) -> Value {
  do {
    return try body()
  } catch {
    throw CommandFailure(error)
  }
}

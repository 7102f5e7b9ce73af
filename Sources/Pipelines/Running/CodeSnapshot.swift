internal import Git
internal import Lineage
internal import ObjectStore
internal import Platform
internal import Primitives
internal import Synchronization
internal import Workspace

/// The code as it lies in the worktree, on its way into a record (§3 of `docs/format/run.md`).
struct CodeSnapshot {
  /// Untracked files up to this size are part of the code.
  static let untrackedLimit = ByteCount.mebibytes(1)

  /// Files larger than this are not shown in the patch.
  static let patchLimit = ByteCount.mebibytes(4)

  /// What the record says.
  let code: RunCode

  /// Every file of the tree, with its oid.
  let files: [RepositoryPath: ObjectID]

  /// What the file system said of the files that git does not ignore when the command began.
  let statuses: [RepositoryPath: FileStatus]

  private struct File: Sendable {
    let path: RepositoryPath
    let status: FileStatus
    let isTracked: Bool
  }

  /// Stores the code of a worktree.
  ///
  /// - Parameters:
  ///   - workspace: The worktree.
  ///   - excluded: Paths that the run makes, which are no code even where git tracks them.
  ///   - known: Files in which a change is none of the code: those that are recorded by their values,
  ///     and untracked ones that earlier runs made.
  ///   - data: The tracked paths.
  ///   - isMinimal: Whether the patch is left out.
  init(
    of workspace: Workspace, without excluded: [RepositoryPath], besides known: Set<RepositoryPath>,
    data: Set<RepositoryPath>, isMinimal: Bool
  ) throws(PipelineError) {
    let git = workspace.git
    let head = try onGit { () throws(GitError) in try git.head() }
    let index = try onGit { () throws(GitError) in try git.index() }
    var files: [File] = []
    var leftOut: [File] = []
    for entry in index.entries where entry.mode != .submodule {
      guard files.last?.path != entry.path, !Self.isNoCode(entry.path, excluded),
        let status = try? workspace.root.appending(entry.path).status()
      else { continue }
      files.append(File(path: entry.path, status: status, isTracked: true))
    }
    var untracked: [RepositoryPath: FileStatus] = [:]
    try onWorkspace { () throws(WorkspaceError) in
      try workspace.forEachUntracked(besides: data, index) { path, place in
        guard let status = try? place.status() else { return }
        untracked[path] = status
      }
    }
    for (path, status) in untracked.sorted(by: { $0.key < $1.key })
    where !Self.isNoCode(path, excluded) {
      let file = File(path: path, status: status, isTracked: false)
      let isLeft = status.size > Self.untrackedLimit || Redaction.isSecret(fileName: path.name)
      if isLeft { leftOut.append(file) } else { files.append(file) }
    }
    statuses = untracked.merging(files.map { ($0.path, $0.status) }) { $1 }
    let writer = try onStore { () throws(StoreError) in
      try workspace.store.writer(compression: workspace.compression)
    }
    let oids = try Self.store(files, of: workspace, with: writer)
    var builder = TreeBuilder()
    for file in files {
      guard let oid = oids[file.path] else { continue }
      let kind: TreeEntry.Kind =
        file.status.kind == .symlink ? .symlink : file.status.isExecutable ? .executable : .file
      builder.add(
        TreeEntry(kind: kind, id: oid, size: file.status.size, name: file.path.name),
        at: file.path)
    }
    let trees = builder
    let root = try onStore { () throws(StoreError) in try trees.build(with: writer) }
    var code = RunCode(
      tree: RunObject(oid: root.id, size: root.tree.size, files: root.tree.files),
      commit: head.commit?.hex, branch: head.branchName, isModified: false)
    try Self.compare(
      &code, git, head, excluded: excluded, leftOut: Set(leftOut.map(\.path)),
      besides: known, writer: isMinimal ? nil : writer)
    code.leftOut = leftOut.isEmpty ? nil : leftOut.map { Self.leftOut($0, of: workspace) }
    let submodules = index.entries.filter { $0.mode == .submodule }
    if !submodules.isEmpty {
      code.submodules = submodules.map { .init(path: $0.path, commit: $0.id.hex) }
    }
    _ = try onStore { () throws(StoreError) in try writer.finish(durably: false) }
    self.code = code
    self.files = oids
  }

  /// Whether a path is a record, or something that the run makes.
  private static func isNoCode(_ path: RepositoryPath, _ excluded: [RepositoryPath]) -> Bool {
    if path.bytes.bytes.starts(with: RunCatalog.committedPath.bytes + [UInt8(ascii: "/")]) {
      return true
    }
    return excluded.contains { path.isWithin($0) }
  }

  /// Puts the files into the store, all cores at work.
  ///
  /// - Returns: The oid of each; a file that is gone or changes meanwhile has none.
  private static func store(
    _ files: [File], of workspace: Workspace, with writer: StoreWriter
  ) throws(PipelineError) -> [RepositoryPath: ObjectID] {
    let root = workspace.root
    let regular = files.filter { $0.status.kind == .file }
    let oids = Mutex<[RepositoryPath: ObjectID]>([:])
    try onStore { () throws(StoreError) in
      try writer.addFiles(
        regular.count, progress: nil,
        open: { number throws(FileError) in
          try OpenFile.forReading(root.appending(regular[number].path), followingSymlink: false)
        },
        done: { number, outcome in
          guard case .success(let file) = outcome else { return }
          oids.withLock { $0[regular[number].path] = file.id }
        })
    }
    for link in files where link.status.kind == .symlink {
      let place = root.appending(link.path)
      guard let directory = try? OpenDirectory(place.parent),
        let target = try? directory.symlinkTarget(place.name)
      else { continue }
      let oid = try onStore { () throws(StoreError) in
        try writer.add(target.bytes, class: .data)
      }
      oids.withLock { $0[link.path] = oid }
    }
    return oids.withLock { $0 }
  }

  /// Finds out how the code differs from the commit.
  private static func compare(
    _ code: inout RunCode, _ git: GitRepository, _ head: GitHead, excluded: [RepositoryPath],
    leftOut: Set<RepositoryPath>, besides known: Set<RepositoryPath>, writer: StoreWriter?
  ) throws(PipelineError) {
    let tree = try head.commit.map { commit throws(PipelineError) in
      try onGit { () throws(GitError) in try git.commit(commit).tree }
    }
    let root = try onGit { () throws(GitError) in try git.worktree() }
    let diff = try onGit { () throws(GitError) in
      try git.worktreeDiff(from: tree) { path in
        if isNoCode(path, excluded) || leftOut.contains(path) { return false }
        let size = try? root.appending(path).status().size
        return size.map { $0 <= patchLimit } ?? true
      }
    }
    guard let diff else {
      code.isModified = true
      return
    }
    // A pointer that moved is data, and the lines that Shale writes for git are nobody's code.
    code.isModified = diff.paths.contains {
      !known.contains($0) && !PointerFile.isPointerName($0.name) && $0.name != ".gitignore"
        && $0.name != ".gitattributes"
        && $0.bytes != ".shale/config"
    }
    guard let writer, !diff.patch.isEmpty else { return }
    let oid = try onStore { () throws(StoreError) in try writer.add(diff.patch, class: .run) }
    code.patch = RunObject(oid: oid, size: .bytes(diff.patch.count))
  }

  private static func leftOut(_ file: File, of workspace: Workspace) -> RunCode.LeftOut {
    let isLarge = file.status.size > untrackedLimit
    let place = workspace.root.appending(file.path)
    var oid: ObjectID?
    if let content = try? OpenFile.forReading(place, followingSymlink: false) {
      oid = SHA256.id(of: content)
    }
    return RunCode.LeftOut(
      path: file.path, size: file.status.size, oid: oid, reason: isLarge ? .large : .secret)
  }
}

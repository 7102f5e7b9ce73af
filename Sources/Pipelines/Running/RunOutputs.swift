internal import Git
internal import Lineage
internal import ObjectStore
internal import Platform
internal import Primitives
internal import Workspace

/// What a command made: named on the command line, or found by comparing before and after.
struct RunOutputs {
  /// So many files of one directory, and so many that nobody tracks, are told one by one.
  private static let listLimit = 100

  let workspace: Workspace
  private var lookup: TreeLookup

  /// Whether another run is at work on a path.
  private let isForeign: (RepositoryPath) -> Bool

  init(_ workspace: Workspace, besides isForeign: @escaping (RepositoryPath) -> Bool) {
    self.workspace = workspace
    self.isForeign = isForeign
    lookup = TreeLookup(in: workspace.store)
  }

  /// The outputs among tracked data.
  ///
  /// - Parameters:
  ///   - declared: What was named.
  ///   - before: The tracked data when the command began.
  ///   - after: The same when it had ended.
  ///   - start: When the command began: what was written since is an output, also where the content
  ///     is as it was.
  mutating func tracked(
    _ declared: [RepositoryPath], from before: TrackedData, to after: TrackedData,
    since start: Timestamp
  ) throws(PipelineError) -> [RunArtifact] {
    var outputs: [RunArtifact] = []
    for path in declared {
      guard let tracked = after.tracked(containing: path), let content = after.contents[tracked]
      else { continue }
      if tracked == path {
        outputs.append(content.artifact(at: path, tracked: tracked, .declared))
      } else if let relative = path.relative(to: tracked),
        let entry = lookup.entry(at: relative, in: content.id)
      {
        outputs.append(RunArtifact(entry, at: path, tracked: tracked, .declared))
      }
    }
    for (path, content) in after.contents.sorted(by: { $0.key < $1.key })
    where !declared.contains(where: path.isWithin) && !isForeign(path) {
      let made =
        before.contents[path]?.id == content.id
        ? rewritten(path, content, since: start)
        : try changed(path, from: before.contents[path], to: content)
      outputs += made.filter { output in !declared.contains { output.path.isWithin($0) } }
    }
    return outputs
  }

  /// The files of unchanged data that were written anew, with the same content.
  private mutating func rewritten(
    _ path: RepositoryPath, _ content: TrackedData.Content, since start: Timestamp
  ) -> [RunArtifact] {
    let start = start.beforeTick
    let whole = content.artifact(at: path, tracked: path, .observed)
    guard content.isTree else {
      let status = try? workspace.root.appending(path).status()
      return status.map { $0.changed >= start } == true ? [whole] : []
    }
    var files: [RunArtifact] = []
    var directories = [path]
    while let directory = directories.popLast() {
      guard
        let place = try? OpenDirectory(
          workspace.root.appending(directory), followingSymlink: false),
        let entries = try? place.entries()
      else { continue }
      for entry in entries {
        guard let inner = try? directory.appending(entry.name) else { continue }
        if entry.kind == .directory { directories.append(inner) }
        guard entry.kind == .file, let status = try? place.statusIfPresent(of: entry.name),
          status.changed >= start, let relative = inner.relative(to: path),
          let known = lookup.entry(at: relative, in: content.id)
        else { continue }
        files.append(RunArtifact(known, at: inner, tracked: path, .observed))
        if files.count > Self.listLimit { return [whole] }
      }
    }
    return files.sorted { $0.path < $1.path }
  }

  /// The files of a directory that are new or another; all of it where they are many, or none.
  private mutating func changed(
    _ path: RepositoryPath, from old: TrackedData.Content?, to new: TrackedData.Content
  ) throws(PipelineError) -> [RunArtifact] {
    let whole = new.artifact(at: path, tracked: path, .observed)
    guard new.isTree, let old, old.isTree else { return [whole] }
    let store = workspace.store
    let comparison = try onWorkspace { () throws(WorkspaceError) in
      try TreeComparison(
        from: old.pointer, to: new.pointer, at: path, store: store, findsRenames: false)
    }
    let files = comparison.changes.filter { $0.kind != .deleted && !$0.isDirectory }
    guard comparison.missing.isEmpty, !files.isEmpty, files.count <= Self.listLimit else {
      return [whole]
    }
    return files.compactMap { file in
      file.path.relative(to: path).flatMap { lookup.entry(at: $0, in: new.id) }.map {
        RunArtifact($0, at: file.path, tracked: path, .observed)
      }
    }
  }

  /// Files besides the data that the command made or changed: listed with their hash, never added.
  ///
  /// - Parameters:
  ///   - code: The code when the command began.
  ///   - declared: What was named, whether git tracks it or not.
  ///   - excluded: Files that are told elsewhere in the record.
  ///   - data: The tracked paths.
  /// - Returns: The files, and how many more there are.
  func others(
    since code: CodeSnapshot, declared: [RepositoryPath], besides excluded: Set<RepositoryPath>,
    _ data: Set<RepositoryPath>
  ) throws(PipelineError) -> (outputs: [RunArtifact], more: Int) {
    let git = workspace.git
    let index = try onGit { () throws(GitError) in try git.index() }
    var candidates = Set(index.entries.filter { $0.mode != .submodule }.map(\.path))
    try onWorkspace { () throws(WorkspaceError) in
      try workspace.forEachUntracked(besides: data, index) { path, _ in candidates.insert(path) }
    }
    candidates.subtract(excluded)
    let isOurs = { (path: RepositoryPath) in
      PointerFile.isPointerName(path.name) || path.name == ".gitignore"
        || path.bytes.bytes.starts(with: ".shale/".utf8)
    }
    var outputs: [RunArtifact] = []
    var more = 0
    for path in candidates.sorted() where !isOurs(path) && !isForeign(path) {
      let isDeclared = declared.contains { path.isWithin($0) }
      let status = try? workspace.root.appending(path).status()
      guard let status, isDeclared || code.statuses[path] != status else { continue }
      guard outputs.count < Self.listLimit else {
        more += 1
        continue
      }
      guard
        let file = RunInputs.untracked(path, isDeclared ? .declared : .observed, in: workspace),
        isDeclared || code.files[path] != file.oid
      else { continue }
      outputs.append(file)
    }
    return (outputs, more)
  }
}

extension TrackedData.Content {
  /// The content as a pointer would name it.
  fileprivate var pointer: PointerFile {
    isTree ? .tree(id, size: size, files: files) : .file(id, size: size)
  }
}

extension Timestamp {
  /// A moment that what was written from this one on is not older than: the clock of a file system
  /// ticks up to a hundredth of a second behind.
  var beforeTick: Self { Timestamp(nanoseconds: nanoseconds - 10_000_000) }
}

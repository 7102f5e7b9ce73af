internal import Git
internal import Lineage
internal import ObjectStore
internal import Platform
internal import Primitives
internal import Project
internal import Workspace

/// What a word of a command line means to lineage: data, a run, or all data of a revision.
struct LineageSubject {
  /// What kind of thing a word can be.
  enum Kind: String, Encodable {
    case path
    case object
    case run
    case revision
  }

  let kind: Kind
  let starts: [LineageStart]
}

/// Finds out what words mean.
///
/// All meanings are looked for, and two of them are told: none is picked silently. `./PATH`,
/// `sha256:OID`, `run:NAME` and `REV:PATH` have one meaning only.
struct LineageSubjectFinder {
  let context: CommandContext
  let project: Project
  let workspace: Workspace
  let catalog: RunCatalog
  let runs: [RunSummary]

  private static let runPrefix = Array("run:".utf8)
  private static let objectPrefix = Array("sha256:".utf8)

  /// - Throws: ``CommandFailure`` for a word without meaning, and for one with several.
  func subject(_ word: ByteString) throws(CommandFailure) -> LineageSubject {
    if isExplicitPath(word) {
      guard let subject = try path(word) else { throw unknown(word) }
      return subject
    }
    if word.bytes.starts(with: Self.runPrefix) {
      let name = ByteString(word.bytes.dropFirst(Self.runPrefix.count))
      return try explaining { () throws(LineageError) in try run(name) }
    }
    if word.bytes.starts(with: Self.objectPrefix) {
      let digits = ByteString(word.bytes.dropFirst(Self.objectPrefix.count))
      guard let subject = try object(digits) else { throw unknown(word) }
      return subject
    }
    if word.bytes.contains(UInt8(ascii: ":")) { return try atRevision(word) }
    var found = [try path(word), try object(word)].compactMap(\.self)
    do throws(LineageError) {
      found.append(try run(word))
    } catch {
      guard case .unknownRun = error else { throw CommandFailure(error) }
    }
    if let revision = try revision(word) { found.append(revision) }
    guard let first = found.first else { throw unknown(word) }
    if found.count > 1 { throw ambiguous(word, found.map(\.kind)) }
    return first
  }

  private func isExplicitPath(_ word: ByteString) -> Bool {
    word.bytes.starts(with: "./".utf8) || word.bytes.starts(with: "../".utf8)
      || word.bytes.first == UInt8(ascii: "/")
  }

  // MARK: - Runs and revisions

  private func run(_ word: ByteString) throws(LineageError) -> LineageSubject {
    LineageSubject(kind: .run, starts: [.run(try catalog.run(named: word).id)])
  }

  /// Every pointer of a revision.
  private func revision(_ word: ByteString) throws(CommandFailure) -> LineageSubject? {
    guard (try? project.git.commitID(of: word)) != nil else { return nil }
    let view = TrackedView(project: project, workspace: workspace, revision: word)
    let starts = try view.contents().items.map {
      LineageStart.artifact(artifact($0.entry, at: $0.path, tracked: $0.path))
    }
    return LineageSubject(kind: .revision, starts: starts)
  }

  private func atRevision(_ word: ByteString) throws(CommandFailure) -> LineageSubject {
    let parts = word.bytes.split(
      separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
    let paths = try context.repositoryPaths(
      fromRoot: true, [ByteString(parts[1])], in: project)
    let view = TrackedView(
      project: project, workspace: workspace, revision: ByteString(parts[0]))
    guard let path = paths.first else { throw unknown(word) }
    switch try view.place(path) {
    case .entry(let entry):
      return LineageSubject(
        kind: .path, starts: [.artifact(artifact(entry, at: path, tracked: nil))])
    case .holding(let contents):
      let starts = contents.items.map {
        LineageStart.artifact(artifact($0.entry, at: $0.path, tracked: $0.path))
      }
      return LineageSubject(kind: .path, starts: starts)
    }
  }

  private func artifact(
    _ entry: TreeEntry, at path: RepositoryPath, tracked: RepositoryPath?
  ) -> RunSummary.Artifact {
    RunSummary.Artifact(
      path: path, isTree: entry.kind == .directory, oid: entry.id, size: entry.size,
      isDeclared: false, tracked: tracked)
  }

  // MARK: - Paths

  /// A file as it lies there now, else what its pointer says, else what the last run had there.
  private func path(_ word: ByteString) throws(CommandFailure) -> LineageSubject? {
    guard let path = (try? context.repositoryPaths([word], in: project))?.first, !path.isRoot
    else { return nil }
    if let file = try file(at: path) {
      return LineageSubject(kind: .path, starts: [.artifact(file)])
    }
    let view = TrackedView(project: project, workspace: workspace, revision: nil)
    do throws(CommandFailure) {
      switch try view.place(path) {
      case .entry(let entry):
        tellIfModified(path)
        return LineageSubject(
          kind: .path, starts: [.artifact(artifact(entry, at: path, tracked: nil))])
      case .holding(let contents):
        let starts = contents.items.map {
          LineageStart.artifact(artifact($0.entry, at: $0.path, tracked: $0.path))
        }
        return LineageSubject(kind: .path, starts: starts)
      }
    } catch {
      guard error.id == "not-found" else { throw error }
    }
    return lastKnown(path).map { LineageSubject(kind: .path, starts: [.artifact($0)]) }
  }

  /// The size from which a file is not read where the stat index knows what it holds.
  private static let large = ByteCount.mebibytes(64)

  /// A file of the worktree, hashed; `nil` also for a large one that is what its pointer says.
  private func file(at path: RepositoryPath) throws(CommandFailure) -> RunSummary.Artifact? {
    let place = workspace.root.appending(path)
    guard let status = (try? place.statusIfPresent()).flatMap({ $0 }), status.kind == .file else {
      return nil
    }
    if status.size >= Self.large, isClean(path) { return nil }
    let opened = try explaining { () throws(FileError) in
      try OpenFile.forReading(place, followingSymlink: false)
    }
    guard let id = SHA256.id(of: opened) else {
      throw CommandFailure(
        .refused, id: "unreadable", "File '\(path)' cannot be read, or changes while it is",
        hints: ["Say which version is meant: `HEAD:\(path)`"])
    }
    return RunSummary.Artifact(
      path: path, isTree: false, oid: id, size: status.size, isDeclared: false, tracked: nil)
  }

  /// Whether tracked data is known to be what its pointer says.
  private func isClean(_ path: RepositoryPath) -> Bool {
    guard let report = try? workspace.status([path]), !report.paths.isEmpty else { return false }
    return report.paths.allSatisfy { $0.state == .clean }
  }

  /// Says so where a directory is not what its pointer says, for the pointer is what counts.
  private func tellIfModified(_ path: RepositoryPath) {
    guard let report = try? workspace.status([path]),
      report.paths.contains(where: { $0.state == .modified || $0.state == .diverged })
    else { return }
    context.warn(
      Warning(
        id: "pointer-meant", "Path '\(path)' was changed, and its pointer is what is meant here",
        hints: ["Run `shale add \(shellWord(path))` to record what is there now"]))
  }

  /// What the newest run that used or made something at a path had there.
  private func lastKnown(_ path: RepositoryPath) -> RunSummary.Artifact? {
    for run in runs.reversed() {
      if let found = (run.outputs + run.inputs).first(where: { $0.path == path }) { return found }
    }
    return nil
  }

  // MARK: - Objects

  /// Data by its oid, or by at least 4 of its digits.
  private func object(_ digits: ByteString) throws(CommandFailure) -> LineageSubject? {
    guard (4...64).contains(digits.count), digits.bytes.allSatisfy({ Hex.value(of: $0) != nil })
    else { return nil }
    let text = digits.description
    var found: [ObjectID: RunSummary.Artifact] = [:]
    for run in runs {
      for artifact in run.inputs + run.outputs where artifact.oid.hex.hasPrefix(text) {
        found[artifact.oid] = artifact
      }
    }
    let view = TrackedView(project: project, workspace: workspace, revision: nil)
    for item in try view.contents().items where item.pointer.id.hex.hasPrefix(text) {
      found[item.pointer.id] = artifact(item.entry, at: item.path, tracked: item.path)
    }
    if found.isEmpty, let id = ObjectID(hex: text), let stored = stored(id) { found[id] = stored }
    if found.count > 1 {
      let ids = found.keys.sorted().prefix(5).map(\.abbreviated).joined(separator: ", ")
      throw CommandFailure(
        .refused, id: "ambiguous", "'\(digits)' could be one of \(found.count) objects: \(ids)",
        hints: ["Give more digits"])
    }
    return found.values.first.map { LineageSubject(kind: .object, starts: [.artifact($0)]) }
  }

  /// What the store has under an oid that no pointer and no run names.
  private func stored(_ id: ObjectID) -> RunSummary.Artifact? {
    guard let size = try? workspace.store.size(of: id) else { return nil }
    let isTree = (try? workspace.store.tree(id)) != nil
    return RunSummary.Artifact(
      path: .root, isTree: isTree, oid: id, size: size, isDeclared: false, tracked: nil)
  }

  // MARK: - What goes wrong

  private func unknown(_ word: ByteString) -> CommandFailure {
    CommandFailure(
      .refused, id: "not-found", "'\(word)' is no path, oid, run or revision that is known here",
      hints: ["Run `shale ls` for what is tracked", "Run `shale log` for its history"])
  }

  private func ambiguous(_ word: ByteString, _ kinds: [LineageSubject.Kind]) -> CommandFailure {
    let words = kinds.map { kind in
      switch kind {
      case .path: "a path"
      case .object: "an oid"
      case .run: "a run"
      case .revision: "a revision"
      }
    }
    let ways = kinds.map { kind in
      switch kind {
      case .path: "`./\(word)`"
      case .object: "`sha256:\(word)`"
      case .run: "`run:\(word)`"
      case .revision: "`\(word)^0`"
      }
    }
    return CommandFailure(
      .refused, id: "ambiguous", "'\(word)' could be \(words.joined(separator: " or "))",
      hints: ["Say which is meant: \(ways.joined(separator: ", "))"])
  }
}

internal import Git
internal import Lineage
internal import ObjectStore
internal import Pipelines
internal import Primitives
internal import Project
internal import Workspace

/// Brings back what a run made, the parameters that it had, and its code.
struct RunCheckout {
  private let project: Project
  private let workspace: Workspace
  private let id: ObjectID
  private let record: RunRecord
  private let options: CheckoutOptions
  private let context: CommandContext

  /// Finds the run that a word means.
  init(
    of word: ByteString, _ project: Project, _ workspace: Workspace, _ options: CheckoutOptions,
    _ context: CommandContext
  ) throws(CommandFailure) {
    self.project = project
    self.workspace = workspace
    self.context = context
    var options = options
    // Who names a run wants what it made.
    options.localChanges = .replace
    self.options = options
    let catalog = project.runs()
    (id, record) = try explaining { () throws(LineageError) in
      let id = try catalog.id(named: word)
      return (id, try catalog.record(id))
    }
  }

  /// Brings everything: all that would be refused is found out before anything is changed.
  ///
  /// - Parameter withCode: Whether the files of the code come, too, and the data that its pointers
  ///   stand for.
  /// - Returns: What changed.
  func take(
    withCode: Bool
  ) throws(CommandFailure) -> CheckoutReport {
    var missing: [MissingContent] = []
    let code = withCode ? try codeFiles() : try parameterFiles(&missing)
    let pointers = try pointers(in: code, &missing)
    let paths = pointers.map(\.path)
    try explaining { () throws(WorkspaceError) in try workspace.checkPlaces(paths) }
    let isData = { (path: RepositoryPath) in paths.contains { path.isWithin($0) } }
    let plain = code.filter { !PointerFile.isPointerName($0.path.name) && !isData($0.path) }
    let targets = pointers.map { CheckoutTarget(path: $0.path, pointer: $0.pointer) }
    let plan = try explaining { () throws(WorkspaceError) in
      let plan = try workspace.plan(plain)
      if !options.isForced { try workspace.refuseConflicts(plan) }
      return plan
    }
    var trial = options
    trial.isDryRun = true
    var report = try bring(targets, trial)
    if options.isDryRun {
      report.missing += plan.missing + missing
      report.changes += plan.changes
      return report
    }
    report = try explaining { () throws(WorkspaceError) in
      try workspace.write(plan, isForced: options.isForced)
    }
    report.add(try bring(targets, options))
    report.missing += missing
    for (path, pointer) in pointers { try stage(pointer, of: path) }
    if !pointers.isEmpty {
      try explaining { () throws(PipelineError) in
        try RecordStaging(workspace, project.runs()).update()
      }
    }
    return report
  }

  private func bring(
    _ targets: [CheckoutTarget], _ options: CheckoutOptions
  ) throws(CommandFailure) -> CheckoutReport {
    try explaining { () throws(WorkspaceError) in
      try workspace.checkout(targets, options: options, progress: context.progress)
    }
  }

  private func stage(_ pointer: PointerFile, of path: RepositoryPath) throws(CommandFailure) {
    try explaining { () throws(WorkspaceError) in try workspace.write(pointer, of: path) }
    try explaining { () throws(GitError) in
      try project.git.stage([.bytes(PointerFile.path(of: path), pointer.encoded())])
    }
  }

  // MARK: - Files of the code

  /// All files of the code.
  private func codeFiles() throws(CommandFailure) -> [PlainFile] {
    var files: [PlainFile] = []
    var expansion = TreeExpansion()
    do throws(StoreError) {
      try collect(record.code.tree.oid, at: .root, &files, &expansion)
    } catch {
      throw explained(error)
    }
    return files
  }

  private func collect(
    _ id: ObjectID, at path: RepositoryPath, _ files: inout [PlainFile],
    _ expansion: inout TreeExpansion
  ) throws(StoreError) {
    let tree = try workspace.store.tree(id)
    try expansion.count(id, tree, at: path.bytes)
    for entry in tree.entries {
      // A tree has no names that a path could not have.
      guard let inner = try? path.appending(entry.name) else { continue }
      if entry.kind == .directory {
        try collect(entry.id, at: inner, &files, &expansion)
      } else {
        files.append(PlainFile(path: inner, kind: entry.kind, id: entry.id, size: entry.size))
      }
    }
  }

  /// The files of parameters, as the code has them; one that is no code, by its own oid.
  private func parameterFiles(
    _ missing: inout [MissingContent]
  ) throws(CommandFailure) -> [PlainFile] {
    var files: [PlainFile] = []
    for values in record.parameters ?? [] where !files.contains(where: { $0.path == values.path }) {
      do throws(StoreError) {
        let tree = record.code.tree.oid
        if let entry = try workspace.store.entry(at: values.path, in: tree) {
          if entry.kind == .directory { throw .missing(values.oid) }
          files.append(
            PlainFile(path: values.path, kind: entry.kind, id: entry.id, size: entry.size))
        } else {
          let size = try workspace.store.size(of: values.oid)
          files.append(
            PlainFile(path: values.path, kind: .file, id: values.oid, size: size))
        }
      } catch {
        guard case .missing = error else { throw CommandFailure(error) }
        missing.append(MissingContent(path: values.path, id: values.oid))
      }
    }
    return files
  }

  /// A directory of the code that is not here has another remedy than the data of a pointer.
  private func explained(_ error: StoreError) -> CommandFailure {
    guard case .missing = error else { return CommandFailure(error) }
    return CommandFailure(
      .missing, id: "object-missing", "Code of run '\(id.abbreviated)' is not in the store",
      hints: ["Run `shale fetch --runs` to get it from the remote"])
  }

  // MARK: - Data

  /// What is to be tracked: what the run made, and, of its code, every other pointer.
  private func pointers(
    in code: [PlainFile], _ missing: inout [MissingContent]
  ) throws(CommandFailure) -> [(path: RepositoryPath, pointer: PointerFile)] {
    var pointers: [RepositoryPath: PointerFile] = [:]
    for file in code {
      guard file.kind == .file, let path = PointerFile.dataPath(of: file.path) else { continue }
      let bytes = try explaining { () throws(StoreError) in
        try workspace.store.contents(of: file.id, limit: PointerFile.sizeLimit)
      }
      do throws(PointerProblem) {
        pointers[path] = try PointerFile(decoding: bytes)
      } catch {
        throw CommandFailure(WorkspaceError.pointer(file.path, error))
      }
    }
    var parts: [RepositoryPath: [RunArtifact]] = [:]
    for output in record.outputs {
      guard let tracked = output.tracked else {
        context.warn(
          Warning(
            id: "output-not-tracked",
            "Output '\(output.path)' is not tracked, and in no store: it stays as it is"))
        continue
      }
      guard output.path.isWithin(tracked) else {
        throw CommandFailure(
          LineageError.unreadableRecord(
            id, reason: "'\(output.path)' does not lie in '\(tracked)'"))
      }
      let isHere = try explaining { () throws(StoreError) in
        try workspace.store.contains(output.oid)
      }
      if !isHere {
        missing.append(MissingContent(path: output.path, id: output.oid))
      } else if output.path == tracked {
        pointers[tracked] = output.pointer
      } else {
        parts[tracked, default: []].append(output)
      }
    }
    for (tracked, outputs) in parts {
      pointers[tracked] = try graft(outputs, of: tracked, into: pointers[tracked])
    }
    return pointers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The directory that is tracked, with what the run made in its place.
  private func graft(
    _ outputs: [RunArtifact], of tracked: RepositoryPath, into given: PointerFile?
  ) throws(CommandFailure) -> PointerFile {
    var base = given
    if base == nil {
      let all = try explaining { () throws(WorkspaceError) in try workspace.trackedPaths() }
      if case .success(let pointer)? = all.first(where: { $0.path == tracked })?.pointer {
        base = pointer
      }
    }
    let store = workspace.store
    var entries: [(part: ByteString, entry: TreeEntry?)] = []
    for output in outputs {
      guard let part = output.path.relative(to: tracked) else { continue }
      let pointer = output.pointer
      var kind = pointer.entryKind
      if kind == .file, let base, base.kind == .tree {
        let old = try explaining { () throws(StoreError) in
          try store.entry(at: part, in: base.id)
        }
        // Records do not tell whether a file may be executed.
        if old?.kind == .executable { kind = .executable }
      }
      entries.append(
        (
          part.bytes,
          TreeEntry(
            kind: kind, id: pointer.id, size: pointer.size, files: pointer.files, name: part.name)
        ))
    }
    return try Graft(store: store).pointer(base, placing: entries)
  }
}

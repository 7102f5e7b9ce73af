internal import Documents
internal import Git
internal import Lineage
internal import ObjectStore
internal import Platform
internal import Primitives
internal import Workspace

/// Looks for all that a run needs to be made again, and changes nothing.
struct ReproductionSurvey {
  let workspace: Workspace

  /// The directory of an environment for Python, whose programs come first.
  let environmentDirectory: FilePath?
  let variables: [ByteString: ByteString]
  private(set) var plan: ReproductionPlan
  private var lookup: TreeLookup

  /// Content that the run needs, each once, with the word for what it is; the code comes first.
  private var wanted: [(content: ReproductionPlan.Absent, role: String)] = []
  private var known: Set<ReproductionPlan.Absent> = []

  /// The submodules of the user's worktree that have the recorded commits.
  private var repositories: [RepositoryPath: GitRepository] = [:]

  private var record: RunRecord { plan.record }
  private var codeTree: ObjectID { record.code.tree.oid }

  init(
    _ record: RunRecord, id: ObjectID, in workspace: Workspace,
    environment variables: [ByteString: ByteString], directory: FilePath?
  ) {
    self.workspace = workspace
    self.variables = variables
    environmentDirectory = directory
    plan = ReproductionPlan(record, id: id)
    lookup = TreeLookup(in: workspace.store)
  }

  mutating func run() throws(PipelineError) {
    findCode()
    for input in record.inputs { findInput(input) }
    for file in record.parameters ?? [] {
      findFile(file.path, file.oid, size: nil, as: "Parameter file")
    }
    try findWanted()
    findLeftOut()
    try findValues()
    plan.environment = environment()
    expandHome()
    findProgram()
    let machine = EnvironmentComparison(plan, store: workspace.store)
    plan.lacks += machine.lacks()
    plan.differences += machine.differences()
    try findPackages()
  }

  /// Notes that the list of packages has to be brought before it can be compared.
  private mutating func findPackages() throws(PipelineError) {
    guard let list = record.tools?.packages, let home = try? RepositoryPath("packages") else {
      return
    }
    let store = workspace.store
    let isHere = try onStore { () throws(StoreError) in try store.contains(list.oid) }
    if isHere { return }
    plan.helpful.append(
      .init(path: home, isTree: false, oid: list.oid, size: list.size, files: 1))
  }

  // MARK: - Code

  private mutating func findCode() {
    let code = record.code
    let tree = code.tree
    want(
      .init(path: .root, isTree: true, oid: tree.oid, size: tree.size, files: tree.files ?? 0),
      as: "Code")
    if let commit = code.commit {
      plan.hasCommit = GitID(hex: commit).map { (try? workspace.git.commit($0)) != nil } ?? false
      if !plan.hasCommit {
        plan.differences.append(
          "Commit \(ByteString(String(commit.prefix(10)))) is gone: the code comes from the record")
      }
    }
    for submodule in code.submodules ?? [] {
      if let git = repository(of: submodule) {
        plan.submodules.append(submodule)
        repositories[submodule.path] = git
      } else {
        plan.differences.append(
          "Submodule '\(submodule.path)' is left empty: its commit "
            + "\(ByteString(String(submodule.commit.prefix(10)))) is not in the worktree")
      }
    }
  }

  /// The submodule of the user's worktree, if it has the recorded commit.
  private func repository(of submodule: RunCode.Submodule) -> GitRepository? {
    guard let commit = GitID(hex: submodule.commit),
      let directory = try? OpenDirectory(workspace.root).descending(to: submodule.path),
      let git = try? GitRepository(
        discoveredFrom: directory.path, environment: GitProgram.withoutRepository(variables))
    else { return nil }
    // One that was never initialised is an empty directory of this repository.
    let isOther = git.layout.commonDirectory != workspace.git.layout.commonDirectory
    return isOther && (try? git.commit(commit)) != nil ? git : nil
  }

  // MARK: - Data

  private mutating func findInput(_ input: RunArtifact) {
    guard input.kind == .tree || input.tracked != nil else {
      return findFile(input.path, input.oid, size: input.size, as: "Input")
    }
    want(
      .init(
        path: input.path, isTree: input.kind == .tree, oid: input.oid, size: input.size,
        files: input.files ?? 1),
      as: "Input")
  }

  /// Looks for a file that may be part of the code.
  private mutating func findFile(
    _ path: RepositoryPath, _ oid: ObjectID, size: ByteCount?, as role: String
  ) {
    if lookup.entry(at: path, in: codeTree)?.id == oid || isInSubmodule(path, oid) { return }
    want(.init(path: path, isTree: false, oid: oid, size: size ?? .zero, files: 1), as: role)
  }

  /// Whether a commit of a submodule brings a file along.
  private func isInSubmodule(_ path: RepositoryPath, _ oid: ObjectID) -> Bool {
    plan.submodules.contains { submodule in
      guard let inside = path.relative(to: submodule.path),
        let bytes = try? repositories[submodule.path]?.contents(
          of: inside, in: ByteString(submodule.commit))
      else { return false }
      return SHA256.id(of: bytes.span) == oid
    }
  }

  private mutating func want(_ content: ReproductionPlan.Absent, as role: String) {
    if known.insert(content).inserted { wanted.append((content, role)) }
  }

  /// Looks for what is wanted in the store, then in the user's worktree.
  private mutating func findWanted() throws(PipelineError) {
    let roots = wanted.map {
      ClosureRoot(id: $0.content.oid, isTree: $0.content.isTree, path: $0.content.path)
    }
    let store = workspace.store
    let problems = try onStore { () throws(StoreError) in try store.problems(ofEach: roots) }
    for (number, (content, role)) in wanted.enumerated() {
      var source = ReproductionPlan.Placement.Source.store
      if let first = problems[number].first {
        if !content.isTree, isInWorktree(content.path, content.oid) {
          source = .worktree
        } else {
          let more = problems[number].count > 1 ? " and \(problems[number].count - 1) more" : ""
          let state = first.kind == .missing ? "is not in the store" : "is damaged"
          plan.absent.append(content)
          plan.lacks.append(
            .init(kind: .content, text: "\(role) '\(first.path)'\(more) \(state)", isAbsent: true))
        }
      }
      // The code is the ground that the rest is put on.
      if content.path.isRoot { continue }
      plan.placements.append(
        .init(path: content.path, isTree: content.isTree, oid: content.oid, source: source))
    }
  }

  /// Whether the user's worktree has a content at a path that no symlink leads to.
  private func isInWorktree(_ path: RepositoryPath, _ oid: ObjectID) -> Bool {
    guard let directory = try? OpenDirectory(workspace.root).descending(to: path.parent ?? .root),
      let file = try? directory.file(path.name), let status = try? file.status(),
      status.kind == .file
    else { return false }
    return SHA256.id(of: file) == oid
  }

  /// Takes along what was too large or too secret for the code, as far as it is still there.
  private mutating func findLeftOut() {
    let known = Set(record.inputs.map(\.path))
    for file in record.code.leftOut ?? [] where !known.contains(file.path) {
      if let oid = file.oid, isInWorktree(file.path, oid) {
        plan.placements.append(.init(path: file.path, isTree: false, oid: oid, source: .worktree))
      } else {
        plan.differences.append(
          "File '\(file.path)' was left out of the code (\(file.reason.rawValue)), and is not here "
            + "as it was")
      }
    }
  }

  // MARK: - Values

  /// Finds the values of settings, and tells which redacted values are needed.
  private mutating func findValues() throws(PipelineError) {
    for place in record.redacted ?? [] where place.hasPrefix("command[") {
      plan.lacks.append(
        .init(kind: .content, text: "Value of \(ByteString(place)) was redacted"))
    }
    for setting in record.settings ?? [] {
      if setting.value != .text(Redaction.replacement) {
        plan.settings[setting.key] = "\(setting.value)"
      } else if let value = written(setting) {
        plan.settings[setting.key] = "\(value)"
      } else {
        plan.lacks.append(
          .init(kind: .content, text: "Value of setting '\(ByteString(setting.key))' was redacted"))
      }
    }
  }

  /// What `--set` wrote into a file that is part of the code, and that the record does not say.
  private mutating func written(_ setting: RunSetting) -> DocumentValue? {
    guard let entry = lookup.entry(at: setting.path, in: codeTree),
      let format = DocumentFormat(fileName: setting.path.name),
      let key = try? DocumentPath(setting.key),
      let bytes = try? workspace.store.contents(of: entry.id, limit: .mebibytes(16)),
      let document = try? DocumentValue(reading: bytes, as: format)
    else { return nil }
    return document[key]
  }

  // MARK: - Environment

  /// The user's variables, with those that the record tells as it tells them.
  private func environment() -> [ByteString: ByteString] {
    var variables = GitProgram.withoutRepository(variables)
    if let recorded = record.environment {
      for name in Redaction.allowedVariables { variables[name] = nil }
      for (name, value) in recorded where Redaction.allowedVariables.contains(ByteString(name)) {
        variables[ByteString(name)] = ByteString(value)
      }
    }
    for (key, value) in plan.settings {
      variables[ByteString("SHALE_PARAM_\(key)")] = ByteString(value)
    }
    if let environmentDirectory {
      let path = variables["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
      let first = environmentDirectory.appending("bin").bytes.bytes
      variables["PATH"] = ByteString(first + [UInt8(ascii: ":")] + path.bytes)
      variables["VIRTUAL_ENV"] = environmentDirectory.bytes
      variables["PYTHONHOME"] = nil
    }
    return variables
  }

  private mutating func expandHome() {
    guard let home = variables["HOME"], !home.isEmpty else { return }
    plan.command = record.command.map { word in
      if word.bytes.starts(with: "~/".utf8) {
        return FilePath(home).appending(ByteString(word.bytes.dropFirst(2))).bytes
      }
      // `--cache=~/x` was written so by the record; no shell would expand it.
      guard word.bytes.first == UInt8(ascii: "-"), let sign = word.bytes.firstIndex(of: 0x3D),
        word.bytes[(sign + 1)...].starts(with: "~/".utf8)
      else { return word }
      let path = FilePath(home).appending(ByteString(word.bytes.dropFirst(sign + 3)))
      return ByteString(word.bytes[...sign] + path.bytes.bytes)
    }
  }

  /// Takes the interpreter from `PATH` where the command names it by a path that is not here, or
  /// where an environment was named for it.
  private mutating func findProgram() {
    guard let program = plan.command.first, let tool = record.tools?.interpreter,
      program.bytes.contains(UInt8(ascii: "/"))
    else { return }
    let name = FilePath(program).name
    guard name == ByteString(tool.name), environmentDirectory != nil || !isThere(program) else {
      return
    }
    plan.command[0] = name
    plan.differences.append("Program '\(name)' is looked up in PATH in place of '\(program)'")
  }

  /// Whether a program that is named by a path is on this machine, or part of the run.
  private mutating func isThere(_ program: ByteString) -> Bool {
    let path = FilePath(program)
    if path.isAbsolute { return (try? path.status(followingSymlink: true)) != nil }
    let names =
      record.directory.components
      + program.bytes.split(separator: UInt8(ascii: "/")).map {
        ByteString($0)
      }
    var place: [ByteString] = []
    for name in names where name != "." {
      if name == ".." { _ = place.popLast() } else { place.append(name) }
    }
    guard let inside = try? RepositoryPath(ByteString(place.map(\.bytes).joined(separator: [0x2F])))
    else { return false }
    return lookup.entry(at: inside, in: codeTree) != nil
      || record.inputs.contains { inside.isWithin($0.path) }
  }
}

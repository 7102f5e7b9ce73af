internal import Documents
internal import Git
internal import Lineage
internal import ObjectStore
internal import Platform
internal import Primitives
internal import Workspace

/// One run from its preparation to its record.
struct RunSession {
  private let runner: Runner
  private let request: RunRequest
  private(set) var record: RunRecord
  private var redaction: Redaction

  /// What was written into parameter files, secrets and all.
  private var settings: [RunSetting] = []
  private var before: TrackedData?
  private var code: CodeSnapshot?
  private var changes: [TrackedChange] = []
  private var ending = RunOutcome.Ending.notFound
  private var observed: ObservedFiles?
  private var problem: PipelineError?
  private var notes: [String] = []

  /// What other runs of the worktree use alone.
  private var foreign: [RepositoryPath] = []

  /// Whether no other run of the worktree is alive.
  private var isAlone = true

  private var workspace: Workspace { runner.workspace }

  init(_ runner: Runner, _ request: RunRequest, _ draft: RunRecord, _ redaction: Redaction) {
    self.runner = runner
    self.request = request
    self.redaction = redaction
    record = draft
  }

  // MARK: Before

  /// Gives everything that the command may use a name, and writes the values that were asked for.
  mutating func prepare(
    parameters: [RunRequest.Values], set: () throws(PipelineError) -> [RunSetting],
    _ progress: ProgressCounter?
  ) throws(PipelineError) {
    try lookForOthers()
    var data = try TrackedData(recording: workspace, besides: isForeign, progress: progress)
    changes += data.recorded.changes
    try track(request.inputs, in: &data, progress)
    settings = try set()
    if !settings.isEmpty { record.settings = settings.map { redacted($0) } }
    let files = ValueFiles(root: workspace.root)
    var secretive: [RepositoryPath] = []
    for file in parameters {
      let count = redaction.places.count
      record.parameters = (record.parameters ?? []) + [try files.parameters(file, &redaction)]
      if redaction.places.count > count { secretive.append(file.path) }
    }
    let metrics = request.metrics.isEmpty ? Self.obviousMetrics : request.metrics.map(\.path)
    let made = request.outputs + request.outputs.map { PointerFile.path(of: $0) } + metrics
    let known = try onLineage { () throws(LineageError) in
      try runner.catalog.summaries().flatMap(\.outputs).filter { $0.tracked == nil }.map(\.path)
    }
    let code = try CodeSnapshot(
      of: workspace, without: made, besides: Set(known + parameters.map(\.path)),
      data: Set(data.contents.keys), isMinimal: request.isMinimal)
    record.code = code.code
    for path in secretive where code.files[path] != nil {
      notes.append(
        "File '\(path)' holds a secret that the record hides, and the code that is stored does not")
    }
    var inputs = RunInputs(workspace, data, code)
    record.inputs = inputs.declared(request.inputs)
    self.code = code
    before = data
  }

  /// Finds out what other runs of the worktree are at work on.
  private mutating func lookForOthers() throws(PipelineError) {
    let paths = try onLineage { () throws(LineageError) in
      try runner.catalog.journals.paths(besides: record.invocation, in: workspace.root)
    }
    foreign = paths ?? []
    isAlone = paths == nil
  }

  /// Whether another run is at work on a tracked path, and this one is not.
  private func isForeign(_ path: RepositoryPath) -> Bool {
    foreign.contains { $0.overlaps(path) } && !request.outputs.contains { $0.overlaps(path) }
  }

  private mutating func redacted(_ setting: RunSetting) -> RunSetting {
    let table = DocumentValue.table([DocumentField(key: setting.key, value: setting.value)])
    let value = redaction.redact(table, at: "settings")[setting.key]
    return RunSetting(key: setting.key, path: setting.path, value: value ?? setting.value)
  }

  /// Gives git's index the pointers of what the command made.
  ///
  /// Whoever holds the index is waited for; a run of days is not lost because somebody does not let
  /// go of it.
  private mutating func stage(_ changes: [TrackedChange]) {
    var staged: [GitStaging] = []
    for change in changes {
      guard let new = change.new else { continue }
      staged.append(.bytes(PointerFile.path(of: change.path), new.encoded()))
      if change.old == nil { staged.append(.worktree(Workspace.ignoreFile(of: change.path))) }
    }
    if staged.isEmpty { return }
    for attempt in 1...Self.stagingAttempts {
      do {
        return try workspace.git.stage(staged)
      } catch {
        if case .locked = error, attempt < Self.stagingAttempts { continue }
        let paths = changes.map { "'\($0.path)'" }.joined(separator: " ")
        return notes.append("Pointers are not staged (\(error)): run `shale add \(paths)`")
      }
    }
  }

  /// How often the index of git is asked for, a second each time.
  private static let stagingAttempts = 10

  /// Makes paths tracked that nobody tracks yet.
  private mutating func track(
    _ paths: [RepositoryPath], in data: inout TrackedData, stages: Bool = true,
    _ progress: ProgressCounter?
  ) throws(PipelineError) {
    let index = try onGit { () throws(GitError) in try workspace.git.index() }
    let fresh = paths.filter { path in
      data.tracked(containing: path) == nil && !index.isTracked(path)
        && !index.tracksAnything(below: path)
    }
    if fresh.isEmpty { return }
    let report = try onWorkspace { () throws(WorkspaceError) in
      var options = AddOptions()
      options.stages = stages
      options.isMadeByCommand = !stages
      return try workspace.add(fresh, options: options, progress: progress)
    }
    changes += report.changes
    for change in report.changes { if let new = change.new { data.insert(change.path, new) } }
  }

  // MARK: The command

  /// Runs the command, in the foreground of the terminal.
  mutating func execute() {
    var environment = request.environment
    environment["SHALE_RUN"] = ByteString(record.invocation)
    for setting in settings {
      let value = if case .text(let text) = setting.value { text } else { "\(setting.value)" }
      environment[ByteString("SHALE_PARAM_\(setting.key)")] = ByteString(value)
    }
    let process = ForegroundProcess(
      request.command[0], Array(request.command.dropFirst()), environment: environment,
      directory: workspace.root.appending(request.directory))
    do throws(FileError) {
      finish(try run(process))
    } catch {
      record.state = .failed
      record.reason = error.isNotFound ? "its program was not found" : shortened("\(error)")
      ending = error.isNotFound ? .notFound : .notExecutable
    }
  }

  private func run(
    _ process: ForegroundProcess
  ) throws(FileError) -> ForegroundProcess.Outcome {
    let prefix = workspace.root.bytes.bytes + [UInt8(ascii: "/")]
    let git = prefix + Array(".git/".utf8)
    let observer = FileObserver { path in
      path.bytes.bytes.starts(with: prefix) && !path.bytes.bytes.starts(with: git)
    }
    let watching = request.isObserved ? observer : nil
    guard request.isOutputOnError else { return try process.run(observing: watching) }
    return try StandardStream.withOutputOnError { () throws(FileError) in
      try process.run(observing: watching)
    }
  }

  private mutating func finish(_ outcome: ForegroundProcess.Outcome) {
    observed = outcome.files
    record.finish(outcome)
    ending = outcome.signal.map { .signal($0) } ?? .status(outcome.status ?? 0)
  }

  // MARK: After

  /// Finds out what the command made, and stores it where it succeeded.
  ///
  /// Whatever fails here is told, and never keeps the record from being written.
  mutating func conclude(_ progress: ProgressCounter?) throws(PipelineError) {
    describeTools()
    do throws(PipelineError) {
      readMetrics()
      let after = record.state == .succeeded ? try storeOutputs(progress) : nil
      try addObserved(after)
      progress?.end()
    } catch {
      record.state = .failed
      record.reason = "its results could not be recorded: \(shortened("\(error)"))"
      problem = error
    }
    record.redacted = redaction.places.isEmpty ? nil : redaction.places
    record.statement = RunStatement.make(for: record)
    if record.encoded().bytes.count > RunRecord.sizeLimit.bytes {
      record.dropValues()
      record.statement = RunStatement.make(for: record)
    }
  }

  private mutating func readMetrics() {
    let files = ValueFiles(root: workspace.root)
    var wanted = request.metrics
    if wanted.isEmpty { wanted = writtenMetrics() }
    for file in wanted {
      let found: RunValues?
      do {
        found = try files.metrics(file, &redaction)
      } catch {
        // What the command made is worth more than what it says of it.
        notes.append("Metrics of '\(file.path)' are not in the record: \(error)")
        continue
      }
      guard let values = found else {
        if record.state == .succeeded { notes.append("Metrics file '\(file.path)' was not made") }
        continue
      }
      if let problem = values.problem {
        notes.append("Metrics file '\(file.path)' cannot be read: \(problem)")
      }
      record.metrics = (record.metrics ?? []) + [values]
    }
  }

  /// Files that hold metrics by their name, where none are named.
  private static let obviousMetrics: [RepositoryPath] = {
    let names: [ByteString] = [
      "dvclive/metrics.json", "metrics.json", "metrics.yaml", "metrics.toml",
    ]
    return names.compactMap { try? RepositoryPath($0) }
  }()

  /// Those of them that the command wrote.
  private func writtenMetrics() -> [RunRequest.Values] {
    Self.obviousMetrics.filter { path in
      guard let status = try? workspace.root.appending(path).status() else { return false }
      return status.kind == .file && status.changed >= record.started.beforeTick
    }.map { RunRequest.Values(path: $0) }
  }

  /// Stores what the command made.
  ///
  /// - Returns: The tracked data afterwards.
  private mutating func storeOutputs(
    _ progress: ProgressCounter?
  ) throws(PipelineError) -> TrackedData? {
    guard let before, let code else { return nil }
    for path in request.outputs {
      let status = try onFiles { () throws(FileError) in
        try workspace.root.appending(path).statusIfPresent()
      }
      if status == nil { throw .notMade(path) }
    }
    try request.check(in: workspace.root)
    var ignored = TrackedData()
    try track(
      request.outputs.filter { before.tracked(containing: $0) == nil }, in: &ignored,
      stages: false, progress)
    try lookForOthers()
    let after = try TrackedData(
      recording: workspace, besides: isForeign, stages: false, progress: progress)
    changes += after.recorded.changes
    stage(changes)
    var outputs = RunOutputs(workspace, besides: isForeign)
    record.outputs = try outputs.tracked(
      request.outputs, from: before, to: after, since: record.started)
    let told = Set((record.parameters ?? []).map(\.path) + (record.metrics ?? []).map(\.path))
    let others = try outputs.others(
      since: code, declared: request.outputs, besides: told, Set(after.contents.keys))
    record.outputs += others.outputs
    if others.more > 0 { miss("\(others.more) more files that Shale does not track were written") }
    if !isAlone, record.outputs.contains(where: { $0.origin == .observed }) {
      miss("Another run was at work: what it changed may be among the outputs that were not named")
    }
    return after
  }

  /// Adds what the command was seen to read.
  private mutating func addObserved(_ after: TrackedData?) throws(PipelineError) {
    guard let before, let code else { return }
    guard let observed, let method = observed.method else {
      if request.isObserved { miss("Nothing could be watched here: only what was named is known") }
      return
    }
    record.observation.method = method == .notification ? .notification : .preload
    for gap in observed.mayMiss.sorted(by: { $0.rawValue < $1.rawValue }) { miss(gap.sentence) }
    let writer = try onStore { () throws(StoreError) in
      try workspace.store.writer(compression: workspace.compression)
    }
    var inputs = RunInputs(workspace, before, code)
    let made = Set(record.outputs.map(\.path))
    let found = try inputs.observed(
      observed.read, besides: request.inputs, made, unchangedIn: after ?? before, writer)
    _ = try onStore { () throws(StoreError) in try writer.finish(durably: false) }
    for input in found.inputs where !made.contains(input.path) {
      if let known = record.inputs.firstIndex(where: { $0.path == input.path }) {
        record.inputs[known].read = input.read
      } else {
        record.inputs.append(input)
      }
    }
    if found.more > 0 { miss("\(found.more) more files that Shale does not track were read") }
  }

  /// A message without the places of this machine.
  private func shortened(_ message: String) -> String {
    runner.shortening(of: request).shortened(message: message)
  }

  private mutating func miss(_ text: String) {
    record.observation.mayMiss.append(text)
  }

  private mutating func describeTools() {
    var tools = RunTools(shale: runner.version)
    tools.git = (try? workspace.git.program.version()).map { "\($0.major).\($0.minor).\($0.patch)" }
    // What a script started is more than the shell that ran it.
    let programs = [request.command[0]] + (observed?.executed.map(\.bytes) ?? [])
    if let found = Interpreter(among: programs, environment: request.environment) {
      tools.interpreter = found.tool
      if !request.isMinimal, !found.packages.isEmpty {
        tools.packages = try? store(found.packages)
      }
    }
    record.tools = tools
  }

  /// Puts a list that a record leads to into the store.
  private func store(_ bytes: [UInt8]) throws(PipelineError) -> RunObject {
    try onStore { () throws(StoreError) in
      let writer = try workspace.store.writer(compression: workspace.compression)
      let oid = try writer.add(bytes, class: .run)
      try writer.finish(durably: false)
      return RunObject(oid: oid, size: .bytes(bytes.count), files: bytes.count { $0 == 10 })
    }
  }

  /// Keeps the record, in the store too, so that it can travel.
  func keep() throws(PipelineError) -> RunOutcome {
    let (id, bytes) = record.encoded()
    try onStore { () throws(StoreError) in
      let writer = try workspace.store.writer(compression: workspace.compression)
      _ = try writer.add(bytes, class: .run)
      try writer.finish(durably: true)
    }
    try onLineage { () throws(LineageError) in try runner.catalog.add(bytes, as: id) }
    return RunOutcome(
      id: id, record: record, ending: ending, changes: changes, problem: problem, notes: notes)
  }
}

extension ObservedFiles.Gap {
  /// What may be missing, for people.
  fileprivate var sentence: String {
    switch self {
    case .unobserved: "Nobody watched"
    case .preloadOnly: "Static programs and direct system calls were not seen"
    case .survivors: "What processes that outlived the command read was not seen"
    case .unreadable: "A path of a program could not be read"
    case .foreign: "A program of another architecture was not understood"
    case .limit: "There were more files than are kept"
    }
  }
}

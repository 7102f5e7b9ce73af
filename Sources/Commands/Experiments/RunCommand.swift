package import Arguments
internal import Documents
package import Lineage
internal import Pipelines
internal import Platform
package import Primitives
internal import Project
package import Terminal
internal import Workspace

/// `shale run`: runs a command and records what it used and made.
package struct RunCommand: Command {
  package static let name = Option<ByteString?>(
    "name", short: "n", value: "NAME", help: "What to call the run")
  package static let inputs = Option<[ByteString]>(
    "input", short: "i", value: "PATH", help: "Data that the command reads; tracked from now on",
    completion: .files)
  package static let outputs = Option<[ByteString]>(
    "output", short: "o", value: "PATH", help: "Data that the command makes; tracked once it has",
    completion: .files)
  package static let parameters = Option<[ByteString]>(
    "params", short: "p", value: "FILE[:KEY,…]",
    help: "A parameter file, or some of its keys; `params.yaml` unless given", completion: .files)
  package static let settings = Option<[ByteString]>(
    "set", value: "[FILE:]KEY=VALUE",
    help: "Write a value into a parameter file before the command starts")
  package static let metrics = Option<[ByteString]>(
    "metrics", short: "m", value: "FILE", help: "A file that the command writes metrics to",
    completion: .files)
  package static let noTrace = Flag(
    "no-trace", help: "Do not watch what the command reads: needed by debuggers and `sudo`")
  package static let command = Invocation("COMMAND", help: "What to run, with its arguments")

  package static let spec = CommandSpec(
    "run",
    summary: "Run a command, and record what it used and made",
    discussion: """
      The command runs as it would by itself: with the terminal, its signals, and its exit status.
      Afterwards there is one run record: data, code, parameters, metrics, and the machine.

      Changed data is recorded before the command starts, so that all that it reads has a name.
      Tracked data that the command changed is recorded when it succeeds; when it fails, the
      pointers stay with the last good outputs. Without `-i`, tracked data that the command was
      seen to read becomes its input; what nobody tracks is listed and never added.

      The command finds a number of the run in `SHALE_RUN`, and what `--set` wrote in
      `SHALE_PARAM_KEY`.
      """,
    parameters: [name, inputs, outputs, parameters, settings, metrics, noTrace, command],
    examples: [
      Example("shale run -- python3 train.py", "Run a script, and find out what it uses"),
      Example(
        "shale run -n slow --set lr=0.01 -o model.bin -- python3 train.py",
        "Try a parameter, and name the output"),
    ],
    result: RunCommandReport.keys,
    statuses: [.wrapperFailed, .notExecutable, .programNotFound],
    related: ["add", "checkout", "status"])

  package static let isWrapper = true
  package static let followsPointers = true

  private let name: ByteString?
  private let inputs: [ByteString]
  private let outputs: [ByteString]
  private let parameters: [ByteString]
  private let settings: [ByteString]
  private let metrics: [ByteString]
  private let isObserved: Bool
  private let command: [ByteString]

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    name = try arguments[Self.name]
    inputs = try arguments[Self.inputs]
    outputs = try arguments[Self.outputs]
    parameters = try arguments[Self.parameters]
    settings = try arguments[Self.settings]
    metrics = try arguments[Self.metrics]
    isObserved = !arguments[Self.noTrace]
    guard let words = arguments[Self.command], !words.isEmpty else {
      throw .missingOperand("-- COMMAND")
    }
    command = words
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> RunCommandReport {
    let project = try context.openProject()
    let workspace = try context.workspace(of: project)
    let request = try request(in: context, project)
    let runner = Runner(
      workspace, project.runs(), home: context.environment["HOME"].map { FilePath($0) },
      version: Tool.version)
    let outcome = try explaining { () throws(PipelineError) in
      try runner.run(
        request, progress: context.progress, starting: context.stopProgress)
    }
    try explaining { () throws(ProjectError) in
      try project.registerRoots(of: outcome.record, outcome.id)
    }
    try project.recordTracked(["run"], outcome.changes, in: workspace)
    for note in outcome.notes { context.warn(Warning(id: "run-note", note)) }
    context.tellNotices(of: project)
    return RunCommandReport(outcome)
  }

  private func request(
    in context: CommandContext, _ project: Project
  ) throws(CommandFailure) -> RunRequest {
    let directory = try context.repositoryPaths(["."], in: project)
    var request = RunRequest(
      command, in: directory.first ?? .root, environment: context.environment)
    request.name = name?.description
    request.inputs = try context.repositoryPaths(inputs, in: project)
    request.outputs = try context.repositoryPaths(outputs, in: project)
    request.dropRepeats()
    for word in parameters {
      request.parameters.append(try values(word, in: context, project))
    }
    for word in metrics {
      let path = try context.repositoryPaths([word], in: project)
      request.metrics += path.map { RunRequest.Values(path: $0) }
    }
    for word in settings { request.settings.append(try setting(word, in: context, project)) }
    request.isObserved = isObserved
    request.isOutputOnError = context.settings.isJSON
    request.isMinimal = project.configuration[Settings.record] == .minimal
    return request
  }

  /// Reads `FILE` or `FILE:KEY,KEY`.
  private func values(
    _ word: ByteString, in context: CommandContext, _ project: Project
  ) throws(CommandFailure) -> RunRequest.Values {
    let colon = word.bytes.lastIndex(of: UInt8(ascii: ":"))
    let file = colon.map { ByteString(word.bytes[..<$0]) } ?? word
    let keys = colon.map { String(decoding: word.bytes[($0 + 1)...], as: UTF8.self) } ?? ""
    var values = RunRequest.Values(path: .root)
    values.path = try context.repositoryPaths([file], in: project).first ?? .root
    for key in keys.split(separator: ",") { values.keys.append(try path(String(key))) }
    return values
  }

  /// Reads `KEY=VALUE` or `FILE:KEY=VALUE`.
  private func setting(
    _ word: ByteString, in context: CommandContext, _ project: Project
  ) throws(CommandFailure) -> RunRequest.Setting {
    guard let text = word.text, let sign = text.firstIndex(of: "="), sign != text.startIndex
    else {
      throw CommandFailure(
        .usage, id: "bad-setting", "Setting '\(word)' is not KEY=VALUE",
        hints: ["Write it like `--set lr=0.01`"])
    }
    let place = text[..<sign]
    let value = String(text[text.index(after: sign)...])
    guard let colon = place.lastIndex(of: ":") else {
      return RunRequest.Setting(path: nil, key: try path(String(place)), word: value)
    }
    let file = try context.repositoryPaths([ByteString(String(place[..<colon]))], in: project)
    return RunRequest.Setting(
      path: file.first, key: try path(String(place[place.index(after: colon)...])), word: value)
  }

  private func path(_ key: String) throws(CommandFailure) -> DocumentPath {
    do {
      return try DocumentPath(key)
    } catch {
      throw CommandFailure(
        .usage, id: "bad-key", "Key \(error)", hints: ["Write it like `model.lr`"])
    }
  }
}

/// How a run went.
package struct RunCommandReport: Report {
  package let id: ObjectID
  package let name: String?
  package let state: RunRecord.State
  package let exitStatus: Int?
  package let signal: Int?
  package let seconds: Double?
  package let inputs: [RunArtifact]
  package let outputs: [RunArtifact]
  package let metrics: [RunValues]
  package let status: ExitStatus
  package let failure: CommandFailure?

  package var isConfirmation: Bool { true }

  private enum CodingKeys: CodingKey {
    case id, name, state, exitStatus, signal, seconds, inputs, outputs, metrics
  }

  init(_ outcome: RunOutcome) {
    id = outcome.id
    name = outcome.record.name
    state = outcome.record.state
    exitStatus = outcome.record.exitStatus
    signal = outcome.record.signal
    seconds = outcome.record.seconds
    inputs = outcome.record.inputs
    outputs = outcome.record.outputs
    metrics = outcome.record.metrics ?? []
    var failure = outcome.problem.map { CommandFailure($0) }
    switch outcome.ending {
    case _ where failure != nil: status = .wrapperFailed
    case .status(let code): status = ExitStatus(passingOn: UInt8(truncatingIfNeeded: code))
    case .signal(let number):
      status = ExitStatus(passingOn: UInt8(truncatingIfNeeded: 128 + number))
    case .notFound:
      status = .programNotFound
      failure = CommandFailure(
        .refused, id: "program-not-found",
        "Program '\(outcome.record.command[0])' was not found",
        hints: ["Check its spelling, and whether it is in PATH"])
    case .notExecutable:
      status = .notExecutable
      failure = CommandFailure(
        .refused, id: "program-not-executable",
        "Program '\(outcome.record.command[0])' cannot be executed",
        hints: ["Check its permissions, or name its interpreter before it"])
    }
    self.failure = failure
  }

  package func write(to text: inout StyledText) {
    // What kept it from being recorded well is said by the failure.
    if failure != nil, text.verbosity != .verbose { return }
    let label: Label = state == .succeeded ? .added : state == .failed ? .error : .warning
    let time = seconds.map { " in \(elapsed($0))" } ?? ""
    let named = name.map { " (\($0))" } ?? ""
    text.line("run \(id.abbreviated, .commit)\(named) \(state.rawValue, label)\(time)")
    for output in outputs where output.tracked != nil {
      text.line("  made \(output.path, .path) (\(output.size))")
    }
    let values = metrics.flatMap { $0.values?.flattened ?? [] }.prefix(8)
    if !values.isEmpty {
      let list = values.map { "\($0.path) \(ValueText.brief.text($0.value))" }
        .joined(separator: "  ")
      text.line("  \(list)")
    }
  }
}

extension RunCommandReport {
  /// The keys of its JSON.
  static let keys = [
    ResultKey("id", "The id of the run record"),
    ResultKey("name", "What the run is called", isOptional: true),
    ResultKey("state", "`succeeded`, `failed` or `interrupted`"),
    ResultKey("exitStatus", "What the command ended with", isOptional: true),
    ResultKey("signal", "The signal that ended it", isOptional: true),
    ResultKey("seconds", "How long it took", isOptional: true),
    ResultKey("inputs", "What it read", each: artifactKeys),
    ResultKey("outputs", "What it made", each: artifactKeys),
    ResultKey("metrics", "What it measured", each: valueKeys),
  ]

  private static let artifactKeys = [
    ResultKey("path", "The path"), ResultKey("kind", "`file` or `tree`"),
    ResultKey("oid", "The oid of its content"), ResultKey("size", "Its size in bytes"),
    ResultKey("files", "How many files a tree holds", isOptional: true),
    ResultKey("origin", "`declared` or `observed`"),
    ResultKey("tracked", "The tracked path that it is or lies in", isOptional: true),
    ResultKey(
      "read", "The list of files of a tree that were read", isOptional: true,
      of: [
        ResultKey("oid", "The oid of the list"), ResultKey("size", "Its size in bytes"),
        ResultKey("files", "How many files it names"),
      ]),
  ]

  private static let valueKeys = [
    ResultKey("path", "The file"), ResultKey("oid", "The SHA-256 of the file"),
    ResultKey(document: "values", "What stands there", isOptional: true),
    ResultKey("problem", "Why it cannot be read", isOptional: true),
  ]
}

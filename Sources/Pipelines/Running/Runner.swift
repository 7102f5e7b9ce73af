internal import Documents
internal import Git
package import Lineage
internal import ObjectStore
package import Platform
package import Primitives
package import Workspace

/// Runs a command as it would run by itself, and leaves one run record.
package struct Runner: Sendable {
  package let workspace: Workspace
  package let catalog: RunCatalog

  /// The user's home directory, which records write as `~`.
  package let home: FilePath?

  /// The version of this program, for the record.
  package let version: String

  package init(
    _ workspace: Workspace, _ catalog: RunCatalog, home: FilePath?, version: String
  ) {
    self.workspace = workspace
    self.catalog = catalog
    self.home = home
    self.version = version
  }

  /// Runs a command, and waits for its end.
  ///
  /// - Parameters:
  ///   - request: What to run.
  ///   - progress: Told of the data that is looked at before and after.
  ///   - starting: Called just before the command starts, when the terminal becomes its own.
  /// - Returns: How it ended, and its record.
  /// - Throws: ``PipelineError``: nothing ran. Data that had changed may have been recorded, and
  ///   values may have been set, as the command line asked.
  package func run(
    _ request: RunRequest, progress: ProgressCounter? = nil, starting: () -> Void = {}
  ) throws(PipelineError) -> RunOutcome {
    try request.check(in: workspace.root)
    let edit = ParameterEdit(git: workspace.git, root: workspace.root)
    let settings = try edit.located(request.settings, request.parameters)
    let parameters = parameterFiles(request, settings.map(\.path), edit)
    var redaction = Redaction()
    let draft = draft(of: request, &redaction)
    // What is only read may be read by any number of runs.
    let named = Set(request.parameters.map(\.path) + settings.map(\.path))
    let shared = parameters.map(\.path).filter { !named.contains($0) } + request.inputs
    let journal = try onLineage { () throws(LineageError) in
      try catalog.journals.begin(
        draft, in: workspace.root, using: request.outputs + named.sorted(), sharing: shared)
    }
    var session: RunSession
    do throws(PipelineError) {
      session = RunSession(self, request, draft, redaction)
      try session.prepare(
        parameters: parameters, set: { () throws(PipelineError) in try edit.apply(settings) },
        progress)
      try onFiles { () throws(FileError) in try journal.write(session.record) }
    } catch {
      // Nothing ran, so there is nothing to tell later.
      _ = try? journal.end()
      throw error
    }
    starting()
    session.execute()
    try session.conclude(progress)
    let outcome = try session.keep()
    // A journal that stays is that of a run whose record is there, and makes none again.
    _ = try? journal.end()
    return outcome
  }

  /// The parameter files that count: those that were named or set, or else the obvious one.
  private func parameterFiles(
    _ request: RunRequest, _ set: [RepositoryPath], _ edit: ParameterEdit
  ) -> [RunRequest.Values] {
    var files = request.parameters
    for path in set where !files.contains(where: { $0.path == path }) {
      files.append(RunRequest.Values(path: path))
    }
    if files.isEmpty, let path = edit.obviousFile() {
      files.append(RunRequest.Values(path: path))
    }
    return files
  }

  /// Takes the places of this machine out of what a record says of a request.
  func shortening(of request: RunRequest) -> PathShortening {
    PathShortening(
      root: workspace.root, directory: workspace.root.appending(request.directory), home: home)
  }

  /// What is known of a run before anything was looked at.
  private func draft(of request: RunRequest, _ redaction: inout Redaction) -> RunRecord {
    let paths = shortening(of: request)
    var record = RunRecord(
      invocation: Hex.string(of: RandomBytes.make(16)), state: .interrupted,
      command: redaction.redact(command: request.command, shortening: paths.shortened),
      directory: request.directory, started: Clock.now(),
      code: RunCode(
        tree: RunObject(oid: .empty, size: .zero), commit: nil, branch: nil, isModified: false),
      observation: RunObservation(method: .declared))
    record.name = request.name
    record.reason = "nobody saw its end"
    if !request.isMinimal {
      record.author = (try? workspace.git.author()).map {
        RunAuthor(name: $0.name, email: $0.email)
      }
      record.machine = Surroundings.machine()
      record.environment = Surroundings.environment(request.environment)
    }
    return record
  }
}

/// How a run ended, and what became of it.
package struct RunOutcome: Sendable {
  /// How the command ended.
  package enum Ending: Hashable, Sendable {
    case status(Int)
    case signal(Int)
    /// It could not be started: no such program, or none that can be executed.
    case notFound
    case notExecutable
  }

  package let id: ObjectID
  package let record: RunRecord
  package let ending: Ending

  /// The tracked paths whose pointer changed: inputs that had none, changed data, and outputs.
  package let changes: [TrackedChange]

  /// What kept Shale from recording all that it should, if anything did.
  package let problem: PipelineError?

  /// What the user should know of, each in words.
  package let notes: [String]
}

internal import Arguments
internal import Platform
package import Primitives
internal import Project
internal import Terminal

extension Tool {
  /// Reads a command line, does what it asks for, and tells how that went.
  ///
  /// - Parameters:
  ///   - arguments: The words after the tool's name.
  ///   - context: What the command may touch.
  /// - Returns: How the process is to end.
  package static func run(_ arguments: [ByteString], in context: CommandContext) -> ExitStatus {
    var context = context
    // A command line that cannot be read is answered in the form it asks for all the same.
    context.settings.isJSON = arguments.prefix { $0 != "--" }.contains("--json")
    let request: Request
    do {
      request = try spec.parse(arguments)
    } catch {
      let failure = CommandFailure(error.reason, command: error.command)
      let command = error.command ?? spec.name
      let type = commands.first { $0.spec.name == command }
      return show(failure, of: command, isWrapper: type?.isWrapper ?? false, context)
    }
    switch request {
    case .help(let topic, let options):
      configure(&context, options)
      let help = HelpReport(topic, width: context.output.width())
      return show(help, of: "help", isPaged: true, context)
    case .version(let options):
      configure(&context, options)
      return show(VersionReport(), of: "version", context)
    case .run(let spec, let parsed):
      configure(&context, parsed)
      return run(spec, parsed, context)
    }
  }

  /// Takes over what the common options say, but for the directory.
  private static func configure(_ context: inout CommandContext, _ options: ParsedArguments) {
    context.settings.isJSON = options[CommonOptions.json]
    if options[CommonOptions.quiet] { context.settings.verbosity = .quiet }
    if options[CommonOptions.verbose] { context.settings.verbosity = .verbose }
  }

  private static func run(
    _ spec: CommandSpec, _ arguments: ParsedArguments, _ context: CommandContext
  ) -> ExitStatus {
    guard let type = commands.first(where: { $0.spec.name == spec.name }) else {
      preconditionFailure("'\(spec.name)' is declared, and not among the commands")
    }
    var context = context
    do throws(CommandFailure) {
      try enterDirectories(of: arguments, spec, &context)
      context.settings.command = spec.name
      try setColoring(of: arguments, spec, &context)
      try setPatience(of: arguments, spec, &context)
      return try perform(type, arguments, in: context)
    } catch {
      return show(error, of: spec.name, isWrapper: type.isWrapper, context)
    }
  }

  private static func setColoring(
    of arguments: ParsedArguments, _ spec: CommandSpec, _ context: inout CommandContext
  ) throws(CommandFailure) {
    do {
      context.settings.coloring = try arguments[CommonOptions.color]
    } catch {
      throw CommandFailure(error, command: spec.name)
    }
  }

  /// Lets `--wait` set what `shale.wait` sets, for this command and for those that it starts.
  private static func setPatience(
    of arguments: ParsedArguments, _ spec: CommandSpec, _ context: inout CommandContext
  ) throws(CommandFailure) {
    do throws(UsageError) {
      guard let seconds = try arguments[CommonOptions.wait] else { return }
      let (setting, word) = (Settings.wait.declaration, ByteString("\(seconds)"))
      guard setting.accepts(word) else {
        throw UsageError.invalidValue(word, of: "--wait", expected: setting.values)
      }
      context.environment[ByteString(setting.variable)] = word
    } catch {
      throw CommandFailure(error, command: spec.name)
    }
  }

  /// Works as if started in the directories of `-C`, each seen from the one before.
  private static func enterDirectories(
    of arguments: ParsedArguments, _ spec: CommandSpec, _ context: inout CommandContext
  ) throws(CommandFailure) {
    let directories: [ByteString]
    do {
      try arguments.refuseTogether(CommonOptions.quiet, CommonOptions.verbose)
      directories = try arguments[CommonOptions.directory]
    } catch {
      throw CommandFailure(error, command: spec.name)
    }
    for directory in directories {
      let path = context.path(directory)
      let kind: FileStatus.Kind?
      do {
        kind = try path.statusIfPresent(followingSymlink: true)?.kind
      } catch {
        throw CommandFailure(error)
      }
      guard kind == .directory else {
        throw CommandFailure(
          .usage, id: "directory-missing", "'\(path)' is no directory to work in",
          hints: ["Give an existing directory after -C"])
      }
      context.workingDirectory = path
    }
  }

  /// Makes a command, runs it, and shows what it returns.
  ///
  /// - Parameters:
  ///   - type: Which command.
  ///   - arguments: What its declaration made of the command line.
  ///   - context: What it may touch, with the settings of the command line.
  /// - Returns: How the process is to end.
  /// - Throws: ``CommandFailure`` when the command could not do its work.
  static func perform<Verb: Command>(
    _ type: Verb.Type, _ arguments: ParsedArguments, in context: CommandContext
  ) throws(CommandFailure) -> ExitStatus {
    let command: Verb
    do {
      command = try Verb(arguments)
    } catch {
      throw CommandFailure(error, command: Verb.spec.name)
    }
    var context = context
    context.run = CommandContext.Run(
      command: Verb.spec.name.split(separator: " ").map { ByteString(String($0)) },
      started: Clock.now())
    context.followsPointers = Verb.followsPointers
    context.startProgress()
    defer { context.stopProgress() }
    let report = try command.run(in: context)
    context.stopProgress()
    return show(
      report, of: Verb.spec.name, isAside: Verb.isWrapper, isPaged: Verb.isPaged, context)
  }
}

// MARK: - Showing

extension Tool {
  /// Shows a report, and what kept it from being complete.
  private static func show(
    _ report: some Report, of command: String, isAside: Bool = false, isPaged: Bool = false,
    _ context: CommandContext
  ) -> ExitStatus {
    // What another program ended with comes before what Shale thinks of it.
    let status = isAside ? report.status : report.failure?.kind.status ?? report.status
    var problem: FileError?
    if context.settings.isJSON {
      problem = write(report, report.failure, status, of: command, context)
    } else if !(report.isConfirmation && context.settings.verbosity == .quiet) {
      let pages = isPaged && !isAside ? context.pagedOutput() : nil
      var text = context.makeText(aside: isAside, to: pages)
      report.write(to: &text)
      text.flush()
      problem = text.failure ?? end(pages)
    }
    if let failure = report.failure, !context.settings.isJSON { context.tell(failure) }
    return ended(status, problem, context)
  }

  /// Shows the rest, or waits for who reads; returns why that was not possible, if so.
  private static func end(_ pages: PagedOutput?) -> FileError? {
    do {
      try pages?.end()
      return nil
    } catch {
      return error
    }
  }

  /// Shows why a command failed.
  private static func show(
    _ failure: CommandFailure, of command: String, isWrapper: Bool, _ context: CommandContext
  ) -> ExitStatus {
    let status = isWrapper ? ExitStatus.wrapperFailed : failure.kind.status
    guard context.settings.isJSON else {
      context.tell(failure)
      return status
    }
    let problem = write(nil as HelpReport?, failure, status, of: command, context)
    return ended(status, problem, context)
  }

  /// Writes the one object of `--json`, and returns why it could not be written, if so.
  private static func write<Result: Report>(
    _ report: Result?, _ failure: CommandFailure?, _ status: ExitStatus, of command: String,
    _ context: CommandContext
  ) -> FileError? {
    let envelope = JSONEnvelope(
      command: command, result: report,
      problem: failure.map {
        .init(status: status.code, id: $0.id, message: $0.message, hints: $0.hints)
      },
      warnings: context.warnings.map {
        .init(id: $0.id, message: $0.message, hints: $0.hints)
      })
    do {
      try context.output.bytes.write(envelope.bytes.span)
      return nil
    } catch {
      return error
    }
  }

  /// The status to end with when results could not be written.
  ///
  /// A reader that has read enough, such as `head`, is no failure.
  private static func ended(
    _ status: ExitStatus, _ problem: FileError?, _ context: CommandContext
  ) -> ExitStatus {
    guard let problem, !problem.isBrokenPipe else { return status }
    context.tell(CommandFailure(problem))
    return status == .done ? .failed : status
  }
}

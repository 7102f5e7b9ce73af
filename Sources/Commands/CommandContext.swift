package import Arguments
package import Platform
package import Primitives
internal import Synchronization
package import Terminal

/// Everything a command may touch, as one value: a test passes another.
package struct CommandContext: Sendable {
  /// What the common options ask for.
  package struct Settings: Hashable, Sendable {
    package var verbosity = Verbosity.normal

    /// Whether the result is to be printed as JSON.
    package var isJSON = false

    /// When text has colours.
    package var coloring = CommonOptions.Coloring.auto

    /// What is run, for those who wait for it.
    package var command = "shale"

    package init() {}
  }

  /// The variables of the environment, as they were when the process started.
  package internal(set) var environment: [ByteString: ByteString]

  /// Where the command works, absolute: paths of the command line start here.
  package internal(set) var workingDirectory: FilePath

  /// Where results go.
  ///
  /// Commands write to it only what is no text, such as the bytes of `cat`.
  package let output: OutputStream

  /// Where warnings, errors and progress go.
  package let errorOutput: OutputStream

  /// Where answers to questions come from; `nil` where nobody can be asked.
  let answers: InputStream?

  package internal(set) var settings = Settings()

  /// What is run and since when, as the operation log tells it.
  struct Run: Sendable {
    let command: [ByteString]
    let started: Timestamp
  }

  var run: Run?

  /// Whether data follows pointers that git has moved, when the project is opened.
  var followsPointers = false

  /// All of what is typed or piped in, up to a limit.
  package internal(set) var input: @Sendable (_ limit: ByteCount) throws(FileError) -> [UInt8] = {
    limit throws(FileError) in try StandardStream.contentsOfInput(limit: limit)
  }

  /// What the work is counted in, drawn on the terminal if there is one.
  package let progress: ProgressCounter
  private let display: ProgressDisplay
  private let log = WarningLog()

  package init(
    environment: [ByteString: ByteString], workingDirectory: FilePath, output: OutputStream,
    errorOutput: OutputStream, answers: InputStream? = nil
  ) {
    self.answers = answers
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.output = output
    self.errorOutput = errorOutput
    progress = ProgressCounter()
    display = ProgressDisplay(progress, on: errorOutput.bytes, width: errorOutput.width)
  }

  /// The file that a word of the command line names.
  package func path(_ operand: ByteString) -> FilePath { workingDirectory.appending(operand) }

  /// Tells the user something, at once or, under `--json`, with the result.
  package func warn(_ warning: Warning) {
    log.add(warning)
    guard !settings.isJSON else { return }
    writeError("warning", .warning, warning.message, hints: warning.hints)
  }

  /// Tells the user what is about to happen, on standard error.
  func note(_ write: (inout StyledText) -> Void) {
    var text = StyledText(palette: palette(for: errorOutput), output: errorOutput.bytes)
    write(&text)
    display.withoutLine { text.flush() }
  }

  /// Asks the user, and waits for the answer.
  ///
  /// - Parameter question: What is asked, without a line break at its end.
  /// - Returns: The answer; `nil` where nobody can be asked.
  func ask(_ question: StyledString) throws(CommandFailure) -> ByteString? {
    guard let answers, answers.isTerminal, errorOutput.isTerminal, !settings.isJSON else {
      return nil
    }
    display.stop()
    defer { startProgress() }
    note { $0.write(question) }
    do {
      return try answers.lines.line() ?? ""
    } catch {
      throw CommandFailure(error)
    }
  }

  /// The warnings so far.
  package var warnings: [Warning] { log.warnings }
}

// MARK: - For the tool alone

extension CommandContext {
  /// Tells the user why it did not work.
  func tell(_ failure: CommandFailure) {
    writeError("error", .error, failure.message, hints: failure.hints)
  }

  /// Text for results, as this user wants to see it.
  ///
  /// - Parameters:
  ///   - aside: Whether it goes to standard error.
  ///   - pages: What takes it instead of the stream, and hands it on.
  func makeText(aside: Bool = false, to pages: PagedOutput? = nil) -> StyledText {
    let stream = aside ? errorOutput : output
    return StyledText(
      palette: palette(for: stream), verbosity: settings.verbosity, output: pages ?? stream.bytes)
  }

  /// Begins to show progress: drawn on a terminal, told now and then in a log.
  func startProgress() {
    if settings.verbosity == .quiet { return }
    display.start(errorOutput.isTerminal && !isDumb ? .drawn : .logged)
  }

  /// Ends drawing progress, before results are written.
  func stopProgress() { display.stop() }

  private func writeError(_ title: String, _ label: Label, _ message: String, hints: [String]) {
    var text = StyledText(palette: palette(for: errorOutput), output: errorOutput.bytes)
    text.line("\(title + ":", label) \(message)")
    for hint in hints { text.line("\("hint:", .hint) \(hint)") }
    // Where errors cannot be written there is nobody left to tell that.
    display.withoutLine { text.flush() }
  }

  /// Unless the command line says otherwise, colours only for a person who has not asked to be spared
  /// them: see no-color.org.
  private func palette(for stream: OutputStream) -> Palette {
    if settings.coloring != .auto { return settings.coloring == .always ? .colors : .plain }
    let isRefused = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    return stream.isTerminal && !isRefused && !isDumb ? .colors : .plain
  }

  /// Whether the terminal can do no more than print.
  var isDumb: Bool {
    environment["TERM"].map { $0 == "dumb" || $0.isEmpty } ?? true
  }
}

/// The warnings of one run, in the order in which they came.
private final class WarningLog: Sendable {
  private let kept = Mutex<[Warning]>([])

  func add(_ warning: Warning) { kept.withLock { $0.append(warning) } }
  var warnings: [Warning] { kept.withLock { $0 } }
}

internal import CLinux
internal import Glibc
package import Primitives
internal import Synchronization

/// Another program in the place of this process, as the user's shell would run it.
///
/// It has the standard streams, the terminal and the process group of this process. Ctrl-C is for
/// the program alone, Ctrl-Z stops both, and signals that ask this process to end are passed on.
package struct ForegroundProcess: Sendable {
  /// How a program ended, and what it took.
  package struct Outcome: Sendable {
    /// The exit status, or `nil` when a signal ended it.
    package let status: Int?
    /// The signal that ended it.
    package let signal: Int?
    package let started: Timestamp
    package let ended: Timestamp
    /// Processor time in its own code, in seconds, with the descendants that it waited for.
    package let userSeconds: Double
    /// The same in the kernel.
    package let systemSeconds: Double
    /// The most memory that the largest of these processes had resident.
    ///
    /// Never below what this process had when it started the program: the kernel counts that in.
    package let peakMemory: ByteCount
    /// What it read, where somebody watched.
    package internal(set) var files: ObservedFiles?
  }

  /// The program: a path, or a name that is looked up in `PATH` of ``environment``.
  package var program: ByteString
  package var arguments: [ByteString]
  package var environment: [ByteString: ByteString]
  /// Where it runs; `nil` for the working directory of this process.
  package var directory: FilePath?

  package init(
    _ program: ByteString, _ arguments: [ByteString],
    environment: [ByteString: ByteString], directory: FilePath? = nil
  ) {
    self.program = program
    self.arguments = arguments
    self.environment = environment
    self.directory = directory
  }

  /// Runs the program and waits for its end.
  ///
  /// The foreground is one: where two threads run a program, the second waits for the first.
  ///
  /// - Parameters:
  ///   - observer: What the run is watched for; `nil` to watch nothing. A program that is watched
  ///     gains no rights by being started, so `sudo` does not work in it.
  ///   - started: Called with the process's id as soon as the program runs.
  /// - Throws: ``FileError`` with operation `.execute` when the program cannot be run: `isNotFound`
  ///   (127 in a shell) when it is not there, and anything else (126) when it is no program. Other
  ///   operations mean that not even that could be tried.
  package func run(
    observing observer: FileObserver? = nil, started: (_ process: Int) -> Void = { _ in }
  ) throws(FileError) -> Outcome {
    let file = try ProgramFile.located(program, environment: environment, directory: directory)
    return try Self.foreground.withLock { _ throws(FileError) in
      shale_foreground_begin()
      defer { shale_foreground_end() }
      let beginning = Clock.now()
      let (process, observation) = try start(file, observer)
      started(Int(process))
      try waitForEnd(of: process)
      var outcome = try outcome(of: process, started: beginning)
      if observer != nil { outcome.files = observation?.finish() ?? .unobserved }
      return outcome
    }
  }

  private static let foreground = Mutex(())

  /// Starts the program, watched in the first way that works, and passes signals on to it.
  private func start(
    _ file: FilePath, _ observer: FileObserver?
  ) throws(FileError) -> (pid_t, (any Observation)?) {
    var process: pid_t = 0
    defer { shale_foreground_watch(process) }
    for method in observer?.methods ?? [] {
      guard let observer else { break }
      let start: (pid_t, any Observation)? =
        switch method {
        case .notification: try announced(file, observer)
        case .preload: try preloaded(file, observer)
        }
      if let start {
        process = start.0
        if let file = AnnouncedFile.standardInput() { start.1.recorder.noteRead(file) }
        return start
      }
    }
    process = try launched(file, environment)
    return (process, nil)
  }

  /// Starts the program so that it announces its calls; `nil` where that is not possible.
  private func announced(
    _ file: FilePath, _ observer: FileObserver
  ) throws(FileError) -> (pid_t, any Observation)? {
    var channel: CInt = -1
    let process = try systemCall(.execute, path) {
      unsafe fork(file, environment, isObserved: true, &channel)
    }
    let listener = shale_foreground_listener(channel)
    let observation =
      listener < 0 ? nil : NotificationObservation(listener, of: process, for: observer)
    // Without an answer it waits for one in its first call.
    if listener >= 0, observation == nil { kill(process, SIGKILL) }
    do throws(FileError) {
      try waitForStart(of: process, channel)
    } catch {
      _ = observation?.finish()
      if error.operation == .execute, error.code == nil { return nil }
      throw error
    }
    guard let observation else {
      _ = shale_foreground_reap(process, nil, nil)
      return nil
    }
    return (process, observation)
  }

  /// Starts the program with the library that announces what it opens; `nil` where there is none.
  private func preloaded(
    _ file: FilePath, _ observer: FileObserver
  ) throws(FileError) -> (pid_t, any Observation)? {
    guard let library = observer.traceLibrary else { return nil }
    let place = environment["TMPDIR"].map { FilePath($0) } ?? FilePath("/tmp")
    let observation = try PreloadObservation(observer, in: place)
    let environment = observation.environment(environment, loading: library)
    return (try launched(file, environment), observation)
  }

  /// Starts the program.
  private func launched(
    _ file: FilePath, _ environment: [ByteString: ByteString]
  ) throws(FileError) -> pid_t {
    var channel: CInt = -1
    let process = try systemCall(.execute, path) {
      unsafe fork(file, environment, isObserved: false, &channel)
    }
    try waitForStart(of: process, channel)
    return process
  }

  /// Waits until the program runs; one that does not is gone afterwards.
  ///
  /// - Throws: As ``run(observing:started:)``; with operation `.execute` and no code when the program
  ///   could not be watched.
  private func waitForStart(of process: pid_t, _ channel: CInt) throws(FileError) {
    var code: CInt = 0
    let obstacle = unsafe shale_foreground_started(channel, &code)
    if obstacle == SHALE_OBSTACLE_NONE { return }
    _ = shale_foreground_reap(process, nil, nil)
    if obstacle == SHALE_OBSTACLE_DIRECTORY, let directory {
      throw FileError(.open, directory, code: code)
    }
    throw FileError(.execute, path, code: obstacle == SHALE_OBSTACLE_OBSERVATION ? nil : code)
  }

  /// Makes the process of the program.
  private func fork(
    _ file: FilePath, _ environment: [ByteString: ByteString], isObserved: Bool,
    _ channel: UnsafeMutablePointer<CInt>
  ) -> pid_t {
    let words = [program] + arguments
    let scriptWords = ["sh", file.bytes] + arguments
    let directory = directory?.bytes
    return unsafe file.withCString { file in
      unsafe CStringArray(words).with { words in
        unsafe CStringArray(scriptWords).with { scriptWords in
          unsafe CStringArray(environment: environment).with { variables in
            unsafe CString.with(directory ?? "") { place in
              var program = unsafe shale_program(
                path: file, arguments: words, shell_arguments: scriptWords,
                environment: variables, directory: directory == nil ? nil : place,
                is_observed: isObserved ? 1 : 0)
              return unsafe shale_foreground_start(&program, channel)
            }
          }
        }
      }
    }
  }

  /// Waits until the program has ended; stops with it where it stops.
  private func waitForEnd(of process: pid_t) throws(FileError) {
    while try systemCall(.execute, path, { shale_foreground_wait(process) }) == 2 {
      // A terminal stops and continues one process of a group after the other, and this one may be
      // woken between them.
      Clock.sleep(milliseconds: 20)
      shale_foreground_follow_stop(process)
    }
    // Its number may soon be that of another process.
    shale_foreground_watch(0)
  }

  /// How a program that has ended did so.
  private func outcome(of process: pid_t, started: Timestamp) throws(FileError) -> Outcome {
    var state: CInt = 0
    var usage = rusage()
    try systemCall(.execute, path) { unsafe shale_foreground_reap(process, &state, &usage) }
    let signal = Int(state & 0x7F)
    return Outcome(
      status: signal == 0 ? Int(state >> 8 & 0xFF) : nil, signal: signal == 0 ? nil : signal,
      started: started, ended: Clock.now(), userSeconds: Self.seconds(usage.ru_utime),
      systemSeconds: Self.seconds(usage.ru_stime), peakMemory: .kibibytes(usage.ru_maxrss))
  }

  private var path: FilePath { FilePath(program) }

  private static func seconds(_ time: timeval) -> Double {
    Double(time.tv_sec) + Double(time.tv_usec) / 1e6
  }
}

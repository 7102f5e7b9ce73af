internal import CLinux
internal import Glibc
package import Primitives

/// Another program, run to its end.
package struct ChildProcess: Sendable {
  /// Where a stream of the program leads.
  package enum Stream: Sendable {
    /// The stream of this process.
    case inherit
    /// `/dev/null`.
    case none
    /// Kept, and part of the ``Outcome``. Not for standard input.
    case capture
  }

  /// How a program ended.
  package struct Outcome: Sendable {
    /// The exit status, or `nil` when a signal ended it.
    package let status: Int?
    /// The signal that ended it.
    package let signal: Int?
    package let output: [UInt8]
    package let errors: [UInt8]

    package var succeeded: Bool { status == 0 }
  }

  /// The program: a path, or a name that is looked up in `PATH` of ``environment``.
  package var program: ByteString
  package var arguments: [ByteString]
  package var environment: [ByteString: ByteString]
  /// Where it runs; `nil` for the working directory of this process.
  package var directory: FilePath?
  /// What it reads; ends when all is read.
  package var input: [UInt8]?
  package var output: Stream
  package var errors: Stream

  package init(
    _ program: ByteString, _ arguments: [ByteString],
    environment: [ByteString: ByteString], directory: FilePath? = nil,
    input: [UInt8]? = nil, output: Stream = .capture, errors: Stream = .capture
  ) {
    self.program = program
    self.arguments = arguments
    self.environment = environment
    self.directory = directory
    self.input = input
    self.output = output
    self.errors = errors
  }

  /// Runs the program and waits for its end.
  ///
  /// - Throws: ``FileError`` with operation `.execute`; `isNotFound` when there is no such program.
  package func run() throws(FileError) -> Outcome {
    let path = FilePath(program)
    let input = try self.input.map { bytes throws(FileError) in try UnnamedFile(bytes) }
    let output = self.output == .capture ? try UnnamedFile([]) : nil
    let errors = self.errors == .capture ? try UnnamedFile([]) : nil
    let process = try spawn(
      input: input?.file.descriptor, output: output?.file.descriptor,
      errors: errors?.file.descriptor)
    var status: CInt = 0
    try systemCall(.execute, path) { unsafe waitpid(process, &status, 0) }
    let signal = Int(status & 0x7F)
    return Outcome(
      status: signal == 0 ? Int(status >> 8 & 0xFF) : nil, signal: signal == 0 ? nil : signal,
      output: try output?.content() ?? [], errors: try errors?.content() ?? [])
  }

  /// Starts the program.
  ///
  /// - Parameters:
  ///   - input: What it reads; `nil` for the stream of this process, or where ``input`` is set.
  ///   - output: Where its output goes; `nil` for what ``output`` says.
  ///   - errors: Where its errors go; `nil` for what ``errors`` says.
  /// - Returns: The process, which has to be waited for.
  func spawn(
    input: CInt? = nil, output: CInt? = nil, errors: CInt? = nil
  ) throws(FileError) -> pid_t {
    let path = FilePath(program)
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    func attach(_ file: CInt?, _ stream: Stream, as number: CInt, _ flags: CInt) {
      if let file {
        unsafe posix_spawn_file_actions_adddup2(&actions, file, number)
      } else if stream == .none {
        unsafe posix_spawn_file_actions_addopen(&actions, number, "/dev/null", flags, 0)
      }
    }
    attach(input, self.input == nil ? .inherit : .none, as: 0, O_RDONLY)
    attach(output, self.output, as: 1, O_WRONLY)
    attach(errors, self.errors, as: 2, O_WRONLY)
    if let directory {
      _ = unsafe directory.withCString {
        unsafe shale_spawn_in_directory(&actions, $0)
      }
    }
    // A program expects to be ended by a broken pipe, also where this process ignores them.
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var defaults = sigset_t()
    unsafe sigemptyset(&defaults)
    for number in Signals.refusedWrites { unsafe sigaddset(&defaults, number) }
    unsafe posix_spawnattr_setsigdefault(&attributes, &defaults)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    let file = try ProgramFile.located(program, environment: environment, directory: directory)
    var process = pid_t()
    let code = unsafe CStringArray([self.program] + arguments).with { arguments in
      unsafe CStringArray(environment: environment).with { variables in
        unsafe file.withCString {
          unsafe posix_spawn(&process, $0, &actions, &attributes, arguments, variables)
        }
      }
    }
    guard code == 0 else { throw FileError(.execute, path, code: code) }
    return process
  }
}

/// A file without a name, for a program's stream.
///
/// Streams go to files, not pipes, so that neither side can wait for the other.
private final class UnnamedFile {
  let file: OpenFile

  init(_ bytes: [UInt8]) throws(FileError) {
    let path = FilePath("/tmp").appending(AtomicFile.temporaryName())
    let file = try OpenFile.creating(path, mode: 0o600)
    try path.remove()
    try file.write(bytes.span, at: 0)
    self.file = file
  }

  func content() throws(FileError) -> [UInt8] {
    try file.bytes(file.status().size, at: 0)
  }
}

package import Foundation
internal import Glibc
package import Primitives

/// What a program that has ended printed, and how it ended.
package struct ProgramResult: Sendable {
  /// The exit status, 127 if there is no such program, or 128 + n if signal n ended it.
  package let status: Int

  /// What it wrote to standard output.
  package let output: [UInt8]

  /// What it wrote to standard error.
  package let errorOutput: [UInt8]

  /// Standard output as text; bytes that are not UTF-8 are replaced.
  package var text: String { String(decoding: output, as: UTF8.self) }

  /// Standard error as text; bytes that are not UTF-8 are replaced.
  package var errorText: String { String(decoding: errorOutput, as: UTF8.self) }

  /// Standard output without its line breaks and spaces at both ends.
  package var line: String { text.trimmingCharacters(in: .whitespacesAndNewlines) }
}

/// A program that did not do what a test relies on.
package struct ProgramFailure: Error, CustomStringConvertible {
  package let description: String
}

/// Runs programs of the system, with git settings and a home that are the test's own.
package enum Program {
  /// Runs a program and waits for it.
  ///
  /// - Parameters:
  ///   - name: Its path, or a name that is looked up in `PATH`.
  ///   - arguments: Its arguments, without the name. They may hold any byte but zero.
  ///   - directory: The working directory: the test's temporary directory if none is given.
  ///   - environment: Variables set besides those of ``TestEnvironment/variables``; `nil` removes
  ///     one.
  ///   - input: What it reads on standard input.
  /// - Returns: What it printed and its status, whatever that is.
  /// - Throws: ``ProgramFailure`` if the system refuses to start any program.
  package static func run(
    _ name: String, _ arguments: [ByteString], in directory: ByteString? = nil,
    environment: [String: String?] = [:], input: [UInt8] = []
  ) throws -> ProgramResult {
    var variables = TestEnvironment.variables
    for (name, value) in environment { variables[name] = value }
    let settings = variables.sorted { $0.key < $1.key }.map { ByteString("\($0.key)=\($0.value)") }
    let place = directory ?? ByteString(TemporaryDirectory.current?.path ?? "/")

    let streams = try (0..<3).map { _ in try anonymousFile() }
    defer { for stream in streams { _ = close(stream) } }
    try write(input, to: streams[0])
    let child = try spawn(
      [ByteString(name)] + arguments, environment: settings, in: place, streams: streams)
    var state: CInt = 0
    while unsafe waitpid(child, &state, 0) == -1 {
      guard errno == EINTR else { throw ProgramFailure(description: "waitpid: \(errno)") }
    }
    let signal = state & 0x7F
    return ProgramResult(
      status: Int(signal == 0 ? state >> 8 & 0xFF : 128 + signal),
      output: try contents(of: streams[1]), errorOutput: try contents(of: streams[2]))
  }

  /// Runs a program that has to succeed.
  ///
  /// - Throws: ``ProgramFailure`` with what it printed if its status is not zero.
  @discardableResult package static func succeed(
    _ name: String, _ arguments: [ByteString], in directory: ByteString? = nil,
    environment: [String: String?] = [:], input: [UInt8] = []
  ) throws -> ProgramResult {
    let result = try run(
      name, arguments, in: directory, environment: environment, input: input)
    guard result.status == 0 else {
      let line = ([name] + arguments.map(\.description)).joined(separator: " ")
      throw ProgramFailure(
        description: "`\(line)` ended with \(result.status)\n\(result.text)\(result.errorText)")
    }
    return result
  }

  /// A program of the project, as it was built together with the tests.
  ///
  /// - Throws: An error when it was not built.
  package static func built(_ name: String) throws -> ByteString {
    let tests = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
    let folder = URL(filePath: tests).resolvingSymlinksInPath().deletingLastPathComponent()
    let path = folder.appending(path: name).path
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw ProgramFailure(description: "'\(path)' is not there: build it first")
    }
    return ByteString(path)
  }

  /// Writes a script that can be run, and the directories above it.
  ///
  /// By another process: a file that this one still has open in a child of another thread would be
  /// busy.
  package static func write(script: String, to file: URL) throws {
    try succeed(
      "sh",
      [
        "-c", "mkdir -p \"${1%/*}\" && cat > \"$1\" && chmod +x \"$1\"", "sh",
        ByteString(file.path),
      ],
      input: Array(script.utf8))
  }

  /// A file without a name: it takes what a pipe would take, and never fills up.
  private static func anonymousFile() throws -> CInt {
    let path = FileManager.default.temporaryDirectory.appending(path: "shale-stream-\(UUID())").path
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw ProgramFailure(description: "open '\(path)': \(errno)") }
    _ = unsafe unlink(path)
    return descriptor
  }

  private static func write(_ bytes: [UInt8], to descriptor: CInt) throws {
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe pwrite(
          descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written,
          off_t(written))
      }
      guard count > 0 else { throw ProgramFailure(description: "pwrite: \(errno)") }
      written += count
    }
  }

  private static func contents(of descriptor: CInt) throws -> [UInt8] {
    let size = Int(lseek(descriptor, 0, SEEK_END))
    guard size > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: size)
    let count = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe pread(descriptor, buffer.baseAddress, buffer.count, 0)
    }
    guard count == size else { throw ProgramFailure(description: "pread: \(count) of \(size)") }
    return bytes
  }

  private static func spawn(
    _ arguments: [ByteString], environment: [ByteString], in directory: ByteString,
    streams: [CInt]
  ) throws -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    for (number, stream) in zip(CInt(0)..., streams) {
      unsafe posix_spawn_file_actions_adddup2(&actions, stream, number)
    }
    // The threads that run tests take no signals, and a test of the foreground that runs beside this
    // one ignores interrupts: a program would inherit both.
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var mask = sigset_t()
    unsafe sigemptyset(&mask)
    unsafe posix_spawnattr_setsigmask(&attributes, &mask)
    for number in [SIGINT, SIGQUIT] { unsafe sigaddset(&mask, number) }
    unsafe posix_spawnattr_setsigdefault(&attributes, &mask)
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var child: pid_t = 0
    // `env` changes the directory: the C call that does it is not visible to Swift.
    let code = unsafe withCStrings(["env", "-C", directory] + arguments) { arguments in
      unsafe withCStrings(environment) { environment in
        unsafe posix_spawnp(&child, "env", &actions, &attributes, arguments, environment)
      }
    }
    guard code == 0 else { throw ProgramFailure(description: "posix_spawnp: \(code)") }
    return child
  }

  /// Gives `body` the strings as C wants an argument list: an array that a null pointer ends.
  private static func withCStrings<Value>(
    _ strings: [ByteString],
    _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Value
  ) -> Value {
    let list = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(
      capacity: strings.count + 1)
    defer { unsafe list.deallocate() }
    for (index, string) in strings.enumerated() {
      unsafe (list + index).initialize(
        to: strdup((string.bytes + [0]).map { CChar(bitPattern: $0) }))
    }
    unsafe (list + strings.count).initialize(to: nil)
    defer { for index in strings.indices { unsafe free(list[index]) } }
    return unsafe body(list)
  }
}

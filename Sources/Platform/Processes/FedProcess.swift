internal import CLinux
internal import Glibc
internal import Primitives

/// A program that reads what this process writes, such as a pager.
///
/// From its start to its end interrupts from the keyboard are the program's alone: it owns the
/// screen, and would go on without anybody who waits for it.
package final class FedProcess: Sendable {
  private let process: pid_t
  private let input: CInt
  private let path: FilePath

  /// Starts a program, whose output and errors go where those of this process do.
  ///
  /// - Parameter program: The program; what it says about streams counts for nothing.
  /// - Throws: ``FileError`` with operation `.execute`; `isNotFound` when there is no such program.
  package init(_ program: ChildProcess) throws(FileError) {
    path = FilePath(program.program)
    var ends: [CInt] = [-1, -1]
    try systemCall(.open, path) { unsafe shale_pipe(&ends) }
    defer { close(ends[0]) }
    do throws(FileError) {
      process = try program.spawn(input: ends[0])
    } catch {
      close(ends[1])
      throw error
    }
    input = ends[1]
    for number in Signals.fromKeyboard { signal(number, SIG_IGN) }
  }

  /// Hands bytes to the program.
  ///
  /// - Throws: ``FileError``; `isBrokenPipe` when it does not want more.
  package func write(_ bytes: Span<UInt8>) throws(FileError) {
    try writeAll(bytes, to: input, called: path)
  }

  /// Says that no more will come, and waits for the end of the program.
  ///
  /// - Throws: ``FileError`` with operation `.execute`.
  package func end() throws(FileError) {
    close(input)
    defer { for number in Signals.fromKeyboard { signal(number, SIG_DFL) } }
    var status: CInt = 0
    try systemCall(.execute, path) { unsafe waitpid(process, &status, 0) }
  }
}

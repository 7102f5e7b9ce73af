internal import Glibc
internal import Platform
internal import Primitives

/// Runs a program in the foreground and writes down how that went: for tests and measurements of
/// what `Platform` does, without a repository.
///
///     observe REPORT PROGRAM [ARGUMENT…]
///
/// The report has one fact a line; it holds the process's id as soon as the program runs, and the
/// rest when it has ended. The exit status is the one that a shell would give.
@main struct Main {
  static func main() {
    Signals.ignoreRefusedWrites()
    let words = Startup.arguments()
    guard words.count > 1 else {
      print("usage: observe REPORT PROGRAM [ARGUMENT…]")
      exit(2)
    }
    do throws(FileError) {
      exit(try run(words[1], Array(words.dropFirst(2)), report: FilePath(words[0])))
    } catch {
      print("error: \(error)")
      exit(error.operation != .execute ? 125 : error.isNotFound ? 127 : 126)
    }
  }

  /// Runs the program and gives the status to end with.
  private static func run(
    _ program: ByteString, _ arguments: [ByteString], report: FilePath
  ) throws(FileError) -> CInt {
    let process = ForegroundProcess(program, arguments, environment: Startup.environment())
    let file = try OpenFile.forUpdating(report)
    var start = ""
    let outcome = try process.run { number in start = "process \(number)\n" }
    let text =
      start + "status \(outcome.status ?? -1)\nsignal \(outcome.signal ?? 0)\n"
      + "user \(outcome.userSeconds)\nsystem \(outcome.systemSeconds)\n"
      + "memory \(outcome.peakMemory.bytes)\n"
    try file.write(Array(text.utf8).span, at: 0)
    return CInt(outcome.status ?? 128 + (outcome.signal ?? 0))
  }
}

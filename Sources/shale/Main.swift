internal import Commands
internal import Glibc
internal import Platform
internal import Terminal

/// The program: hands the process's values to ``Tool``, and ends with its status.
@main struct Main {
  static func main() {
    Startup.returnLargeMemory()
    Signals.ignoreRefusedWrites()
    let errors = OutputStream(.error)
    do {
      let context = CommandContext(
        environment: Startup.environment(), workingDirectory: try FilePath.workingDirectory(),
        output: OutputStream(.output), errorOutput: errors, answers: InputStream(.input))
      exit(CInt(Tool.run(Startup.arguments(), in: context).code))
    } catch {
      var text = StyledText(output: errors.bytes)
      text.line("error: \(error)")
      text.flush()
      exit(CInt(ExitStatus.failed.code))
    }
  }
}

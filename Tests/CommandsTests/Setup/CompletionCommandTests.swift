import Arguments
import Commands
import Primitives
import TestSupport
import Testing

@Suite struct CompletionCommandTests {
  @Test(arguments: Shell.allCases)
  func `the shell accepts the script`(shell: Shell) throws {
    let transcript = Surroundings().run("completion \(shell.rawValue)")
    #expect(transcript.status == 0)
    #expect(transcript.output == Tool.spec.completionScript(for: shell))
    guard try Program.run(shell.rawValue, ["--version"]).status == 0 else { return }
    let result = try Program.run(shell.rawValue, ["-n"], input: Array(transcript.output.utf8))
    #expect(result.errorText == "")
    #expect(result.status == 0)
  }
}

import Arguments
import Primitives
import TestSupport
import Testing

/// The completion scripts in the shells that they are for, where these are installed.
@Suite(.temporaryDirectory) struct CompletionTests {
  @Test(arguments: Shell.allCases)
  func `the script reads as it should`(shell: Shell) throws {
    try expectGolden(
      SampleTool.spec.completionScript(for: shell), "arguments/completion-\(shell.rawValue)")
  }

  @Test(arguments: Shell.allCases)
  func `the shell accepts the script`(shell: Shell) throws {
    guard try isInstalled(shell) else { return }
    let script = Array(SampleTool.spec.completionScript(for: shell).utf8)
    let result = try Program.run(shell.rawValue, ["-n"], input: script)
    #expect(result.errorText == "")
    #expect(result.status == 0)
  }

  @Test(arguments: [
    (["pu"], ["push"]),
    (["re"], ["remote"]),
    (["remote", ""], ["add", "list"]),
    (["-C", "push", "rem"], ["remote"]),
    (["push", "--re"], ["--remote"]),
    (["push", "--side", ""], ["ours", "theirs", "both"]),
    (["push", "--side", "=", "th"], ["theirs"]),
    (["push", "--side", "="], ["ours", "theirs", "both"]),
    (["push", "--limit", ""], []),
    (["add", "fi"], ["file one", "file.two"]),
    (["add", "--", "--dry"], []),
    (["mv", "dir"], ["directory"]),
    (["remote", "add", "x", "dir"], ["directory"]),
  ])
  func `bash completes`(words: [String], suggestions: [String]) throws {
    guard try isInstalled(.bash) else { return }
    try makeFiles()
    let script = """
      \(SampleTool.spec.completionScript(for: .bash))
      COMP_WORDS=(shale "$@"); COMP_CWORD=$#
      _shale; printf '%s\\n' "${COMPREPLY[@]}"
      """
    let result = try Program.run(
      "bash", ["-c", ByteString(script), "bash"] + words.map { ByteString($0) })
    let lines = result.text.split(separator: "\n").map { String($0) }
    #expect(lines.sorted() == suggestions.sorted(), "\(result.errorText)")
  }

  @Test func `bash never suggests a branch whose name would run something`() throws {
    guard try isInstalled(.bash) else { return }
    let git = """
      git() { printf '%s\\n' 'main' '$(touch,pwned)' '`touch,pwned`' 'a;b' 'v1.0'; }
      """
    let script = """
      \(SampleTool.spec.completionScript(for: .bash))
      \(git)
      COMP_WORDS=(shale ls ""); COMP_CWORD=2
      cd /nonexistent 2>/dev/null || cd "$HOME/.." && mkdir -p empty && cd empty
      _shale; printf '%s\\n' "${COMPREPLY[@]}"
      """
    let result = try Program.run("bash", ["-c", ByteString(script)])
    #expect(result.text == "main\nv1.0\n")
  }

  @Test(arguments: [
    ("shale pu", ["push"]),
    ("shale remote ", ["add", "list"]),
    ("shale -C push rem", ["remote"]),
    ("shale push --re", ["--remote"]),
    ("shale push --side ", ["both", "ours", "theirs"]),
    ("shale push --side=th", ["--side=theirs"]),
    ("shale add fi", ["file one", "file.two"]),
    ("shale remote add x dir", ["directory/"]),
  ])
  func `fish completes`(line: String, suggestions: [String]) throws {
    guard try isInstalled(.fish) else { return }
    try makeFiles()
    let script = """
      \(SampleTool.spec.completionScript(for: .fish))
      complete -C \(quoted(line))
      """
    let result = try Program.run("fish", ["--no-config", "-c", ByteString(script)])
    let words = result.text.split(separator: "\n").map { line in
      String(line.prefix { $0 != "\t" })
    }
    #expect(words.sorted() == suggestions, "\(result.errorText)")
  }

  private func isInstalled(_ shell: Shell) throws -> Bool {
    try Program.run(shell.rawValue, ["--version"]).status == 0
  }

  private func makeFiles() throws {
    try Program.succeed("mkdir", ["directory"])
    try Program.succeed("touch", ["file one", "file.two"])
  }

  private func quoted(_ text: String) -> String { "'\(text)'" }
}

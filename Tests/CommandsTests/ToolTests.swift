import Arguments
import Foundation
import Platform
import Primitives
import Terminal
import TestSupport
import Testing

@testable import Commands

@Suite struct ToolTests {
  @Test(arguments: [
    "", "vresion", "version --forec", "version -z", "version extra", "completion", "completion ksh",
    "help remot", "version --json=1", "version -q -v", "-C /nonexistent version", "help help help",
    "--json vresion",
  ])
  func `a command line that does not fit is explained`(line: String) throws {
    let transcript = Surroundings().run(line)
    #expect(transcript.status == 2)
    try expectGolden(transcript.text(of: line), "usage/\(line.isEmpty ? "nothing" : line)")
  }

  @Test func `what goes wrong is said on standard error only`() {
    let transcript = Surroundings().run("vresion")
    #expect(transcript.output == "")
    #expect(transcript.errors.hasPrefix("error: 'vresion' is not a command\nhint: "))
  }

  @Test(arguments: ["version --json", "--json version", "vresion --json", "completion --json"])
  func `under --json everything is one object on standard output`(line: String) {
    let transcript = Surroundings().run(line)
    #expect(transcript.errors == "")
    #expect(transcript.output.hasPrefix("{\"command\":"))
    #expect(transcript.output.hasSuffix("}\n"))
    #expect(transcript.output.count(where: { $0 == "\n" }) == 1)
  }

  @Test func `what stands after two dashes asks for nothing`() {
    #expect(Surroundings().run("vresion -- --json").output == "")
  }

  @Test(
    arguments: [
      (["TERM": "xterm"], 80, true), (["TERM": "xterm", "NO_COLOR": ""], 80, true),
      (["TERM": "xterm", "NO_COLOR": "1"], 80, false), (["TERM": "dumb"], 80, false),
      ([:], 80, false), (["TERM": "xterm"], nil, false),
    ] as [([ByteString: ByteString], Int?, Bool)])
  func `colours are for people who want them`(
    environment: [ByteString: ByteString], terminal: Int?, isColored: Bool
  ) {
    let surroundings = Surroundings(environment: environment, terminal: terminal)
    #expect(surroundings.run("help").output.contains("\u{1B}[1mUSAGE\u{1B}[0m") == isColored)
    #expect(
      surroundings.run("nothing").errors.contains("\u{1B}[1;31merror:\u{1B}[0m") == isColored)
  }

  @Test func `a report that could not do all of it tells why, after itself`() throws {
    var sample = Sample()
    #expect(
      try sample.run(failing: true)
        == Transcript(
          output: "3 files\n", errors: "warning: It is large\nhint: Split it\nerror: 1 is gone\n",
          status: 5))
    sample = Sample(isJSON: true)
    #expect(
      try sample.run(failing: true)
        == Transcript(
          output: """
            {"command":"sample","error":{"hints":[],"id":"object-missing","message":"1 is gone",\
            "status":5},"ok":false,"result":{"count":3},"v":1,"warnings":[{"hints":["Split it"],\
            "id":"large-file","message":"It is large"}]}

            """, status: 5))
  }

  @Test func `quiet leaves out confirmations, and no warning`() throws {
    var sample = Sample()
    sample.verbosity = .quiet
    #expect(
      try sample.run(failing: false)
        == Transcript(errors: "warning: It is large\nhint: Split it\n", status: 10))
  }

  @Test func `verbose reports may say more`() throws {
    var sample = Sample()
    sample.verbosity = .verbose
    #expect(try sample.run(failing: false).output == "3 files\nand more\n")
  }

  @Test func `a reader that has read enough is no failure`() throws {
    var sample = Sample()
    sample.output = BrokenOutput(code: 32)
    #expect(try sample.run(failing: false) == .init(errors: Sample.warning, status: 10))
    sample.isJSON = true
    #expect(try sample.run(failing: false) == .init(status: 10))
  }

  @Test func `a full disk under the output is one`() throws {
    var sample = Sample()
    sample.output = BrokenOutput(code: 28)
    let transcript = try sample.run(failing: false)
    #expect(transcript.errors.contains("error: Cannot write 'standard output': No space left"))
    #expect(transcript.status == 10)
  }

  @Test(.temporaryDirectory)
  func `directories to start from add up`() throws {
    let root = FilePath(try TemporaryDirectory.required().path)
    try root.appending("a/b").makeDirectories()
    try Program.succeed("touch", ["a/file"])
    let surroundings = Surroundings(directory: root)
    #expect(surroundings.run("-C a -C b version").status == 0)
    #expect(surroundings.run("-C a version -C file").status == 2)
    #expect(surroundings.run("-C b version").status == 2)
    #expect(surroundings.run("-C a -C \(root) -C a/b version").status == 0)
  }
}

// MARK: - A command of the tests

/// Runs ``SampleCommand`` with settings of its own.
private struct Sample {
  static let warning = "warning: It is large\nhint: Split it\n"
  var isJSON = false
  var verbosity = Verbosity.normal
  var output: any ByteOutput = MemoryOutput()

  func run(failing: Bool) throws -> Transcript {
    let errors = MemoryOutput()
    var context = CommandContext(
      environment: [:], workingDirectory: FilePath("/"), output: OutputStream(output),
      errorOutput: OutputStream(errors))
    context.settings.isJSON = isJSON
    context.settings.verbosity = verbosity
    let tool = ToolSpec(
      "shale", summary: "", discussion: "", sections: [.init("", [SampleCommand.spec])],
      statuses: [])
    guard case .run(_, let arguments) = try tool.parse(failing ? ["sample", "-f"] : ["sample"])
    else { return Transcript() }
    let status = try Tool.perform(SampleCommand.self, arguments, in: context)
    return Transcript(
      output: (output as? MemoryOutput)?.text ?? "", errors: errors.text, status: status.code)
  }
}

private struct SampleCommand: Command {
  static let isFailing = Flag("failing", short: "f", help: "Fail")
  static let spec = CommandSpec(
    "sample", summary: "", discussion: "", parameters: [isFailing], examples: [])

  let isFailing: Bool

  init(_ arguments: ParsedArguments) {
    isFailing = arguments[Self.isFailing]
  }

  func run(in context: CommandContext) -> SampleReport {
    context.warn(Warning(id: "large-file", "It is large", hints: ["Split it"]))
    return SampleReport(
      count: 3,
      failure: isFailing
        ? CommandFailure(.missing, id: "object-missing", "1 is gone") : nil)
  }
}

private struct SampleReport: Report {
  let count: Int
  let failure: CommandFailure?

  var status: Commands.ExitStatus { .nothingChanged }
  var isConfirmation: Bool { true }

  private enum CodingKeys: CodingKey {
    case count
  }

  func write(to text: inout StyledText) {
    text.line("\(count) files")
    if text.verbosity == .verbose { text.line("and more") }
  }
}

/// An output that fails with an error number.
private struct BrokenOutput: ByteOutput {
  let code: CInt

  func write(_: Span<UInt8>) throws(FileError) {
    throw FileError(.write, FilePath("standard output"), code: code)
  }
}

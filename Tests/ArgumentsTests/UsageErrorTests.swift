import Arguments
import Primitives
import Testing

/// Every message that a wrong command line can end in.
@Suite struct UsageErrorTests {
  @Test(arguments: [
    ("", "No command is given"),
    ("-q", "No command is given"),
    ("pusj", "'pusj' is not a command"),
    ("push --forec", "Option '--forec' does not exist here"),
    ("push --forec=yes", "Option '--forec' does not exist here"),
    ("push -z", "Option '-z' does not exist here"),
    ("push -nz", "Option '-z' in '-nz' does not exist here"),
    ("--remote x push", "Option '--remote' does not exist here"),
    ("push --remote", "Option --remote needs a value: --remote NAME"),
    ("push -r", "Option -r needs a value: -r NAME"),
    ("push -nr", "Option -r needs a value: -r NAME"),
    ("push -C", "Option -C needs a value: -C DIR"),
    ("push --dry-run=yes", "Option --dry-run takes no value, and was given 'yes'"),
    ("push --limit many", "'many' is not a value for --limit: expected a whole number"),
    ("push --side left", "'left' is not a value for --side: expected ours, theirs or both"),
    ("push extra", "'extra' is one argument too many"),
    ("add", "PATH is missing"),
    ("add --", "PATH is missing"),
    ("mv a", "TARGET is missing"),
    ("remote add backup", "LOCATION is missing"),
    ("remote ad", "'ad' is not a command of 'remote', which has add and list"),
    ("push --version", "Option '--version' does not exist here"),
    ("run a b", "'b' is one argument too many"),
  ])
  func `a command line that does not fit is explained`(line: String, message: String) {
    #expect(throws: UsageError.self) { try outcome(of: line) }
    #expect(self.message(of: line) == message)
  }

  @Test(arguments: [
    ("pusj", ["shale push"]), ("psuh", ["shale push"]), ("re", ["shale remote"]),
    ("remot", ["shale remote"]), ("addd", ["shale add"]), ("xyzzy", []), ("internal", []),
    ("push --dryrun", ["--dry-run"]), ("push --remtoe x", ["--remote"]),
    ("push -dry-run", ["--dry-run"]), ("push --fas", []), ("push --jsno", ["--json"]),
    ("remote ad", ["shale remote add"]), ("remote lst", ["shale remote list"]),
  ])
  func `what was probably meant is suggested`(line: String, suggestions: [String]) {
    #expect(throws: UsageError.self) { try outcome(of: line) }
    do throws(UsageError) {
      try outcome(of: line)
    } catch {
      #expect(error.suggestions == suggestions)
    }
  }

  @Test(arguments: [("pusj", nil), ("push -z", "push"), ("remote ad", nil), ("mv a", "mv")])
  func `the error says which command it is about`(line: String, command: String?) {
    do throws(CommandLineError) {
      _ = try SampleTool.spec.parse(line.split(separator: " ").map { ByteString($0.utf8) })
      Issue.record("the line fits")
    } catch {
      #expect(error.command == command)
    }
  }

  @Test func `a word that is not UTF-8 is quoted in the message`() {
    let error = UsageError.unexpectedOperand(ByteString([0xFF, 0x1B]))
    #expect(error.description == "'\"\\377\\033\"' is one argument too many")
  }

  @Test func `parameters that exclude each other are refused together`() throws {
    guard case .run(_, let arguments) = try request("push -n --limit 3") else { return }
    #expect(throws: UsageError.conflict("--dry-run", "--limit")) {
      try arguments.refuseTogether(SampleTool.dryRun, SampleTool.remote, SampleTool.limit)
    }
    try arguments.refuseTogether(SampleTool.remote, SampleTool.dryRun)
    #expect(
      "\(UsageError.conflict("--a", "--b"))" == "--a and --b cannot be given together")
    #expect("\(UsageError.incomplete("--a", needs: "--b"))" == "--a makes sense only with --b")
    #expect(
      "\(UsageError.missingVerb(family: "model", verbs: ["list", "show"]))"
        == "'model' needs one of list and show after it")
  }

  /// Parses a line and asks for every value, as the commands do.
  private func outcome(of line: String) throws(UsageError) {
    guard case .run(let spec, let arguments) = try request(line), spec.name == "push" else {
      return
    }
    _ = try arguments[SampleTool.limit]
    _ = try arguments[SampleTool.side]
  }

  private func message(of line: String) -> String? {
    do throws(UsageError) {
      try outcome(of: line)
      return nil
    } catch {
      return error.description
    }
  }
}

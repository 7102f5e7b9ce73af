import Arguments
import Primitives
import Testing

@Suite struct ParsingTests {
  @Test(arguments: [
    "push --remote backup", "push --remote=backup", "push -r backup", "push -rbackup",
    "push -nr backup", "push -nrbackup", "push --remote x -r backup", "-q push -r backup",
  ])
  func `an option is written in any way of GNU`(line: String) throws {
    #expect(try parse(line)[SampleTool.remote] == "backup")
  }

  @Test func `an option that is not given has its default`() throws {
    let arguments = try parse("push")
    #expect(try arguments[SampleTool.remote] == "origin")
    #expect(try arguments[SampleTool.limit] == nil)
    #expect(!arguments.isGiven(SampleTool.remote))
  }

  @Test func `a repeated option keeps its values in order`() throws {
    let arguments = try parse("add --exclude a -x b --exclude=c d")
    #expect(try arguments[SampleTool.exclude] == ["a", "b", "c"])
    #expect(try arguments[SampleTool.paths] == ["d"])
  }

  @Test func `options and operands mix`() throws {
    let arguments = try parse("add a -x skip b --dry-run c")
    #expect(try arguments[SampleTool.paths] == ["a", "b", "c"])
    #expect(arguments[SampleTool.dryRun])
  }

  @Test func `a dash alone is an operand`() throws {
    #expect(try parse("add - -n -")[SampleTool.paths] == ["-", "-"])
  }

  @Test func `an option takes the next word whatever it looks like`() throws {
    #expect(try parse("push --remote --dry-run")[SampleTool.remote] == "--dry-run")
    #expect(try parse("push --limit -5")[SampleTool.limit] == -5)
    #expect(try parse("push --remote --")[SampleTool.remote] == "--")
  }

  @Test func `an option may be given the empty word`() throws {
    #expect(try parse(["push", "--remote="])[SampleTool.remote] == "")
    #expect(try parse(["push", "--remote", ""])[SampleTool.remote] == "")
  }

  @Test func `nothing after two dashes is an option`() throws {
    let arguments = try parse("add a -- --dry-run -x --")
    #expect(try arguments[SampleTool.paths] == ["a", "--dry-run", "-x", "--"])
    #expect(!arguments[SampleTool.dryRun])
    #expect(arguments.separator == 1)
    #expect(try parse("add a").separator == nil)
  }

  @Test func `another program's command line is passed on untouched`() throws {
    let arguments = try parse("run -n label -- python -n --help -- -C x --=")
    #expect(
      arguments[SampleTool.program] == ["python", "-n", "--help", "--", "-C", "x", "--="])
    #expect(try arguments[SampleTool.label] == "label")
    #expect(arguments[SampleTool.dryRun])
    #expect(!arguments[CommonOptions.help])
    #expect(try parse("run label")[SampleTool.program] == nil)
    #expect(try parse("run label --")[SampleTool.program] == [])
  }

  @Test func `words that are not UTF-8 come out as they are`() throws {
    let name = ByteString([0x66, 0xFF, 0xFE])
    let option = ByteString(Array("--exclude=".utf8) + name.bytes)
    let arguments = try parse(["add", name, option, "-x", name, "--", name])
    #expect(try arguments[SampleTool.paths] == [name, name])
    #expect(try arguments[SampleTool.exclude] == [name, name])
  }

  @Test func `a row of words leaves the others theirs`() throws {
    let arguments = try parse("mv a b c d")
    #expect(try arguments[SampleTool.sources] == ["a", "b", "c"])
    #expect(try arguments[SampleTool.target] == "d")
  }

  @Test(arguments: [("ls", nil, []), ("ls v1", "v1", []), ("ls v1 a b", "v1", ["a", "b"])])
  func `optional words come first`(line: String, revision: ByteString?, paths: [ByteString]) throws
  {
    let arguments = try parse(line)
    #expect(try arguments[SampleTool.revision] == revision)
    #expect(try arguments[SampleTool.rest] == paths)
  }

  @Test(arguments: ["remote", "remote list", "-C x remote -q list", "remote -v", "remote --"])
  func `a family without a verb means its usual one`(line: String) throws {
    #expect(try request(line).name == "remote list")
  }

  @Test(arguments: ["remote add up /srv", "remote --json add up /srv", "remote add up --json /srv"])
  func `a verb of a family has its own operands`(line: String) throws {
    let arguments = try parse(line)
    #expect(try arguments[SampleTool.name] == "up")
    #expect(try arguments[SampleTool.location] == "/srv")
  }

  @Test func `directories to start from add up, before and after the command`() throws {
    let arguments = try parse("-C a -Cb push -C c")
    #expect(try arguments[CommonOptions.directory] == ["a", "b", "c"])
  }

  @Test(arguments: [
    ("--help", "tool"), ("-h", "tool"), ("--help push", "push"), ("push --help", "push"),
    ("mv -h", "mv"), ("remote --help", "remote"), ("remote add --help", "remote add"),
    ("push -nh", "push"), ("--version", "version"), ("--version --json", "version"),
  ])
  func `help and version need nothing else`(line: String, topic: String) throws {
    #expect(try request(line).name == topic)
  }

  @Test(arguments: [
    ("0", 0), ("512", 512), ("64K", 65_536), ("64k", 65_536), ("10MiB", 10 << 20),
    ("2GB", 2 << 30), ("7b", 7), ("1T", 1 << 40),
  ])
  func `a size has a unit`(text: String, bytes: Int) {
    #expect(ByteCount(argument: ByteString(text)) == .bytes(bytes))
  }

  @Test(arguments: [
    "", "K", "-1", "1.5K", "1X", "1KK", "1iB", "9223372036854775807K", "99999999999999999999",
  ])
  func `what is not a size is refused`(text: String) {
    #expect(ByteCount(argument: ByteString(text)) == nil)
  }

  @Test(arguments: ["", "x", "1.5", " 1", "0x10", "99999999999999999999"])
  func `what is not a whole number is refused`(text: String) {
    #expect(Int(argument: ByteString(text)) == nil)
  }

  @Test(.timeLimit(.minutes(1)))
  func `a hundred thousand paths are parsed in time proportional to their number`() throws {
    let paths = (0..<100_000).map { ByteString("data/\($0)") }
    #expect(try parse(["add"] + paths)[SampleTool.paths] == paths)
  }
}

// MARK: - Helpers

extension Request {
  /// What is asked for, in a word.
  var name: String {
    switch self {
    case .run(let spec, _), .help(.command(let spec), _): spec.name
    case .help(.family(let family), _): family.name
    case .help(.tool, _): "tool"
    case .version: "version"
    }
  }
}

func request(_ line: String) throws(UsageError) -> Request {
  do {
    return try SampleTool.spec.parse(line.split(separator: " ").map { ByteString($0.utf8) })
  } catch {
    throw error.reason
  }
}

private func parse(_ words: [ByteString]) throws -> ParsedArguments {
  guard case .run(_, let arguments) = try SampleTool.spec.parse(words) else {
    throw NoCommand()
  }
  return arguments
}

private func parse(_ line: String) throws -> ParsedArguments {
  try parse(line.split(separator: " ").map { ByteString($0.utf8) })
}

private struct NoCommand: Error {}

import Arguments
import Primitives

/// A small tool with one declaration of every kind.
enum SampleTool {
  enum Side: String, CaseIterable, ArgumentValue { case ours, theirs, both }

  static let remote = Option(
    "remote", short: "r", value: "NAME", default: "origin", help: "The remote to send to",
    completion: .remotes)
  static let limit = Option<Int?>("limit", value: "COUNT", help: "How many at most")
  static let side = Option("side", value: "SIDE", default: Side.ours, help: "The side to take")
  static let dryRun = Flag("dry-run", short: "n", help: "Show what would be done, and do nothing")
  static let fast = Flag("fast", help: "Not for people", isHidden: true)
  static let exclude = Option<[ByteString]>(
    "exclude", short: "x", value: "PATTERN", help: "Leave out what matches")
  static let paths = Operand<[ByteString]>(
    "PATH", atLeast: 1, help: "The files and directories", completion: .files)
  static let sources = Operand<[ByteString]>("SOURCE", atLeast: 1, help: "What is moved")
  static let target = Operand<ByteString>("TARGET", help: "Where to", completion: .directories)
  static let revision = Operand<ByteString?>(
    "REV", help: "The revision", completion: .revisions)
  static let rest = Operand<[ByteString]>("PATH", help: "What to show", completion: .files)
  static let name = Operand<String>("NAME", help: "What it will be called")
  static let location = Operand<ByteString>(
    "LOCATION", help: "Where it lies", completion: .directories)
  static let label = Operand<String?>("LABEL", help: "What the run is called")
  static let program = Invocation("COMMAND", help: "The program and its arguments")

  static let push = CommandSpec(
    "push", summary: "Send objects that the remote does not have",
    discussion: """
      Only objects reachable from the current commit are sent. A push that is interrupted leaves
      the remote usable, and the next push carries on where it stopped.

      See `shale help remote add` for how a remote comes to be. .Dots and 'quotes' are harmless.
      """,
    parameters: [remote, limit, side, dryRun, fast],
    examples: [
      Example("shale push", "Send to the default remote"),
      Example("shale push -r backup --dry-run", "See what 'backup' lacks"),
    ],
    result: [
      ResultKey("objects", "How many were sent"),
      ResultKey("to", "Where they went", isOptional: true, of: [ResultKey("url", "Its address")]),
      ResultKey("lost", "What nobody has", each: [ResultKey("path", "Where | it belongs")]),
    ],
    statuses: [.init(code: 5, meaning: "Objects are missing; the rest was sent")],
    related: ["remote add"])

  static let spec = ToolSpec(
    "shale", summary: "Version datasets and models beside git",
    discussion: "Git keeps the history; Shale keeps the bytes.",
    sections: [
      .init(
        "Data",
        [
          CommandSpec(
            "add", summary: "Record files", discussion: "Reads them.",
            parameters: [paths, exclude, dryRun],
            examples: [Example("shale add data/", "Record a directory")]),
          CommandSpec(
            "mv", summary: "Move files", discussion: "Moves them.",
            parameters: [sources, target], examples: [Example("shale mv a b", "Rename a file")]),
          CommandSpec(
            "ls", summary: "List files", discussion: "Lists them.",
            parameters: [revision, rest], examples: [Example("shale ls v1", "List a revision")]),
          CommandSpec(
            "run", summary: "Run a program", discussion: "Runs it.",
            parameters: [label, dryRun, program], usage: ["[OPTIONS] [LABEL] -- COMMAND…"],
            examples: [Example("shale run -- make", "Run make")]),
        ]),
      .init(
        "Transfer",
        [
          push,
          CommandSpec(
            "remote add", summary: "Name a remote", discussion: "Names it.",
            parameters: [name, location],
            examples: [Example("shale remote add backup /srv/store", "Name a directory")]),
          CommandSpec(
            "remote list", summary: "List the remotes", discussion: "Lists them.",
            examples: [Example("shale remote list", "List them")]),
        ]),
      .init(
        "Internal",
        [
          CommandSpec(
            "internals", summary: "Nothing", discussion: "Nothing.", examples: [],
            isHidden: true)
        ]),
    ],
    families: [
      CommandFamily("remote", summary: "Name the stores that lie elsewhere", fallback: "list")
    ],
    statuses: [
      .init(code: 0, meaning: "Done"), .init(code: 1, meaning: "Failed or refused"),
      .init(code: 2, meaning: "The command line or the configuration is wrong"),
    ])
}

extension SampleTool {
  /// The help of a command, a family, or, for the empty name, of the tool.
  static func text(of topic: String, width: Int) -> String {
    document(topic).lines(width: width).map(\.text).joined(separator: "\n")
  }

  static func page(of topic: String) -> String {
    document(topic).manualPage(version: "shale 1.2.3")
  }

  private static func document(_ topic: String) -> HelpDocument {
    if let command = spec.command(topic) { return spec.help(on: .command(command)) }
    if let family = spec.family(topic) { return spec.help(on: .family(family)) }
    return spec.help(on: .tool)
  }
}

package import Arguments
package import Primitives
package import Terminal

/// `shale help`: explains the tool or one of its commands.
package struct HelpCommand: Command {
  package static let name = Operand<[ByteString]>(
    "COMMAND", help: "What to explain: `add`, `remote add`", completion: .commands)

  package static let spec = CommandSpec(
    "help",
    summary: "Explain the tool or one of its commands",
    discussion: """
      Shows the same text as `--help` after the command: what it accepts, examples, and its exit
      statuses. Without a name it lists all commands.
      """,
    parameters: [name],
    examples: [
      Example("shale help", "List all commands"),
      Example("shale help version", "Explain one of them"),
    ],
    result: [
      ResultKey("text", "The help")
    ])

  package static var isPaged: Bool { true }

  package let topic: HelpTopic

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    topic = try Tool.spec.topic(try arguments[Self.name])
  }

  package func run(in context: CommandContext) -> HelpReport {
    HelpReport(topic, width: context.output.width())
  }
}

/// The help of one topic.
package struct HelpReport: Report {
  private let lines: [HelpLine]

  /// Makes the text for a terminal of `width` columns, or for 80 where there is none.
  package init(_ topic: HelpTopic, width: Int?) {
    lines = Tool.spec.help(on: topic).lines(width: width ?? 80)
  }

  package func write(to text: inout StyledText) {
    for line in lines {
      for span in line.spans { text.write(StyledString(span.text, Self.label(of: span.role))) }
      text.line()
    }
  }

  private static func label(of role: HelpLine.Role) -> Label? {
    switch role {
    case .plain: nil
    case .heading: .heading
    case .literal: .command
    }
  }

  private enum CodingKeys: String, CodingKey {
    case text
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(lines.map(\.text).joined(separator: "\n"), forKey: .text)
  }
}

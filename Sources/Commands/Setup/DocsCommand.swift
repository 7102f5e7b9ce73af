package import Arguments
internal import Primitives

/// `shale docs`: prints the pages that are made from the commands' declarations.
///
/// Hidden: it serves `make install` and the project's own documentation.
package struct DocsCommand: Command {
  /// What can be printed.
  package enum Kind: String, CaseIterable, ArgumentValue {
    /// All commands as one page of Markdown.
    case reference
    /// The names of the manual pages, one on each line.
    case pages
    /// One manual page in roff.
    case page
  }

  package static let kind = Operand<Kind>("KIND", help: "What to print")
  package static let name = Operand<String?>("PAGE", help: "The name of the manual page")

  package static let spec = CommandSpec(
    "docs",
    summary: "Print pages made from the declarations",
    discussion: "Serves the installation.",
    parameters: [kind, name],
    examples: [
      Example("shale docs pages", "List the manual pages"),
      Example("shale docs page shale-version", "Print one of them"),
    ],
    result: [
      ResultKey("text", "The page")
    ],
    isHidden: true)

  package let text: String

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    let spec = Tool.spec
    switch try arguments[Self.kind] {
    case .reference:
      text = spec.markdownReference
    case .pages:
      text = spec.manualPageNames.map { "\($0)\n" }.joined()
    case .page:
      guard let name = try arguments[Self.name] else { throw .missingOperand("PAGE") }
      guard let page = spec.manualPage(name, version: "shale \(Tool.version)") else {
        throw .invalidValue(ByteString(name), of: "PAGE", expected: "a line of `shale docs pages`")
      }
      text = page
    }
  }

  package func run(in _: CommandContext) -> PageReport { PageReport(text: text) }
}

package import Arguments
internal import Primitives

/// `shale cache clear`: empties the cache.
package struct CacheClearCommand: Command {
  package static let spec = CommandSpec(
    "cache clear",
    summary: "Empty the cache",
    discussion: """
      All of it are copies: the next `shale get` brings them again. What a running one uses stays.
      """,
    parameters: [],
    examples: [Example("shale cache clear", "Give the room back")],
    result: CacheBoundReport.keys,
    statuses: [.tryAgain],
    related: ["cache prune"])

  package init(_: ParsedArguments) throws(UsageError) {}

  package func run(in context: CommandContext) throws(CommandFailure) -> CacheBoundReport {
    try context.boundCache(to: .zero)
  }
}

package import Arguments
package import Primitives

/// `shale cache prune`: makes the cache smaller.
package struct CachePruneCommand: Command {
  package static let size = Option<ByteCount?>(
    "size", value: "SIZE", help: "What it may take, instead of `shale.cacheSize`")

  package static let spec = CommandSpec(
    "cache prune",
    summary: "Take out of the cache what was not used for longest",
    discussion: """
      Until the rest is within the bound. What a running `shale get` uses stays, and what arrived
      since the oldest of them began.
      """,
    parameters: [size],
    examples: [
      Example("shale cache prune --size 5G", "Keep what was used last, up to five gibibytes")
    ],
    result: CacheBoundReport.keys,
    statuses: [.tryAgain],
    related: ["cache clear"])

  private let size: ByteCount?

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    size = try arguments[Self.size]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> CacheBoundReport {
    try context.boundCache(to: size)
  }
}

package import Arguments
internal import ObjectStore
package import Platform
package import Primitives
internal import Project
internal import Remotes
package import Terminal

/// The settings of a project; a context has settings of its own.
private typealias ProjectSettings = Settings

/// `shale cache show`: says what the cache holds.
package struct CacheShowCommand: Command {
  package static let spec = CommandSpec(
    "cache show",
    summary: "Show where the cache is, and what it holds",
    discussion: """
      What `shale get` brought stays in a cache, a store in `~/.cache/shale` that all jobs of a user
      share; `shale.cache` and `SHALE_CACHE` say where else. It grows up to `shale.cacheSize`, then
      what was not used for longest goes. All of it are copies.
      """,
    parameters: [],
    examples: [Example("shale cache", "See how much room it takes")],
    result: [
      ResultKey("path", "Where it is; left out where there is to be none", isOptional: true),
      ResultKey("size", "What it takes in bytes"),
      ResultKey("limit", "What it may take in bytes"),
      ResultKey(
        "contents", "What was brought, the last used at the end",
        each: [
          ResultKey("oid", "What it is"), ResultKey("kind", "`file`, `tree` or `symlink`"),
          ResultKey("bytes", "What it brought into the cache, as stored"),
          ResultKey("lastUsed", "When it was used, as RFC 3339"),
        ]),
    ],
    related: ["get", "cache prune", "cache clear"])

  package init(_: ParsedArguments) throws(UsageError) {}

  package func run(in context: CommandContext) throws(CommandFailure) -> CacheReport {
    let (root, limit) = try context.cache()
    guard let root,
      let cache = try explaining({ () throws(StoreError) in
        try DataCache.openIfPresent(at: root)
      })
    else { return CacheReport(path: root, size: .zero, limit: limit, contents: []) }
    return try explaining { () throws(StoreError) in
      CacheReport(
        path: root, size: try cache.size(), limit: limit,
        contents: try cache.contents().map { marked in
          CacheReport.Content(
            oid: marked.content.id, kind: GetReport.word(for: marked.content.kind),
            bytes: marked.bytes, lastUsed: marked.lastUsed)
        })
    }
  }
}

extension CommandContext {
  /// Where the cache is, if there is to be one, and what it may take.
  func cache() throws(CommandFailure) -> (root: FilePath?, limit: ByteCount) {
    let configuration = try explaining { () throws(ProjectError) in
      try Configuration.personal(environment: environment)
    }
    return (
      configuration.cache(environment: environment, from: workingDirectory),
      configuration[ProjectSettings.cacheSize]
    )
  }

  /// Takes out of the cache what was not used for longest, until the rest is within a bound.
  func boundCache(to limit: ByteCount?) throws(CommandFailure) -> CacheBoundReport {
    let (root, standard) = try cache()
    guard let root,
      let cache = try explaining({ () throws(StoreError) in
        try DataCache.openIfPresent(at: root)
      })
    else { return CacheBoundReport(DataCache.Bounded()) }
    return try explaining { () throws(StoreError) in
      CacheBoundReport(try cache.bound(to: limit ?? standard))
    }
  }
}

/// What the cache holds.
package struct CacheReport: Report {
  /// A content that was brought.
  package struct Content: Encodable, Sendable {
    let oid: ObjectID
    let kind: String
    let bytes: ByteCount
    let lastUsed: Timestamp
  }

  package let path: FilePath?
  package let size: ByteCount
  package let limit: ByteCount
  package let contents: [Content]

  package func write(to text: inout StyledText) {
    guard let path else { return text.line("No cache is used.") }
    text.line("\(path, .path): \(size, .number) of \(limit), \(counted(contents.count, "content"))")
    guard text.verbosity == .verbose else { return }
    for content in contents {
      text.line("  \(content.lastUsed) \(content.kind) \(content.oid.hex) \(content.bytes)")
    }
  }
}

/// What went out of the cache.
package struct CacheBoundReport: Report {
  package let contents: Int
  package let freed: ByteCount
  package let size: ByteCount

  /// Nothing was done where somebody else was just doing the same.
  package let failure: CommandFailure?

  package var isConfirmation: Bool { true }

  private enum CodingKeys: CodingKey {
    case contents, freed, size
  }

  init(_ bounded: DataCache.Bounded) {
    contents = bounded.contents
    freed = bounded.freed
    size = bounded.size
    failure =
      bounded.isBusy
      ? CommandFailure(
        .tryAgain, id: "cache-busy", "Another process is taking things out of the cache",
        hints: ["Run the command again"]) : nil
  }

  package func write(to text: inout StyledText) {
    text.line(
      "\(counted(contents, "content")) went, \(freed, .number) freed; the cache takes \(size) now")
  }
}

extension CacheBoundReport {
  /// The keys of its JSON.
  static let keys = [
    ResultKey("contents", "How many contents went"),
    ResultKey("freed", "By how many bytes the cache is smaller"),
    ResultKey("size", "What it takes now, in bytes"),
  ]
}

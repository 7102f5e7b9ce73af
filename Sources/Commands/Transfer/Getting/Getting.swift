internal import ObjectStore
internal import Platform
internal import Primitives
internal import Project
internal import Remotes
internal import Workspace

/// Puts data of a source into a place of its own: through the cache, or straight from the source.
struct Getting {
  let context: CommandContext

  /// The directory that it goes to, and the name that it gets there.
  let directory: FilePath
  let name: ByteString

  /// Whether what lies there already goes.
  let isForced: Bool

  /// Where the cache is, if there is to be one, and how large it may be.
  let cache: FilePath?
  let limit: ByteCount

  /// Where data came from, and how much of it.
  struct Outcome {
    /// `cache`, `clone`, `store`, or the name of a remote.
    let origin: String

    /// What was read from there, as stored; nothing where the cache had all of it.
    var bytes = ByteCount.zero
  }

  /// Gets a content that the cache has, and asks nobody else.
  ///
  /// - Returns: What it is; `nil` where the cache does not have all of it.
  func fromCache(_ id: ObjectID) throws(CommandFailure) -> TreeEntry? {
    guard let cache else { return nil }
    do throws(SourceFailure) {
      guard
        let opened = try onCache({ () throws(StoreError) in
          try DataCache.openIfPresent(at: cache)
        }), let content = try onCache({ () throws(StoreError) in try opened.content(of: id) })
      else { return nil }
      let use = try onCache { () throws(StoreError) in try opened.use(content) }
      guard try onCache({ () throws(StoreError) in try opened.holds(content) }) else { return nil }
      let entry = try onCache { () throws(StoreError) in
        try TreeEntry(content, name: name, in: opened.store)
      }
      try deliver(entry, from: opened.store, of: cache)
      _ = use
      return entry
    } catch {
      // The source is asked then, and what is wrong with the cache is said there.
      guard case .explained(let failure) = error else { return nil }
      throw failure
    }
  }

  /// Gets data of a source.
  func run(_ item: SourceItem) throws(CommandFailure) -> Outcome {
    if case .own? = item.places.first, let own = try? item.places[0].open(),
      (try? own.closureProblems(of: [item.content.root()]).count) == 0
    {
      return try straight(item, from: [item.places[0]])
    }
    guard let cache else { return try straight(item, from: item.places) }
    let problem: String
    let refusal: CommandFailure?
    do {
      return try through(cache, item)
    } catch {
      switch error {
      case .store(let error): (problem, refusal) = ("\(error)", nil)
      // It may be the cache that is not whole.
      case .explained(let failure) where failure.kind == .missing || failure.kind == .damaged:
        (problem, refusal) = (failure.message, failure)
      case .explained(let failure): throw failure
      }
    }
    do {
      let outcome = try straight(item, from: item.places)
      context.warn(
        Warning(
          id: "cache-unusable", "Cache '\(cache)' was not used: \(problem)",
          hints: ["Run `shale cache clear`, or set `SHALE_CACHE` to another directory"]))
      return outcome
    } catch {
      throw refusal ?? error
    }
  }

  // MARK: - Through the cache

  private func through(
    _ root: FilePath, _ item: SourceItem
  ) throws(SourceFailure) -> Outcome {
    let cache = try onCache { () throws(StoreError) in try DataCache.open(at: root) }
    var outcome = Outcome(origin: "cache")
    // The mark is there before the data is, and stays locked until the data is delivered.
    let use = try onCache { () throws(StoreError) in try cache.use(item.content) }
    if try onCache({ () throws(StoreError) in try !cache.holds(item.content) }) {
      let brought = try SourceBringing(item: item).run(
        to: cache.store, progress: context.progress)
      outcome = Outcome(origin: brought.origin ?? "cache", bytes: brought.bytes)
      try onCache { () throws(StoreError) in
        try StoreError.onFiles { () throws(FileError) in try use.add(brought.bytes) }
      }
    }
    try deliver(item.entry, from: cache.store, of: root)
    _ = use
    // What is proven here and not written down is proven again another time.
    _ = try? cache.store.saveProofs()
    if outcome.bytes > .zero { keepWithinBound(cache) }
    return outcome
  }

  private func keepWithinBound(_ cache: DataCache) {
    do {
      _ = try cache.bound(to: limit)
    } catch {
      context.warn(
        Warning(
          id: "cache-too-large",
          "Cache '\(cache.root)' could not be kept within \(limit): \(error)",
          hints: ["Run `shale cache prune`"]))
    }
  }

  private func deliver(
    _ entry: TreeEntry, from store: ObjectStore, of cache: FilePath
  ) throws(SourceFailure) {
    do throws(StoreError) {
      // Its lease keeps what is moved about in the cache from being unlinked meanwhile.
      let lease = try store.writer()
      try deliver(entry, from: store)
      _ = lease
    } catch {
      // An error of the place that it goes to is none of the cache.
      if case .file = error, error.ofDestination(cache) == nil {
        throw .explained(explained(error))
      }
      throw .store(error)
    }
  }

  private func onCache<Value>(
    _ body: () throws(StoreError) -> Value
  ) throws(SourceFailure) -> Value {
    do {
      return try body()
    } catch {
      throw .store(error)
    }
  }

  // MARK: - Straight from the source

  private func straight(
    _ item: SourceItem, from places: [SourceItem.Place]
  ) throws(CommandFailure) -> Outcome {
    let bringing = SourceBringing(item: item)
    var refusal: CommandFailure?
    for place in places {
      do throws(RemoteError) {
        let store = try place.open()
        if let problem = try Self.problems(of: item, in: store, place).first {
          refusal = refusal ?? bringing.failure(problem, in: store)
          continue
        }
        guard let failure = deliverAtLast(item.entry, from: store) else {
          let isOwn = if case .own = place { true } else { false }
          return Outcome(origin: place.name, bytes: isOwn ? .zero : item.entry.size)
        }
        refusal = refusal ?? failure
      } catch {
        refusal = refusal ?? CommandFailure(error).ofSource()
      }
    }
    throw refusal ?? CommandFailure(SourceError.noRemote(item.source.location))
  }

  /// How often it is tried again where a remover took away what was about to be read.
  private static let attempts = 3

  /// Delivers what was just found to be whole.
  ///
  /// - Returns: Why not, if not.
  private func deliverAtLast(_ entry: TreeEntry, from store: ObjectStore) -> CommandFailure? {
    var failure: StoreError?
    for _ in 0..<Self.attempts {
      do throws(StoreError) {
        try deliver(entry, from: store)
        return nil
      } catch {
        failure = error
        switch error {
        case .packVanished, .missing: continue
        default: break
        }
        break
      }
    }
    return failure.map { explained($0).ofSource() }
  }

  private static func problems(
    of item: SourceItem, in store: ObjectStore, _ place: SourceItem.Place
  ) throws(RemoteError) -> [ClosureProblem] {
    do {
      return try store.closureProblems(of: [item.content.root(at: item.path)]).problems
    } catch {
      guard let remote = place.remote else { throw .store(error) }
      throw RemoteError(error, of: remote)
    }
  }

  // MARK: - The place

  private func deliver(_ entry: TreeEntry, from store: ObjectStore) throws(StoreError) {
    let links = try Delivery(from: store, progress: context.progress)
      .deliver(entry, as: name, in: directory, replacing: isForced)
    if let first = links.first {
      let others = links.count > 1 ? " and \(links.count - 1) more" : ""
      context.warn(
        Warning(
          id: "outside-link", "Symlink '\(first)'\(others) leads out of '\(name)'", hints: []))
    }
  }

  private func explained(_ error: StoreError) -> CommandFailure {
    guard case .file(let reason) = error, reason.isExisting else { return CommandFailure(error) }
    return .inTheWay(directory.appending(name))
  }
}

extension CommandFailure {
  /// Says that something else lies where data was to go.
  static func inTheWay(_ place: FilePath) -> Self {
    Self(
      .refused, id: "exists", "'\(place)' exists already and is something else",
      hints: [
        "Move it away, or name another directory with `-o`",
        "Run the command with `--force` to replace it: what is there now is then gone",
      ])
  }
}

extension TreeEntry {
  /// What a cached content is, with its size.
  fileprivate init(
    _ content: CachedContent, name: ByteString, in store: ObjectStore
  ) throws(StoreError) {
    if content.kind == .directory {
      let tree = try store.tree(content.id)
      self.init(
        kind: .directory, id: content.id, size: tree.size, files: tree.files, name: name)
    } else {
      self.init(
        kind: content.kind, id: content.id, size: try store.size(of: content.id), name: name)
    }
  }
}

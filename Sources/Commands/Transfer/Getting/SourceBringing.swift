internal import ObjectStore
internal import Platform
internal import Primitives
internal import Project
internal import Remotes
internal import Workspace

/// Brings what a store lacks of a source's data, from the first places that have it.
struct SourceBringing {
  let item: SourceItem

  /// What came, and from where.
  struct Outcome {
    /// The place that the last of it came from; `nil` where nothing was lacking.
    var origin: String?

    /// How much came, as stored.
    var bytes = ByteCount.zero
  }

  /// Brings it.
  ///
  /// - Parameters:
  ///   - store: Where it goes.
  ///   - cache: A cache, which comes before all others where it has all of it.
  ///   - progress: Told of the bytes brought.
  /// - Throws: ``StoreError`` when the store that it goes to fails, and as
  ///   ``SourceFailure/explained(_:)`` what the source lacks or refuses.
  func run(
    to store: ObjectStore, from cache: DataCache? = nil, progress: ProgressCounter
  ) throws(SourceFailure) -> Outcome {
    let root = item.content.root(at: item.path)
    if let cache, bring(root, from: cache, to: store) { return Outcome(origin: "cache") }
    var outcome = Outcome()
    var refusal: CommandFailure?
    var problem: ClosureProblem?
    for place in item.places {
      do throws(RemoteError) {
        let source = try place.open()
        progress.begin(.receiving)
        let found = try Self.transfer(root, from: source, to: store, place, progress)
        outcome.bytes += found.bytes
        if found.records > 0 { outcome.origin = place.name }
        problem = found.problems.first
        progress.end()
        if found.problemCount == 0 { return outcome }
      } catch {
        if let error = error.ofDestination(store.root) { throw .store(error) }
        refusal = refusal ?? CommandFailure(error).ofSource()
      }
    }
    throw .explained(refusal ?? failure(problem, in: store))
  }

  /// Brings all of it from a cache; whatever is wrong with that, there are other places.
  private func bring(
    _ root: ClosureRoot, from cache: DataCache, to store: ObjectStore
  ) -> Bool {
    guard (try? cache.holds(item.content)) == true, let use = try? cache.use(item.content) else {
      return false
    }
    let found = try? ClosureTransfer.bring([root], from: cache.store, to: store)
    _ = use
    return found?.problemCount == 0
  }

  private static func transfer(
    _ root: ClosureRoot, from source: ObjectStore, to store: ObjectStore,
    _ place: SourceItem.Place, _ progress: ProgressCounter
  ) throws(RemoteError) -> ClosureTransfer.Outcome {
    do {
      return try ClosureTransfer.bring([root], from: source, to: store, progress: progress)
    } catch {
      guard let remote = place.remote, error.ofDestination(store.root) == nil else {
        throw .store(error)
      }
      throw RemoteError(error, of: remote)
    }
  }

  /// Why not all of it is there.
  func failure(_ problem: ClosureProblem?, in store: ObjectStore) -> CommandFailure {
    guard let problem else {
      return CommandFailure(SourceError.noRemote(item.source.location))
    }
    if case .damaged(let error) = problem.kind {
      return CommandFailure(
        .damaged, id: "object-damaged", "'\(problem.path)' is damaged in the source: \(error)",
        hints: [CommandFailure.sourceHint])
    }
    if let tombstone = store.tombstone(of: problem.id) {
      return CommandFailure(
        .missing, id: "object-missing",
        "Content of '\(problem.path)' was forgotten on \(tombstone)",
        hints: ["Name a revision that does without it with `--rev`"])
    }
    return CommandFailure(
      .missing, id: "object-missing",
      "Content of '\(problem.path)' is not whole in '\(item.source.location)'",
      hints: [CommandFailure.sourceHint])
  }
}

/// A reason why data did not come.
enum SourceFailure: Error {
  /// Where it was to go.
  case store(StoreError)
  /// Where it was to come from, or the place that it was to have in the end.
  case explained(CommandFailure)

  /// For those to whom it is all the same.
  var explanation: CommandFailure {
    switch self {
    case .store(let error): CommandFailure(error)
    case .explained(let failure): failure
    }
  }
}

extension StoreError {
  /// The error, if it is one of the operating system's below a directory.
  func ofDestination(_ root: FilePath) -> StoreError? {
    guard case .file(let error) = self,
      error.path.bytes.bytes.starts(with: root.bytes.bytes)
    else { return nil }
    return self
  }
}

extension RemoteError {
  /// The store's error, if it is one of the operating system's below a directory.
  fileprivate func ofDestination(_ root: FilePath) -> StoreError? {
    switch self {
    case .store(let error): error.ofDestination(root)
    case .file(let error): StoreError.file(error).ofDestination(root)
    default: nil
    }
  }
}

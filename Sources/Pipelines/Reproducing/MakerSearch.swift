package import Lineage
package import ObjectStore
package import Primitives

/// Finds the runs that made data, among all that are known.
///
/// Runs that make others again do not count: they say of data that it can be made, and nothing of
/// where it came from.
package struct MakerSearch {
  /// The runs that succeeded, the newest first.
  private let runs: [RunSummary]
  private var lookup: TreeLookup

  package init(_ runs: [RunSummary], _ store: ObjectStore) {
    self.runs = runs.filter { $0.state == .succeeded && $0.reproduces == nil }.reversed()
    lookup = TreeLookup(in: store)
  }

  /// The newest run that made data, or the directory that holds it, or a part of it.
  ///
  /// - Parameters:
  ///   - oid: What the data is.
  ///   - path: Where it lies; `nil` where that is not known.
  package mutating func maker(of oid: ObjectID, at path: RepositoryPath?) -> RunSummary? {
    for run in runs where run.outputs.contains(where: { isSame($0, oid, path) }) { return run }
    guard let path else { return nil }
    for run in runs where run.outputs.contains(where: { touches($0, oid, path) }) { return run }
    return nil
  }

  /// Runs with all that led to them, each after those that made what it read.
  ///
  /// - Parameter runs: Where to begin.
  /// - Returns: The order, and the runs that made what another one read only after that one had
  ///   begun: the data came from elsewhere then, or a record was changed by hand.
  /// - Throws: ``PipelineError/cycle(_:)``.
  package mutating func order(
    upFrom runs: [RunSummary]
  ) throws(PipelineError) -> (runs: [RunSummary], later: [(maker: RunSummary, user: RunSummary)]) {
    var order: [RunSummary] = []
    var later: [(RunSummary, RunSummary)] = []
    var isDone: [ObjectID: Bool] = [:]
    for run in runs where isDone[run.id] == nil {
      isDone[run.id] = false
      var stack = [(run: run, rest: try upstream(of: run, &later))]
      while var top = stack.popLast() {
        guard let next = top.rest.popLast() else {
          isDone[top.run.id] = true
          order.append(top.run)
          continue
        }
        stack.append(top)
        switch isDone[next.id] {
        case true?: break
        case false?:
          throw .cycle(stack.drop { $0.run.id != next.id }.map(\.run.id))
        case nil:
          isDone[next.id] = false
          stack.append((next, try upstream(of: next, &later)))
        }
      }
    }
    return (order, later)
  }

  /// The runs that made what a run read, the newest that did so before it began.
  private mutating func upstream(
    of run: RunSummary, _ later: inout [(RunSummary, RunSummary)]
  ) throws(PipelineError) -> [RunSummary] {
    var found: [RunSummary] = []
    for input in run.inputs {
      let makers = runs.filter { $0.id != run.id && made($0, input) }
      // Records tell seconds: what began in the same one may have been before.
      let earlier = makers.filter { $0.started <= run.started }
      for maker in newest(earlier, of: input) where !found.contains(maker) { found.append(maker) }
      if earlier.isEmpty { later += makers.map { ($0, run) } }
    }
    return found
  }

  private mutating func made(_ run: RunSummary, _ input: RunSummary.Artifact) -> Bool {
    run.outputs.contains {
      isSame($0, input.oid, input.path) || touches($0, input.oid, input.path)
    }
  }

  /// Of runs that made the same thing the newest; of those that made parts, the newest of each.
  private func newest(_ runs: [RunSummary], of input: RunSummary.Artifact) -> [RunSummary] {
    if let whole = runs.first(where: { run in
      run.outputs.contains { isSame($0, input.oid, input.path) }
    }) {
      return [whole]
    }
    var seen: Set<RepositoryPath> = []
    return runs.filter { run in
      let parts = run.outputs.filter { $0.path.overlaps(input.path) }.map(\.path)
      let isNew = parts.contains { !seen.contains($0) }
      seen.formUnion(parts)
      return isNew
    }
  }

  /// Whether an output is the data itself.
  ///
  /// Nothing is told by data of no bytes but its place.
  private func isSame(
    _ output: RunSummary.Artifact, _ oid: ObjectID, _ path: RepositoryPath?
  ) -> Bool {
    output.oid == oid && (output.size > .zero || output.path == path)
  }

  /// Whether an output is a directory that holds the data, or a part of the data.
  private mutating func touches(
    _ output: RunSummary.Artifact, _ oid: ObjectID, _ path: RepositoryPath
  ) -> Bool {
    if output.isTree, let inside = path.relative(to: output.path), !inside.isRoot {
      return lookup.entry(at: inside, in: output.oid)?.id == oid
    }
    guard let inside = output.path.relative(to: path), !inside.isRoot else { return false }
    return lookup.entry(at: inside, in: oid)?.id == output.oid
  }
}

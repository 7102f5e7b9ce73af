package import Primitives

/// Which runs made what other runs used.
package struct RunAncestry: Sendable {
  private let runs: [RunSummary]
  private let numbers: [ObjectID: Int]

  /// The runs that made a content.
  private var makers: [ObjectID: [Int]] = [:]

  /// The runs that made something at or in a tracked path, with where.
  private var writers: [RepositoryPath: [(run: Int, path: RepositoryPath)]] = [:]

  /// Takes note of who made what.
  package init(_ runs: [RunSummary]) {
    self.runs = runs
    numbers = Dictionary(runs.enumerated().map { ($1.id, $0) }) { first, _ in first }
    for (number, run) in runs.enumerated() {
      for output in run.outputs {
        makers[output.oid, default: []].append(number)
        if let tracked = output.tracked {
          writers[tracked, default: []].append((number, output.path))
        }
      }
    }
  }

  /// Some runs, and all those that they descend from.
  ///
  /// A run descends from those that made what it read, and from the one that it made again. Where
  /// one used a part of what the other made as a whole, or the other way round, oids say nothing:
  /// then every earlier run that wrote there counts.
  package func closure(of ids: Set<ObjectID>) -> Set<ObjectID> {
    var found = Set(ids.compactMap { numbers[$0] })
    var pending = Array(found)
    while let number = pending.popLast() {
      for parent in parents(of: runs[number]) where found.insert(parent).inserted {
        pending.append(parent)
      }
    }
    return Set(found.map { runs[$0].id })
  }

  private func parents(of run: RunSummary) -> [Int] {
    var parents = run.reproduces.flatMap { numbers[$0] }.map { [$0] } ?? []
    for input in run.inputs {
      parents += makers[input.oid] ?? []
      guard let tracked = input.tracked else { continue }
      for writer in writers[tracked] ?? [] {
        let isPart = writer.path != input.path && writer.path.overlaps(input.path)
        if isPart, runs[writer.run].started <= run.started { parents.append(writer.run) }
      }
    }
    return parents
  }
}

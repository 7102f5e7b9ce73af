internal import ObjectStore
internal import Primitives

extension LineageTraversal {
  /// The runs that made data, or parts of it, or a directory that it lay in; or those that used it.
  ///
  /// - Parameters:
  ///   - artifact: The data.
  ///   - run: The run by which it was reached, for its time.
  mutating func contacts(
    of artifact: RunSummary.Artifact, by run: Int?
  ) -> [(LineageUse, Contact)] {
    let table = direction == .up ? index.outputs : index.inputs
    var found: [(LineageUse, Contact)] = []
    for use in table.uses(of: ArtifactKey(artifact)) where use.run != run {
      found.append((use, .same))
    }
    found += wholes(of: artifact, by: run, in: table).map { ($0, .whole) }
    if artifact.isTree { found += parts(of: artifact, by: run, in: table).map { ($0, .part) } }
    return found
  }

  /// What holds the data: directories at the paths above its own that have it at its place.
  private mutating func wholes(
    of artifact: RunSummary.Artifact, by run: Int?, in table: LineageTable
  ) -> [LineageUse] {
    var found: [LineageUse] = []
    var directory = artifact.path.parent
    while let outer = directory {
      directory = outer.parent
      guard let place = artifact.path.relative(to: outer) else { continue }
      let holders = holders(of: place, in: outer, table)
      found += holders.byID[artifact.oid] ?? []
      for use in holders.unknown where isLikely(use, of: artifact, by: run) {
        noteUnknown(use.artifact)
        found.append(use)
      }
    }
    found.removeAll { $0.run == run }
    if direction == .up { return found }
    return found.filter { use in
      artifact.path.relative(to: use.artifact.path).map { wasRead($0, in: use.artifact) } ?? false
    }
  }

  /// The directories that lay at a path over time, by what they have at one place.
  private mutating func holders(
    of place: RepositoryPath, in outer: RepositoryPath, _ table: LineageTable
  ) -> Holders {
    let path = outer.appending(place)
    if let known = holders[outer]?[path] { return known }
    var holders = Holders()
    for use in table.uses(at: outer) where use.artifact.isTree {
      switch reader.entry(at: place, in: use.artifact.oid) {
      case .found(let entry): holders.byID[entry.id, default: []].append(use)
      case .nothing: break
      case .unknown: holders.unknown.append(use)
      }
    }
    self.holders[outer, default: [:]][path] = holders
    return holders
  }

  /// What lies in the data, at the places where a directory has it.
  private mutating func parts(
    of artifact: RunSummary.Artifact, by run: Int?, in table: LineageTable
  ) -> [LineageUse] {
    var found: [LineageUse] = []
    for path in table.paths(below: artifact.path) {
      guard let place = path.relative(to: artifact.path) else { continue }
      if direction == .up, !wasRead(place, in: artifact) { continue }
      switch reader.entry(at: place, in: artifact.oid) {
      case .found(let entry):
        let part = RunSummary.Artifact(
          path: path, isTree: entry.kind == .directory, oid: entry.id, size: entry.size,
          isDeclared: false, tracked: nil)
        found += table.uses(of: ArtifactKey(part)).filter { $0.artifact.path == path }
      case .nothing: break
      case .unknown:
        let likely = table.uses(at: path).filter { isLikely($0, of: artifact, by: run) }
        if !likely.isEmpty { noteUnknown(artifact) }
        found += likely
      }
    }
    return found.filter { $0.run != run }
  }

  /// Whether a run read something in its input, as far as that was observed.
  private mutating func wasRead(
    _ place: RepositoryPath, in artifact: RunSummary.Artifact
  ) -> Bool {
    artifact.read.flatMap { reader.readList($0) }?.touches(place) ?? true
  }

  /// Whether paths and times speak for a connection that cannot be looked up.
  ///
  /// Of what lay at a path over time, the last that was made there before it was used counts.
  ///
  /// - Parameters:
  ///   - use: What may hold the data, or lie in it.
  ///   - artifact: The data.
  ///   - run: The run by which the data was reached.
  private func isLikely(
    _ use: LineageUse, of artifact: RunSummary.Artifact, by run: Int?
  ) -> Bool {
    if direction == .up {
      return index.lastOutput(at: use.artifact.path, before: run)?.run == use.run
    }
    let origin = index.lastOutput(at: artifact.path, before: use.run)
    return origin.map { ArtifactKey($0.artifact) == ArtifactKey(artifact) } ?? true
  }

  private mutating func noteUnknown(_ artifact: RunSummary.Artifact) {
    builder.note(.notLookedInto, at: builder.node(of: artifact))
  }
}

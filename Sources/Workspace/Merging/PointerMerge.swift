package import ObjectStore
package import Primitives

/// The merge of two versions of a tracked path, found from tree objects alone.
package struct PointerMerge: Sendable {
  /// What is merged.
  package typealias Sides = MergeSides<PointerFile>

  /// How a merge is made.
  package struct Options: Sendable {
    /// What is taken where both sides changed one thing differently; without it ours stands in the
    /// result until somebody chooses.
    package var choice: MergeChoice?

    /// Whether that is taken as a whole, without what the other side changed elsewhere.
    package var takesWhole = false

    package init(choice: MergeChoice? = nil, takesWhole: Bool = false) {
      self.choice = choice
      self.takesWhole = takesWhole
    }
  }

  /// What the path becomes; `nil` where it is tracked no more.
  package private(set) var merged: PointerFile?

  /// The other side's version of a file that both changed, where both are to be kept.
  package private(set) var beside: PointerFile?

  /// What both sides changed differently: the first thousand of it, in order.
  package private(set) var conflicts: [MergeConflict] = []

  /// How much of that there is.
  package private(set) var conflictCount = 0

  /// Directories that the merge depends on and whose tree the store lacks.
  package private(set) var missing: [MissingContent] = []

  /// Whether nobody has to choose, and nothing is missing.
  package var isClean: Bool { conflictCount == 0 && missing.isEmpty }

  /// Merges two versions.
  ///
  /// - Parameters:
  ///   - sides: The versions.
  ///   - path: The tracked path.
  ///   - store: Holds the trees.
  ///   - writer: Where new directories are stored; without it nothing is written.
  ///   - options: How.
  /// - Throws: ``WorkspaceError/content(_:_:)`` for a directory that breaks the rules of its format,
  ///   or what the store refuses.
  package init(
    _ sides: Sides, at path: RepositoryPath, in store: ObjectStore, writer: StoreWriter? = nil,
    options: Options = Options()
  ) throws(WorkspaceError) {
    if options.takesWhole, let choice = options.choice, choice != .both {
      merged = sides.version(choice)
      return
    }
    if let simple = sides.simple() {
      merged = simple
      return
    }
    var merge = TreeMerge(in: store, writer: writer, choice: options.choice)
    let result = try Self.run(&merge, sides, at: path)
    merged = Self.pointer(result.entry, of: sides)
    beside = result.beside.flatMap { Self.pointer($0, of: sides) }
    if let source = Self.source(of: sides, merged, options.choice) {
      merged = merged?.with(source: source.value)
      if !source.isClear { merge.note(MergeConflict(path: path, kind: .source)) }
    }
    (conflicts, conflictCount, missing) = (merge.conflicts, merge.conflictCount, merge.missing)
  }

  private static func run(
    _ merge: inout TreeMerge, _ sides: Sides, at path: RepositoryPath
  ) throws(WorkspaceError) -> TreeMerge.Merged {
    func entry(_ pointer: PointerFile?) -> TreeEntry? {
      pointer.map {
        TreeEntry(kind: $0.entryKind, id: $0.id, size: $0.size, files: $0.files, name: path.name)
      }
    }
    let entries = MergeSides(
      base: entry(sides.base), ours: entry(sides.ours), theirs: entry(sides.theirs))
    // Who ended the tracking of a path meant all of it, whatever was added there meanwhile.
    if sides.ours == nil || sides.theirs == nil { return merge.conflict(entries, at: path) }
    do throws(StoreError) {
      return try merge.merge(entries, at: path)
    } catch {
      if case .invalidTree = error { throw .content(path, error) }
      throw .store(error)
    }
  }

  /// The pointer of an entry: that of a side, where it is the same content.
  private static func pointer(_ entry: TreeEntry?, of sides: Sides) -> PointerFile? {
    guard let entry else { return nil }
    for side in [sides.ours, sides.theirs, sides.base].compactMap(\.self)
    where side.id == entry.id && side.entryKind == entry.kind {
      return side
    }
    return entry.kind == .directory
      ? .tree(entry.id, size: entry.size, files: entry.files) : .file(entry.id, size: entry.size)
  }

  /// Where the result came from, where both sides have the same content and only one of them, or
  /// each another, says so; `nil` where the content decides.
  private static func source(
    of sides: Sides, _ merged: PointerFile?, _ choice: MergeChoice?
  ) -> (value: PointerFile.Source?, isClear: Bool)? {
    guard let ours = sides.ours, let theirs = sides.theirs, ours.id == theirs.id,
      ours.kind == theirs.kind, ours.source != theirs.source
    else { return nil }
    let sources = MergeSides(
      base: sides.base?.source, ours: ours.source, theirs: theirs.source)
    if let simple = sources.simple() { return (simple, true) }
    return (sources.version(choice ?? .ours), false)
  }
}

extension PointerFile {
  /// The same content from somewhere else.
  fileprivate func with(source: Source?) -> Self {
    kind == .tree
      ? .tree(id, size: size, files: files, source: source)
      : .file(id, size: size, source: source)
  }
}

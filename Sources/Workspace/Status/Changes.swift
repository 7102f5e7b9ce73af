internal import ObjectStore
internal import Platform
internal import Primitives

extension PathStatus {
  /// Takes over what a scan found.
  mutating func fill(from inspection: Inspection) {
    let totals = inspection.result.totals
    (files, size, filesNotHere) = (totals.files, totals.size, totals.notHere)
    unreadable = inspection.result.failures
    special = inspection.result.places { $1 == .special }.map { inspection.repositoryPath($0) }
    repositories = inspection.result.places { $1 == .nestedRepository }
      .map { inspection.repositoryPath($0) }
    if state == .notHere, case .success(let pointer) = pointer { filesNotHere = pointer.files }
    guard state != .clean else { return }
    for place in inspection.result.places(where: { $0.kind != .directory && $1.holdsUnsaved }) {
      unsaved += inspection.result.entry(place).0.size
    }
  }

  /// Keeps only what concerns some parts of the path.
  mutating func keep(_ parts: [ByteString]) {
    let wanted = parts.compactMap { try? RepositoryPath($0) }.map { path.appending($0) }
    changes = changes.filter { change in wanted.contains { change.path.isWithin($0) } }
    special = special.filter { path in wanted.contains { path.isWithin($0) } }
    repositories = repositories.filter { path in wanted.contains { path.isWithin($0) } }
  }
}

extension Deviation {
  /// Whether there is content that may be in no store.
  fileprivate var holdsUnsaved: Bool {
    switch self {
    case .added, .changed, .touched, .unrecorded: true
    default: false
    }
  }
}

extension Workspace {
  /// What a scan found, name by name.
  func changes(in inspection: Inspection) -> [EntryChange] {
    guard let status = inspection.status else { return [] }
    if status.kind != .directory {
      guard inspection.result.totals.changes > 0 else { return [] }
      let kind: EntryChange.Kind =
        inspection.pointer?.kind == .tree || status.kind != .file ? .typeChanged : .modified
      return [
        EntryChange(
          kind, inspection.path, oldSize: inspection.pointer?.size, newSize: status.size)
      ]
    }
    if inspection.pointer?.kind == .file {
      return [EntryChange(.typeChanged, inspection.path, isDirectory: true)]
    }
    var changes: [EntryChange] = []
    let listed = Set(
      inspection.result.directories.filter { !$0.deviations.isEmpty || !$0.isNew }.map(\.path))
    for directory in inspection.result.directories {
      var cursor = directory.deviations.cursor
      var known = AscendingLookup(inspection.scan.known(directory.path))
      while let entry = cursor.next() {
        let name = cursor.name(of: entry)
        let path = inspection.repositoryPath(name, in: directory.path)
        let inner = Scan.join(directory.path, name.bytes)
        switch entry.deviation {
        case .added?:
          if changes.last?.kind == .deleted, changes.last?.path == path {
            changes[changes.count - 1] = EntryChange(
              .typeChanged, path, oldSize: changes.last?.oldSize, newSize: entry.size,
              isDirectory: entry.kind == .directory)
          } else if entry.kind != .directory {
            changes.append(EntryChange(.added, path, newSize: entry.size))
          } else if !listed.contains(inner) {
            changes.append(EntryChange(.added, path, isDirectory: true))
          }
        case .touched?, .changed?, .unrecorded?:
          let old = known.entry(name)?.size
          changes.append(EntryChange(.modified, path, oldSize: old, newSize: entry.size))
        case .modeChanged?:
          changes.append(
            EntryChange(.modeChanged, path, oldSize: entry.size, newSize: entry.size))
        case .gone?:
          appendDeleted(entry, path, inner, inspection, &changes)
        default: break
        }
      }
    }
    return changes.sorted { $0.path < $1.path }
  }

  /// Notes that a name is gone: for a directory, every file that was here below it.
  private func appendDeleted(
    _ entry: StatEntry, _ path: RepositoryPath, _ inner: ByteString, _ inspection: Inspection,
    _ changes: inout [EntryChange]
  ) {
    guard entry.kind == .directory else {
      changes.append(EntryChange(.deleted, path, oldSize: entry.size))
      return
    }
    let before = changes.count
    if let index = inspection.loaded.index {
      let first = index.directory(inner).map { [$0] } ?? []
      for directory in first + index.numbersBelow(inner).map({ index.block($0) }) {
        var cursor = directory.cursor
        while let entry = cursor.next() {
          guard entry.kind != .directory, entry.flags.contains(.materialised) else { continue }
          let file = inspection.repositoryPath(cursor.name(of: entry), in: directory.path)
          changes.append(EntryChange(.deleted, file, oldSize: entry.size))
        }
      }
    }
    if changes.count == before {
      changes.append(EntryChange(.deleted, path, isDirectory: true))
    }
  }

  // MARK: - Renames

  /// How many files are compared at most while renames are looked for.
  private static let renameLimit = 2_000

  /// Joins files that are gone with added ones of the same content.
  ///
  /// Only files of equal size are compared, those of equal name first.
  ///
  /// - Returns: How much was joined: content that the store has.
  @discardableResult
  func findRenames(
    _ changes: inout [EntryChange], _ inspection: Inspection
  ) throws(WorkspaceError) -> ByteCount {
    var deleted: [Int: [Int]] = [:]
    for (number, change) in changes.enumerated() where change.kind == .deleted {
      if let size = change.oldSize?.bytes, size > 0 { deleted[size, default: []].append(number) }
    }
    if deleted.isEmpty { return .zero }
    var renamed = 0
    var attempts = 0
    var removed: Set<Int> = []
    for (number, change) in changes.enumerated() where change.kind == .added {
      guard let size = change.newSize?.bytes, let candidates = deleted[size] else { continue }
      let ordered = candidates.filter { !removed.contains($0) }.sorted {
        (changes[$0].path.name == change.path.name ? 0 : 1, $0)
          < (changes[$1].path.name == change.path.name ? 0 : 1, $1)
      }
      for candidate in ordered.prefix(8) where attempts < Self.renameLimit {
        attempts += 1
        guard let inner = changes[candidate].path.relative(to: inspection.path),
          let entry = Self.entry(inner, in: inspection.scan)
        else { continue }
        let isSame = try onStore { () throws(StoreError) in
          try holds(change.path, entry.id, in: inspection)
        }
        guard isSame == true else { continue }
        changes[number] = EntryChange(
          .renamed, change.path, from: changes[candidate].path,
          oldSize: changes[candidate].oldSize, newSize: change.newSize)
        removed.insert(candidate)
        renamed += size
        break
      }
    }
    changes = changes.indices.filter { !removed.contains($0) }.map { changes[$0] }
    return .bytes(renamed)
  }

  private static func entry(_ inner: RepositoryPath, in scan: Scan) -> StatEntry? {
    scan.known((inner.parent ?? .root).bytes)?.entry(inner.name)
  }
}

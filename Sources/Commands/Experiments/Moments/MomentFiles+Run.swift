internal import Documents
internal import Lineage
internal import ObjectStore
internal import Platform
internal import Primitives
internal import Workspace

extension MomentFiles {
  /// What a run made or read at a path, or, where that is wanted, what its code has there.
  func runNode(
    at path: RepositoryPath, in record: RunRecord
  ) throws(CommandFailure) -> Node? {
    if let file = (record.metrics ?? []).first(where: { $0.path == path })
      ?? (record.parameters ?? []).first(where: { $0.path == path })
    {
      return .file(.object(file.oid, size: nil, orFile: workspace.root.appending(path)))
    }
    let artifacts = Self.artifacts(of: record)
    if let artifact = artifacts.first(where: { path.isWithin($0.path) }) {
      guard let entry = try storedEntry(path, from: artifact.path, artifact.entry) else {
        return nil
      }
      guard artifact.kind == .file else { return try node(entry, at: path) }
      return .file(
        .object(artifact.oid, size: artifact.size, orFile: workspace.root.appending(path)))
    }
    if artifacts.contains(where: { $0.path.isWithin(path) }) { return .directory }
    guard readsCode, let entry = try storedEntry(path, from: .root, record.code.entry) else {
      return nil
    }
    return try node(entry, at: path)
  }

  func runEntries(
    of path: RepositoryPath, in record: RunRecord
  ) throws(CommandFailure) -> [DocumentDirectoryEntry] {
    var entries: [ByteString: DocumentDirectoryEntry] = [:]
    if readsCode, let code = try storedEntry(path, from: .root, record.code.entry) {
      for entry in try storedEntries(of: code) { entries[entry.name] = entry }
    }
    for artifact in Self.artifacts(of: record).reversed() {
      if let entry = try storedEntry(path, from: artifact.path, artifact.entry) {
        for entry in try storedEntries(of: entry) { entries[entry.name] = entry }
      } else if let names = artifact.path.relative(to: path)?.components, let first = names.first {
        entries[first] = DocumentDirectoryEntry(
          name: first, isDirectory: names.count > 1 || artifact.kind == .tree)
      }
    }
    return Array(entries.values)
  }

  /// What a run made, and then what it read: a path that is both has its last state first.
  private static func artifacts(of record: RunRecord) -> [RunArtifact] {
    record.outputs + record.inputs
  }
}

extension RunArtifact {
  /// What it would be in a directory.
  fileprivate var entry: TreeEntry {
    TreeEntry(
      kind: kind == .tree ? .directory : .file, id: oid, size: size, files: files ?? 1,
      name: path.name)
  }
}

extension RunCode {
  /// The root of the code as an entry.
  fileprivate var entry: TreeEntry {
    TreeEntry(
      kind: .directory, id: tree.oid, size: tree.size, files: tree.files ?? 0, name: "code")
  }
}

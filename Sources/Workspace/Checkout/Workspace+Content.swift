internal import ObjectStore
internal import Platform
internal import Primitives

extension Workspace {
  /// Whether the file system of the worktree takes `A` and `a` for one name.
  var ignoresCase: Bool {
    guard let probe = try? AtomicFile(in: root) else { return false }
    let name = probe.file.path.name
    let other = ByteString(name.bytes.map { (0x61...0x7A).contains($0) ? $0 & ~0x20 : $0 })
    return ((try? root.appending(other).statusIfPresent()) ?? nil) != nil
  }

  /// Whether a changed file has the content that is wanted in its place.
  func isContent(
    _ now: StatEntry, _ path: RepositoryPath, _ wanted: TreeEntry, _ inspection: Inspection
  ) throws(WorkspaceError) -> Bool {
    guard now.size == wanted.size, (now.kind == .symlink) == (wanted.kind == .symlink) else {
      return false
    }
    if now.kind == .symlink {
      let link = try? holder(of: path)
        .symlinkTarget(path.name)
      return link.map { SHA256.id(of: $0.bytes.span) } == wanted.id
    }
    return try onStore { () throws(StoreError) in
      try holds(path, wanted.id, in: inspection)
    } ?? false
  }
}

extension CheckoutPlanner {
  /// Refuses names that are one on this file system.
  func checkCases(_ tree: Tree, in path: ByteString) throws(WorkspaceError) {
    guard let group = CaseFolding.collisions(in: tree.entries.map(\.name)).first,
      workspace.ignoresCase
    else { return }
    throw .caseCollision(
      inspection.repositoryPath(group[0], in: path), inspection.repositoryPath(group[1], in: path))
  }
}

internal import ObjectStore
internal import Primitives
internal import Project
internal import Workspace

/// What a word of `shale forget` means.
enum ForgetSubject {
  /// All that ever lay at a path.
  case path(RepositoryPath)
  /// What lies at a path at a revision.
  case version(ByteString, RepositoryPath)
  /// A content, or all files of a directory.
  case object(ObjectID)

  private static let objectPrefix = Array("sha256:".utf8)

  /// Reads a word as `shale cat` does: an oid, `REV:PATH`, or a path.
  init(
    _ word: ByteString, in context: CommandContext, _ project: Project
  ) throws(CommandFailure) {
    let digits =
      word.bytes.starts(with: Self.objectPrefix)
      ? Array(word.bytes.dropFirst(Self.objectPrefix.count)) : word.bytes
    if let id = ObjectID(hex: digits) {
      self = .object(id)
      return
    }
    var revision: ByteString?
    var name = word
    let isPath = word.bytes.starts(with: "./".utf8) || word.bytes.first == UInt8(ascii: "/")
    if !isPath, let colon = word.bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0 {
      revision = ByteString(word.bytes[..<colon])
      name = ByteString(word.bytes[(colon + 1)...])
    }
    guard
      let path = try context.repositoryPaths(fromRoot: revision != nil, [name], in: project).first,
      !path.isRoot
    else {
      throw CommandFailure(
        .usage, id: "everything", "'\(word)' is the whole worktree",
        hints: ["Name the data that is to be forgotten"])
    }
    self = revision.map { .version($0, path) } ?? .path(path)
  }

  /// Adds the contents that are meant.
  ///
  /// - Throws: ``CommandFailure`` where nothing is known of them.
  func find(
    _ versions: inout ForgottenVersions, _ namings: DataNamings, _ workspace: Workspace,
    _ project: Project, stores: [ObjectStore]
  ) throws(CommandFailure) {
    switch self {
    case .path(let path):
      let before = (versions.ids.count, versions.unread.count)
      versions.take(everyVersionOf: path, namings)
      if before == (versions.ids.count, versions.unread.count),
        !namings.all.contains(where: { $0.path.overlaps(path) })
      {
        throw CommandFailure(
          .refused, id: "not-found", "Nothing that was ever tracked is at '\(path)'",
          hints: ["Run `shale log` to see what was, or name the content by its oid"])
      }
    case .version(let revision, let path):
      let view = TrackedView(project: project, workspace: workspace, revision: revision)
      switch try view.place(path) {
      case .entry(let entry):
        versions.take(entry.id, isTree: entry.kind == .directory, size: entry.size, at: path)
      case .holding(let contents):
        for item in contents.items {
          versions.take(
            item.pointer.id, isTree: item.pointer.kind == .tree, size: item.pointer.size,
            at: item.path)
        }
      }
    case .object(let id):
      if stores.contains(where: { (try? $0.holdsTree(id)) == true }) {
        versions.take(id, isTree: true, size: nil, at: nil)
      } else {
        versions.take(id, isTree: false, size: nil, at: nil)
      }
    }
  }
}

internal import Documents
internal import Git
internal import Lineage
internal import ObjectStore
internal import Platform
internal import Primitives
internal import Project
internal import Workspace

/// The files of a moment: of the worktree, in git, or in the store.
struct MomentFiles: DocumentDirectory {
  /// Where the content of a file is.
  enum Place {
    case file(FilePath)
    case blob(GitID)
    /// In the store, or else in a file of the worktree that may still be the same.
    case object(ObjectID, size: ByteCount?, orFile: FilePath?)
  }

  /// What is at a path.
  enum Node {
    case file(Place)
    case directory
  }

  let moment: Moment
  let project: Project
  let workspace: Workspace

  /// Whether the code that a run began with is read, too: it is older than what the run made.
  let readsCode: Bool

  /// What is at a path, or `nil` for nothing.
  ///
  /// - Throws: ``CommandFailure`` for what is neither a file nor a directory, and for what cannot be
  ///   looked at.
  func node(at path: RepositoryPath) throws(CommandFailure) -> Node? {
    switch moment {
    case .worktree: try worktreeNode(at: path)
    case .revision(_, _, let tree): try revisionNode(at: path, in: tree)
    case .run(_, let record): try runNode(at: path, in: record)
    }
  }

  func entries(of path: RepositoryPath) throws(CommandFailure) -> [DocumentDirectoryEntry] {
    switch moment {
    case .worktree: try worktreeEntries(of: path)
    case .revision(_, _, let tree): try revisionEntries(of: path, in: tree)
    case .run(_, let record): try runEntries(of: path, in: record)
    }
  }

  func bytes(
    of path: RepositoryPath, limit: ByteCount
  ) throws(CommandFailure) -> [UInt8]? {
    guard case .file(let place)? = try node(at: path) else { return nil }
    switch place {
    case .file(let file):
      return try explaining { () throws(FileError) in try file.contents(limit: limit) }
    case .blob(let id):
      return try explaining { () throws(GitError) in try project.git.blob(id, limit: limit) }
    case .object(let id, let size, let file):
      if try !isStored(id), let file = sameFile(file, id, size) {
        return try explaining { () throws(FileError) in try file.contents(limit: limit) }
      }
      return try explaining { () throws(StoreError) in
        try workspace.store.contents(of: id, limit: limit)
      }
    }
  }

  /// How many bytes of a file are read at once.
  private static let pieceSize = ByteCount.mebibytes(1)

  /// Goes through a file from start to end in bounded memory.
  ///
  /// - Parameters:
  ///   - place: Where its content is.
  ///   - take: Called with one piece after the other, until it returns `false`.
  func read(_ place: Place, _ take: (Span<UInt8>) -> Bool) throws(CommandFailure) {
    switch place {
    case .file(let file): try read(file, take)
    case .blob(let id):
      let bytes = try explaining { () throws(GitError) in try project.git.blob(id) }
      _ = take(bytes.span)
    case .object(let id, let size, let file):
      if try !isStored(id), let file = sameFile(file, id, size) { return try read(file, take) }
      var isWanted = true
      try explaining { () throws(StoreError) in
        try workspace.store.read(id) { bytes throws(StoreError) in
          if isWanted { isWanted = take(bytes) }
        }
      }
    }
  }

  private func read(
    _ path: FilePath, _ take: (Span<UInt8>) -> Bool
  ) throws(CommandFailure) {
    try explaining { () throws(FileError) in
      let file = try OpenFile.forReading(path)
      var offset = 0
      while true {
        let bytes = try file.upTo(Self.pieceSize, at: offset)
        if bytes.isEmpty || !take(bytes.span) { return }
        offset += bytes.count
      }
    }
  }

  private func isStored(_ id: ObjectID) throws(CommandFailure) -> Bool {
    try explaining { () throws(StoreError) in try workspace.store.contains(id) }
  }

  /// A file of the worktree, if it still has a content.
  private func sameFile(_ path: FilePath?, _ id: ObjectID, _ size: ByteCount?) -> FilePath? {
    guard let path, let status = try? path.statusIfPresent(), status.kind == .file,
      size == nil || status.size == size,
      let file = try? OpenFile.forReading(path, followingSymlink: false),
      SHA256.id(of: file) == id
    else { return nil }
    return path
  }
}

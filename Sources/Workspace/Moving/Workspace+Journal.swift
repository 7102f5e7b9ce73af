package import Git
internal import ObjectStore
internal import Platform
package import Primitives

extension JournalEntry {
  /// A change whose values are oids.
  package static func ids(
    _ kind: Kind, _ path: RepositoryPath, old: ObjectID?, new: ObjectID?
  ) -> Self {
    Self(
      kind, old: old.map { ByteString($0.hex) }, new: new.map { ByteString($0.hex) },
      subject: path.bytes)
  }

  /// A file of data that is about to go, and that was not as recorded.
  static func saved(_ file: SavedFile) -> Self {
    Self(
      .saved, old: file.kind == .file ? nil : ByteString(file.kind.word),
      new: ByteString(file.id.hex), subject: file.path.bytes)
  }

  /// A file that is about to come back where the user had removed it.
  static func absent(_ path: RepositoryPath) -> Self {
    Self(.saved, old: nil, new: nil, subject: path.bytes)
  }
}

extension TreeEntry.Kind {
  /// As the operation log has it.
  package var word: String {
    switch self {
    case .file: "file"
    case .executable: "executable"
    case .symlink: "symlink"
    case .directory: "directory"
    }
  }
}

extension Workspace {
  /// Tells the journal what is about to change.
  func tell(_ entries: [JournalEntry]) throws(WorkspaceError) {
    try onGit { () throws(GitError) in try git.tell(entries) }
  }

  /// Tells the journal that a small file of the worktree is about to get other bytes, or to go.
  func tell(_ path: RepositoryPath, becomes new: [UInt8]?) throws(WorkspaceError) {
    guard git.journal.isOn else { return }
    let old = try onFiles { () throws(FileError) in
      try holder(of: path).contentsIfPresent(of: path.name, limit: .mebibytes(16))
    }
    try onGit { () throws(GitError) in try git.willChange(path, from: old, to: new) }
  }

  /// Forgets what was recorded of a path, which was told with its data where that was taken away.
  func forgetBase(
    of path: RepositoryPath, after outcome: CheckoutReport
  ) throws(WorkspaceError) {
    if outcome.changes.contains(where: { $0.path == path }) {
      try onFiles { () throws(FileError) in try indexes.remove(path) }
    } else {
      try forgetBase(of: path)
    }
  }

  /// Forgets what was recorded of a path.
  func forgetBase(of path: RepositoryPath) throws(WorkspaceError) {
    let base = try onFiles { () throws(FileError) in try indexes.load(path).base }
    if let base { try tell([.ids(.base, path, old: base, new: nil)]) }
    try onFiles { () throws(FileError) in try indexes.remove(path) }
  }
}

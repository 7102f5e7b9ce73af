package import ObjectStore
package import Platform
package import Primitives

/// How data, pointer and base of a tracked path stand to each other.
package enum DataState: String, Hashable, Sendable, Encodable {
  /// All three are the same.
  case clean
  /// The data is the base, and the pointer moved: `checkout` brings what it stands for.
  case behind
  /// The data changed, and the pointer is the base: `add` and `commit` record it.
  case modified
  /// Both changed, or it is not known which of them did.
  case diverged
  /// The data was never here; that is not a deletion.
  case notHere = "not-here"
  /// The data was here and is gone.
  case missing
  /// The pointer cannot be read: see its problem.
  case unreadablePointer = "unreadable-pointer"
}

/// One difference between two directories, or between a directory and its base.
package struct EntryChange: Hashable, Sendable {
  /// What happened to a name.
  package enum Kind: String, Hashable, Sendable, Encodable {
    case added
    case modified
    case deleted
    case renamed
    /// It became another kind of thing: a symlink, say, where a file was.
    case typeChanged = "type-changed"
    /// Only the permission to execute was given or taken.
    case modeChanged = "mode-changed"
  }

  package let kind: Kind

  /// From the root of the worktree.
  package let path: RepositoryPath

  /// Where it was before, for a renamed file.
  package let oldPath: RepositoryPath?
  package let oldSize: ByteCount?
  package let newSize: ByteCount?
  package let isDirectory: Bool

  package init(
    _ kind: Kind, _ path: RepositoryPath, from oldPath: RepositoryPath? = nil,
    oldSize: ByteCount? = nil, newSize: ByteCount? = nil, isDirectory: Bool = false
  ) {
    self.kind = kind
    self.path = path
    self.oldPath = oldPath
    self.oldSize = oldSize
    self.newSize = newSize
    self.isDirectory = isDirectory
  }
}

/// What `status` says of one tracked path.
package struct PathStatus: Sendable {
  package let path: RepositoryPath
  package var state: DataState

  /// What the pointer says, or why it cannot be read.
  package let pointer: Result<PointerFile, PointerProblem>

  /// The oid last recorded or materialised here.
  package var base: ObjectID?

  /// How the data differs from the base, or from the pointer where the base is not known.
  package var changes: [EntryChange] = []

  /// Files of the base that were never brought here.
  package var filesNotHere = 0

  /// Files that are here.
  package var files = 0
  package var size = ByteCount.zero

  /// Bytes that are in the worktree and in no store.
  package var unsaved = ByteCount.zero

  /// Whether the local store has what the pointer stands for.
  package var isInStore = true

  /// Where it has not, because that was forgotten on purpose: when and why.
  package var tombstone: Tombstone?

  /// What cannot be kept: sockets, pipes, devices.
  package var special: [RepositoryPath] = []

  /// Git repositories inside the data.
  package var repositories: [RepositoryPath] = []
  package var unreadable: [FileError] = []

  /// What a checkout had begun to bring when it was interrupted.
  package var unfinishedCheckout: ObjectID?

  init(path: RepositoryPath, state: DataState, pointer: Result<PointerFile, PointerProblem>) {
    self.path = path
    self.state = state
    self.pointer = pointer
  }
}

/// The outcome of `status`.
package struct StatusReport: Sendable {
  /// The tracked paths, in order.
  package var paths: [PathStatus] = []

  /// The tracked paths whose pointer a merge left in conflict, in order.
  package var conflicts: [ConflictStatus] = []

  /// Files that neither git nor Shale tracks, and that are large.
  package var largeUntracked: [UntrackedFile] = []

  /// Data that no pointer stands for any more.
  package var leftOver: [LeftOverData] = []

  /// Pointers that git does not have in its index.
  package var untrackedPointers: [RepositoryPath] = []

  /// Bytes that are in the worktree and in no store.
  package var unsaved: ByteCount { paths.reduce(.zero) { $0 + $1.unsaved } }
}

/// A file that nobody tracks.
package struct UntrackedFile: Hashable, Sendable {
  package let path: RepositoryPath
  package let size: ByteCount
}

/// How `status` goes about its work.
package struct StatusOptions: Sendable {
  /// Whether files that nobody tracks are looked for, and what merges left in conflict.
  package var looksForUntracked = true

  /// From which size on a file that nobody tracks is pointed out.
  package var largeFile = ByteCount.mebibytes(10)

  /// Whether added files are compared with deleted ones of the same size.
  package var findsRenames = true

  package init() {}
}

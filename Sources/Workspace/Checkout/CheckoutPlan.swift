internal import ObjectStore
internal import Platform
internal import Primitives

/// What a checkout will do to one tracked path.
struct CheckoutPlan: Sendable {
  /// One directory of the next index.
  struct Directory: Sendable {
    let path: ByteString

    /// The oid of its tree.
    let id: ObjectID

    /// Whether its one name is that of the tracked path itself, which is a file.
    var isSingle = false

    /// Whether the target has no such directory.
    var isGone = false

    /// Whether it has to be made.
    let isMade: Bool

    /// The next entries, marked with what is to be done; those to be written have the times of
    /// what is in their place now.
    var entries = EntryList()

    /// What is to be removed, with the times that it has now.
    var removals = EntryList()

    /// Whether names stay that get no entry.
    var hasOthers = false

    /// The times of a directory in which nothing is done.
    var stamp: DirectoryStamp?
  }

  /// A changed file in the way.
  struct Conflict: Sendable {
    let path: RepositoryPath

    /// A file, an executable file or a symlink.
    let kind: TreeEntry.Kind

    var isSymlink: Bool { kind == .symlink }
  }

  var directories: [Directory] = []

  /// Directories that stay as they are, with all that lies below them.
  var copied: [ByteString] = []

  /// Directories to remove where they are empty then, the deepest last.
  var removedDirectories: [ByteString] = []

  /// Files that would be lost.
  var conflicts: [Conflict] = []
  var kept: [RepositoryPath] = []

  /// Directories whose tree the store lacks.
  var missingTrees: [MissingContent] = []

  /// What the user had removed and comes back.
  var removedByUser: [RepositoryPath] = []

  /// Files of which the user had changed only the permission to execute, which is set back.
  var modesOfUser: [SavedFile] = []

  /// Files that are as they are to be, where nothing was recorded yet.
  var unrecorded: [SavedFile] = []

  /// What files hold that are to be replaced by others that they may have much in common with: they
  /// may be patched.
  var patchable: [RepositoryPath: ObjectID] = [:]

  /// Files that a crash left behind.
  var leftovers: [RepositoryPath] = []

  /// When something changed last that is to be replaced or removed, and that the index does not
  /// vouch for.
  private(set) var newestChange: Timestamp?

  /// Takes account of something that is to be replaced or removed.
  mutating func noteChange(of entry: StatEntry) {
    if entry.deviation == nil { return }
    newestChange = newestChange.map { max($0, entry.changed) } ?? entry.changed
  }

  /// What is done to the data.
  var filesWritten = 0
  var bytesWritten = 0
  var filesRemoved = 0
  var modesChanged = 0
  var replaced = 0

  /// Whether nothing is to be done to files.
  var isEmpty: Bool {
    filesWritten == 0 && filesRemoved == 0 && modesChanged == 0 && removedDirectories.isEmpty
      && !directories.contains { $0.isMade }
  }
}

/// What is to be done about an entry of a plan; in the bits that the format does not use.
enum CheckoutAction: UInt8 {
  case write = 0x10
  case setMode = 0x20
}

extension StatEntry {
  var action: CheckoutAction? { CheckoutAction(rawValue: flags.rawValue & 0xF0) }

  mutating func mark(_ action: CheckoutAction) {
    flags = StatEntry.Flags(rawValue: flags.unmarked.rawValue | action.rawValue)
  }
}

/// What has a name in the data now.
enum DiskEntry {
  case absent

  /// Nothing, or what an earlier version left there.
  case notHere(StatEntry)

  /// A file or symlink with the content of its oid.
  case clean(StatEntry)

  /// A file or symlink with other content than the base has, if it has the name at all.
  case dirty(StatEntry, base: StatEntry?)
  case directory(StatEntry?)

  /// Something that cannot be kept, and is never touched: a pipe, say, or a git repository.
  case blocked(isRepository: Bool)

  init(base: StatEntry?, deviations: [StatEntry]) {
    if let base {
      if base.kind == .directory {
        self = base.flags.contains(.materialised) ? .directory(base) : .absent
      } else {
        self = base.flags.contains(.materialised) ? .clean(base) : .notHere(base)
      }
    } else {
      self = .absent
    }
    for found in deviations {
      switch found.deviation {
      case .gone?: self = .absent
      case .settled?, .modeChanged?:
        self = found.kind == .directory ? .directory(base) : .clean(found)
      case .added?:
        self = found.kind == .directory ? .directory(nil) : .dirty(found, base: nil)
      case .changed?, .touched?, .unrecorded?: self = .dirty(found, base: base)
      case .special?: self = .blocked(isRepository: false)
      case .nestedRepository?: self = .blocked(isRepository: true)
      case .leftover?, nil: break
      }
    }
  }
}

extension WorkspaceError {
  /// The refusal to put something in the place of what cannot be kept.
  static func inTheWay(_ path: RepositoryPath, isRepository: Bool) -> Self {
    .unstorable(special: isRepository ? [] : [path], repositories: isRepository ? [path] : [])
  }
}

internal import Platform
internal import Primitives

/// Where the files of a store lie: `docs/format/store.md`.
struct StoreLayout: Hashable, Sendable {
  let root: FilePath
  let sharing: StoreSharing

  /// How long who has to have the store's lock waits for it.
  var locking = LockRequest(milliseconds: 0)

  var format: FilePath { root.appending("format") }
  var id: FilePath { root.appending("id") }
  var packs: FilePath { root.appending("packs") }
  var index: FilePath { root.appending("index") }
  var leases: FilePath { root.appending("roots").appending("leases") }
  var trash: FilePath { root.appending("trash") }
  var trashedPacks: FilePath { trash.appending("packs") }
  var trashedIndexes: FilePath { trash.appending("index") }
  var lock: FilePath { root.appending("lock") }

  /// Where whole files lie, which worktrees have as links or clones.
  var wholeFiles: FilePath { root.appending("files") }

  /// Where files go that are no packs and no indexes.
  var trashedFiles: FilePath { trash.appending("files") }

  /// The directory in `files/` that a whole file belongs to.
  func wholeFileDirectory(of id: ObjectID) -> FilePath {
    wholeFiles.appending(Hex.string(of: CollectionOfOne(id[0])))
  }

  /// The directory in `packs/` that a pack belongs to.
  func packDirectory(of id: ObjectID) -> FilePath {
    packs.appending(Hex.string(of: CollectionOfOne(id[0])))
  }

  func pack(_ id: ObjectID) -> FilePath {
    packDirectory(of: id).appending(id.hex + Suffix.pack.rawValue)
  }

  func trashedPack(_ id: ObjectID) -> FilePath {
    trashedPacks.appending(id.hex + Suffix.pack.rawValue)
  }

  func indexFile(_ id: ObjectID, _ suffix: Suffix = .index) -> FilePath {
    index.appending(id.hex + suffix.rawValue)
  }

  /// What the names of files that are named after their bytes end in.
  enum Suffix: String {
    case pack = ".pack"
    case index = ".idx"
    case safe = ".safe"
    case bad = ".bad"
    case reason = ".why"
    case status = ".stat"
  }

  /// The id in a name such as `ID.pack`, or `nil` for any other name.
  static func id(in name: ByteString, _ suffix: Suffix) -> ObjectID? {
    let ending = Array(suffix.rawValue.utf8)
    guard name.count == 64 + ending.count, name.bytes.suffix(ending.count).elementsEqual(ending)
    else { return nil }
    return ObjectID(hex: name.bytes.prefix(64))
  }

  /// Makes the directories of a store.
  func makeDirectories() throws(FileError) {
    for path in [packs, index, leases, trashedPacks, trashedIndexes] {
      try sharing.makeDirectories(path)
    }
  }
}

package import ObjectStore
package import Primitives

/// What a graph asks of a store: what lies in directories that runs used and made.
package protocol LineageObjects {
  /// A directory.
  func tree(_ id: ObjectID) throws(StoreError) -> Tree

  /// The content of an object of at most `limit` bytes.
  func contents(of id: ObjectID, limit: ByteCount) throws(StoreError) -> [UInt8]

  /// Whether a content was forgotten on purpose.
  func isForgotten(_ id: ObjectID) -> Bool
}

extension LineageObjects {
  /// Nothing was, where nobody says otherwise.
  package func isForgotten(_: ObjectID) -> Bool { false }
}

extension ObjectStore: LineageObjects {
  /// Whether the store has a tombstone of a content, as far as that can be read.
  package func isForgotten(_ id: ObjectID) -> Bool { tombstone(of: id) != nil }
}

/// Looks into directories, each of which is read once.
struct TreeReader {
  /// What a directory has at a path.
  enum Answer: Equatable {
    case found(TreeEntry)
    case nothing
    /// The directory, or one below it, is not in the store or cannot be read.
    case unknown
  }

  private let objects: (any LineageObjects)?
  private var trees: [ObjectID: Tree?] = [:]
  private var lists: [ObjectID: ReadList?] = [:]

  /// How many entries of directories are kept in memory.
  private static let entryLimit = 1 << 20
  private var entryCount = 0

  init(_ objects: (any LineageObjects)?) {
    self.objects = objects
  }

  /// What a tree has at a path inside it.
  mutating func entry(at path: RepositoryPath, in tree: ObjectID) -> Answer {
    var entry: TreeEntry?
    for name in path.components {
      if let entry, entry.kind != .directory { return .nothing }
      guard let directory = self.tree(entry?.id ?? tree) else { return .unknown }
      guard let next = directory[name] else { return .nothing }
      entry = next
    }
    return entry.map { .found($0) } ?? .unknown
  }

  /// A directory, or `nil` where it cannot be read.
  mutating func tree(_ id: ObjectID) -> Tree? {
    if let known = trees[id] { return known }
    let tree = try? objects?.tree(id)
    entryCount += tree?.entries.count ?? 0
    if entryCount > Self.entryLimit {
      trees = [:]
      entryCount = tree?.entries.count ?? 0
    }
    trees[id] = .some(tree)
    return tree
  }

  /// Whether a content was forgotten on purpose.
  func isForgotten(_ id: ObjectID) -> Bool { objects?.isForgotten(id) ?? false }

  /// The list of what was read in a tree, or `nil` where it cannot be had.
  mutating func readList(_ id: ObjectID) -> ReadList? {
    if let known = lists[id] { return known }
    let list = (try? objects?.contents(of: id, limit: .mebibytes(64))).flatMap { $0 }
      .flatMap { ReadList($0) }
    lists[id] = .some(list)
    return list
  }
}

/// Which files of a tree a run read (§4 of `docs/format/run.md`).
struct ReadList: Sendable {
  /// The files, and every directory above them.
  private var places: Set<ByteString> = []

  /// How much room the files and directories of a list may take, in bytes: a list of deep paths
  /// could fill any memory.
  private static let limit = 128 << 20

  /// The room that is left.
  private var room = limit

  /// Takes lines `OID  PATH` as `sha256sum` prints them; what is no such line is passed over.
  ///
  /// Gives `nil` where the paths are more than any run reads.
  init?(_ bytes: [UInt8]) {
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      let isEscaped = line.first == UInt8(ascii: "\\")
      let fields = line.dropFirst((isEscaped ? 1 : 0) + 64)
      guard fields.starts(with: "  ".utf8) else { continue }
      let name = Array(fields.dropFirst(2))
      insert(isEscaped ? Self.unescaped(name) : name)
      if room < 0 { return nil }
    }
  }

  /// Whether a file was read, or anything in a directory.
  func touches(_ path: RepositoryPath) -> Bool { places.contains(path.bytes) }

  private mutating func insert(_ path: [UInt8]) {
    var end = path.count
    // From the file upwards, and no further than a directory that is known.
    while end > 0, room >= 0, places.insert(ByteString(path[..<end])).inserted {
      room -= end + 64
      end = path[..<end].lastIndex(of: UInt8(ascii: "/")) ?? 0
    }
  }

  /// A name in which a backslash and line breaks were written with a backslash.
  private static func unescaped(_ name: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    var isEscape = false
    for byte in name {
      if isEscape {
        switch byte {
        case UInt8(ascii: "n"): bytes.append(UInt8(ascii: "\n"))
        case UInt8(ascii: "r"): bytes.append(UInt8(ascii: "\r"))
        default: bytes.append(byte)
        }
        isEscape = false
      } else if byte == UInt8(ascii: "\\") {
        isEscape = true
      } else {
        bytes.append(byte)
      }
    }
    return bytes
  }
}

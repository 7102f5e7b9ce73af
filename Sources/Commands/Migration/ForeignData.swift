internal import Documents
internal import Git
internal import Primitives
internal import Workspace

/// The name that another tool has for a content.
enum ForeignName: Hashable, Sendable {
  /// DVC's: an MD5, which DVC before 3.0 takes of text without its line ends.
  case md5(MD5Digest, isList: Bool, isBefore3: Bool)
  /// That of Git LFS, which is Shale's too.
  case sha256(ObjectID)

  /// The name as the tool writes it.
  var text: String {
    switch self {
    case .md5(let digest, let isList, _): isList ? "\(digest.hex).dir" : digest.hex
    case .sha256(let id): id.hex
    }
  }
}

/// A path whose data another tool keeps.
struct ForeignItem: Hashable, Sendable {
  let path: RepositoryPath

  /// The file of git's that says so; for Git LFS the path itself.
  let carrier: RepositoryPath
  let name: ForeignName
  let source: PointerFile.Source?

  /// The bytes in all, as the tool says.
  let size: ByteCount?

  /// How many files there are, as the tool says.
  let files: Int?

  var isDirectory: Bool {
    if case .md5(_, isList: true, _) = name { return true }
    return false
  }
}

/// A path that cannot be migrated, whatever lies in caches.
struct ForeignRefusal: Hashable, Sendable {
  let path: RepositoryPath
  let carrier: RepositoryPath

  /// Why, as a clause.
  let reason: String
}

/// What another tool keeps in one version of a repository.
struct ForeignSurvey: Sendable {
  var items: [ForeignItem] = []
  var refusals: [ForeignRefusal] = []

  /// Files of git's that are of no use any more once all their items are migrated.
  var spent: [RepositoryPath: Int] = [:]

  private var taken = PathSet()

  /// Takes an item, unless something is against it.
  mutating func add(_ item: ForeignItem, in version: GitVersion) {
    let pointer = PointerFile.path(of: item.path)
    if PointerFile.dataPath(of: pointer) != item.path || PointerFile.isPointerName(item.path.name) {
      return refuse(item, "Shale cannot track a path of this name")
    }
    if let other = taken.overlap(with: item.path) {
      // Two files may say the same of one path.
      if items.contains(where: { $0.path == item.path && $0.name == item.name }) { return }
      return refuse(item, "'\(other)' is to be migrated, too")
    }
    if let other = version.tracked.overlap(with: item.path), other != item.path {
      return refuse(item, "'\(other)' is tracked already")
    }
    taken.insert(item.path)
    items.append(item)
  }

  private mutating func refuse(_ item: ForeignItem, _ reason: String) {
    refusals.append(ForeignRefusal(path: item.path, carrier: item.carrier, reason: reason))
  }
}

/// The files that git has in one version: of a commit, or of the index.
struct GitVersion {
  let git: GitRepository

  /// All files, by path.
  let entries: [RepositoryPath: GitTreeEntry]

  /// The paths that have a pointer of Shale's.
  let tracked: PathSet

  init(_ entries: [GitTreeEntry], of git: GitRepository) {
    self.git = git
    self.entries = Dictionary(
      entries.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    tracked = PathSet(entries.compactMap { PointerFile.dataPath(of: $0.path) })
  }

  /// What is staged now.
  static func staged(in git: GitRepository) throws(CommandFailure) -> Self {
    try explaining { () throws(GitError) in
      let index = try git.index()
      if let conflict = index.conflicts.first {
        throw .unmerged([conflict.path], count: index.conflicts.count)
      }
      return Self(
        index.entries.filter { !$0.isIntent && $0.mode != .submodule }.map {
          GitTreeEntry(path: $0.path, id: $0.id, mode: $0.mode)
        }, of: git)
    }
  }

  /// What a commit has.
  static func tree(_ tree: GitID, of git: GitRepository) throws(CommandFailure) -> Self {
    try explaining { () throws(GitError) in Self(try git.files(in: tree), of: git) }
  }

  /// The bytes of a file; `nil` where there is none, or a symlink.
  func bytes(
    of path: RepositoryPath, limit: ByteCount = .mebibytes(16)
  ) throws(CommandFailure) -> [UInt8]? {
    guard let entry = entries[path], entry.mode == .file || entry.mode == .executable else {
      return nil
    }
    return try explaining { () throws(GitError) in try git.blob(entry.id, limit: limit) }
  }

  /// The paths of all files of a name, sorted.
  func paths(where isWanted: (ByteString) -> Bool) -> [RepositoryPath] {
    entries.keys.filter { isWanted($0.name) }.sorted()
  }
}

/// Paths of which it is quickly told whether one lies in, or around, another path.
struct PathSet: Sendable {
  private(set) var paths: Set<RepositoryPath> = []

  /// The directories above them.
  private var holders: Set<RepositoryPath> = []

  init(_ paths: [RepositoryPath] = []) {
    for path in paths { insert(path) }
  }

  mutating func insert(_ path: RepositoryPath) {
    paths.insert(path)
    var place = path.parent
    while let holder = place, holders.insert(holder).inserted { place = holder.parent }
  }

  /// A path that is the given one, or lies in it or around it.
  func overlap(with path: RepositoryPath) -> RepositoryPath? {
    var place: RepositoryPath? = path
    while let holder = place {
      if paths.contains(holder) { return holder }
      place = holder.parent
    }
    return holders.contains(path) ? paths.first { $0.isWithin(path) } : nil
  }
}

extension RepositoryPath {
  /// The path that a text leads to from this directory: `data/a.csv`, `../raw`.
  ///
  /// - Returns: `nil` where it leads out of the repository.
  func following(_ text: String) -> RepositoryPath? {
    if text.utf8.first == UInt8(ascii: "/") { return nil }
    var path = self
    for part in text.utf8.split(separator: UInt8(ascii: "/")) {
      let name = ByteString(part)
      if name == "." { continue }
      if name == ".." {
        guard let parent = path.parent else { return nil }
        path = parent
        continue
      }
      guard let next = try? path.appending(name) else { return nil }
      path = next
    }
    return path
  }
}

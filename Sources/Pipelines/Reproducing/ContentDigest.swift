internal import ObjectStore
internal import Platform
internal import Primitives
internal import Synchronization
internal import Workspace

/// What a file or directory would be as an object, without storing it.
struct ContentDigest: Sendable {
  let oid: ObjectID
  let isTree: Bool
  let size: ByteCount

  /// The directories of a tree, by their oids.
  private(set) var trees: [ObjectID: Tree] = [:]

  /// Reads what lies at a path.
  ///
  /// - Parameters:
  ///   - path: Where, below a root of a worktree whose ignore rules count.
  ///   - root: The root.
  /// - Returns: `nil` where nothing is there, or only behind a symlink.
  /// - Throws: ``PipelineError`` where something cannot be read, or has no place in a tree.
  static func of(
    _ path: RepositoryPath, in root: FilePath
  ) throws(PipelineError) -> ContentDigest? {
    guard root.leadsStraight(to: path) else { return nil }
    let place = root.appending(path)
    let status = try onFiles { () throws(FileError) in try place.statusIfPresent() }
    guard let status else { return nil }
    guard status.kind == .directory else {
      return ContentDigest(oid: try oid(of: place, status), isTree: false, size: status.size)
    }
    var digest = ContentDigest(oid: .empty, isTree: true, size: .zero)
    let rules = try rules(above: path, in: root)
    let (id, tree) = try digest.directory(place, path, rules)
    digest = ContentDigest(oid: id, isTree: true, size: tree.size, trees: digest.trees)
    return digest
  }

  private init(oid: ObjectID, isTree: Bool, size: ByteCount, trees: [ObjectID: Tree] = [:]) {
    self.oid = oid
    self.isTree = isTree
    self.size = size
    self.trees = trees
  }

  private static func oid(
    of place: FilePath, _ status: FileStatus
  ) throws(PipelineError) -> ObjectID {
    switch status.kind {
    case .symlink:
      let target = try onFiles { () throws(FileError) in
        try OpenDirectory(place.parent).symlinkTarget(place.name)
      }
      return SHA256.id(of: target.bytes.span)
    case .file:
      let oid = try onFiles { () throws(FileError) in
        SHA256.id(of: try OpenFile.forReading(place, followingSymlink: false))
      }
      guard let oid else { throw .store(.changedWhileReading(place)) }
      return oid
    default: throw .store(.notAFile(place))
    }
  }

  // MARK: - Directories

  private mutating func directory(
    _ place: FilePath, _ path: RepositoryPath, _ above: IgnoreRules
  ) throws(PipelineError) -> (ObjectID, Tree) {
    let rules = try Self.adding(path, in: place, to: above)
    var files: [(name: ByteString, status: FileStatus)] = []
    var entries: [TreeEntry] = []
    for name in try onFiles({ () throws(FileError) in try place.names() }) {
      guard let inner = try? path.appending(name) else { continue }
      let status = try onFiles { () throws(FileError) in try place.appending(name).status() }
      if rules.ignores(inner, isDirectory: status.kind == .directory) { continue }
      guard status.kind == .directory else {
        files.append((name, status))
        continue
      }
      let (id, tree) = try directory(place.appending(name), inner, rules)
      entries.append(
        TreeEntry(kind: .directory, id: id, size: tree.size, files: tree.files, name: name))
    }
    entries += try Self.entries(of: files, in: place)
    do throws(Tree.Flaw) {
      let tree = try Tree(entries)
      let id = SHA256.id(of: tree.encoded().span)
      trees[id] = tree
      return (id, tree)
    } catch {
      throw .store(.invalidTree(.empty, error))
    }
  }

  /// Hashes the files of one directory, on all cores.
  private static func entries(
    of files: [(name: ByteString, status: FileStatus)], in place: FilePath
  ) throws(PipelineError) -> [TreeEntry] {
    let entries = Mutex<[TreeEntry]>([])
    try Threads.forEach(files.count) { number throws(PipelineError) in
      let (name, status) = files[number]
      let id = try oid(of: place.appending(name), status)
      let kind: TreeEntry.Kind =
        status.kind == .symlink ? .symlink : status.isExecutable ? .executable : .file
      entries.withLock {
        $0.append(TreeEntry(kind: kind, id: id, size: status.size, name: name))
      }
    }
    return entries.withLock { $0 }
  }

  // MARK: - Rules

  /// The ignore rules of the directories above a path.
  private static func rules(
    above path: RepositoryPath, in root: FilePath
  ) throws(PipelineError) -> IgnoreRules {
    guard let parent = path.parent else { return .none }
    let above = try rules(above: parent, in: root)
    return try adding(parent, in: root.appending(parent), to: above)
  }

  private static func adding(
    _ path: RepositoryPath, in place: FilePath, to rules: IgnoreRules
  ) throws(PipelineError) -> IgnoreRules {
    let content = try onFiles { () throws(FileError) in
      try place.appending(IgnoreRules.fileName).contentsIfPresent(limit: IgnoreRules.sizeLimit)
    }
    return content.map { rules.adding($0, in: path) } ?? rules
  }
}

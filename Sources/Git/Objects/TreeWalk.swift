internal import CGit2
internal import Platform
package import Primitives

/// A file that differs between two trees.
package struct GitTreeChange: Hashable, Sendable {
  package let path: RepositoryPath
  /// The older side; `nil` where the file is new.
  package let old: GitTreeEntry?
  /// The newer side; `nil` where the file is gone.
  package let new: GitTreeEntry?
}

/// Which files of a tree are of interest: those whose name has an ending.
package enum GitPointers {
  /// The ending of pointer files.
  package static let suffix: ByteString = ".shale"

  /// Whether a file of this name is a pointer: the ending alone is not a name.
  package static func isPointer(_ name: ByteString) -> Bool {
    name.count > suffix.count && name.bytes.suffix(suffix.count).elementsEqual(suffix.bytes)
  }
}

/// Which files a listing is about, told by their names without allocating anything.
package enum GitFileFilter: Hashable, Sendable {
  /// Every file.
  case all
  /// Those whose name ends in `.shale`.
  case pointers
  /// Those, and files that are named as run records are: 64 hexadecimal digits and `.json`.
  case pointersAndRecords

  /// Whether a file of this name, or with this path, is wanted.
  func wants(_ path: some BidirectionalCollection<UInt8>) -> Bool {
    switch self {
    case .all: return true
    case .pointersAndRecords: return Self.pointers.wants(path) || Self.isRecord(path)
    case .pointers:
      var end = path.endIndex
      for byte in ".shale".utf8.reversed() {
        guard end > path.startIndex else { return false }
        end = path.index(before: end)
        guard path[end] == byte else { return false }
      }
      return end > path.startIndex && path[path.index(before: end)] != UInt8(ascii: "/")
    }
  }

  private static func isRecord(_ path: some BidirectionalCollection<UInt8>) -> Bool {
    var end = path.endIndex
    for byte in ".json".utf8.reversed() {
      guard end > path.startIndex else { return false }
      end = path.index(before: end)
      guard path[end] == byte else { return false }
    }
    for _ in 0..<64 {
      guard end > path.startIndex else { return false }
      end = path.index(before: end)
      guard Hex.value(of: path[end]) != nil else { return false }
    }
    return end == path.startIndex || path[path.index(before: end)] == UInt8(ascii: "/")
  }
}

extension GitRepository {
  /// The files in a tree whose name ends in `.shale`, sorted by path.
  ///
  /// - Parameters:
  ///   - tree: The tree, for example of ``treeID(of:)``.
  ///   - directory: Only what lies at or below this path.
  /// - Returns: Path, blob and mode of each.
  /// - Throws: ``GitError/missingObject(_:)``, or ``GitError/badPath(_:)`` for a tree with names
  ///   that no directory can have.
  package func pointers(
    in tree: GitID, under directory: RepositoryPath = .root
  ) throws(GitError) -> [GitTreeEntry] {
    try changedPointers(from: nil, to: tree, under: directory).compactMap(\.new)
  }

  /// The pointer files that differ between two trees, sorted by path.
  ///
  /// Equal subtrees are not read.
  ///
  /// - Parameters:
  ///   - old: The older tree; `nil` for an empty one.
  ///   - new: The newer tree; `nil` for an empty one.
  ///   - directory: Only what lies at or below this path.
  ///   - filter: Which other files count as well.
  package func changedPointers(
    from old: GitID?, to new: GitID?, under directory: RepositoryPath = .root,
    _ filter: GitFileFilter = .pointers
  ) throws(GitError) -> [GitTreeChange] {
    try changedFiles(from: old, to: new, under: directory, filter)
  }

  /// All files in a tree, sorted by path; submodules are left out.
  package func files(
    in tree: GitID, under directory: RepositoryPath = .root, _ filter: GitFileFilter = .all
  ) throws(GitError) -> [GitTreeEntry] {
    try changedFiles(from: nil, to: tree, under: directory, filter).compactMap(\.new)
  }

  private func changedFiles(
    from old: GitID?, to new: GitID?, under directory: RepositoryPath, _ filter: GitFileFilter
  ) throws(GitError) -> [GitTreeChange] {
    try withHandle { handle throws(GitError) in
      try handle.changedFiles(from: old, to: new, under: directory, filter)
    }
  }
}

extension RepositoryHandle {
  func changedFiles(
    from old: GitID?, to new: GitID?, under directory: RepositoryPath, _ filter: GitFileFilter
  ) throws(GitError) -> [GitTreeChange] {
    var walk = TreeWalk(filter: filter)
    let oldSide = try root(old, under: directory)
    let newSide = try root(new, under: directory)
    try walk.compare(oldSide, newSide, at: directory, in: self, depth: 0)
    return walk.changes.sorted { $0.path < $1.path }
  }

  /// What a tree has at the path where a walk begins.
  private func root(
    _ tree: GitID?, under directory: RepositoryPath
  ) throws(GitError) -> TreeWalk.Side? {
    guard let tree else { return nil }
    if directory.isRoot { return .init(id: tree, mode: .directory) }
    guard let entry = try entry(at: directory, in: tree) else { return nil }
    return .init(id: entry.id, mode: entry.mode)
  }
}

/// A comparison of two trees that reads only the directories that differ.
private struct TreeWalk {
  struct Side: Hashable {
    let id: GitID
    let mode: GitMode
  }

  /// Deeper trees than this come from an attacker: no file system takes such paths.
  private static let depthLimit = 2_048

  let filter: GitFileFilter
  var changes: [GitTreeChange] = []

  mutating func compare(
    _ old: Side?, _ new: Side?, at path: RepositoryPath, in repository: borrowing RepositoryHandle,
    depth: Int
  ) throws(GitError) {
    if old == new { return }
    guard depth < Self.depthLimit else { throw .badPath(ByteString(path.bytes.bytes.prefix(200))) }
    let oldEntry = entry(old, at: path)
    let newEntry = entry(new, at: path)
    if oldEntry != nil || newEntry != nil, filter.wants(path.bytes.bytes) {
      changes.append(.init(path: path, old: oldEntry, new: newEntry))
    }
    let oldTree = old?.mode == .directory ? old?.id : nil
    let newTree = new?.mode == .directory ? new?.id : nil
    guard oldTree != nil || newTree != nil, oldTree != newTree else { return }
    let oldNames = try names(oldTree, in: repository, at: path)
    let newNames = try names(newTree, in: repository, at: path)
    for (name, side) in newNames where oldNames[name] != side {
      try compare(
        oldNames[name], side, at: try path.appending(inGit: name), in: repository, depth: depth + 1)
    }
    for (name, side) in oldNames where newNames[name] == nil {
      try compare(side, nil, at: try path.appending(inGit: name), in: repository, depth: depth + 1)
    }
  }

  private func entry(_ side: Side?, at path: RepositoryPath) -> GitTreeEntry? {
    guard let side, side.mode.isBlob else { return nil }
    return GitTreeEntry(path: path, id: side.id, mode: side.mode)
  }

  /// The entries of a tree that matter: its directories and the wanted files.
  private func names(
    _ tree: GitID?, in repository: borrowing RepositoryHandle, at path: RepositoryPath
  ) throws(GitError) -> [ByteString: Side] {
    guard let id = tree, id != .emptyTree else { return [:] }
    let tree = try repository.object(id, kind: GIT_OBJECT_TREE)
    var names: [ByteString: Side] = [:]
    for index in 0..<(unsafe git_tree_entrycount(tree.pointer)) {
      let entry = unsafe git_tree_entry_byindex(tree.pointer, index)
      guard let id = unsafe git_tree_entry_id(entry),
        let mode = unsafe GitMode(raw: git_tree_entry_filemode_raw(entry).rawValue)
      else { continue }
      guard mode == .directory || mode.isBlob else { continue }
      guard let name = unsafe git_tree_entry_name(entry),
        unsafe mode == .directory || filter.wants(buffer(name))
      else { continue }
      unsafe names[bytes(name)] = Side(id: unsafe GitID(id.pointee), mode: mode)
    }
    return names
  }
}

package import ObjectStore
package import Platform
internal import Primitives
internal import Synchronization

/// What lies at a path, as a tree of a store would name it.
package enum DiskContent: Equatable, Sendable {
  case nothing

  /// A file, symlink or directory with its oid.
  case entry(TreeEntry)

  /// Something that no store would hold, such as a socket, or that changes while it is read.
  case other

  /// Reads and hashes what lies at a path; nothing is stored, no symlink is followed and nothing is
  /// left out.
  ///
  /// - Throws: ``FileError`` when something cannot be read.
  package init(at path: FilePath) throws(FileError) {
    guard let status = try path.statusIfPresent() else {
      self = .nothing
      return
    }
    self = try Self.read(path.name, at: path, status, depth: 0).map { .entry($0) } ?? .other
  }

  private static func read(
    _ name: ByteString, at path: FilePath, _ status: FileStatus, depth: Int
  ) throws(FileError) -> TreeEntry? {
    switch status.kind {
    case .special: return nil
    case .directory: return try directory(name, at: path, depth: depth)
    case .symlink:
      let target = try OpenDirectory(path.parent).symlinkTarget(path.name)
      return TreeEntry(
        kind: .symlink, id: SHA256.id(of: target.bytes.span), size: .bytes(target.count),
        name: name)
    case .file:
      let file = try OpenFile.forReading(path, followingSymlink: false)
      guard let id = SHA256.id(of: file) else { return nil }
      return TreeEntry(
        kind: status.isExecutable ? .executable : .file, id: id, size: status.size, name: name)
    }
  }

  /// Hashes the files of a directory side by side, and the directories in it one after the other.
  private static func directory(
    _ name: ByteString, at path: FilePath, depth: Int
  ) throws(FileError) -> TreeEntry? {
    if depth >= TreeExpansion.depthLimit { return nil }
    let names = try path.names()
    let found = Mutex<(entries: [TreeEntry], directories: [ByteString], isWhole: Bool)>(
      ([], [], true))
    try Threads.forEach(names.count, grain: 8) { number throws(FileError) in
      let name = names[number]
      let place = path.appending(name)
      let status = try place.status()
      if status.kind == .directory { return found.withLock { $0.directories.append(name) } }
      let entry = try Self.read(name, at: place, status, depth: depth + 1)
      found.withLock { found in
        if let entry { found.entries.append(entry) } else { found.isWhole = false }
      }
    }
    let first = found.withLock { $0 }
    var (entries, isWhole) = (first.entries, first.isWhole)
    for name in first.directories where isWhole {
      let below = try directory(name, at: path.appending(name), depth: depth + 1)
      if let below { entries.append(below) } else { isWhole = false }
    }
    guard isWhole, let tree = try? Tree(entries) else { return nil }
    return TreeEntry(
      kind: .directory, id: SHA256.id(of: tree.encoded().span), size: tree.size,
      files: tree.files, name: name)
  }
}

internal import Glibc
internal import Platform
internal import Primitives

/// A directory in memory, which is made again for each case.
struct Snapshot: Sendable {
  private enum Node: Sendable {
    case file([UInt8], FileStatus)
    case symlink(ByteString, FileStatus)
    case directory([(name: ByteString, node: Node)], FileStatus)
  }

  private let parts: [(name: ByteString, node: Node)]

  /// Reads some of what lies in a directory.
  init(of root: FilePath, parts: [ByteString]) throws {
    let directory = try OpenDirectory(root)
    self.parts = try parts.map { ($0, try Self.read($0, in: directory)) }
  }

  /// Makes a directory with all of it: modes and times stay, inodes cannot.
  func make(at root: FilePath) throws {
    try root.makeDirectories()
    let directory = try OpenDirectory(root)
    for part in parts { try Self.make(part.node, part.name, in: directory) }
  }

  private static func read(_ name: ByteString, in parent: borrowing OpenDirectory) throws -> Node {
    let status = try parent.status(of: name)
    switch status.kind {
    case .file, .special:
      return .file(try parent.file(name).contents(limit: .mebibytes(64)), status)
    case .symlink: return .symlink(try parent.symlinkTarget(name), status)
    case .directory:
      let directory = try parent.directory(name)
      var nodes: [(name: ByteString, node: Node)] = []
      for entry in try directory.entries() {
        nodes.append((entry.name, try read(entry.name, in: directory)))
      }
      return .directory(nodes, status)
    }
  }

  private static func make(
    _ node: Node, _ name: ByteString, in parent: borrowing OpenDirectory
  ) throws {
    switch node {
    case .file(let bytes, let status):
      let file = try parent.creating(name, mode: status.mode)
      try file.write(bytes.span, at: 0)
      // The process may have another mask than who made it.
      try file.setMode(status.mode)
      try file.setModified(status.modified)
    case .symlink(let target, let status):
      try parent.makeSymlink(name, to: target)
      try setModified(parent.path.appending(name), status)
    case .directory(let nodes, let status):
      try parent.makeDirectory(name)
      let directory = try parent.directory(name)
      for item in nodes { try make(item.node, item.name, in: directory) }
      try parent.setMode(of: name, to: status.mode)
      try setModified(parent.path.appending(name), status)
    }
  }

  /// Sets the time of a directory, or of a symlink itself.
  private static func setModified(_ path: FilePath, _ status: FileStatus) throws {
    let seconds = status.modified.seconds
    let fraction = Int(status.modified.nanoseconds - seconds * 1_000_000_000)
    let time = timespec(tv_sec: Int(seconds), tv_nsec: fraction)
    let result = unsafe CString.with(path.bytes) { path in
      unsafe [time, time].withUnsafeBufferPointer { times in
        unsafe utimensat(AT_FDCWD, path, times.baseAddress, AT_SYMLINK_NOFOLLOW)
      }
    }
    if result != 0 { throw World.Failure(description: "\(path): times cannot be set") }
  }
}

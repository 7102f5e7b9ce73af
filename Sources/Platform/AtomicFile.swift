internal import Glibc
package import Primitives

/// A file that comes into being whole, or not at all.
///
/// It is written under a temporary name in the directory it belongs to, and takes its name in one
/// step. An owner that goes away without ``commit(to:durably:)`` leaves nothing behind.
package struct AtomicFile: ~Copyable, Sendable {
  package let file: OpenFile
  private let temporary: FilePath

  /// Whether the file has its name, and nothing the temporary one any more.
  private var isNamed = false

  /// The prefix of temporary names: what a crash left behind is known by it.
  package static let temporaryPrefix: ByteString = ".shale-tmp-"

  /// Makes the temporary file in `directory`.
  ///
  /// - Parameters:
  ///   - directory: Where the finished file will lie: the step that names it cannot cross file
  ///     systems.
  ///   - mode: The permission bits before the process's umask.
  /// - Throws: ``FileError`` with operation `.create`.
  package init(in directory: FilePath, mode: UInt32 = 0o666) throws(FileError) {
    let temporary = directory.appending(Self.temporaryName())
    file = try OpenFile.creating(temporary, mode: mode)
    self.temporary = temporary
  }

  deinit {
    if !isNamed { _ = try? temporary.remove() }
  }

  /// Gives the file its name, replacing what is there.
  ///
  /// - Parameters:
  ///   - target: The name, in the directory that the file was made in.
  ///   - durably: Whether to return only when content and name would survive a power cut.
  /// - Throws: ``FileError``; nothing then has the new name.
  package consuming func commit(to target: FilePath, durably: Bool) throws(FileError) {
    if durably { try file.synchronize() }
    try file.rename(to: target)
    isNamed = true
    if durably { try target.parent.synchronizeDirectory() }
  }

  /// A name that no other process or thread uses.
  package static func temporaryName() -> ByteString {
    ByteString(temporaryPrefix.bytes + Array(Hex.string(of: RandomBytes.make(randomCount)).utf8))
  }

  private static let randomCount = 8

  /// Whether ``temporaryName()`` could have made a name; others with its prefix are the user's.
  package static func isTemporaryName(_ name: ByteString) -> Bool {
    guard name.bytes.starts(with: temporaryPrefix.bytes) else { return false }
    return Hex.bytes(of: name.bytes.dropFirst(temporaryPrefix.count))?.count == randomCount
  }

  /// Replaces the content of the file at `path` in one step.
  ///
  /// - Parameters:
  ///   - path: The file. It need not exist, its directory must.
  ///   - bytes: The whole new content.
  ///   - mode: The permission bits of a new file before the umask; a file that exists keeps its.
  ///   - durably: Whether to return only when it would survive a power cut.
  /// - Throws: ``FileError``; the old content is then still there.
  package static func replace(
    _ path: FilePath, with bytes: [UInt8], mode: UInt32 = 0o666, durably: Bool
  ) throws(FileError) {
    try OpenDirectory(path.parent).replace(path.name, with: bytes, mode: mode, durably: durably)
  }
}

extension OpenDirectory {
  /// Replaces the content of the file `name` in one step, as ``AtomicFile`` does.
  package borrowing func replace(
    _ name: ByteString, with bytes: [UInt8], mode: UInt32 = 0o666, durably: Bool
  ) throws(FileError) {
    let old = try statusIfPresent(of: name)
    let temporary = AtomicFile.temporaryName()
    let new = try creating(temporary, mode: mode)
    do throws(FileError) {
      try new.write(bytes.span, at: 0)
      if let old, old.kind == .file { try new.setMode(old.mode) }
      if durably { try new.synchronize() }
      try rename(temporary, to: name)
      if durably { try synchronize() }
    } catch {
      // After the rename nothing has this name any more.
      _ = try? remove(temporary)
      throw error
    }
  }

  /// Replaces the content of a file that the caller has locked against all others of us.
  ///
  /// The content is on disk before it has the name, which may come there later: after a power cut
  /// the file is the old or the new one. What a crash has left under the temporary name goes.
  ///
  /// - Parameters:
  ///   - name: The file. It need not exist.
  ///   - bytes: The whole new content.
  ///   - temporary: The name it is written under, always the same for the file.
  /// - Throws: ``FileError``; the old content is then still there.
  package borrowing func replaceLocked(
    _ name: ByteString, with bytes: [UInt8], temporary: ByteString
  ) throws(FileError) {
    let old = try statusIfPresent(of: name)
    if try statusIfPresent(of: temporary) != nil { try remove(temporary) }
    let new = try creating(temporary)
    do throws(FileError) {
      try new.write(bytes.span, at: 0)
      if let old, old.kind == .file { try new.setMode(old.mode) }
      try new.synchronize()
      try rename(temporary, to: name)
    } catch {
      _ = try? remove(temporary)
      throw error
    }
  }

  /// Reads a whole file that is expected to be small, or returns `nil` when nothing is there.
  ///
  /// - Throws: ``FileError``; `isSymlink` for a symlink, which is not followed.
  package borrowing func contentsIfPresent(
    of name: ByteString, limit: ByteCount
  ) throws(FileError) -> [UInt8]? {
    do {
      return try file(name).contents(limit: limit)
    } catch {
      if error.isNotFound { return nil }
      throw error
    }
  }
}

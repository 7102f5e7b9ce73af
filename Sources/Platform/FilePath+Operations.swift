internal import Glibc
package import Primitives

extension FilePath {
  /// Reads a whole file that is expected to be small.
  ///
  /// - Parameter limit: The size in bytes beyond which the file is refused.
  /// - Returns: The content.
  /// - Throws: ``FileError``; with operation `.read` and `EFBIG` where the file is larger.
  package func contents(limit: ByteCount = .mebibytes(64)) throws(FileError) -> [UInt8] {
    try OpenFile.forReading(self).contents(limit: limit)
  }

  /// Reads a whole small file, or returns `nil` when nothing is there.
  package func contentsIfPresent(limit: ByteCount = .mebibytes(64)) throws(FileError) -> [UInt8]? {
    do {
      return try contents(limit: limit)
    } catch {
      if error.isNotFound { return nil }
      throw error
    }
  }

  /// Makes the directory and those above it that are missing.
  package func makeDirectories(mode: UInt32 = 0o777) throws(FileError) {
    // Most are there already: one look, and not an attempt and a look.
    if try statusIfPresent(followingSymlink: true)?.kind == .directory { return }
    do {
      try makeDirectory(mode: mode)
    } catch {
      if error.isExisting {
        guard try status(followingSymlink: true).kind == .directory else { throw error }
        return
      }
      guard error.code == ENOENT, parent != self else { throw error }
      try parent.makeDirectories(mode: mode)
      do {
        try makeDirectory(mode: mode)
      } catch {
        // Another process may have made it in between.
        guard error.isExisting else { throw error }
      }
    }
  }

  private func makeDirectory(mode: UInt32) throws(FileError) {
    try systemCall(.makeDirectory, self, changing: .makeDirectory(.init(self))) {
      unsafe withCString { unsafe mkdir($0, mode) }
    }
  }

  /// The names in the directory, in byte order.
  package func names() throws(FileError) -> [ByteString] {
    try OpenDirectory(self).entries().map(\.name).sorted()
  }

  /// The names in the directory, in byte order; none when there is no such directory.
  package func namesIfPresent() throws(FileError) -> [ByteString] {
    do {
      return try names()
    } catch {
      if error.isNotFound { return [] }
      throw error
    }
  }

  /// Removes the file or symlink.
  package func remove() throws(FileError) {
    try systemCall(.remove, self, changing: .remove(.init(self))) {
      unsafe withCString { unsafe unlink($0) }
    }
  }

  /// Removes the directory, which must be empty (`isExisting` otherwise).
  package func removeDirectory() throws(FileError) {
    try systemCall(.remove, self, changing: .removeDirectory(.init(self))) {
      unsafe withCString { unsafe rmdir($0) }
    }
  }

  /// Gives the file the name `target`, replacing what is there in one step.
  package func rename(to target: Self) throws(FileError) {
    try systemCall(.rename, target, changing: .rename(.init(self), to: .init(target))) {
      unsafe withCString { from in
        unsafe target.withCString { to in unsafe Glibc.rename(from, to) }
      }
    }
  }

  /// Gives the file one more name, `target`, which must be free (`isExisting` otherwise).
  package func link(to target: Self) throws(FileError) {
    try systemCall(.link, target, changing: .link(.init(target))) {
      unsafe withCString { from in
        unsafe target.withCString { to in unsafe Glibc.link(from, to) }
      }
    }
  }

  /// Makes the names in the directory durable.
  package func synchronizeDirectory() throws(FileError) {
    try OpenDirectory(self).synchronize()
  }

  /// Removes a directory and everything in it; symlinks are removed, not followed.
  package func removeTree() throws(FileError) {
    guard let status = try statusIfPresent() else { return }
    guard status.kind == .directory else { return try remove() }
    for name in try names() { try appending(name).removeTree() }
    try removeDirectory()
  }

  /// The absolute path without symlinks, `.` and `..`.
  ///
  /// The C function is `realpath`.
  package func resolved() throws(FileError) -> Self {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let found = unsafe withCString { path in
      unsafe buffer.withUnsafeMutableBufferPointer { room in
        unsafe realpath(path, room.baseAddress) != nil
      }
    }
    guard found else { throw FileError(.status, self, code: errno) }
    return Self(ByteString(buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }))
  }

  /// The process's working directory.
  package static func workingDirectory() throws(FileError) -> Self {
    try Self(".").resolved()
  }
}

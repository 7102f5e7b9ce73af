internal import CLinux
internal import Glibc
package import Primitives

extension OpenDirectory {
  /// Renames `name` to `newName` in this directory, replacing what is there in one step.
  package borrowing func rename(
    _ name: ByteString, to newName: ByteString
  ) throws(FileError) {
    let old = Change.Place(descriptor, name)
    try unsafe call(.rename, newName, changing: { .rename(old, to: $0) }) { directory, newName in
      unsafe CString.with(name) { unsafe renameat(directory, $0, directory, newName) }
    }
  }

  /// Renames `name` to `newName` in another directory, where nothing may have that name.
  ///
  /// - Throws: ``FileError`` with operation `.rename`; `isExisting` where the name is taken.
  package borrowing func rename(
    _ name: ByteString, toFree newName: ByteString, in other: borrowing OpenDirectory
  ) throws(FileError) {
    let target = other.descriptor
    let (old, new) = (Change.Place(descriptor, name), Change.Place(target, newName))
    do throws(FileError) {
      try unsafe call(.rename, newName, changing: { _ in .rename(old, to: new) }) {
        directory, newName in
        unsafe CString.with(name) {
          unsafe shale_rename_to_free(directory, $0, target, newName)
        }
      }
    } catch {
      guard error.isUnsupported, error.code != EXDEV else { throw error }
      // A file system that cannot do it in one step.
      if try other.statusIfPresent(of: newName) != nil {
        throw FileError(.rename, other.path.appending(newName), code: EEXIST)
      }
      try unsafe call(.rename, newName, changing: { _ in .rename(old, to: new) }) {
        directory, newName in
        unsafe CString.with(name) { unsafe renameat(directory, $0, target, newName) }
      }
    }
  }

  /// Renames `name` to `newName`, if what has that name is still what it was.
  ///
  /// The two are exchanged first, and what was there is looked at afterwards, so that nothing that
  /// somebody else puts there at the same time is lost. Where the file system cannot exchange
  /// names, it is looked at just before.
  ///
  /// - Parameters:
  ///   - name: What gets the new name.
  ///   - newName: The new name.
  ///   - expected: What has it now; `nil` for nothing.
  /// - Returns: Whether it was done; `false`, with everything as it was, where something else is
  ///   there now.
  /// - Throws: ``FileError`` with operation `.rename`.
  package borrowing func rename(
    _ name: ByteString, to newName: ByteString, replacing expected: FileStatus?
  ) throws(FileError) -> Bool {
    guard let expected else {
      do throws(FileError) {
        try rename(name, toFree: newName, in: self)
        return true
      } catch {
        guard error.isExisting else { throw error }
        return false
      }
    }
    do throws(FileError) {
      try exchange(name, newName)
    } catch {
      if error.isNotFound { return false }
      guard error.isUnsupported else { throw error }
      guard let now = try statusIfPresent(of: newName), now.isSameContent(as: expected) else {
        return false
      }
      try rename(name, to: newName)
      return true
    }
    guard try status(of: name).isSameContent(as: expected) else {
      try exchange(name, newName)
      return false
    }
    try remove(name)
    return true
  }

  /// Gives two names to each other's files or directories in one step.
  ///
  /// - Throws: ``FileError`` with operation `.rename`; `isUnsupported` where the file system cannot.
  package borrowing func exchange(
    _ name: ByteString, _ other: ByteString
  ) throws(FileError) {
    let place = Change.Place(descriptor, name)
    try unsafe call(.rename, other, changing: { .exchange(place, $0) }) { directory, other in
      unsafe CString.with(name) { unsafe shale_exchange(directory, $0, other) }
    }
  }
}

extension FileStatus {
  /// Whether two looks saw the same file with the same content, which may have been renamed between.
  fileprivate func isSameContent(as other: FileStatus) -> Bool {
    kind == other.kind && size == other.size && modified == other.modified
      && inode == other.inode && device == other.device
  }
}

internal import Glibc

/// A lock on a file, given back when its owner goes away or its process dies.
///
/// The C function is `flock`.
package struct AdvisoryLock: ~Copyable, Sendable {
  /// How the lock may be shared.
  package enum Mode: Sendable {
    case shared
    case exclusive
  }

  /// The locked file; its content may name the holder for messages.
  package let file: OpenFile

  /// Locks the file at `path`, and makes it when it is not there.
  ///
  /// - Parameters:
  ///   - path: The file to lock.
  ///   - mode: Whether others may hold the lock at the same time.
  ///   - waiting: Whether to wait until the lock is free.
  /// - Throws: ``FileError`` with operation `.lock`: `isLocked` when another process holds it and
  ///   `waiting` is false, `isUnsupported` when the file system cannot lock.
  package init(_ path: FilePath, _ mode: Mode, waiting: Bool) throws(FileError) {
    let file = try OpenFile.forUpdating(path)
    let operation = (mode == .shared ? LOCK_SH : LOCK_EX) | (waiting ? 0 : LOCK_NB)
    let descriptor = file.descriptor
    try systemCall(.lock, path) { flock(descriptor, operation) }
    self.file = file
  }
}

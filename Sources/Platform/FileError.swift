internal import CLinux
internal import Glibc
package import Primitives

/// A refusal of the operating system, with what was asked and of which path.
package struct FileError: Error, Hashable {
  /// What was asked of the operating system.
  package enum Operation: String, Hashable, Sendable {
    case open = "open"
    case create = "create"
    case read = "read"
    case write = "write"
    case sync = "sync"
    case status = "look at"
    case list = "list"
    case makeDirectory = "make the directory"
    case remove = "remove"
    case rename = "rename"
    case link = "link"
    case readLink = "read the link"
    case lock = "lock"
    case changeMode = "change the mode of"
    case resize = "resize"
    case execute = "run"
    case random = "read random bytes from"
  }

  package let operation: Operation
  package let path: FilePath

  /// The value of `errno`, or `nil` where a file ended before the bytes that were asked for.
  package let code: CInt?

  /// What the holder of a lock says of itself, where the lock was refused and that is known.
  package private(set) var holder: ByteString?

  package init(_ operation: Operation, _ path: FilePath, code: CInt?) {
    self.operation = operation
    self.path = path
    self.code = code
  }

  /// The same refusal, with who holds the lock.
  func naming(_ holder: ByteString) -> FileError {
    var error = self
    error.holder = holder.isEmpty ? nil : holder
    return error
  }

  /// The value of `errno` for a file that is larger than its reader allows (`EFBIG`).
  package static let tooLarge = EFBIG
  /// The value of `errno` for what only the owner of a file may do (`EPERM`).
  package static let notOwner = EPERM
  /// The value of `errno` for what a file system cannot do (`EOPNOTSUPP`).
  package static let unsupported = EOPNOTSUPP

  /// Nothing is at the path (`ENOENT`, `ENOTDIR`).
  package var isNotFound: Bool { code == ENOENT || code == ENOTDIR }
  /// Something is at the path already (`EEXIST`, `ENOTEMPTY`).
  package var isExisting: Bool { code == EEXIST || code == ENOTEMPTY }
  /// The file system or the user's quota is full (`ENOSPC`, `EDQUOT`), or a limit on sizes is reached.
  package var isNoSpace: Bool { code == ENOSPC || code == EDQUOT || code == EFBIG }
  /// The user may not do this (`EACCES`, `EPERM`, `EROFS`).
  package var isNotPermitted: Bool { code == EACCES || code == EPERM || code == EROFS }
  /// The file system is mounted for reading only (`EROFS`).
  package var isReadOnly: Bool { code == EROFS }
  /// A name is longer than the file system takes (`ENAMETOOLONG`).
  package var isNameTooLong: Bool { code == ENAMETOOLONG }
  /// Another process holds the lock (`EWOULDBLOCK`).
  package var isLocked: Bool { operation == .lock && code == EWOULDBLOCK }
  /// The file system cannot lock files.
  package var isLockless: Bool { operation == .lock && isUnsupported }
  /// The file system cannot do this at all (`EINVAL`, `EOPNOTSUPP`, `ENOTTY`, `EXDEV`, `ENOSYS`, `ENOLCK`).
  package var isUnsupported: Bool {
    switch code {
    case EINVAL, EOPNOTSUPP, ENOTTY, EXDEV, ENOSYS, ENOLCK: true
    default: false
    }
  }
  /// A symlink stands where none may be followed (`ELOOP`).
  package var isSymlink: Bool { code == ELOOP }
  /// The reader of a pipe is gone (`EPIPE`).
  package var isBrokenPipe: Bool { code == EPIPE }
}

extension FileError: CustomStringConvertible {
  package var description: String {
    guard let code else { return "Cannot \(operation.rawValue) '\(path)': it ends too early" }
    if let holder { return "Lock '\(path)' is held by another process (\(holder))" }
    return "Cannot \(operation.rawValue) '\(path)': \(Self.text(of: code))"
  }

  /// The C library's words for an error number.
  private static func text(of code: CInt) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard let text = unsafe shale_error_text(code, &buffer, buffer.count) else {
      return "error \(code)"
    }
    return unsafe String(cString: text)
  }
}

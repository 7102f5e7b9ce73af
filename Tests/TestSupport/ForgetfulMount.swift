internal import Glibc
package import Platform
internal import Synchronization

/// A network mount that sends each rename twice: the first works, and the answer is the second's.
package final class ForgetfulMount: FaultyDevice {
  private let last = Mutex<FilePath?>(nil)

  /// Makes a mount.
  package init() {}

  package func refusal(of operation: FileError.Operation, on path: FilePath) -> CInt? {
    if operation == .create { last.withLock { $0 = path } }
    guard operation == .rename, let source = last.withLock({ $0 }) else { return nil }
    return unsafe Glibc.rename("\(source)", "\(path)") == 0 ? ENOENT : nil
  }

  package func room(for count: Int, in path: FilePath) -> Int { count }
}

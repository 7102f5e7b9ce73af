internal import Glibc
package import Platform

/// A network mount that cannot lock files.
package final class LocklessMount: FaultyDevice {
  private let code: CInt

  /// - Parameter code: What it answers: `ENOLCK`, `EOPNOTSUPP` or `ENOSYS`.
  package init(answering code: CInt = ENOLCK) {
    self.code = code
  }

  package func refusal(of operation: FileError.Operation, on path: FilePath) -> CInt? {
    operation == .lock ? code : nil
  }

  package func room(for count: Int, in path: FilePath) -> Int { count }
}

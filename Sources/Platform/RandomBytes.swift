internal import CLinux
internal import Glibc

/// Random bytes of the operating system.
package enum RandomBytes {
  /// Returns `count` bytes that nobody can predict, at most 256.
  ///
  /// The C function is `getrandom`.
  package static func make(_ count: Int) -> [UInt8] {
    precondition(count <= 256, "getrandom fills at most 256 bytes in one step")
    var bytes = [UInt8](repeating: 0, count: count)
    var result = -1
    repeat {
      result = unsafe shale_random(&bytes, count)
    } while result == -1 && errno == EINTR
    precondition(result == count, "the operating system has no random bytes")
    return bytes
  }
}

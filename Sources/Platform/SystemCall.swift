internal import Glibc

/// Makes a system call on a file, again for as long as a signal interrupts it.
///
/// Every call that can change a file goes through here, with what it changes, which makes it the one
/// seam where tests put their faults. Release builds do not look at the change.
///
/// - Parameters:
///   - operation: What the call does, for the error.
///   - path: The file it is made on, for the error.
///   - change: What it changes; `nil` for a call that only reads.
///   - call: The call. It reports failure as C does: by returning -1 and setting `errno`.
/// - Returns: What the call returned.
/// - Throws: ``FileError`` with the value of `errno`.
@inline(__always)
@discardableResult
func systemCall<Value: FixedWidthInteger>(
  _ operation: FileError.Operation, _ path: FilePath,
  changing change: @autoclosure () -> Change? = nil,
  _ call: () -> Value
) throws(FileError) -> Value {
  while true {
    #if DEBUG
      let (result, code) = Faults.made(operation, path, change(), call)
    #else
      let result = call()
      let code = errno  // Read at once: any other call may change it.
    #endif
    guard result == -1 else { return result }
    guard code == EINTR else { throw FileError(operation, path, code: code) }
  }
}

/// Writes all of `bytes` to a stream.
///
/// - Throws: ``FileError`` with operation `.write`; `isBrokenPipe` when nobody reads any more.
func writeAll(
  _ bytes: Span<UInt8>, to descriptor: CInt, called path: FilePath
) throws(FileError) {
  try unsafe bytes.withUnsafeBufferPointer { buffer throws(FileError) in
    var written = 0
    while written < buffer.count {
      let rest = buffer.extracting(written...)
      written += try systemCall(.write, path) {
        unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
      }
    }
  }
}

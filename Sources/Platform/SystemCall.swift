internal import Glibc

/// Makes a system call on a file, again for as long as a signal interrupts it.
///
/// Every call that can change a file goes through here, which makes it the one seam where tests put
/// their faults.
///
/// - Parameters:
///   - operation: What the call does, for the error.
///   - path: The file it is made on, for the error.
///   - call: The call. It reports failure as C does: by returning -1 and setting `errno`.
/// - Returns: What the call returned.
/// - Throws: ``FileError`` with the value of `errno`.
@discardableResult
func systemCall<Value: FixedWidthInteger>(
  _ operation: FileError.Operation, _ path: FilePath, _ call: () -> Value
) throws(FileError) -> Value {
  #if DEBUG
    if let code = Faults.refusal(of: operation, on: path) {
      throw FileError(operation, path, code: code)
    }
  #endif
  while true {
    let result = call()
    guard result == -1 else { return result }
    let code = errno  // Read at once: any other call may change it.
    guard code == EINTR else { throw FileError(operation, path, code: code) }
  }
}

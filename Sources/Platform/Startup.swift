internal import CLinux
package import Primitives

/// What a process is given, and what it sets, when it starts.
package enum Startup {
  /// Makes the memory of long lists go back to the system when they end.
  ///
  /// The C library would raise its limit with the first such list, and keep the memory of the next
  /// ones: by a third more at the peak of a clone of a million files. Buffers of files, which are
  /// smaller, are kept for the next file.
  package static func returnLargeMemory() {
    shale_return_allocations(4 << 20)
  }

  /// The words of the command line after the program's name, as bytes.
  package static func arguments() -> [ByteString] {
    var arguments: [ByteString] = []
    for index in 1..<max(1, Int(CommandLine.argc)) {
      if let word = unsafe CommandLine.unsafeArgv[index] { arguments.append(unsafe bytes(word)) }
    }
    return arguments
  }

  /// The variables of the environment.
  ///
  /// Of two with one name, the first counts, as in C.
  package static func environment() -> [ByteString: ByteString] {
    var variables: [ByteString: ByteString] = [:]
    guard var entry = unsafe shale_environment() else { return variables }
    while let text = unsafe entry.pointee {
      let bytes = unsafe bytes(text).bytes
      if let sign = bytes.firstIndex(of: UInt8(ascii: "=")) {
        let name = ByteString(bytes[..<sign])
        if variables[name] == nil { variables[name] = ByteString(bytes[(sign + 1)...]) }
      }
      unsafe entry += 1
    }
    return variables
  }

  private static func bytes(_ text: UnsafePointer<CChar>) -> ByteString {
    var bytes: [UInt8] = []
    var position = unsafe text
    while unsafe position.pointee != 0 {
      unsafe bytes.append(UInt8(bitPattern: position.pointee))
      unsafe position += 1
    }
    return ByteString(bytes)
  }
}

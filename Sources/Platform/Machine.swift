internal import CLinux
internal import Glibc
package import Primitives

/// Facts about the machine and the process.
package enum Machine {
  /// How many threads can run at once here, at least 1: the processors this process may use.
  package static let processorCount = max(1, Int(shale_processor_count()))

  /// A number that the kernel draws anew at every start: 16 bytes, all zero where unknown.
  package static let bootID: [UInt8] = {
    let path = FilePath("/proc/sys/kernel/random/boot_id")
    let text = (try? path.contents(limit: .kibibytes(4))) ?? []
    let digits = text.filter { Hex.value(of: $0) != nil }
    guard let bytes = Hex.bytes(of: digits), bytes.count == 16 else {
      return [UInt8](repeating: 0, count: 16)
    }
    return bytes
  }()

  package static var processID: Int { Int(getpid()) }

  package static var userID: UInt32 { getuid() }

  /// The machine's name, for messages such as who holds a lock.
  package static var hostName: ByteString {
    var buffer = [CChar](repeating: 0, count: 256)
    guard unsafe gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
    return ByteString(buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })
  }
}

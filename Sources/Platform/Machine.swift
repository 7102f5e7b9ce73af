internal import CLinux
internal import Glibc
package import Primitives

/// Facts about the machine and the process.
package enum Machine {
  /// How many threads can run at once here, at least 1: the processors this process may use.
  package static let processorCount = max(1, Int(shale_processor_count()))

  /// A number that the kernel draws anew at every start: 16 bytes, all zero where unknown.
  package static let bootID: [UInt8] = {
    #if DEBUG
      if let pretended = Faults.bootID { return pretended }
    #endif
    let path = FilePath("/proc/sys/kernel/random/boot_id")
    let text = (try? path.contents(limit: .kibibytes(4))) ?? []
    let digits = text.filter { Hex.value(of: $0) != nil }
    guard let bytes = Hex.bytes(of: digits), bytes.count == 16 else {
      return [UInt8](repeating: 0, count: 16)
    }
    return bytes
  }()

  /// Whether a file is a program for other processors, or for the 32-bit mode of these.
  static func isForeignProgram(_ path: FilePath) -> Bool {
    guard let format = programFormat(path), let own = programFormat(FilePath("/proc/self/exe"))
    else {
      return false
    }
    return format != own
  }

  /// Class and machine in the head of an ELF file; `nil` for scripts and the rest.
  private static func programFormat(_ path: FilePath) -> [UInt8]? {
    guard let head = try? OpenFile.forReading(path).upTo(.bytes(20), at: 0), head.count == 20,
      head.starts(with: [0x7F, 0x45, 0x4C, 0x46])
    else { return nil }
    return [head[4], head[18], head[19]]
  }

  package static var processID: Int { Int(getpid()) }

  package static var userID: UInt32 { getuid() }

  /// The machine's name, for messages such as who holds a lock.
  package static var hostName: ByteString {
    var buffer = [CChar](repeating: 0, count: 256)
    guard unsafe gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
    return ByteString(buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })
  }
}
